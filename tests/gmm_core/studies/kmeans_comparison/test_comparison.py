"""The numbers that tell K-means and a mixture apart, each against an independent computation."""

import numpy as np
import pytest
from scipy.stats import chi2, multivariate_normal
from sklearn.metrics import adjusted_rand_score

from gmm_core.fitting.progress import StopFitting, run_to_end
from gmm_core.fitting.specification import FitSpecification
from gmm_core.studies.kmeans_comparison.comparison import KMeansComparison, comparing
from gmm_core.tables.preparation import UNLABELLED

RNG = np.random.default_rng(3)
LONG = np.array([[3.0, 0.0], [0.0, 0.3]])
ROWS = np.concatenate(
    [RNG.normal(size=(150, 2)) @ LONG, RNG.normal(size=(150, 2)) @ LONG + np.array([0.0, 3.0]), [[2.0, 40.0]]]
)
TRUE = np.array(["a"] * 150 + ["b"] * 150 + [UNLABELLED])
SPECIFICATION = FitSpecification(2, n_init=4)


@pytest.fixture(scope="module")
def comparison() -> KMeansComparison:
    return run_to_end(comparing(ROWS[:300], SPECIFICATION, labels=TRUE[:300]))


def test_agreements_are_adjusted_rand_indices(comparison: KMeansComparison) -> None:
    components = comparison.fit.mixture.labels(ROWS[:300])
    assert comparison.agreement == adjusted_rand_score(comparison.kmeans.labels, components)
    assert comparison.agreement_with_labels == (
        adjusted_rand_score(comparison.kmeans.labels, TRUE[:300]),
        adjusted_rand_score(components, TRUE[:300]),
    )
    assert comparison.agreement_with_labels[1] == 1.0
    assert comparison.agreement_with_labels[0] < 0.1


def test_rows_without_a_label_do_not_count() -> None:
    found = run_to_end(comparing(ROWS, FitSpecification(3, n_init=2), labels=TRUE))
    assert found.agreement_with_labels is not None
    assert found.agreement_with_labels[1] == adjusted_rand_score(found.components[:300], TRUE[:300])
    assert run_to_end(comparing(ROWS, SPECIFICATION)).agreement_with_labels is None
    assert (
        run_to_end(comparing(ROWS, SPECIFICATION, labels=np.array(["a"] * 301))).agreement_with_labels is None
    )


def test_clusters_stand_in_the_order_of_their_components() -> None:
    apart = ROWS[:300] + np.repeat([[0.0, 0.0], [30.0, 0.0]], 150, axis=0)
    found = run_to_end(comparing(apart, SPECIFICATION))
    assert found.share_moved == 0.0
    assert found.agreement == 1.0
    np.testing.assert_allclose(found.kmeans.centers, found.fit.mixture.means, atol=1e-3)
    assert found.share_sure == 1.0


def test_shapes_are_measured_on_the_covariances(comparison: KMeansComparison) -> None:
    deviations = np.sqrt(np.linalg.eigvalsh(comparison.fit.mixture.covariances))
    assert comparison.elongation == pytest.approx((deviations[:, 1] / deviations[:, 0]).max())
    assert comparison.elongation == pytest.approx(10, rel=0.15)
    areas = deviations.prod(axis=1)
    assert comparison.size_ratio == pytest.approx(np.sqrt(areas.max() / areas.min()))


def test_the_bic_of_k_means_is_that_of_equal_round_components(comparison: KMeansComparison) -> None:
    rows, kmeans = ROWS[:300], comparison.kmeans
    densities = [multivariate_normal(center, kmeans.spread**2).pdf(rows) / 2 for center in kmeans.centers]
    expected = -2 * np.log(np.sum(densities, axis=0)).sum() + 5 * np.log(300)
    assert comparison.bic_of_kmeans == pytest.approx(expected, rel=1e-10)


def test_the_least_likely_row_is_told_as_each_sees_it() -> None:
    found = run_to_end(comparing(ROWS, SPECIFICATION))
    far = found.farthest
    mixture = found.fit.mixture
    assert far.row == int(mixture.log_density(ROWS).argmin())
    difference = ROWS[far.row] - mixture.means[far.component]
    squared = difference @ np.linalg.solve(mixture.covariances[far.component], difference)
    assert far.tail == pytest.approx(chi2.sf(squared, 2))
    own = found.kmeans.labels == far.cluster
    distances = np.linalg.norm(ROWS - found.kmeans.centers[far.cluster], axis=1)
    assert far.distances_of_cluster == pytest.approx(
        distances[far.row] / np.sqrt(np.mean(distances[own] ** 2))
    )
    assert far.log_density < far.median_log_density == pytest.approx(np.median(mixture.log_density(ROWS)))


def test_the_mixture_is_the_fit_that_the_specification_names(comparison: KMeansComparison) -> None:
    from gmm_core.fitting.fit import fit

    assert comparison.fit.log_likelihood == fit(ROWS[:300], SPECIFICATION).log_likelihood
    assert comparison.seconds_of_kmeans > 0
    assert comparison.seconds_of_mixture > 0


@pytest.mark.parametrize("share", [0.01, 0.5], ids=["within K-means", "within the mixture"])
def test_it_compares_with_what_was_done_when_it_is_stopped(share: float) -> None:
    steps = comparing(ROWS, FitSpecification(2, n_init=50, tolerance=0.0), columns=["a", "b"])
    while next(steps).share < share:
        pass
    with pytest.raises(StopIteration) as ended:
        steps.throw(StopFitting())
    comparison: KMeansComparison = ended.value.value
    assert len(comparison.fit.runs) < 50
    assert 0 < comparison.agreement <= 1


def test_one_component_compares_too() -> None:
    found = run_to_end(comparing(ROWS[:, :1], FitSpecification(1, n_init=1)))
    assert found.agreement == 1.0
    assert found.elongation == 1.0
