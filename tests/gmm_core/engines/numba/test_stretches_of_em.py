"""The compiled loop takes the path of `em_iterations`, and steps aside where it is not the rule."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from gmm_core.em.iteration import EMIteration, Position
from gmm_core.em.loop import em_iterations
from gmm_core.em.trajectory import History
from gmm_core.engines.choice import engine_named
from gmm_core.engines.numba.arguments import Parameters, Statistics
from gmm_core.engines.numba.fused_em import iterate
from gmm_core.engines.numba.kernel import BLOCK
from gmm_core.engines.numba.stretches_of_em import fits, m_step_of
from gmm_core.errors import FitError, ParameterError
from gmm_core.model.covariance.catalogue import STRUCTURES, structure_named
from gmm_core.model.covariance.regularization import Regularization, Ridge, VarianceFloor
from gmm_core.model.likelihood_model import GaussianModel
from gmm_core.model.mixture import Mixture
from gmm_core.model.standardization import Standardization
from gmm_core.rows.rows import Rows
from gmm_core.starts.kinds import random_starts
from gmm_core.starts.problem import FitProblem

RNG = np.random.default_rng(3)


def problem(
    rows: np.ndarray,
    structure: str = "full",
    regularization: Regularization = VarianceFloor(1e-6),  # noqa: B008
    weights: np.ndarray | None = None,
    n_components: int = 3,
) -> FitProblem:
    kind = structure_named(structure)
    identity = Standardization(np.zeros(rows.shape[1]), np.ones(rows.shape[1]))
    return FitProblem(Rows(rows, weights), n_components, kind, regularization, identity)


def iterations(given: FitProblem, start: Mixture, length: int) -> list[EMIteration]:
    """What its stretches hold, one by one."""
    found: list[EMIteration] = []
    engine = given.rows.engine("compiled")
    for chunk in engine.iterations(given.model, Position(start), 0.0, length):
        assert chunk.index == len(found)
        history = History()
        history.add(chunk)
        for position, mixture in enumerate(history):
            found.append(
                EMIteration(
                    chunk.index + position,
                    mixture,
                    chunk.log_likelihoods[position],
                    chunk.mean_log_likelihoods[position],
                    chunk.at_floor,
                    () if position else chunk.reseeded,
                )
            )
        if len(found) >= length:
            return found[:length]
    raise AssertionError("it came to an end")


def assert_same_path(given: FitProblem, start: Mixture, length: int) -> None:
    ours = iterations(given, start, length)
    slow = given.rows.engine("blocked")
    theirs = list(islice(em_iterations(slow, given.model, start), length))
    for one, other in zip(ours, theirs, strict=True):
        assert one.index == other.index
        assert one.reseeded == other.reseeded
        assert one.at_floor.tolist() == other.at_floor.tolist()
        assert one.log_likelihood == pytest.approx(other.log_likelihood, rel=1e-9)
        np.testing.assert_allclose(one.mixture.weights, other.mixture.weights, rtol=1e-7, atol=1e-12)
        np.testing.assert_allclose(one.mixture.means, other.mixture.means, rtol=1e-7, atol=1e-8)
        np.testing.assert_allclose(one.mixture.covariances, other.mixture.covariances, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize(
    "regularization", [VarianceFloor(1e-6), VarianceFloor(0.0), Ridge(1e-3), Ridge((0.1, 0.0, 0.2))]
)
@pytest.mark.parametrize("structure", STRUCTURES)
def test_it_takes_the_same_path(structure: str, regularization: Regularization) -> None:
    rows = np.concatenate([RNG.normal(size=(150, 3)), RNG.normal(size=(100, 3)) * [1, 0.4, 1] + 2.0])
    weights = RNG.integers(1, 4, size=250).astype(float)
    for given in (
        problem(rows, structure, regularization),
        problem(rows, structure, regularization, weights),
    ):
        assert fits(given.model, given.rows.shape, given.n_components)
        assert_same_path(given, random_starts("random points", 1, 2)[0].beginning(given).first, 40)


@pytest.mark.parametrize("n_features", [1, 2, 4, 7])
@pytest.mark.parametrize("structure", STRUCTURES)
def test_it_takes_the_same_path_with_any_number_of_features(structure: str, n_features: int) -> None:
    rows = np.concatenate([RNG.normal(size=(BLOCK, n_features)), RNG.normal(size=(30, n_features)) + 2.0])
    given = problem(rows, structure)
    assert_same_path(given, random_starts("random points", 1, 2)[0].beginning(given).first, 10)


@pytest.mark.parametrize("structure", ["diag", "spherical"])
def test_a_diagonal_model_starts_from_any_mixture(structure: str) -> None:
    rows = RNG.normal(size=(100, 3)) @ [[1.0, 0.5, 0.2], [0.0, 1.0, 0.3], [0.0, 0.0, 1.0]]
    given = problem(rows, structure, n_components=2)
    start = Mixture([0.5, 0.5], rows[:2], np.stack([np.cov(rows.T)] * 2))
    assert_same_path(given, start, 8)


@pytest.mark.parametrize("structure", ["diag", "spherical"])
def test_a_diagonal_model_costs_no_products_of_two_features(structure: str) -> None:
    rows = RNG.normal(size=(100, 4))
    path = Parameters(np.full((2, 2), 0.5), np.zeros((2, 2, 4)), np.zeros((2, 2, 4, 4)))
    path.means[0], path.covariances[0] = rows[:2], np.eye(4)
    scatter = np.empty((2, 4, 4))
    m_step = m_step_of(problem(rows, structure).model, 4)
    statistics = Statistics(np.empty(2), np.empty((2, 4)), scatter)
    iterate(rows, np.empty(0), m_step, 0.0, -np.inf, 0.0, path, np.zeros(1), statistics)
    assert np.count_nonzero(scatter) == np.count_nonzero(np.diagonal(scatter, axis1=1, axis2=2)) == 8


@pytest.mark.parametrize("structure", STRUCTURES)
def test_a_component_at_the_floor_is_held_there_all_the_same(structure: str) -> None:
    rows = np.concatenate([np.zeros((20, 2)), RNG.normal(size=(80, 2)) + 4.0])
    given = problem(rows, structure, regularization=VarianceFloor(1e-3), n_components=2)
    start = Mixture([0.5, 0.5], [[0.0, 0.0], [4.0, 4.0]], np.stack([np.eye(2)] * 2))
    assert_same_path(given, start, 12)
    last = iterations(given, start, 12)[-1]
    assert last.at_floor.tolist() == [structure != "tied", False]


def test_a_component_without_points_is_placed_anew_all_the_same() -> None:
    rows = RNG.normal(size=(100, 2))
    given = problem(rows, n_components=2)
    start = Mixture([0.5, 0.5], [[0.0, 0.0], [1e6, 1e6]], np.stack([np.eye(2)] * 2))
    assert_same_path(given, start, 12)


def test_what_has_no_likelihood_is_an_error_in_words() -> None:
    given = problem(np.array([[1e200, 1e200], [0.0, 0.0]]), n_components=2)
    engine = given.rows.engine("compiled")
    identities = np.stack([np.eye(2)] * 2)
    start = Mixture([0.5, 0.5], [[0.0, 0.0], [1.0, 1.0]], identities)
    with pytest.raises(FitError, match="not a finite number"):
        next(engine.iterations(given.model, Position(start), 0.0, 10))
    flat = Mixture([0.5, 0.5], [[0.0, 0.0], [1.0, 1.0]], np.stack([np.eye(2), np.ones((2, 2))]))
    with pytest.raises(ParameterError, match="component 2 is not positive definite"):
        next(engine.iterations(given.model, Position(flat), 0.0, 10))


def test_many_rows_are_not_for_it() -> None:
    assert not fits(problem(np.zeros((1, 2))).model, (100_000, 2), 3)


class Halved(Ridge):
    """A regularisation that compiled code does not know."""

    def floor_and_ridge(self, n_features: int) -> None:  # type: ignore[override]
        return None

    def applied(self, covariances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return covariances / 2, np.zeros(len(covariances), dtype=np.bool_)


def test_a_model_that_is_not_compiled_takes_the_plain_loop() -> None:
    rows = RNG.normal(size=(100, 2))
    start = Mixture([0.5, 0.5], [[0.0, 0.0], [1.0, 0.0]], np.stack([np.eye(2)] * 2))
    halved = GaussianModel(structure_named("full"), Halved(0.0))
    assert not fits(halved, rows.shape, 2)
    ours = list(islice(engine_named("compiled", rows).iterations(halved, Position(start), 0.0, 5), 5))
    theirs = list(islice(em_iterations(engine_named("blocked", rows), halved, start), 5))
    assert all(len(chunk) == 1 for chunk in ours)
    for one, other in zip(ours, theirs, strict=True):
        assert one.log_likelihoods[0] == pytest.approx(other.log_likelihood, rel=1e-9)
        np.testing.assert_allclose(one.covariances[0], other.mixture.covariances, rtol=1e-9, atol=1e-12)
