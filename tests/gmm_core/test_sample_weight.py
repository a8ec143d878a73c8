"""A row of weight 3 is that row three times, all through: starts, statistics, criteria."""

import numpy as np
import pytest

from gmm_core.errors import DataError
from gmm_core.fitting.fit import Fit, fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.model.covariance.regularization import Ridge
from gmm_core.rows.start_sample import START_ROWS, StartRows
from gmm_core.rows.weights import as_row_weights
from gmm_core.starts.kinds import ALL_STARTS, GivenLabels, GivenMeans, Start

RNG = np.random.default_rng(5)
X = RNG.normal(size=(120, 2)) + np.repeat([[0.0, 0.0], [5.0, 1.0], [2.0, 6.0]], 40, axis=0)
WEIGHT = RNG.integers(0, 5, size=len(X))
REPEATED = np.repeat(X, WEIGHT, axis=0)


def assert_same(weighted: Fit, repeated: Fit) -> None:
    assert len(weighted.runs) == len(repeated.runs)
    for one, other in zip(weighted.runs, repeated.runs, strict=True):
        np.testing.assert_allclose(one.log_likelihoods, other.log_likelihoods, rtol=1e-10)
        for mine, theirs in ((one.mixtures[0], other.mixtures[0]), (one.mixture, other.mixture)):
            np.testing.assert_allclose(mine.weights, theirs.weights, rtol=1e-8)
            np.testing.assert_allclose(mine.means, theirs.means, rtol=1e-8, atol=1e-8)
            np.testing.assert_allclose(mine.covariances, theirs.covariances, rtol=1e-8, atol=1e-8)
    for criterion in ("aic", "bic", "icl"):
        expected = getattr(repeated.criteria, criterion)
        assert getattr(weighted.criteria, criterion) == pytest.approx(expected, rel=1e-10)
    assert weighted.warnings == repeated.warnings


@pytest.mark.parametrize("covariance_type", STRUCTURES)
@pytest.mark.parametrize("kind", ALL_STARTS)
def test_weighted_rows_are_repeated_rows_from_every_kind_of_start(kind: str, covariance_type: str) -> None:
    specification = FitSpecification(
        n_components=3, covariance_type=covariance_type, init=kind, n_init=3, max_iterations=50
    )
    assert_same(fit(X, specification, sample_weight=WEIGHT), fit(REPEATED, specification))


@pytest.mark.parametrize("engine", ["blocked", "compiled"])
def test_where_the_repetitions_stand_does_not_matter(engine: str) -> None:
    specification = FitSpecification(n_components=3, n_init=4, regularization=Ridge(1e-3))
    shuffled = np.random.default_rng(0).permutation(REPEATED)
    weighted = fit(X, specification, sample_weight=WEIGHT, engine=engine)
    assert_same(weighted, fit(shuffled, specification, engine=engine))


@pytest.mark.parametrize(
    ("weighted", "repeated"),
    [
        (GivenLabels(np.repeat([0, 1, 2], 40)), GivenLabels(np.repeat([0, 1, 2], 40).repeat(WEIGHT))),
        (GivenMeans(X[[0, 50, 100]]), GivenMeans(X[[0, 50, 100]])),
    ],
)
def test_given_starts_too(weighted: Start, repeated: Start) -> None:
    specification = FitSpecification(n_components=3)
    assert_same(
        fit(X, specification, starts=[weighted], sample_weight=WEIGHT),
        fit(REPEATED, specification, starts=[repeated]),
    )


def test_so_many_rows_that_starts_draw_among_them_are_drawn_alike() -> None:
    rows = np.random.default_rng(0).normal(size=(START_ROWS // 2, 2))
    weight = np.random.default_rng(1).integers(1, 9, size=len(rows)).astype(float)
    drawn, again = (
        StartRows.drawn(given, weights, 3, np.random.default_rng(7))
        for given, weights in ((rows, weight), (np.repeat(rows, weight.astype(int), axis=0), None))
    )
    assert drawn.weights.sum() == START_ROWS
    np.testing.assert_array_equal(drawn.rows, again.rows)
    np.testing.assert_array_equal(drawn.weights, again.weights)


def test_a_fit_whose_starts_draw_among_the_rows_too() -> None:
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(3_000, 2)) + 4 * rng.integers(0, 3, size=(3_000, 1))
    weight = rng.integers(0, 20, size=len(rows))
    assert weight.sum() > START_ROWS
    specification = FitSpecification(n_components=3, n_init=4, max_iterations=20)
    repeated = np.repeat(rows, weight, axis=0)
    assert_same(fit(rows, specification, sample_weight=weight), fit(repeated, specification))


def test_the_unit_of_weights_changes_no_parameter() -> None:
    specification = FitSpecification(n_components=3, n_init=4)
    weight = WEIGHT + 0.5
    one, other = (fit(X, specification, sample_weight=weight * unit) for unit in (1e-9, 1e-6))
    np.testing.assert_allclose(one.mixture.means, other.mixture.means, rtol=1e-8)
    assert one.best.reseeded == other.best.reseeded == ()


@pytest.mark.parametrize(
    ("weight", "sentence"),
    [
        (np.ones(7), r"shape \(7,\), but there are 120 rows"),
        (np.ones((120, 2)), "shape"),
        (np.full(120, -1.0), "negative"),
        (np.full(120, np.nan), "not a finite number"),
        (np.zeros(120), "at least one non-zero"),
        (["a"] * 120, "not numbers"),
    ],
)
def test_weights_that_make_no_sense_are_refused(weight: np.ndarray, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        fit(X, FitSpecification(n_components=1), sample_weight=weight)


def test_one_number_is_every_rows_weight() -> None:
    np.testing.assert_array_equal(as_row_weights(2, 3), [2.0, 2.0, 2.0])


@pytest.mark.parametrize(
    ("unit", "advice"), [(1e300, "divide"), (1e308, "divide"), (1e-300, "multiply"), (5e-324, "multiply")]
)
def test_weights_near_the_largest_and_smallest_numbers_get_a_true_sentence(unit: float, advice: str) -> None:
    rows = np.random.default_rng(0).normal(size=(30, 1))
    with pytest.raises(DataError, match=f"The sample weights add up to .*{advice} them by a power of ten"):
        fit(rows, FitSpecification(2), sample_weight=np.full(30, unit))


@pytest.mark.parametrize("unit", [1e-280, 1e280])
def test_weights_in_any_other_unit_give_the_same_mixture(unit: float) -> None:
    rows = np.random.default_rng(0).normal(size=(30, 1))
    weights = 1.0 + np.arange(30) % 3
    one, other = (
        fit(rows, FitSpecification(2, n_init=2), sample_weight=weights * scale) for scale in (1.0, unit)
    )
    np.testing.assert_allclose(other.mixture.means, one.mixture.means, rtol=1e-9)
    assert other.log_likelihood / unit == pytest.approx(one.log_likelihood, rel=1e-9)
