"""Points in the plane, with the ellipses and the means of a mixture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.model.mixture import Mixture
from ui.figures.base.axes import axis, compact, layout, limits
from ui.figures.base.drawing import Drawing, Layout, Trace, figure
from ui.figures.base.palette import PAPER, symbol, symbol_size
from ui.figures.base.point_density import density_trace
from ui.figures.base.points import (
    Colouring,
    PointAttributes,
    coordinate_lines,
    customdata,
    drawn_rows,
    groups,
    hovertemplate,
    undecided_sentence,
)
from ui.figures.base.table import component_table
from ui.figures.base.wording import listed, percent, weights_in_words
from ui.figures.mixture.contours import centroid_traces, contour_traces, contours

MAX_AS_SVG = 1_000
"""The largest number of points that are drawn as SVG; more are drawn by WebGL, which is then faster."""
MAX_ONE_BY_ONE = 20_000
"""The largest number of points that are drawn one by one; of more, the density is drawn."""
SAMPLE_SIZE = MAX_AS_SVG
"""The number of points drawn on top of the density. They are SVG as the density is, because WebGL is below SVG."""

POINT_STYLES = (
    (400, 8.0, 0.9, 0.6),
    (MAX_AS_SVG, 7.0, 0.9, 0.6),
    (3_000, 6.0, 0.85, 0.6),
    (MAX_ONE_BY_ONE, 4.0, 0.7, 0),
)
"""Size in pixels, opacity and width of the outline of the points, each for up to the number of points at its start."""


def plane(
    points: ArrayLike,
    labels: Sequence[str],
    mixture: Mixture,
    responsibilities: ArrayLike,
    *,
    colouring: Colouring = "component",
    true_labels: ArrayLike | None = None,
    levels: Sequence[float] = (0.5, 0.9, 0.95),
    colour_numbers: Sequence[int] | None = None,
    show_points: bool = True,
    equal_scales: bool = False,
    row_numbers: ArrayLike | None = None,
    revision: str = "",
) -> Drawing:
    """The points in the plane of two axes, with the ellipses and the means of a mixture.

    Parameters
    ----------
    points : (N, 2)
        The data in the view (`Projection.points`).
    labels : (2,)
        The names of the axes, with units as in the data, unescaped.
    mixture : Mixture
        The mixture in the view, D = 2 (`Projection.mixture`), whose ellipses are those of the exact marginals.
    responsibilities : (N, K)
        The responsibilities under the whole mixture, not under its marginal.
    colouring : Colouring
        The meaning of the points' colours.
    true_labels : (N,) or None
        The true labels of any type, for colouring by them; a missing one is drawn as “no label”.
    levels : sequence of float
        The shares of a component that its ellipses contain.
    colour_numbers : (K,)
        The colour number of each component; by default range(K).
    show_points : bool
        True to draw the points; False to draw the mixture alone.
    equal_scales : bool
        True if one unit has the same length on both axes.
    row_numbers : (N,)
        The number of each row on screen; by default its position, counted from 0.
    revision : str
        Identifies the data; zoom and legend persist while it and the axes are the same.
    """
    rows = np.asarray(points, dtype=np.float64)
    attributes = PointAttributes(
        responsibilities=np.asarray(responsibilities),
        weights=mixture.weights.tolist(),
        colour_numbers=range(mixture.n_components) if colour_numbers is None else colour_numbers,
        true_labels=true_labels,
        row_numbers=row_numbers,
    )
    paths = contours(mixture, levels)
    reach = np.concatenate([mixture.means, *paths])
    x_ends, y_ends = (
        limits(values, [float(np.nanmin(far)), float(np.nanmax(far))])
        for values, far in zip(rows.T, reach.T, strict=True)
    )
    own_colours = colouring != "true label"
    traces, note = (
        with_points(rows, labels, attributes, colouring, (x_ends, y_ends)) if show_points else ([], "")
    )
    traces += contour_traces(paths, attributes.colour_numbers, in_ink=not own_colours)
    traces += centroid_traces(
        mixture,
        labels,
        attributes.colour_numbers,
        in_ink=not own_colours,
        in_legend=own_colours and not (show_points and colouring == "component"),
    )
    return Drawing(
        figure=figure(traces, plane_layout(revision, labels, (x_ends, y_ends), equal_scales)),
        alt=_finding(mixture, np.asarray(responsibilities), levels),
        table=component_table(mixture, labels, responsibilities).assign(correlation=_correlations(mixture)),
        note=note,
    )


def plane_layout(
    revision: str,
    labels: Sequence[str],
    ends: tuple[tuple[float, float], tuple[float, float]],
    equal_scales: bool,
) -> Layout:
    """The layout with two titled axes; zoom persists while `revision` and both labels are the same."""
    scales: dict[str, Any] = {"scaleanchor": "x", "scaleratio": 1} if equal_scales else {}
    return layout(
        f"{revision} {' '.join(labels)}",
        xaxis=axis(labels[0], ends[0]),
        yaxis=axis(labels[1], ends[1], **scales),
    )


def with_points(
    rows: FloatArray,
    labels: Sequence[str],
    attributes: PointAttributes,
    colouring: Colouring,
    ends: tuple[tuple[float, float], tuple[float, float]],
) -> tuple[list[Trace], str]:
    """The traces of the points, and a note if not every point is drawn."""
    if len(rows) <= MAX_ONE_BY_ONE:
        return point_traces(rows, labels, attributes, colouring, np.arange(len(rows))), ""
    sample = drawn_rows(len(rows), SAMPLE_SIZE)
    note = (
        f"All {len(rows):,} points are drawn as a density, a random sample of {SAMPLE_SIZE:,} one by one on top; "
        "the fit uses all."
    )
    return [
        density_trace(rows, ends),
        *point_traces(rows, labels, attributes, colouring, sample),
    ], note


def point_traces(
    rows: FloatArray,
    labels: Sequence[str],
    attributes: PointAttributes,
    colouring: Colouring,
    drawn: IntArray,
) -> list[Trace]:
    """A trace for each group of the `drawn` rows: SVG for few points, WebGL for many."""
    few = len(drawn) <= MAX_AS_SVG
    size, opacity, outline = next(style for most, *style in POINT_STYLES if len(drawn) <= most)
    coordinates = coordinate_lines("xy", labels)
    traces: list[Trace] = []
    for group in groups(attributes, colouring, drawn):
        at = rows[group.rows] if len(group.rows) else np.full((1, 2), np.nan)
        traces.append(
            {
                "type": "scatter" if few else "scattergl",
                "uid": f"points-{group.key}",
                "name": group.name,
                "legendgroup": group.key,
                "showlegend": bool(group.name),
                "mode": "markers",
                "x": compact(at[:, 0]),
                "y": compact(at[:, 1]),
                "customdata": customdata(attributes, group.rows),
                "hovertemplate": hovertemplate(attributes, coordinates, group.hover_text),
                "marker": {
                    "symbol": "circle" if group.colour_number is None else symbol(group.colour_number),
                    "size": symbol_size(group.colour_number, size),
                    "opacity": opacity,
                    "line": {"color": PAPER, "width": outline},
                    **group.marker,
                },
            }
        )
    return traces


def _finding(mixture: Mixture, responsibilities: FloatArray, levels: Sequence[float]) -> str:
    held = listed([percent(level) for level in sorted(levels)])
    drawn = f"An ellipse holds {held} of a component." if levels else ""
    return " ".join(
        filter(
            None,
            [f"{weights_in_words(mixture.weights.tolist())}.", drawn, undecided_sentence(responsibilities)],
        )
    )


def _correlations(mixture: Mixture) -> FloatArray:
    deviations = np.sqrt(np.diagonal(mixture.covariances, axis1=1, axis2=2))
    return mixture.covariances[:, 0, 1] / np.maximum(deviations.prod(axis=1), np.finfo(np.float64).tiny)
