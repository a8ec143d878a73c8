"""K-means as a start: the labels of scikit-learn's `KMeans(n_init=1, tol=0)`, compiled where the problem is."""

from __future__ import annotations

import threading
from importlib import import_module
from typing import Any

import numpy as np
from sklearn import config_context
from sklearn.cluster import KMeans, kmeans_plusplus

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.threads import one_openmp_thread

MAX_ITERATIONS = 100
_OF_THREAD = threading.local()


def k_means_labels(
    rows: FloatArray, weights: FloatArray, n_clusters: int, seed: int, *, compiled: bool
) -> IntArray:
    """Which of the clusters each row (N, D) ends in, shape (N,), from rows far apart.

    No tolerance: it would end sooner by a few steps, but in a partition of its own from every seed.
    """
    if compiled:
        columns, labels = np.ascontiguousarray(rows.T), np.empty(len(rows), dtype=np.int64)
        centres = rows[_drawn(columns, weights, n_clusters, seed)]
        _code().settle(columns, weights, MAX_ITERATIONS, centres, labels)
        return labels
    k_means = KMeans(n_clusters, n_init=1, max_iter=MAX_ITERATIONS, tol=0.0, random_state=seed)
    # Of few rows, checks take longer than k-means, and these rows are sound.
    with one_openmp_thread(), config_context(assume_finite=True, skip_parameter_validation=True):
        return np.asarray(k_means.fit_predict(rows, sample_weight=weights), dtype=np.int64)


def far_apart(rows: FloatArray, weights: FloatArray, n: int, seed: int, *, compiled: bool) -> IntArray:
    """The positions (n,) of rows (N, D) drawn far apart, as k-means++ does."""
    if compiled:
        return _drawn(np.ascontiguousarray(rows.T), weights, n, seed)
    with config_context(assume_finite=True, skip_parameter_validation=True):
        _, positions = kmeans_plusplus(rows, n, sample_weight=weights, random_state=seed)
    return np.asarray(positions, dtype=np.int64)


def _drawn(columns: FloatArray, weights: FloatArray, n: int, seed: int) -> IntArray:
    """The same with the random numbers that scikit-learn draws, in their order."""
    n_candidates = 2 + int(np.log(n))
    draws = _seeded(seed).random_sample(1 + (n - 1) * n_candidates)
    positions = np.empty(n, dtype=np.int64)
    _code().draw_far_apart(columns, weights, draws, positions)
    return positions


def _seeded(seed: int) -> np.random.RandomState:
    """`RandomState(seed)`, made once for each thread: to make one takes fifty times as long as to seed it."""
    if not hasattr(_OF_THREAD, "generator"):
        _OF_THREAD.generator = np.random.RandomState()
    generator: np.random.RandomState = _OF_THREAD.generator
    generator.seed(seed)
    return generator


def _code() -> Any:
    """The module that Numba compiles, loaded when first asked for."""
    return import_module("gmm_core.compiled.lloyd")
