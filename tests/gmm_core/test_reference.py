"""The same start labels and the same model reach the numbers of R's mclust, which nobody here wrote."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_iris

from gmm_core.fitting.fit import Fit, fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.starts.kinds import GivenLabels
from gmm_core.tables.samples import load_sample

REFERENCE = Path(__file__).parents[1] / "reference"
ALIASES = {structure.alias for structure in STRUCTURES.values()}


@cache
def rows_of(dataset: str) -> np.ndarray:
    if dataset == "iris":
        return load_iris().data
    return load_sample("faithful").table[["eruptions", "waiting"]].to_numpy(dtype=np.float64)


def reference_fits() -> list[Any]:
    found = []
    for dataset in ("faithful", "iris"):
        for entry in json.loads((REFERENCE / f"mclust_{dataset}.json").read_text())["fits"]:
            if entry["model"] in ALIASES:
                found.append(pytest.param(dataset, entry, id=f"{dataset}-{entry['model']}-{entry['K']}"))
    return found


def test_the_reference_covers_every_structure() -> None:
    covered = {parameter.values[1]["model"] for parameter in reference_fits()}
    assert covered == ALIASES == {"VVV", "EEE", "VVI", "VII"}


def fitted(dataset: str, expected: dict[str, Any], max_iterations: int, tolerance: float) -> Fit:
    specification = FitSpecification(
        n_components=expected["K"],
        covariance_type=expected["model"],
        tolerance=tolerance,
        max_iterations=max_iterations,
        regularization=1e-9,
    )
    return fit(rows_of(dataset), specification, starts=[GivenLabels(np.array(expected["start_labels"]))])


@pytest.mark.parametrize(("dataset", "expected"), reference_fits())
def test_same_start_same_optimum_as_mclust(dataset: str, expected: dict[str, Any]) -> None:
    """mclust stops at a relative gain of 1e-12, up to 7e-5 short of the optimum; so the two meet at its last M-step.

    It counts the M-step from the labels as its first iteration, which is the start here.
    """
    result = fitted(dataset, expected, max_iterations=expected["iterations"] - 1, tolerance=0.0)
    assert result.log_likelihood == pytest.approx(expected["loglik"], rel=1e-8)
    assert result.criteria.parameter_count == expected["n_parameters"]
    assert result.criteria.bic == pytest.approx(-expected["bic"], rel=1e-8)
    mixture = result.mixture.reordered(np.argsort(result.best.order))
    assert mixture.weights == pytest.approx(np.atleast_1d(expected["weights"]), rel=1e-9)
    assert mixture.means == pytest.approx(np.array(expected["means"]), rel=1e-9)
    covariances = np.array(expected["covariances"])
    np.testing.assert_allclose(
        mixture.covariances, covariances, rtol=1e-8, atol=1e-9 * np.abs(covariances).max()
    )


@pytest.mark.parametrize(("dataset", "expected"), reference_fits())
def test_run_to_the_end_is_never_below_mclust(dataset: str, expected: dict[str, Any]) -> None:
    result = fitted(dataset, expected, max_iterations=2_000, tolerance=1e-13)
    assert result.log_likelihood >= expected["loglik"] - 1e-9
    assert result.log_likelihood == pytest.approx(expected["loglik"], rel=1e-8)
