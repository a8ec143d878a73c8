"""Starting points: every kind gives a mixture, from one seed, always the same."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from gmm_core.errors import FitError, ParameterError
from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.model.covariance.family import CovarianceStructure
from gmm_core.model.covariance.regularization import VarianceFloor
from gmm_core.model.mixture import Mixture
from gmm_core.model.standardization import Standardization
from gmm_core.rows.rows import Rows
from gmm_core.rows.start_sample import START_ROWS, distinct_rows
from gmm_core.starts.kinds import (
    ALL_STARTS,
    MIXED,
    MIXTURE_OF_KINDS,
    RAW_K_MEANS,
    STARTS,
    GivenLabels,
    GivenMeans,
    GivenMixture,
    Start,
    random_starts,
)
from gmm_core.starts.problem import FitProblem

FULL = STRUCTURES["full"]
FLOOR = VarianceFloor(1e-6)
RNG = np.random.default_rng(0)
X = RNG.normal(size=(200, 2)) + np.repeat([[0.0, 0.0], [6.0, 1.0]], [120, 80], axis=0)
STANDARDIZATION = Standardization.of(Rows(X), FULL)
Z = STANDARDIZATION.applied(X)


@pytest.mark.parametrize("kind", ALL_STARTS)
@pytest.mark.parametrize("structure", STRUCTURES.values(), ids=STRUCTURES)
@pytest.mark.parametrize("n_components", [1, 2, 7])
def test_every_kind_starts_every_structure(
    kind: str, structure: CovarianceStructure, n_components: int
) -> None:
    mixture = (
        random_starts(kind, 1, 0)[0]
        .beginning(FitProblem(Rows(Z), n_components, structure, FLOOR, STANDARDIZATION))
        .first
    )
    assert mixture.n_components == n_components
    assert np.isfinite(mixture.log_density(Z)).all()


def test_mixed_restarts_take_every_kind_in_turn() -> None:
    kinds = [start.kind for start in random_starts(MIXED, 2 * len(MIXTURE_OF_KINDS), 0)]
    assert kinds == list(MIXTURE_OF_KINDS) * 2
    assert set(kinds) == set(ALL_STARTS) - {RAW_K_MEANS.name}  # which depends on units
    assert kinds[0] == "short runs"  # what one restart is


def test_more_restarts_keep_the_earlier_ones() -> None:
    few = fit(X, FitSpecification(n_components=3, n_init=3), engine="compiled")
    many = fit(X, FitSpecification(n_components=3, n_init=9), engine="compiled")
    for early, late in zip(few.runs, many.runs[:3], strict=True):
        assert early.log_likelihoods.tobytes() == late.log_likelihoods.tobytes()
    assert many.log_likelihood >= few.log_likelihood


@pytest.mark.parametrize("kind", ALL_STARTS)
def test_the_number_of_threads_changes_no_byte(kind: str) -> None:
    rows = np.random.default_rng(1).normal(size=(6_000, 5))
    results = []
    for threads in (1, 2, 4):
        with threadpool_limits(threads):
            results.append(fit(rows, FitSpecification(n_components=4, n_init=1, init=kind, max_iterations=5)))
    for other in results[1:]:
        assert other.mixture.covariances.tobytes() == results[0].mixture.covariances.tobytes()
        assert other.best.log_likelihoods.tobytes() == results[0].best.log_likelihoods.tobytes()


@pytest.mark.parametrize("kind", ALL_STARTS)
def test_seeds_make_the_difference(kind: str) -> None:
    starts = random_starts(kind, 2, 7)
    first, again, second = (
        start.beginning(FitProblem(Rows(Z), 5, FULL, FLOOR, STANDARDIZATION)).first
        for start in (starts[0], starts[0], starts[1])
    )
    assert first.means.tobytes() == again.means.tobytes()
    assert first.means.tobytes() != second.means.tobytes()


def test_a_group_of_one_row_does_not_start_as_a_spike() -> None:
    rows = np.concatenate([Z, [[40.0, 40.0]]])
    mixture = (
        random_starts("k-means", 1, 0)[0]
        .beginning(FitProblem(Rows(rows), 3, FULL, FLOOR, STANDARDIZATION))
        .first
    )
    assert np.linalg.eigvalsh(mixture.covariances).min() > 1e-3


def test_many_rows_are_sampled_and_still_find_k_distinct_places() -> None:
    rows = np.zeros((START_ROWS * 3, 1))
    rows[-3:, 0] = [1.0, 2.0, 3.0]
    for kind in STARTS:
        mixture = (
            random_starts(kind, 1, 0)[0]
            .beginning(FitProblem(Rows(rows), 4, FULL, FLOOR, STANDARDIZATION))
            .first
        )
        assert np.isfinite(mixture.log_density(rows[-4:])).all()


def test_distinct_rows_are_found_in_order() -> None:
    rows = np.array([[0.0], [-0.0], [1.0], [1.0], [2.0]])
    assert distinct_rows(rows, 2).tolist() == [0, 2]
    assert distinct_rows(rows, 9).tolist() == [0, 2, 4]


def test_given_labels_are_the_partition_they_say() -> None:
    labels = (np.arange(len(X)) >= 120).astype(int)
    start = GivenLabels(labels).beginning(FitProblem(Rows(Z), 2, FULL, FLOOR, STANDARDIZATION)).first
    np.testing.assert_allclose(start.weights, [0.6, 0.4])
    np.testing.assert_allclose(start.means[1], Z[120:].mean(axis=0))
    np.testing.assert_allclose(start.covariances[0], np.cov(Z[:120].T, bias=True))


def test_given_means_and_mixture_are_in_the_datas_units() -> None:
    means = np.array([[0.0, 0.0], [6.0, 1.0]])
    result = fit(X, FitSpecification(n_components=2), starts=[GivenMeans(means)])
    start = result.best.mixtures[0]
    np.testing.assert_allclose(start.means, means, atol=1e-12)
    np.testing.assert_allclose(start.covariances[0], np.cov(X.T, bias=True))
    again = fit(X, FitSpecification(n_components=2), starts=[GivenMixture(result.mixture)])
    assert again.best.n_iterations <= 2
    assert again.log_likelihood >= result.log_likelihood - 1e-9
    assert [run.kind for run in (*result.runs, *again.runs)] == ["given means", "given mixture"]


@pytest.mark.parametrize(
    ("start", "sentence"),
    [
        (GivenLabels([0, 1]), "one whole number for each of the 200 rows"),
        (GivenLabels(np.zeros(200, dtype=int)), "every number from 0 to 1"),
        (GivenLabels(np.zeros(200)), "one whole number"),
        (GivenMeans([[0.0, 0.0]]), "2 rows of 2 finite numbers"),
        (GivenMeans([[0.0, np.nan], [0.0, 1.0]]), "finite numbers"),
        (GivenMixture(Mixture([1.0], [[0.0]], [[[1.0]]])), "1 components of 1 features"),
    ],
)
def test_a_start_that_does_not_fit_says_so(start: Start, sentence: str) -> None:
    with pytest.raises(FitError, match=sentence):
        fit(X, FitSpecification(n_components=2), starts=[start])


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ParameterError, match="choose one of mixed, splits, k-means"):
        FitSpecification(init="lucky")
