"""A mixture with noise reaches the numbers of R's mclust by the same loop and engines, which know nothing of it."""

import json
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gmm_core.em.loop import em_iterations
from gmm_core.engines.choice import ENGINES, engine_named
from gmm_core.errors import FitError
from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.model.likelihood_model import GaussianModel
from gmm_core.model.mixture import Mixture
from gmm_core.model.noise import NoiseModel, NoisyMixture
from gmm_core.model.scores import shares
from gmm_core.model.statistics import SufficientStatistics
from tests.gmm_core.em.until_settled import until_settled

REFERENCE = Path(__file__).parents[2] / "reference"
X = np.loadtxt(REFERENCE / "faithful_noise.csv", delimiter=",", skiprows=1)
BY_ALIAS = {structure.alias: structure for structure in STRUCTURES.values()}
FITS = [
    fit
    for fit in json.loads((REFERENCE / "mclust_noise_faithful.json").read_text())["fits"]
    if fit["model"] in BY_ALIAS
]


def model_of(entry: dict[str, Any]) -> NoiseModel:
    return NoiseModel(GaussianModel(BY_ALIAS[entry["model"]]), -np.log(entry["inverse_volume"]))


def start_of(model: NoiseModel, entry: dict[str, Any]) -> NoisyMixture:
    labels = np.array(entry["start_labels"])
    return model.m_step(SufficientStatistics.from_responsibilities(X, np.eye(entry["K"] + 1)[labels]))[0]


def test_every_structure_is_compared() -> None:
    assert {entry["model"] for entry in FITS} == set(BY_ALIAS)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("entry", FITS, ids=[f"{entry['model']}-{entry['K']}" for entry in FITS])
def test_the_same_start_comes_to_the_numbers_of_mclust(entry: dict[str, Any], engine: str) -> None:
    model = model_of(entry)
    steps = em_iterations(engine_named(engine, X), model, start_of(model, entry))
    iterations = list(islice(until_settled(steps, 1e-14), 20_000))
    last = iterations[-1]
    for one, other in pairwise(iterations):
        assert other.log_likelihood >= one.log_likelihood - 1e-8
    assert last.log_likelihood == pytest.approx(entry["loglik"], abs=1e-6)
    weights = np.array(entry["weights"])
    np.testing.assert_allclose(last.mixture.weights, weights[:-1] / weights[:-1].sum(), rtol=1e-3)
    np.testing.assert_allclose(last.mixture.means, entry["means"], rtol=1e-3)
    np.testing.assert_allclose(last.mixture.covariances, entry["covariances"], rtol=1e-3, atol=1e-6)
    assert model.parameter_count(entry["K"], 2) == entry["n_parameters"]
    state = NoisyMixture(last.mixture, float(weights[-1]))
    noise = shares(model.scores(state).of(X)).argmax(axis=0) == entry["K"]
    assert noise.sum() == entry["n_noise"]


def test_an_emptied_component_is_reseeded_beside_the_noise() -> None:
    entry = FITS[0]
    model = model_of(entry)
    start = start_of(model, entry)
    means = start.gaussians.means.copy()
    means[1] = 1e6
    away = NoisyMixture(Mixture(start.gaussians.weights, means, start.gaussians.covariances), start.noise)
    first, second = islice(em_iterations(engine_named("blocked", X), model, away), 2)
    assert second.reseeded == (1,)
    assert any(np.array_equal(second.mixture.means[1], row) for row in X)
    assert first.log_likelihood < second.log_likelihood


def test_noise_without_rows_ends_the_restart_with_a_sentence() -> None:
    entry = FITS[0]
    model = model_of(entry)
    start = NoisyMixture(start_of(model, entry).gaussians, 0.0)
    with pytest.raises(FitError, match="noise lost all its rows"):
        list(islice(em_iterations(engine_named("blocked", X), model, start), 2))
