"""k-means of weighted rows, for starting points: as exact as a start has to be, and quick on few rows and on many."""

from __future__ import annotations

import numpy as np

from gmm_core.arrays import FloatArray, IntArray

MOST_ITERATIONS = 30
SETTLED = 1e-4
"""Centres whose squared moves add up to less than this share of a feature's average variance have settled."""
TIE = 1e-9
"""Squared distances that differ by less than this are equal, and the first counts: rounding is not to decide."""


def k_means(rows: FloatArray, weights: FloatArray, n_components: int, rng: np.random.Generator) -> IntArray:
    """Labels (N,) in 0 … K−1 of rows (N, D) with weights (N,): k-means++, then Lloyd's iterations.

    The rows are centred about zero and of about unit variance. A row of weight 3 counts as three. Centres without a
    row move to the rows farthest from theirs.

    Source: Lloyd, Least squares quantization in PCM (1982).
    """
    features = np.ascontiguousarray(rows.T)
    squares = np.square(features).sum(axis=0)
    settled = SETTLED * float(squares @ weights) / (float(weights.sum()) * len(features))
    centres = spread_rows(rows, weights, n_components, rng)
    labels = nearest(rows, centres)
    weighted = features * weights
    for _ in range(MOST_ITERATIONS):
        totals = np.bincount(labels, weights, n_components)
        if not totals.all():
            distances = squares - 2.0 * np.einsum("nd,nd->n", rows, centres[labels])
            distances += np.square(centres).sum(axis=1)[labels]
            empty = np.flatnonzero(totals == 0.0)
            labels[np.argsort(-distances, kind="stable")[: len(empty)]] = empty
            totals = np.maximum(np.bincount(labels, weights, n_components), np.finfo(np.float64).tiny)
        sums = np.array([np.bincount(labels, column, n_components) for column in weighted])
        moved: FloatArray = (sums / totals).T
        shift = float(np.square(moved - centres).sum())
        centres, labels = moved, nearest(rows, moved)
        if shift <= settled:
            break
    return labels


def spread_rows(
    rows: FloatArray, weights: FloatArray, n_components: int, rng: np.random.Generator
) -> FloatArray:
    """K of the rows (N, D), far apart: each drawn by weight × squared distance to the nearest of those before it.

    The rows are of about unit variance. Of 2 + log K candidates the one that leaves the smallest sum of squared
    distances is taken.

    Source: Arthur and Vassilvitskii, k-means++: the advantages of careful seeding (2007).
    """
    n_candidates = 2 + int(np.log(n_components))
    squares = np.square(rows).sum(axis=1)
    chosen = _drawn(weights, rng.random(1))
    distances = np.full(len(rows), np.inf)
    centres = []
    while True:
        products = rows[chosen] @ rows.T
        left = squares - 2.0 * products + squares[chosen][:, None]
        np.clip(left, 0.0, distances, out=left)
        left[np.arange(len(chosen)), chosen] = 0.0
        best = int((left @ weights + TIE * weights.sum() * np.arange(len(chosen))).argmin())
        centres.append(rows[chosen[best]])
        if len(centres) == n_components:
            return np.stack(centres)
        distances = left[best]
        chosen = _drawn(weights * distances, rng.random(n_candidates))


def nearest(rows: FloatArray, centres: FloatArray) -> IntArray:
    """The position (N,) of the centre (K, D) nearest to each row (N, D), the first of equals."""
    distances = centres @ rows.T
    distances *= -2.0
    distances += (np.square(centres).sum(axis=1) + TIE * np.arange(len(centres)))[:, None]
    return distances.argmin(axis=0)


def _drawn(masses: FloatArray, places: FloatArray) -> IntArray:
    """Positions drawn in proportion to `masses` (N,) by uniform numbers in [0, 1)."""
    ends = np.cumsum(masses)
    return np.minimum(np.searchsorted(ends, places * ends[-1], side="right"), len(masses) - 1)
