"""Ellipses and centroids of a mixture in the plane, as traces."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.geometry.ellipse import ellipse, mahalanobis_radius
from gmm_core.model.mixture import Mixture
from ui.figures.base.axes import compact
from ui.figures.base.drawing import Trace
from ui.figures.base.palette import CENTROID_SYMBOL, INK, PAPER, colour, dash, translucent
from ui.figures.base.points import coordinate_lines
from ui.figures.base.wording import component_name, percent

N_POINTS = 97
"""The number of points of an ellipse."""
TRANSPARENT = "rgba(0,0,0,0)"
"""A transparent colour."""
LINE_BREAK = np.full((1, 2), np.nan)
"""A row of NaN, which separates two parts of a line."""


def contours(mixture: Mixture, levels: Sequence[float]) -> list[FloatArray]:
    """The ellipses of each component from the innermost outwards, separated by NaN: for each an array (P, 2)."""
    if not levels:
        return [np.empty((0, 2)) for _ in mixture.weights]
    inmost, *outer = sorted(levels)
    growth = [mahalanobis_radius(level, 2) / mahalanobis_radius(inmost, 2) for level in outer]
    paths = []
    for mean, covariance in zip(mixture.means, mixture.covariances, strict=True):
        ring = ellipse(mean, covariance, inmost, N_POINTS)
        paths.append(
            np.concatenate([ring, *(p for g in growth for p in (LINE_BREAK, mean + g * (ring - mean)))])
        )
    return paths


def contour_traces(
    paths: Sequence[FloatArray], colour_numbers: Sequence[int], *, in_ink: bool = False
) -> list[Trace]:
    """For each component all its ellipses, as one line with a tinted area.

    `chart.css` makes the innermost ellipse stronger and gives the lines a halo in the background colour, so that they
    are visible over points; further traces for this would take time at every change of K. The lines are SVG even over
    points drawn by WebGL (`chart.css` puts these below the SVG), because WebGL is much slower for lines.
    """
    return [
        {
            "type": "scatter",
            "uid": f"ellipses-{colour_number}",
            "name": f"ellipses {position + 1}",
            "legendgroup": f"component-{colour_number}",
            "showlegend": False,
            "mode": "lines",
            "x": compact(path[:, 0]),
            "y": compact(path[:, 1]),
            "line": {
                "color": INK if in_ink else colour(colour_number),
                "dash": dash(colour_number),
                "width": 1.5,
            },
            "fill": "toself",
            "fillcolor": TRANSPARENT if in_ink else translucent(colour(colour_number), 0.08),
            "hoverinfo": "skip",
        }
        for position, (colour_number, path) in enumerate(zip(colour_numbers, paths, strict=True))
        if len(path)
    ]


def centroid_traces(
    mixture: Mixture,
    labels: Sequence[str],
    colour_numbers: Sequence[int],
    *,
    in_ink: bool = False,
    in_legend: bool = False,
) -> list[Trace]:
    """The mean of each component, as a cross; hovering shows its weight and its mean."""
    lines = [f"mean of {line}" for line in coordinate_lines("xy", labels)]
    return [
        {
            "type": "scatter",
            "uid": f"centroid-{colour_number}",
            "name": component_name(position, weight),
            "legendgroup": f"component-{colour_number}",
            "showlegend": in_legend,
            "mode": "markers",
            "x": mean[:1],
            "y": mean[1:],
            "marker": {
                "symbol": CENTROID_SYMBOL,
                "size": 13,
                "color": PAPER if in_ink else colour(colour_number),
                "line": {"color": INK, "width": 1.5},
            },
            "hovertemplate": centroid_hover(position, weight, lines),
        }
        for position, (colour_number, weight, mean) in enumerate(
            zip(colour_numbers, mixture.weights.tolist(), mixture.means, strict=True)
        )
    ]


def centroid_hover(position: int, weight: float, lines: Sequence[str]) -> str:
    """The hover text of a mean: component, weight, and the lines with its coordinates."""
    return (
        "<br>".join([f"<b>Component {position + 1}</b>", f"weight: {percent(weight)}", *lines])
        + "<extra></extra>"
    )
