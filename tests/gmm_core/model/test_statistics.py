"""Statistics add up over any split of the rows, and give the moments of the whole."""

import numpy as np
import pytest

from gmm_core.engines.blocked_numpy import BlockedEngine
from gmm_core.errors import ParameterError
from gmm_core.model.mixture import Mixture
from gmm_core.model.statistics import Moments, SufficientStatistics

RNG = np.random.default_rng(0)
X = RNG.normal(size=(1000, 3)) + 50.0
MIXTURE = Mixture(
    [0.3, 0.7], np.array([[49.0, 50.0, 51.0], [50.0, 50.0, 50.0]]), np.stack([np.eye(3), 2 * np.eye(3)])
)


def test_two_halves_add_up_to_the_whole() -> None:
    whole = BlockedEngine(X).expectation(MIXTURE.scores)
    halves = BlockedEngine(X[:333]).expectation(MIXTURE.scores) + BlockedEngine(X[333:]).expectation(
        MIXTURE.scores
    )
    for name in ("counts", "sums", "scatter", "log_likelihood"):
        np.testing.assert_allclose(getattr(halves, name), getattr(whole, name), rtol=1e-10, atol=1e-9)
    assert whole.total == pytest.approx(1000)


def test_moments_agree_with_the_definition() -> None:
    statistics = BlockedEngine(X).expectation(MIXTURE.scores)
    responsibilities = MIXTURE.responsibilities(X)
    means = responsibilities.T @ X / responsibilities.sum(axis=0)[:, None]
    np.testing.assert_allclose(statistics.means(), means)
    np.testing.assert_allclose(statistics.weights(), responsibilities.mean(axis=0))
    for k in range(2):
        difference = X - means[k]
        within = (responsibilities[:, k, None] * difference).T @ difference
        np.testing.assert_allclose(statistics.within_scatter()[k], within, rtol=1e-9, atol=1e-9)
    assert statistics.log_likelihood == pytest.approx(MIXTURE.log_density(X).sum())


def test_given_responsibilities_have_the_same_moments() -> None:
    responsibilities = RNG.dirichlet(np.ones(4), size=len(X))
    statistics = SufficientStatistics.from_responsibilities(X, responsibilities)
    np.testing.assert_allclose(
        statistics.means(), responsibilities.T @ X / responsibilities.sum(axis=0)[:, None]
    )


def test_different_origins_do_not_add_up() -> None:
    other = Mixture(MIXTURE.weights, MIXTURE.means + 1, MIXTURE.covariances)
    with pytest.raises(ParameterError, match="different origins"):
        BlockedEngine(X).expectation(MIXTURE.scores) + BlockedEngine(X).expectation(other.scores)


def test_weighted_rows_count_as_repeated_rows() -> None:
    weights = RNG.integers(0, 4, size=len(X)).astype(float)
    weighted = BlockedEngine(X, weights).expectation(MIXTURE.scores)
    repeated = BlockedEngine(np.repeat(X, weights.astype(int), axis=0)).expectation(MIXTURE.scores)
    for name in ("counts", "sums", "scatter", "log_likelihood"):
        np.testing.assert_allclose(getattr(weighted, name), getattr(repeated, name), rtol=1e-9, atol=1e-8)


def test_diagonals_alone_give_the_diagonals_of_the_whole() -> None:
    engine = BlockedEngine(X)
    squares = engine.expectation(MIXTURE.scores, Moments.DIAGONAL)
    assert squares.scatter.shape == (2, 3)
    expected = engine.expectation(MIXTURE.scores).within_scatter() * np.eye(3)
    np.testing.assert_allclose(squares.within_scatter(), expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose((squares + squares).scatter, 2 * squares.scatter)
