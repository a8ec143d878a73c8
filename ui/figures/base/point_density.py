"""A heatmap of the number of points, for data with too many points to draw each."""

from __future__ import annotations

import numpy as np

from gmm_core.arrays import FloatArray, IntArray
from ui.figures.base.drawing import Trace
from ui.figures.base.palette import INK, PAPER

CELLS = (160, 100)
"""The number of cells along x and y."""


def cell_counts(points: FloatArray, ends: tuple[tuple[float, float], tuple[float, float]]) -> IntArray:
    """The number of points (N, 2) in each cell of a regular grid over the `ends` of x and y, shape (rows, columns)."""
    positions = []
    for values, (low, high), cells in zip(points.T, ends, CELLS, strict=True):
        cell = ((values - low) * (cells / (high - low))).astype(np.int64)
        positions.append(np.clip(cell, 0, cells - 1))
    columns, rows = CELLS
    return np.bincount(positions[1] * columns + positions[0], minlength=rows * columns).reshape(rows, columns)


def density_trace(points: FloatArray, ends: tuple[tuple[float, float], tuple[float, float]]) -> Trace:
    """A heatmap of the logarithm of the counts; cells without points are empty."""
    counts = cell_counts(points, ends)
    shade = np.where(counts > 0, np.log1p(counts), np.nan).astype(np.float32)
    (x_low, x_high), (y_low, y_high) = ends
    return {
        "type": "heatmap",
        "uid": "density",
        "z": shade,
        "x0": x_low + (x_high - x_low) / CELLS[0] / 2,
        "dx": (x_high - x_low) / CELLS[0],
        "y0": y_low + (y_high - y_low) / CELLS[1] / 2,
        "dy": (y_high - y_low) / CELLS[1],
        "zmin": 0.0,
        "zmax": float(np.nanmax(shade)),
        "colorscale": [[0, PAPER], [1, INK]],
        "opacity": 0.5,
        "showscale": False,
        "customdata": counts.astype(np.int32),
        "hovertemplate": "%{customdata} points here<extra></extra>",
    }
