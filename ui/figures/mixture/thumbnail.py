"""A mixture as a very small picture: SVG without a script, which takes the page hardly any time."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.model.mixture import Mixture
from ui.figures.base.curves import grid, weighted_densities
from ui.figures.base.palette import colour
from ui.figures.mixture.contours import contours

WIDTH, HEIGHT, MARGIN = 240, 120, 8
"""The size and the margin of the picture, in pixels."""
MAX_POINTS = 240
"""The largest number of points."""
LEVEL = 0.9
"""The share of a component that its ellipse contains."""
RUG = "#717581"
"""The colour of the points, visible on white and black, because the picture does not know the theme."""


def thumbnail(points: ArrayLike, mixture: Mixture) -> str:
    """The picture of points (N, D) and a mixture with D = 1 (its curves) or D = 2 (an ellipse for each component).

    Parameters
    ----------
    points : (N, D)
        The points; of many, the same sample is always drawn.
    mixture : Mixture
        The mixture, on the same axes.
    """
    rows = np.asarray(points, dtype=np.float64)
    if len(rows) > MAX_POINTS:
        rows = rows[np.random.default_rng(0).choice(len(rows), MAX_POINTS, replace=False)]
    labels = mixture.labels(rows)
    body = _curves(rows, mixture) if rows.shape[1] == 1 else _ellipses(rows, mixture, labels)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" fill="none" '
        f'stroke-linecap="round" stroke-linejoin="round">{body}</svg>'
    )


def _ellipses(rows: FloatArray, mixture: Mixture, labels: IntArray) -> str:
    paths = contours(mixture, [LEVEL])
    ends = _ends(np.concatenate([rows, *paths]))
    dots = [
        _dots(_placed(rows[labels == position], ends), colour(position))
        for position in range(mixture.n_components)
    ]
    lines = [_line(_placed(path[::3], ends), colour(position)) for position, path in enumerate(paths)]
    return "".join(dots + lines)


def _curves(rows: FloatArray, mixture: Mixture) -> str:
    at = grid(mixture, (float(rows.min()), float(rows.max())), 61)
    densities = weighted_densities(mixture, at)
    ends = _ends(np.array([[at[0], 0.0], [at[-1], densities.sum(axis=0).max()]]))
    rug = _dots(_placed(np.column_stack([rows[:, 0], np.zeros(len(rows))]), ends), RUG)
    lines = [
        _line(_placed(np.column_stack([at, curve]), ends), colour(position))
        for position, curve in enumerate(densities)
    ]
    return rug + "".join(lines)


def _ends(places: FloatArray) -> FloatArray:
    """The smallest and largest value on each axis, (2, 2)."""
    return np.array([places.min(axis=0), places.max(axis=0)])


def _placed(places: FloatArray, ends: FloatArray) -> FloatArray:
    """Convert data coordinates to those of the picture, whose second axis points down."""
    share = (places - ends[0]) / (ends[1] - ends[0])
    room = np.array([WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN])
    return MARGIN + np.column_stack([share[:, 0], 1 - share[:, 1]]) * room


def _dots(places: FloatArray, ink: str) -> str:
    """The points as one path of lines of length 0, of which the round caps are visible."""
    steps = "".join(f"M{x:.0f} {y:.0f}h0" for x, y in places)
    return f'<path d="{steps}" stroke="{ink}" stroke-width="3.5" stroke-opacity="0.55"/>'


def _line(places: FloatArray, ink: str) -> str:
    steps = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    return f'<path d="M{steps}" stroke="{ink}" stroke-width="2"/>'
