"""K-means and k-means++ as starts, by scikit-learn: `KMeans(n_init=1, tol=0)`.

Scikit-learn takes seconds to import, so only the functions that call it do.
"""

from __future__ import annotations

import numpy as np

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.engines.threads import one_openmp_thread

MAX_ITERATIONS = 100
"""The largest number of iterations of Lloyd's algorithm."""


def k_means_labels(rows: FloatArray, weights: FloatArray, n_clusters: int, seed: int) -> IntArray:
    """The cluster of each row (N, D) by k-means that starts with k-means++, shape (N,).

    The tolerance is 0: with another, k-means ends a few steps earlier, but in a different partition for every seed.
    """
    from sklearn import config_context
    from sklearn.cluster import KMeans

    k_means = KMeans(n_clusters, n_init=1, max_iter=MAX_ITERATIONS, tol=0.0, random_state=seed)
    # For few rows scikit-learn's checks take longer than k-means, and these rows have been checked.
    with one_openmp_thread(), config_context(assume_finite=True, skip_parameter_validation=True):
        return np.asarray(k_means.fit_predict(rows, sample_weight=weights), dtype=np.int64)


def far_apart(rows: FloatArray, weights: FloatArray, n: int, seed: int) -> IntArray:
    """The positions (n,) of rows (N, D) drawn far apart, as k-means++ does."""
    from sklearn import config_context
    from sklearn.cluster import kmeans_plusplus

    with config_context(assume_finite=True, skip_parameter_validation=True):
        _, positions = kmeans_plusplus(rows, n, sample_weight=weights, random_state=seed)
    return np.asarray(positions, dtype=np.int64)


def from_labels(labels: IntArray, n_components: int) -> FloatArray:
    """Hard labels (N,) as responsibilities (N, K)."""
    return np.eye(n_components)[labels]


def nearest(rows: FloatArray, centres: FloatArray) -> FloatArray:
    """Responsibilities (N, K) that assign each row (N, D) to the nearest of the centres (K, D)."""
    return from_labels(nearest_labels(rows, centres), len(centres))


def nearest_labels(rows: FloatArray, centres: FloatArray) -> IntArray:
    """The position of the centre (K, D) nearest to each row (N, D), shape (N,); the first of equally near ones."""
    columns = np.ascontiguousarray(rows.T)
    distances = np.stack([np.square(columns - centre[:, None]).sum(axis=0) for centre in centres])
    return distances.argmin(axis=0)
