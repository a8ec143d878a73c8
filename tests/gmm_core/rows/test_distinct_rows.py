"""The same answer, whatever the order of the rows, their repetition and the unit of their weights."""

import numpy as np
import pytest

from gmm_core import GaussianMixture
from gmm_core.fitting.fit import Fit, fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.rows.distinct_rows import CanonicalRows
from gmm_core.rows.start_sample import START_ROWS
from gmm_core.starts.kinds import GivenLabels
from tests.gmm_core.conftest import ShortenSearch

EVERY_ENGINE = pytest.mark.parametrize("engine", ["blocked", "compiled"])


def lattice(seed: int) -> np.ndarray:
    return np.round(np.random.default_rng(seed).normal(size=(20, 2)) * 1.5)


def bytes_of(result: Fit) -> bytes:
    mixture = result.mixture
    return mixture.weights.tobytes() + mixture.means.tobytes() + mixture.covariances.tobytes()


@pytest.mark.parametrize("n_features", [1, 2, 4])
def test_canonical_rows_are_the_different_rows_in_ascending_order_with_their_counts(n_features: int) -> None:
    for seed in range(100):
        rng = np.random.default_rng(seed)
        rows, weights = np.round(rng.normal(size=(30, n_features))), rng.integers(0, 3, size=30)
        expected, counts = np.unique(np.repeat(rows, weights, axis=0), axis=0, return_counts=True)
        canonical = CanonicalRows.of(rows, weights.astype(float))
        np.testing.assert_array_equal(canonical.rows, expected)
        np.testing.assert_array_equal(rows[canonical.positions], expected)
        assert (weights[canonical.positions] > 0).all()
        assert canonical.total_weight == weights.sum()
        found = np.ones(len(expected)) if canonical.weights is None else canonical.weights
        np.testing.assert_allclose(found * canonical.unit, counts)


def test_zero_has_one_sign_and_labels_keep_equal_rows_apart() -> None:
    rows = np.array([[0.0, 1.0], [-0.0, 1.0], [-1.0, 2.0], [-1.0, 2.0]])
    merged = CanonicalRows.of(rows, None)
    assert merged.rows.tobytes() == np.array([[-1.0, 2.0], [0.0, 1.0]]).tobytes()
    assert merged.weights is None
    assert merged.unit == 2.0
    apart = CanonicalRows.of(rows, None, [np.array([0, 0, 1, 0])])
    assert apart.positions.tolist() == [3, 2, 0]


def test_different_rows_of_one_weight_keep_the_unweighted_path() -> None:
    rows = np.random.default_rng(0).normal(size=(50, 2))
    assert CanonicalRows.of(rows, None).weights is None
    assert CanonicalRows.of(rows, np.full(50, 3.0)).weights is None


@EVERY_ENGINE
@pytest.mark.parametrize("seed", range(2))
def test_shuffles_of_a_lattice_have_one_answer(
    engine: str, seed: int, short_search_by_numpy: ShortenSearch
) -> None:
    short_search_by_numpy(engine)
    specification = FitSpecification(n_components=3, covariance_type="spherical", n_init=3)
    rows, rng = lattice(seed), np.random.default_rng(seed)
    expected = fit(rows, specification, engine=engine)
    for _ in range(50 if engine == "compiled" else 10):
        # of unsorted rows hardly one has the same last digits
        shuffled = fit(rng.permutation(rows), specification, engine=engine)
        assert bytes_of(shuffled) == bytes_of(expected)
        assert shuffled.log_likelihood == expected.log_likelihood


@EVERY_ENGINE
def test_the_unit_of_weights_does_not_matter_however_large_their_sum(
    engine: str, short_search_by_numpy: ShortenSearch
) -> None:
    short_search_by_numpy(engine)
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(300, 2)) + 4 * rng.integers(0, 3, size=(300, 2))
    weights = rng.integers(1, 100, size=300).astype(float)
    specification = FitSpecification(n_components=6, n_init=4)
    one = fit(rows, specification, sample_weight=weights, engine=engine)
    assert weights.sum() < START_ROWS < 10 * weights.sum()
    for unit in (10.0, 1000.0):
        other = fit(rows, specification, sample_weight=unit * weights, engine=engine)
        assert bytes_of(other) == bytes_of(one)
        assert other.log_likelihood == pytest.approx(unit * one.log_likelihood, rel=1e-12)
        assert other.criteria.rows == pytest.approx(unit * one.criteria.rows)


@EVERY_ENGINE
@pytest.mark.parametrize("n_rows", [400, START_ROWS + 1_000])
def test_order_and_repetition_do_not_matter_for_few_rows_nor_for_many(
    engine: str, n_rows: int, short_search_by_numpy: ShortenSearch
) -> None:
    short_search_by_numpy(engine)
    rng = np.random.default_rng(2)
    rows = rng.normal(size=(n_rows, 2)) + 4 * rng.integers(0, 3, size=(n_rows, 2))
    weights = rng.integers(0, 4, size=n_rows)
    repeated = rng.permutation(np.repeat(rows, weights, axis=0))
    specification = FitSpecification(n_components=4, n_init=2, max_iterations=60)
    one = fit(rows, specification, sample_weight=weights, engine=engine)
    other = fit(repeated, specification, engine=engine)
    assert bytes_of(one) == bytes_of(other)
    assert one.log_likelihood == other.log_likelihood
    assert one.criteria == other.criteria
    assert one.warnings == other.warnings
    plain, shuffled = (
        fit(given, specification, engine=engine) for given in (rows, rng.permutation(rows, axis=0))
    )
    assert bytes_of(plain) == bytes_of(shuffled)


def test_so_many_rows_that_a_sample_is_climbed_are_sampled_by_what_they_hold() -> None:
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(100_000, 1)) + 5 * rng.integers(0, 2, size=(100_000, 1))
    rows[-5:] = rows[:5]  # a few equal rows leave many
    specification = FitSpecification(n_components=2, n_init=2, max_iterations=20)
    one, other = (fit(given, specification, engine="compiled") for given in (rows, rng.permutation(rows)))
    assert one.best.n_on_sample > 0
    assert bytes_of(one) == bytes_of(other)


@EVERY_ENGINE
def test_growing_from_fewer_components_does_not_depend_on_the_order(
    engine: str, short_search_by_numpy: ShortenSearch
) -> None:
    short_search_by_numpy(engine)
    rng = np.random.default_rng(4)
    rows = rng.normal(size=(200, 2)) + 4 * rng.integers(0, 3, size=(200, 2))
    specification = FitSpecification(n_components=3, n_init=2, init="splits")
    one, other = (fit(given, specification, engine=engine) for given in (rows, rng.permutation(rows)))
    assert bytes_of(one) == bytes_of(other)


@EVERY_ENGINE
def test_labels_given_to_start_from_go_with_their_rows(engine: str) -> None:
    rows, rng = lattice(5), np.random.default_rng(5)
    labels = np.arange(len(rows)) % 3
    specification = FitSpecification(n_components=3, max_iterations=5)
    expected = fit(rows, specification, starts=[GivenLabels(labels)], engine=engine)
    counts = np.bincount(labels, minlength=3) / len(rows)
    assert sorted(expected.best.mixtures[0].weights) == pytest.approx(sorted(counts))
    for _ in range(20):
        order = rng.permutation(len(rows))
        other = fit(rows[order], specification, starts=[GivenLabels(labels[order])], engine=engine)
        assert bytes_of(other) == bytes_of(expected)


def test_the_estimator_answers_for_the_rows_as_they_came() -> None:
    rng = np.random.default_rng(6)
    rows = np.round(rng.normal(size=(60, 2)) + 6 * rng.integers(0, 2, size=(60, 1)))
    order = rng.permutation(len(rows))
    one = GaussianMixture(2, random_state=0, n_init=2)
    other = GaussianMixture(2, random_state=0, n_init=2)
    np.testing.assert_array_equal(one.fit_predict(rows)[order], other.fit_predict(rows[order]))
    assert one.lower_bound_ == pytest.approx(one.score(rows), rel=1e-12)
    np.testing.assert_array_equal(one.predict_proba(rows)[order], other.predict_proba(rows[order]))
