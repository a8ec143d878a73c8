"""K-means as a start: the compiled one against scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import KMeans

from gmm_core.engines.numba.lloyd import settle
from gmm_core.engines.numba.starts import CompiledStarting
from gmm_core.engines.numpy_starts import NumPyStarting
from gmm_core.starts.k_means import MAX_ITERATIONS

SHAPES = [(12, 1, 3), (50, 2, 1), (300, 2, 3), (1_000, 5, 8), (2_000, 10, 20)]


def rows_and_weights(n: int, d: int, weighted: bool) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng([n, d])
    rows = rng.normal(size=(n, d)) + 3.0 * rng.integers(0, 3, size=(n, 1))
    return rows, rng.integers(1, 4, n).astype(float) if weighted else np.ones(n)


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize("shape", SHAPES)
def test_both_give_the_labels_of_scikit_learn(shape: tuple[int, int, int], weighted: bool) -> None:
    n, d, k = shape
    rows, weights = rows_and_weights(n, d, weighted)
    for seed in range(5):
        k_means = KMeans(k, n_init=1, max_iter=MAX_ITERATIONS, tol=0.0, random_state=seed)
        expected = k_means.fit_predict(rows, sample_weight=weights)
        for starting in (NumPyStarting(), CompiledStarting()):
            found = starting.k_means_labels(rows, weights, k, seed)
            np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("shape", SHAPES)
def test_both_draw_the_same_rows_far_apart(shape: tuple[int, int, int]) -> None:
    n, d, k = shape
    rows, weights = rows_and_weights(n, d, True)
    for seed in range(5):
        slow, fast = (
            starting.far_apart(rows, weights, k, seed) for starting in (NumPyStarting(), CompiledStarting())
        )
        np.testing.assert_array_equal(fast, slow)
        assert len(set(fast.tolist())) == k


def test_as_many_clusters_as_rows_are_the_rows() -> None:
    rows = np.arange(12.0).reshape(6, 2)
    labels = CompiledStarting().k_means_labels(rows, np.ones(6), 6, 0)
    assert sorted(labels.tolist()) == list(range(6))


def test_a_cluster_that_loses_its_rows_keeps_its_centre() -> None:
    columns, centres = np.array([[0.0, 1.0, 2.0]]), np.array([[1.0], [50.0]])
    labels = np.empty(3, dtype=np.int64)
    settle(columns, np.ones(3), 10, centres, labels)
    np.testing.assert_array_equal(labels, [0, 0, 0])
    np.testing.assert_array_equal(centres, [[1.0], [50.0]])


def test_it_stops_when_told_and_its_labels_are_of_its_centres() -> None:
    rows, weights = rows_and_weights(300, 2, False)
    columns, centres = np.ascontiguousarray(rows.T), rows[:4].copy()
    labels = np.empty(300, dtype=np.int64)
    settle(columns, weights, 1, centres, labels)
    distances = np.square(rows[:, None] - centres).sum(axis=2)
    np.testing.assert_array_equal(labels, distances.argmin(axis=1))
    settle(columns, weights, MAX_ITERATIONS, centres, labels)
    for cluster in range(4):
        np.testing.assert_allclose(centres[cluster], rows[labels == cluster].mean(axis=0), rtol=1e-12)
