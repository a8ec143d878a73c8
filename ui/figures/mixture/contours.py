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
CLEAR = "rgba(0,0,0,0)"
GAP = np.full((1, 2), np.nan)


def contours(mixture: Mixture, levels: Sequence[float]) -> list[FloatArray]:
    """For each component its ellipses, from the inmost out, with a row of NaN between them, shape (P, 2)."""
    if not levels:
        return [np.empty((0, 2)) for _ in mixture.weights]
    inmost, *outer = sorted(levels)
    growth = [mahalanobis_radius(level, 2) / mahalanobis_radius(inmost, 2) for level in outer]
    paths = []
    for mean, covariance in zip(mixture.means, mixture.covariances, strict=True):
        ring = ellipse(mean, covariance, inmost, N_POINTS)
        paths.append(np.concatenate([ring, *(p for g in growth for p in (GAP, mean + g * (ring - mean)))]))
    return paths


def contour_traces(
    paths: Sequence[FloatArray], colour_numbers: Sequence[int], *, in_ink: bool = False
) -> list[Trace]:
    """For each component all its ellipses as one NaN-separated line around a tinted area.

    `chart.css` makes the inmost stronger and gives the area's edge a halo in the background's colour, so that lines
    read over points: every further trace would cost a change of K some 2 ms. They are SVG even over points that WebGL
    draws (`chart.css` lays those under the SVG): lines cost WebGL far more than points do.
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
            "fillcolor": CLEAR if in_ink else translucent(colour(colour_number), 0.08),
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
    """The mean of each component, as a cross that no point has; hovering tells its weight and its mean."""
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
    """The text of a centroid's hover: which component it is, its weight, and the lines that tell its mean."""
    return (
        "<br>".join([f"<b>Component {position + 1}</b>", f"weight: {percent(weight)}", *lines])
        + "<extra></extra>"
    )
