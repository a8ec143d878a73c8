"""A model is what EM fits: its M-step stays within the bounds and within the family, or says that it cannot."""

import json
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import wishart

from gmm_core.arrays import FloatArray
from gmm_core.em.loop import em_iterations
from gmm_core.engines.blocked_numpy import BlockedEngine
from gmm_core.errors import FitError
from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.bound import above_floor
from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.model.covariance.compact import DIAGONALS
from gmm_core.model.covariance.family import CovarianceStructure, Invariance
from gmm_core.model.covariance.regularization import Regularization, Ridge, VarianceFloor
from gmm_core.model.likelihood_model import GaussianModel
from gmm_core.model.mixture import Mixture
from gmm_core.model.statistics import Moments
from gmm_core.starts.kinds import GivenLabels, GivenMixture
from gmm_core.tables.samples import load_sample

X = np.random.default_rng(5).normal(size=(80, 2)) * [1.0, 0.01]
STATE = Mixture(np.array([0.5, 0.5]), X[:2], np.stack([np.eye(2)] * 2))
COUNTS = np.array([40.0, 25.0, 35.0])


def one_shape(within_scatter: FloatArray, counts: FloatArray, current: FloatArray | None) -> FloatArray:
    """Σ_k = λ_k A, A diagonal and |A| = 1: λ_k and A in turn (Celeux and Govaert 1995, model [λ_k B])."""
    scatter = np.diagonal(within_scatter, axis1=1, axis2=2)
    n_features = scatter.shape[1]
    shape = scatter.sum(axis=0) if current is None else np.diagonal(current[0])
    for _ in range(500):
        volumes = (scatter / shape).sum(axis=1) / (counts * n_features)
        before, shape = shape, (scatter / volumes[:, None]).sum(axis=0)
        shape = shape / np.exp(np.log(shape).mean())
        if np.abs(np.log(shape / before)).max() < 1e-14:
            break
    volumes = (scatter / shape).sum(axis=1) / (counts * n_features)
    return (volumes[:, None] * shape)[:, :, None] * np.eye(n_features)


def constant_volume(within_scatter: FloatArray, counts: FloatArray, current: FloatArray | None) -> FloatArray:
    """Σ_k = A_k / 100, A_k diagonal and |A_k| = 1."""
    scatter = np.diagonal(within_scatter, axis1=1, axis2=2)
    shapes = scatter / np.exp(np.log(scatter).mean(axis=1, keepdims=True))
    return 0.01 * shapes[:, :, None] * np.eye(scatter.shape[1])


VEI = CovarianceStructure(
    name="VEI",
    alias="VEI",
    summary="ellipses of one shape along the axes, large and small",
    update=one_shape,
    covariance_parameters=lambda k, d: k + d - 1,
    invariance=Invariance.PER_FEATURE,
    compact=DIAGONALS,
    moments=Moments.DIAGONAL,
)


def scatter_of(seed: int, n_features: int = 3) -> FloatArray:
    rng = np.random.default_rng(seed)
    widths = np.exp(rng.normal(size=(3, n_features)))
    return np.stack(
        [
            wishart.rvs(int(n), np.diag(width), random_state=rng)
            for n, width in zip(COUNTS, widths, strict=True)
        ]
    )


def expected_log_likelihood(covariances: FloatArray, within: FloatArray, counts: FloatArray) -> float:
    traces = np.trace(np.linalg.solve(covariances, within), axis1=1, axis2=2)
    return -0.5 * float(counts @ np.linalg.slogdet(covariances)[1] + traces.sum())


@pytest.mark.parametrize("structure", [*STRUCTURES.values(), VEI], ids=lambda structure: structure.name)
def test_what_a_floor_raises_stays_in_its_family(structure: CovarianceStructure) -> None:
    model = GaussianModel(structure, VarianceFloor(0.5))
    statistics = BlockedEngine(X).expectation(model.scores(STATE), model.moments)
    state, at_floor = model.m_step(statistics, STATE)
    covariances = model.mixture(state).covariances
    assert at_floor.any()
    assert np.linalg.eigvalsh(covariances).min() == pytest.approx(0.5)
    again = structure.update(covariances * statistics.counts[:, None, None], statistics.counts, covariances)
    np.testing.assert_allclose(again, covariances, rtol=1e-9, atol=1e-15)
    assert structure.holds(covariances)
    assert model.allows(replace(state, covariances=1.01 * covariances))
    assert not model.allows(replace(state, covariances=0.99 * covariances))
    assert model.objective(statistics, STATE) == statistics.log_likelihood


@pytest.mark.parametrize("name", STRUCTURES)
@pytest.mark.parametrize("floor", [1e-3, 0.3, 2.0])
def test_a_closed_family_comes_to_the_same_by_its_update_as_by_raising(name: str, floor: float) -> None:
    structure, within = STRUCTURES[name], scatter_of(1)
    raised, held = structure.m_step(within, COUNTS, None, VarianceFloor(min(floor, 0.99)))
    found = above_floor(structure.update, within, COUNTS, None, min(floor, 0.99))
    assert found is not None
    np.testing.assert_allclose(found[0], raised, rtol=1e-7, atol=1e-9)
    assert found[1].tolist() == held.tolist()


@pytest.mark.parametrize("seed", range(6))
def test_a_floored_pair_of_one_shape_keeps_one_and_is_the_likeliest(seed: int) -> None:
    within = 0.01 * scatter_of(seed)
    free = one_shape(within, COUNTS, None)
    floor = 1.5 * float(np.diagonal(free, axis1=1, axis2=2).min())
    covariances, held = VEI.m_step(within, COUNTS, None, VarianceFloor(floor))
    variances = np.diagonal(covariances, axis1=1, axis2=2)
    shapes = variances / variances[:, :1]
    assert held.any()
    np.testing.assert_allclose(shapes, np.broadcast_to(shapes[0], shapes.shape), rtol=1e-12)
    assert variances.min() == pytest.approx(floor)

    def negative(logarithms: FloatArray) -> float:
        sizes, lengths = logarithms[:3], logarithms[3:]
        candidate = np.exp(sizes[:, None] + lengths)[:, :, None] * np.eye(3)
        return -expected_log_likelihood(candidate, within, COUNTS)

    best = minimize(
        negative,
        np.zeros(6),
        method="SLSQP",
        constraints={
            "type": "ineq",
            "fun": lambda logs: (logs[:3, None] + logs[3:]).ravel() - np.log(floor),
        },
        options={"ftol": 1e-12, "maxiter": 500},
    )
    assert expected_log_likelihood(covariances, within, COUNTS) >= -best.fun - 1e-6


REFERENCE = json.loads((Path(__file__).parents[2] / "reference/mclust_faithful.json").read_text())["fits"]


@pytest.mark.parametrize(
    "expected", [entry for entry in REFERENCE if entry["model"] == "VEI"], ids=lambda entry: str(entry["K"])
)
def test_a_family_whose_update_iterates_is_never_below_mclust(
    expected: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(STRUCTURES, VEI.name, VEI)
    rows = load_sample("faithful").table[["eruptions", "waiting"]].to_numpy(dtype=np.float64)
    asked = FitSpecification(expected["K"], "VEI", tolerance=1e-11, max_iterations=2_000)
    found = fit(rows, asked, starts=[GivenLabels(np.array(expected["start_labels"]))])
    assert found.log_likelihood >= expected["loglik"] - 1e-6
    assert found.log_likelihood == pytest.approx(expected["loglik"], rel=1e-6)
    assert found.criteria.parameter_count == expected["n_parameters"]
    assert VEI.holds(found.mixture.covariances)


@pytest.mark.parametrize(
    "regularization", [VarianceFloor(0.2), VarianceFloor(1e-20), Ridge((0.5, 0.1))], ids=str
)
def test_em_of_a_bounded_family_stays_in_it_and_climbs(regularization: Regularization) -> None:
    rng = np.random.default_rng(3)
    rows = np.concatenate(
        [rng.normal(size=(40, 2)) * [1.0, 0.2], rng.normal(size=(30, 2)) * [0.2, 1.0] + 3.0]
    )
    start = Mixture(np.array([0.5, 0.5]), rows[[0, -1]], np.stack([np.eye(2)] * 2))
    model = GaussianModel(VEI, regularization)
    iterations = list(islice(em_iterations(BlockedEngine(rows), model, start), 60))
    for one, other in pairwise(iterations):
        assert VEI.holds(other.mixture.covariances)
        if model.monotone:
            assert other.log_likelihood >= one.log_likelihood - 1e-7
    assert iterations[-1].at_floor.any() == (regularization == VarianceFloor(0.2))


def test_where_a_family_cannot_meet_a_floor_the_restart_ends_and_says_so() -> None:
    fixed = replace(VEI, name="constant volume", update=constant_volume)
    model = GaussianModel(fixed, VarianceFloor(0.5))
    statistics = BlockedEngine(X).expectation(STATE.scores, model.moments)
    with pytest.raises(FitError, match="degenerate for covariances of the type constant volume"):
        model.m_step(statistics, STATE)
    wide, at_floor = replace(model, regularization=VarianceFloor(1e-9)).m_step(statistics, STATE)
    assert not at_floor.any()
    assert fixed.holds(wide.covariances)


def test_a_fit_of_a_family_that_cannot_meet_its_floor_says_so_of_each_restart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(STRUCTURES, "fixed", replace(VEI, name="fixed", alias="VEV", update=constant_volume))
    asked = FitSpecification(2, "fixed", regularization=0.5)
    with pytest.raises(FitError, match="degenerate for covariances of the type fixed"):
        fit(X, asked, starts=[GivenMixture(STATE), GivenMixture(STATE.reordered([1, 0]))])


def test_a_bound_of_ones_own_that_leads_out_of_the_family_is_refused() -> None:
    class Own(VarianceFloor):
        def floor_and_ridge(self, n_features: int) -> None:  # type: ignore[override]
            return None

    statistics = BlockedEngine(X).expectation(STATE.scores, Moments.FULL)
    held = GaussianModel(VEI, Own(0.5))
    with pytest.raises(FitError, match="within the bounds"):
        held.m_step(statistics, STATE)
    free, at_floor = replace(held, regularization=Own(1e-12)).m_step(statistics, STATE)
    assert VEI.holds(free.covariances) and not at_floor.any()
