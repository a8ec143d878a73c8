"""K-means for starts, which use few rows: for a thousand rows scikit-learn's checks would take longer than k-means."""

from __future__ import annotations

import numpy as np
from numba import float64, int64, njit, types

from gmm_core.engines.numba.arguments import given
from gmm_core.engines.numba.compilation import prepare_compilation

prepare_compilation()


@njit(nogil=True, cache=True, error_model="numpy")
def add_squares(columns, place, distances):
    """Write |x_n − place|² of rows, given as columns (D, N), into `distances` (N,)."""
    distances[:] = 0.0
    for i in range(len(columns)):
        value = place[i]
        for n in range(len(distances)):
            distances[n] += (columns[i, n] - value) ** 2


@njit(nogil=True, cache=True, error_model="numpy")
def running_total(row_weights, distances, totals):
    """Write Σ_{m ≤ n} w_m d_m into `totals` (N,); return the last."""
    total = 0.0
    for n in range(len(totals)):
        total += row_weights[n] * distances[n]
        totals[n] = total
    return total


@njit(
    types.void(given(2), given(1), given(1), int64[::1]),
    nogil=True,
    cache=True,
    error_model="numpy",
)
def draw_far_apart(columns, row_weights, draws, positions):
    """Draw K rows by weight and squared distance from the rows drawn before; write their positions (K,).

    The rows are given as columns (D, N). `draws` are uniform random numbers: one for the first row, and equally many
    for each further one. Each of these gives a candidate; the one that leaves the least Σ_n w_n d_n² is taken.

    Source: Arthur and Vassilvitskii, k-means++: the advantages of careful seeding (2007), sections 2.2 and 7.
    """
    n_features, n_rows = columns.shape
    n_candidates = (len(draws) - 1) // max(1, len(positions) - 1)
    totals, tried = np.empty(n_rows), np.empty(n_rows)
    distances, best = np.ones(n_rows), np.empty(n_rows)
    place = np.empty(n_features)
    total = running_total(row_weights, distances, totals)
    positions[0] = min(np.searchsorted(totals, draws[0] * total, side="right"), n_rows - 1)
    for i in range(n_features):
        place[i] = columns[i, positions[0]]
    add_squares(columns, place, distances)
    for position in range(1, len(positions)):
        total, least = running_total(row_weights, distances, totals), np.inf
        for candidate in range(n_candidates):
            draw = draws[1 + (position - 1) * n_candidates + candidate]
            row = min(np.searchsorted(totals, draw * total), n_rows - 1)
            for i in range(n_features):
                place[i] = columns[i, row]
            add_squares(columns, place, tried)
            left = 0.0
            for n in range(n_rows):
                tried[n] = min(tried[n], distances[n])
                left += row_weights[n] * tried[n]
            if left < least:
                least, positions[position] = left, row
                best, tried = tried, best
        distances, best = best, distances


@njit(nogil=True, cache=True, error_model="numpy")
def assign(columns, centres, distances, least, labels):
    """Write the position of the nearest of the centres (K, D) into `labels` (N,); return True if a label changed."""
    n_changed = 0
    least[:] = np.inf
    nearest = np.zeros(len(labels), dtype=np.int64)
    for k in range(len(centres)):
        add_squares(columns, centres[k], distances)
        for n in range(len(labels)):
            nearest[n] = k if distances[n] < least[n] else nearest[n]
            least[n] = min(distances[n], least[n])
    for n in range(len(labels)):
        n_changed += labels[n] != nearest[n]
        labels[n] = nearest[n]
    return n_changed > 0


@njit(
    types.void(given(2), given(1), int64, float64[:, ::1], int64[::1]),
    nogil=True,
    cache=True,
    error_model="numpy",
)
def settle(columns, row_weights, n_iterations, centres, labels):
    """Lloyd's algorithm: move centres (K, D) to the means of their rows until no label (N,) changes.

    `n_iterations` is the limit of iterations. A cluster that loses its rows keeps its centre.

    Source: Lloyd, Least squares quantization in PCM (1982).
    """
    n_features, n_rows = columns.shape
    distances, least = np.empty(n_rows), np.empty(n_rows)
    counts, sums = np.empty(len(centres)), np.empty(centres.shape)
    labels[:] = -1
    for _ in range(n_iterations):
        if not assign(columns, centres, distances, least, labels):
            return
        counts[:] = 0.0
        sums[:] = 0.0
        for n in range(n_rows):
            counts[labels[n]] += row_weights[n]
        for i in range(n_features):
            for n in range(n_rows):
                sums[labels[n], i] += row_weights[n] * columns[i, n]
        for k in range(len(centres)):
            if counts[k] > 0.0:
                for i in range(n_features):
                    centres[k, i] = sums[k, i] / counts[k]
    assign(columns, centres, distances, least, labels)
