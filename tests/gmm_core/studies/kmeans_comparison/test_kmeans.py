"""K-means as a partition, and the mixture that it stands for."""

from typing import Any

import numpy as np
import pytest
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_info

from gmm_core.studies.kmeans_comparison.kmeans import KMeansPartition

RNG = np.random.default_rng(0)
ROWS = np.concatenate(
    [RNG.normal(size=(40, 2)), RNG.normal(loc=[6.0, 0.0], size=(60, 2)), RNG.normal(size=(20, 2)) - 6.0]
)


@pytest.fixture(scope="module")
def kmeans() -> KMeansPartition:
    return KMeansPartition.of(ROWS, 3, 4, 7)


def test_it_is_scikit_learn_s(kmeans: KMeansPartition) -> None:
    peer = KMeans(3, n_init=4, random_state=7).fit(ROWS)
    np.testing.assert_array_equal(kmeans.labels, peer.labels_)
    assert kmeans.inertia == pytest.approx(peer.inertia_, rel=1e-12)
    assert kmeans.n_clusters == 3


def test_distances_add_up_to_the_inertia(kmeans: KMeansPartition) -> None:
    distances = kmeans.distances(ROWS)
    np.testing.assert_allclose(distances, np.linalg.norm(ROWS[:, None] - kmeans.centers, axis=2).min(axis=1))
    assert np.square(distances).sum() == pytest.approx(kmeans.inertia)
    assert kmeans.spread == pytest.approx(np.sqrt(kmeans.inertia / ROWS.size))


def test_its_mixture_gives_each_row_to_the_nearest_centre(kmeans: KMeansPartition) -> None:
    mixture = kmeans.as_mixture()
    assert mixture is not None
    np.testing.assert_array_equal(mixture.labels(ROWS), kmeans.labels)
    np.testing.assert_allclose(mixture.covariances[1], kmeans.spread**2 * np.eye(2))
    assert kmeans.parameter_count == 7


def test_rows_that_all_lie_on_centres_have_no_mixture() -> None:
    kmeans = KMeansPartition.of(np.repeat([[0.0], [5.0]], 4, axis=0), 2, 1, 0)
    assert kmeans.spread == 0.0
    assert kmeans.as_mixture() is None


def test_reordering_changes_names_only(kmeans: KMeansPartition) -> None:
    turned = kmeans.reordered(np.array([2, 0, 1]))
    np.testing.assert_array_equal(turned.centers[turned.labels], kmeans.centers[kmeans.labels])
    np.testing.assert_array_equal(turned.centers[0], kmeans.centers[2])


def test_it_runs_on_one_thread_so_that_its_time_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []

    class Watched(KMeans):
        def fit(self, *arguments: Any, **keywords: Any) -> Any:
            threads.extend(pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "openmp")
            return super().fit(*arguments, **keywords)

    monkeypatch.setattr("gmm_core.studies.kmeans_comparison.kmeans.KMeans", Watched)
    KMeansPartition.of(np.arange(20.0).reshape(10, 2), 2, 3, 0)
    assert threads
    assert set(threads) == {1}
