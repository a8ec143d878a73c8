"""Mardia's test against published values, a direct formula, and Gaussians."""

import numpy as np
import pytest
from scipy.stats import chi2, norm
from sklearn.datasets import load_iris

from gmm_core.studies.checks.mardia import mardia


def by_the_formula(X: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """b₁ and b₂ as double sums over the rows, each counted as often as its weight says."""
    total = weights.sum()
    centred = X - np.average(X, axis=0, weights=weights)
    inverse = np.linalg.inv((centred * weights[:, None]).T @ centred / total)
    angles = centred @ inverse @ centred.T
    return (
        float(np.einsum("i,j,ij->", weights, weights, angles**3) / total**2),
        float(weights @ np.diagonal(angles) ** 2 / total),
    )


@pytest.mark.parametrize(
    ("rows", "skewness", "skewness_p", "kurtosis", "kurtosis_p"),
    [  # R's MVN 5.9, mvn(..., mvnTest = "mardia")
        (slice(0, 50), 25.6643445196298, 0.177185884467652, 1.29499223711605, 0.195322907441935),
        (slice(0, 150), 67.4305087780629, 4.75799820400705e-07, -0.230112114480775, 0.818004651478188),
    ],
    ids=["setosa", "iris"],
)
def test_iris_has_the_published_values(
    rows: slice, skewness: float, skewness_p: float, kurtosis: float, kurtosis_p: float
) -> None:
    found = mardia(load_iris().data[rows])
    assert found is not None
    assert found.skewness_statistic == pytest.approx(skewness, rel=1e-9)
    assert found.skewness_p == pytest.approx(skewness_p, rel=1e-6)
    assert found.kurtosis_statistic == pytest.approx(kurtosis, rel=1e-9)
    assert found.kurtosis_p == pytest.approx(kurtosis_p, rel=1e-6)


@pytest.mark.parametrize(("n_rows", "n_features"), [(60, 1), (80, 3), (50, 9)])
def test_weighted_rows_follow_the_formula(n_rows: int, n_features: int) -> None:
    rng = np.random.default_rng(n_features)
    X = rng.gamma(2.0, size=(n_rows, n_features)) * 10.0 ** np.arange(n_features)
    weights = rng.uniform(size=n_rows)
    found = mardia(X, weights)
    assert found is not None
    skewness, kurtosis = by_the_formula(X, weights)
    assert found.skewness == pytest.approx(skewness, rel=1e-6)
    assert found.kurtosis == pytest.approx(kurtosis, rel=1e-6)
    d = n_features
    assert found.skewness_p == pytest.approx(
        chi2.sf(weights.sum() * skewness / 6, d * (d + 1) * (d + 2) / 6), rel=1e-4
    )
    z = (kurtosis - d * (d + 2)) / np.sqrt(8 * d * (d + 2) / weights.sum())
    assert found.kurtosis_p == pytest.approx(2 * norm.sf(abs(z)), rel=1e-4)


def test_rows_counted_twice_are_rows_that_stand_twice() -> None:
    X = np.random.default_rng(1).exponential(size=(40, 2))
    twice, repeated = mardia(X, np.full(40, 2.0)), mardia(np.repeat(X, 2, axis=0))
    assert twice is not None
    assert repeated is not None
    assert twice.skewness_statistic == pytest.approx(repeated.skewness_statistic)
    assert twice.kurtosis_statistic == pytest.approx(repeated.kurtosis_statistic)


@pytest.mark.parametrize("n_features", [1, 2, 8])
def test_five_of_a_hundred_gaussians_are_taken_for_none(n_features: int) -> None:
    rng = np.random.default_rng(n_features)
    tests = [mardia(rng.standard_normal((400, n_features))) for _ in range(200)]
    for name in ("skewness_p", "kurtosis_p"):
        share = np.mean([getattr(test, name) < 0.05 for test in tests])
        assert 0.005 <= share <= 0.1, (name, share)


@pytest.mark.parametrize(
    "X",
    [np.zeros((30, 2)), np.eye(3), np.repeat(np.arange(30.0)[:, None], 2, axis=1)],
    ids=["one place", "few", "a line"],
)
def test_rows_that_do_not_span_have_no_measure(X: np.ndarray) -> None:
    assert mardia(X) is None
