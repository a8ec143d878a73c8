"""Decision boundaries: the places where the largest of several scores changes, more precise than the grid."""

from __future__ import annotations

import numpy as np

from gmm_core.arrays import FloatArray, IntArray

LINE_BREAK = np.full((1, 2), np.nan)


def border_lines(scores: FloatArray, x: FloatArray, y: FloatArray) -> FloatArray:
    """The decision boundaries in the plane as one line, whose parts are separated by NaN, shape (P, 2).

    Parameters
    ----------
    scores : (H, W, K)
        The scores at each node of the grid, such as log joint densities; a node belongs to the component of the
        largest.
    x, y : (W,), (H,)
        The coordinates of the nodes.

    A boundary crosses an edge of the grid if its two ends belong to different components, at the place where the
    scores of these two are equal by linear interpolation; this is exact if the scores differ by a linear function, as
    in K-means. Two crossings of a cell are joined; of more, each is joined to their mean.

    Source: marching squares with many labels (Hege, Seebass, Stalling and Zöckler, A generalized marching cubes
    algorithm based on non-binary classifications, 1997), in the plane.
    """
    best = scores.argmax(axis=2)
    across = _crossings(scores[:, :-1], scores[:, 1:], best[:, :-1], best[:, 1:])  # (H, W − 1)
    along = _crossings(scores[:-1], scores[1:], best[:-1], best[1:])  # (H − 1, W)
    horizontal = np.stack([x[:-1] + across * np.diff(x), np.broadcast_to(y[:, None], across.shape)], axis=-1)
    vertical = np.stack(
        [np.broadcast_to(x[None, :], along.shape), y[:-1, None] + along * np.diff(y)[:, None]], axis=-1
    )
    # The four edges of each cell: below, above, left, right.
    edges = np.stack([horizontal[:-1], horizontal[1:], vertical[:, :-1], vertical[:, 1:]], axis=2)
    crossed = np.asarray(np.isfinite(edges).all(axis=-1))
    count = crossed.sum(axis=2)
    pieces: list[FloatArray] = []
    pairs = edges[count == 2][crossed[count == 2]].reshape(-1, 2, 2)
    pieces.extend(np.concatenate([pair, LINE_BREAK]) for pair in pairs)
    for cell, those in zip(edges[count > 2], crossed[count > 2], strict=True):
        ends = cell[those]
        middle = ends.mean(axis=0, keepdims=True)
        pieces.extend(np.concatenate([end[None], middle, LINE_BREAK]) for end in ends)
    return np.concatenate(pieces) if pieces else np.empty((0, 2))


def cut_points(scores: FloatArray, x: FloatArray) -> FloatArray:
    """The decision boundaries on a line: the places between nodes x (W,) where the largest score (W, K) changes."""
    best = scores.argmax(axis=1)
    at = _crossings(scores[:-1], scores[1:], best[:-1], best[1:])
    places = x[:-1] + at * np.diff(x)
    return np.asarray(places[np.isfinite(places)])


def _crossings(start: FloatArray, end: FloatArray, first: IntArray, second: IntArray) -> FloatArray:
    """The place on each edge, from 0 to 1, where the largest scores of its ends are equal; NaN if there is none."""
    before = _scores_of(start, first) - _scores_of(start, second)
    after = _scores_of(end, second) - _scores_of(end, first)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = before / (before + after)
    return np.where(first == second, np.nan, np.where(np.isfinite(share), np.clip(share, 0.0, 1.0), 0.5))


def _scores_of(scores: FloatArray, which: IntArray) -> FloatArray:
    return np.asarray(np.take_along_axis(scores, which[..., None], axis=-1)[..., 0])
