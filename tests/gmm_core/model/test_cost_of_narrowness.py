"""The penalty for narrow components: what is computed quickly is what the definition says."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import eigh

from gmm_core.arrays import FloatArray
from gmm_core.model.cost_of_narrowness import CostOfNarrowness, relative_variances
from gmm_core.model.mixture import Mixture

RNG = np.random.default_rng(0)


def mixture(n_features: int, *, diagonal: bool) -> Mixture:
    spread = 10.0 ** RNG.uniform(-3, 0, size=(3, 1, n_features))
    factors = RNG.normal(size=(3, n_features, n_features)) * spread
    covariances = factors @ factors.transpose(0, 2, 1)
    if diagonal:
        covariances *= np.eye(n_features)
    return Mixture(RNG.dirichlet(np.ones(3)), RNG.normal(size=(3, n_features)), covariances)


@pytest.mark.parametrize("diagonal", [False, True])
@pytest.mark.parametrize("n_features", [1, 2, 5])
def test_relative_variances_are_eigenvalues_relative_to_the_pooled_covariance(
    n_features: int, diagonal: bool
) -> None:
    for _ in range(20):
        given, rounding = mixture(n_features, diagonal=diagonal), 10.0 ** RNG.uniform(-6, -3, n_features)
        values, along = relative_variances(given, rounding)
        pooled = np.einsum("k,kij->ij", given.weights, given.covariances) + np.diag(rounding)
        for k, covariance in enumerate(given.covariances):
            expected, directions = eigh(covariance, pooled)
            np.testing.assert_allclose(values[k], expected, rtol=1e-7, atol=1e-12 * expected.max())
            np.testing.assert_allclose(
                along[k], np.square(directions.T), rtol=1e-5, atol=1e-6 * along[k].max()
            )


def test_a_diagonal_mixture_costs_what_the_same_mixture_costs_when_it_is_turned_by_nearly_nothing() -> None:
    """The diagonal has a formula of its own; with a trace of a covariance the general one is taken."""
    rows = RNG.normal(size=(30, 4))
    rows[:12, 1] = np.round(rows[:12, 1])
    cost, costs = CostOfNarrowness.of_rows(rows, None), []
    for _ in range(40):
        given = mixture(4, diagonal=True)
        covariances = given.covariances.copy()
        covariances[0, 0, 1] = covariances[0, 1, 0] = 1e-300
        turned = Mixture(given.weights, given.means, covariances)
        assert given.is_diagonal
        assert not turned.is_diagonal
        costs.append(cost.of(given))
        assert costs[-1] == pytest.approx(cost.of(turned), rel=1e-9)
    assert min(costs) < max(costs)


def rounding_by_definition(column: FloatArray) -> float:
    gaps = np.diff(np.unique(column))
    return float(np.median(gaps)) ** 2 / 12 if len(gaps) else 0.0


@pytest.mark.parametrize("n_rows", [1, 2, 3, 40, 41])
def test_rounding_is_the_median_gap_of_distinct_values_and_usual_the_weight_of_nearly_all(
    n_rows: int,
) -> None:
    whole = RNG.integers(0, 9, n_rows).astype(np.float64)
    rows = np.column_stack([RNG.normal(size=n_rows), whole, np.ones(n_rows), whole + RNG.normal(size=n_rows)])
    for weights in (np.ones(n_rows), np.full(n_rows, 0.5), RNG.integers(1, 4, n_rows).astype(np.float64)):
        cost = CostOfNarrowness.of_rows(rows, weights)
        np.testing.assert_allclose(cost.rounding, [rounding_by_definition(column) for column in rows.T])
        for usual, column in zip(cost.usual, rows.T, strict=True):
            _, places = np.unique(column, return_inverse=True)
            sums = np.sort(np.bincount(places, weights))
            assert usual == sums[int(0.95 * (len(sums) - 1))]
