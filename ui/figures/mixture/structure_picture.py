"""A small picture of the components that one covariance type can fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.arrays import FloatArray
from gmm_core.model.mixture import Mixture
from ui.figures.base.axes import axis, layout, limits
from ui.figures.base.curves import curve_traces, grid, weighted_densities
from ui.figures.base.drawing import Drawing, Layout, Trace, figure
from ui.figures.base.histogram import bar_traces, bins, stacks
from ui.figures.base.points import PointAttributes, drawn_rows
from ui.figures.base.wording import number, weights_in_words
from ui.figures.mixture.contours import centroid_traces, contour_traces, contours
from ui.figures.mixture.plane import point_traces

LEVELS = (0.5, 0.9)
"""The shares of a component that its ellipses contain."""
MAX_POINTS = 400
"""The largest number of points, since the picture is small."""


MIN_RATIO_MENTIONED = 1.005
"""The smallest ratio of axes that is mentioned; it differs from 1 in three digits."""


def structure_picture(
    points: ArrayLike,
    labels: Sequence[str],
    mixture: Mixture,
    responsibilities: ArrayLike,
    name: str,
    *,
    colour_numbers: Sequence[int] | None = None,
    row_numbers: ArrayLike | None = None,
    revision: str = "",
) -> Drawing:
    """The points with ellipses that contain 50 and 90 % of each component; for one feature, densities over bars.

    Both axes have the same scale, so that a circle of the fit is a circle on the screen.

    Parameters
    ----------
    points : (N, E)
        The data in the view, E = 1 or 2, in the units of the fit; they determine the axes.
    labels : (E,)
        The names of the axes, unescaped.
    mixture : Mixture
        The mixture in the view.
    responsibilities : (N, K)
        The responsibilities under the whole mixture.
    name : str
        The name of the structure ("tied").
    colour_numbers : (K,)
        The colour number of each component; by default range(K).
    row_numbers : (N,)
        The number of each row on screen; by default its position, counted from 0.
    revision : str
        Identifies the data; zoom persists while it and the axes are the same.
    """
    rows = np.asarray(points, dtype=np.float64)
    attributes = PointAttributes(
        responsibilities=np.asarray(responsibilities),
        weights=mixture.weights.tolist(),
        colour_numbers=range(mixture.n_components) if colour_numbers is None else colour_numbers,
        row_numbers=row_numbers,
    )
    draw = _curves if rows.shape[1] == 1 else _ellipses
    traces, axes = draw(rows, labels, attributes, mixture)
    for trace in traces:
        trace["showlegend"] = False
    return Drawing(
        figure=figure(traces, layout(f"{revision} {' '.join(labels)}", legend=False, dragmode=False, **axes)),
        alt=_finding(mixture, name),
    )


Content = tuple[list[Trace], Layout]
SMALL_AXIS: dict[str, Any] = {"showticklabels": False, "ticks": "", "fixedrange": True, "automargin": False}


def _ellipses(
    rows: FloatArray, labels: Sequence[str], attributes: PointAttributes, mixture: Mixture
) -> Content:
    traces = point_traces(rows, labels, attributes, "component", drawn_rows(len(rows), MAX_POINTS))
    for trace in traces:
        trace["marker"] = {**trace["marker"], "size": 4, "opacity": 0.55, "line": {"width": 0}}
    traces += contour_traces(contours(mixture, LEVELS), attributes.colour_numbers)
    traces += centroid_traces(mixture, labels, attributes.colour_numbers)
    middle = [0.5 * (values.min() + values.max()) for values in rows.T]
    half = 0.62 * max(float(np.ptp(values)) for values in rows.T) or 1.0
    ends = [[centre - half, centre + half] for centre in middle]
    return traces, {
        "xaxis": axis("", **SMALL_AXIS, range=ends[0], autorange=False),
        "yaxis": axis("", **SMALL_AXIS, range=ends[1], autorange=False, scaleanchor="x", scaleratio=1),
    }


def _curves(
    rows: FloatArray, labels: Sequence[str], attributes: PointAttributes, mixture: Mixture
) -> Content:
    at = rows[:, 0]
    ends = limits(at)
    positions = grid(mixture, ends)
    densities = weighted_densities(mixture, positions)
    histogram = bins(at)
    top = 1.06 * max(float(densities.sum(axis=0).max()), float(histogram.densities(histogram.counts()).max()))
    traces = bar_traces(histogram, stacks(attributes, "none", len(at)))
    traces += curve_traces(positions, densities, attributes.weights, attributes.colour_numbers)
    return traces, {
        "xaxis": axis("", ends, **SMALL_AXIS),
        "yaxis": axis("", **SMALL_AXIS, range=[0.0, top], autorange=False),
    }


def _finding(mixture: Mixture, name: str) -> str:
    deviations = np.sqrt(np.linalg.eigvalsh(mixture.covariances))
    sizes = deviations.prod(axis=1)
    length, size = float((deviations[:, -1] / deviations[:, 0]).max()), float(sizes.max() / sizes.min())
    sentences = [f"{name}: {weights_in_words(mixture.weights.tolist())}."]
    several = mixture.n_components > 1
    if mixture.n_features > 1:
        drawn_out = "The most drawn out is" if several else "It is"
        sentences.append(
            f"{drawn_out} {number(length, 3)} times as long as wide here."
            if length >= MIN_RATIO_MENTIONED
            else f"{'All are' if several else 'It is'} round here."
        )
    if several:
        what, largest, smallest = (
            ("area", "largest covers", "smallest")
            if mixture.n_features > 1
            else ("width", "widest has", "narrowest")
        )
        sentences.append(
            f"The {largest} {number(size, 3)} times the {what} of the {smallest}."
            if size >= MIN_RATIO_MENTIONED
            else f"All have the same {what}."
        )
    return " ".join(sentences)
