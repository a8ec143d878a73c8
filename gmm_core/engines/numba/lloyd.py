"""K-means of the rows that a start looks at: on a thousand rows scikit-learn's checks take longer than all of this."""

from __future__ import annotations

import numpy as np
from numba import float64, int64, njit, types

from gmm_core.engines.numba.compilation import prepare_compilation

prepare_compilation()


def _given(dimensions: int) -> types.Type:
    """An array that is only read, locked or not."""
    return types.Array(float64, dimensions, "C", readonly=True)


@njit(nogil=True, cache=True, error_model="numpy")
def add_squares(columns, place, distances):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Write |x_n − place|² of the rows whose columns (D, N) are given into `distances` (N,)."""
    distances[:] = 0.0
    for i in range(len(columns)):
        value = place[i]
        for n in range(len(distances)):
            distances[n] += (columns[i, n] - value) ** 2


@njit(nogil=True, cache=True, error_model="numpy")
def running_total(row_weights, distances, totals):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Write Σ_{m ≤ n} w_m d_m into `totals` (N,); returns the last."""
    total = 0.0
    for n in range(len(totals)):
        total += row_weights[n] * distances[n]
        totals[n] = total
    return total


@njit(
    types.void(_given(2), _given(1), _given(1), int64[::1]),
    nogil=True,
    cache=True,
    error_model="numpy",
)
def draw_far_apart(columns, row_weights, draws, positions):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Write K positions of rows, columns (D, N), drawn by weight and squared distance from those drawn before.

    `draws` are uniform numbers: one for the first row, then as many for each other one, of whose candidates the one is
    taken that leaves the least Σ_n w_n d_n².

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
def assign(columns, centres, distances, least, labels):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Write the nearest of the centres (K, D) to each row into `labels` (N,); returns whether any of them is new."""
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
    types.void(_given(2), _given(1), int64, float64[:, ::1], int64[::1]),
    nogil=True,
    cache=True,
    error_model="numpy",
)
def settle(columns, row_weights, n_iterations, centres, labels):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Move the centres (K, D) to the means of their rows until no row changes, and write whose each row is.

    At most so many times. A cluster that loses its rows keeps its centre.

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
