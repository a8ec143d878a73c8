"""The loop raises the likelihood, yields every iteration and stops where it should."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, pairwise

import numpy as np
import pytest

from gmm_core.em.iteration import EMIteration, Position
from gmm_core.em.loop import em_iterations, following, has_settled
from gmm_core.engines.blocked_numpy import BlockedEngine
from gmm_core.errors import FitError, ParameterError
from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.model.covariance.family import CovarianceStructure
from gmm_core.model.covariance.regularization import VarianceFloor
from gmm_core.model.likelihood_model import GaussianModel
from gmm_core.model.mixture import Mixture
from tests.gmm_core.em.until_settled import until_settled

EVERY = pytest.mark.parametrize("structure", STRUCTURES.values(), ids=STRUCTURES)
RNG = np.random.default_rng(3)
X = np.concatenate([RNG.normal(size=(200, 2)), RNG.normal(size=(100, 2)) * [0.3, 2.0] + [3.0, 0.0]])
START = Mixture([0.5, 0.5], [[0.0, 1.0], [1.0, -1.0]], np.stack([np.eye(2)] * 2))


@EVERY
def test_the_log_likelihood_never_falls(structure: CovarianceStructure) -> None:
    iterations = list(islice(em_iterations(BlockedEngine(X), GaussianModel(structure), START), 200))
    for before, after in pairwise(iterations):
        assert after.log_likelihood >= before.log_likelihood - 1e-9
    assert iterations[-1].log_likelihood > iterations[0].log_likelihood + 50


@EVERY
def test_every_mixture_comes_with_its_own_log_likelihood(structure: CovarianceStructure) -> None:
    for iteration in islice(em_iterations(BlockedEngine(X), GaussianModel(structure), START), 10):
        assert iteration.log_likelihood == pytest.approx(iteration.mixture.log_density(X).sum(), rel=1e-12)
        assert iteration.mean_log_likelihood == pytest.approx(iteration.log_likelihood / len(X))


def test_one_iteration_is_the_textbook_one() -> None:
    iterations = em_iterations(BlockedEngine(X), GaussianModel(STRUCTURES["full"]), START)
    first, second = next(iterations), next(iterations)
    assert (first.index, second.index) == (0, 1)
    assert first.mixture is START
    responsibilities = START.responsibilities(X)
    counts = responsibilities.sum(axis=0)
    np.testing.assert_allclose(second.mixture.weights, counts / len(X))
    for k in range(2):
        mean = responsibilities[:, k] @ X / counts[k]
        covariance = np.cov(X.T, aweights=responsibilities[:, k], bias=True)
        np.testing.assert_allclose(second.mixture.means[k], mean)
        np.testing.assert_allclose(second.mixture.covariances[k], covariance)


def made_up(values: list[float], reseeded: dict[int, tuple[int, ...]] | None = None) -> Iterator[EMIteration]:
    for index, value in enumerate(values):
        yield EMIteration(
            index, START, value, value, np.zeros(2, dtype=np.bool_), (reseeded or {}).get(index, ())
        )


def test_convergence_is_a_small_rise() -> None:
    seen = [iteration.index for iteration in until_settled(made_up([-9, -5, -4.5, -4.4999, -4.0]), 1e-3)]
    assert seen == [0, 1, 2, 3]


def test_a_fall_is_not_convergence() -> None:
    seen = [iteration.index for iteration in until_settled(made_up([-5, -4, -4.1, -4.05, -4.05]), 1e-3)]
    assert seen == [0, 1, 2, 3, 4]


def test_rounding_is_not_a_fall() -> None:
    seen = [iteration.index for iteration in until_settled(made_up([-5, -4, -4 - 1e-14, -3]), 0.0)]
    assert seen == [0, 1, 2]


def test_a_fall_in_the_few_digits_of_a_component_at_the_floor_is_rounding() -> None:
    assert not has_settled(-5e-6, 17.0, 1e-6)
    assert has_settled(-5e-6, 17.0, 1e-6, held=True)
    assert not has_settled(5e-6, 17.0, 1e-6, held=True)
    assert not has_settled(-5e-3, 17.0, 1e-6, held=True)


def test_a_reseeded_component_is_not_convergence() -> None:
    iterations = made_up([-5, -4, -4, -4, -4, -4], reseeded={2: (1,)})
    assert [iteration.index for iteration in until_settled(iterations, 1e-3)] == [0, 1, 2, 3, 4]


def test_an_emptied_component_is_reseeded_on_the_least_likely_row() -> None:
    away = Mixture([0.5, 0.5], [[0.0, 0.0], [1e6, 1e6]], np.stack([np.eye(2)] * 2))
    iterations = list(islice(em_iterations(BlockedEngine(X), GaussianModel(STRUCTURES["full"]), away), 40))
    assert [iteration.index for iteration in iterations if iteration.reseeded] == [1]
    assert iterations[1].reseeded == (1,)
    least = X[away.log_density(X).argmin()]
    np.testing.assert_array_equal(iterations[1].mixture.means[1], least)
    final = iterations[-1].mixture
    assert final.weights.min() > 0.01
    assert (final.means >= X.min(axis=0)).all()
    assert (final.means <= X.max(axis=0)).all()


def test_two_emptied_components_are_placed_on_two_rows_at_once() -> None:
    away = Mixture(np.full(3, 1 / 3), [[0.0, 0.0], [1e6, 1e6], [-1e6, 1e6]], np.stack([np.eye(2)] * 3))
    iterations = list(islice(em_iterations(BlockedEngine(X), GaussianModel(STRUCTURES["full"]), away), 60))
    assert [iteration.index for iteration in iterations if iteration.reseeded] == [1]
    assert iterations[1].reseeded == (1, 2)
    placed = iterations[1].mixture
    assert all((mean == X).all(axis=1).any() for mean in placed.means[1:])
    assert not np.array_equal(placed.means[1], placed.means[2])
    np.testing.assert_allclose(placed.weights[1:], 1 / len(X), rtol=0.01)
    assert iterations[-1].mixture.weights.min() > 1e-3


def test_a_component_that_goes_on_losing_its_points_comes_as_narrow_as_it_may() -> None:
    model = GaussianModel(STRUCTURES["full"], VarianceFloor(1e-6))
    statistics = BlockedEngine(X).expectation(START.scores, model.moments)
    emptied = replace(statistics, counts=np.array([float(len(X)), 0.0]))
    wide = following(BlockedEngine(X), model, Position(START), emptied)
    narrow = following(BlockedEngine(X), model, Position(START, n_reseeded=2), emptied)
    np.testing.assert_array_equal(wide.state.covariances[1], START.covariances[0])
    np.testing.assert_allclose(narrow.state.covariances[1], 1e-6 * np.eye(2))
    with pytest.raises(FitError, match="lost its points again and again"):
        following(BlockedEngine(X), model, Position(START, n_reseeded=12), emptied)


def test_without_a_floor_a_collapse_is_an_error_with_a_sentence() -> None:
    rows = np.array([[0.0], [0.0], [0.0], [5.0], [5.1], [5.2]])
    start = Mixture([0.5, 0.5], [[0.0], [5.1]], np.full((2, 1, 1), 1e-3))
    with pytest.raises(ParameterError, match="component 1 is not positive definite"):
        list(islice(em_iterations(BlockedEngine(rows), GaussianModel(STRUCTURES["full"]), start), 500))


def test_with_a_floor_the_same_start_ends_at_the_floor() -> None:
    rows = np.array([[0.0], [0.0], [0.0], [5.0], [5.1], [5.2]])
    start = Mixture([0.5, 0.5], [[0.0], [5.1]], np.full((2, 1, 1), 1e-3))
    final = list(
        until_settled(
            em_iterations(BlockedEngine(rows), GaussianModel(STRUCTURES["full"], VarianceFloor(1e-6)), start),
            1e-9,
        )
    )[-1]
    assert final.at_floor.tolist() == [True, False]
    assert final.mixture.covariances[0, 0, 0] == pytest.approx(1e-6)


def test_rows_that_overflow_end_with_a_sentence() -> None:
    with np.errstate(over="ignore", invalid="ignore"), pytest.raises(FitError, match="not a finite number"):
        next(
            em_iterations(
                BlockedEngine(np.array([[1e200, 1e200], [0.0, 0.0]])),
                GaussianModel(STRUCTURES["full"]),
                START,
            )
        )
