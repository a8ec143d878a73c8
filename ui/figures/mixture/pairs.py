"""The matrix of pairs of up to six features: the points with the ellipses of the exact marginals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.errors import ParameterError
from gmm_core.model.mixture import Mixture
from ui.figures.base.axes import compact, hover_format, limits
from ui.figures.base.curves import curve_traces, grid, weighted_densities
from ui.figures.base.drawing import Drawing, Trace, figure
from ui.figures.base.histogram import Stack, bar_traces, bins, stacks
from ui.figures.base.palette import INK, colour, symbol
from ui.figures.base.points import Colouring, PointAttributes, customdata, drawn_rows, groups, hovertemplate
from ui.figures.base.table import component_table
from ui.figures.base.triangle import MAX_FEATURES, axis_name, triangle_layout
from ui.figures.base.wording import component_name, listed, percent, weights_in_words
from ui.figures.mixture.contours import contours
from ui.shell.text import plain

MAX_POINTS = 1_000
"""The largest number of points in a panel."""


def pairs(
    points: ArrayLike,
    labels: Sequence[str],
    mixture: Mixture | None = None,
    responsibilities: ArrayLike | None = None,
    *,
    colouring: Colouring = "component",
    true_labels: ArrayLike | None = None,
    levels: Sequence[float] = (0.5, 0.9),
    colour_numbers: Sequence[int] | None = None,
    show_points: bool = True,
    row_numbers: ArrayLike | None = None,
    revision: str = "",
) -> Drawing:
    """The lower triangle of the matrix of pairs, with the histogram and densities of each feature on the diagonal.

    The arguments are those of `plane`, with points (N, D), labels (D,) and D from 1 to 6; without a mixture only the
    points are drawn. At most 1,000 points are drawn, by WebGL, in one trace per group for all panels.

    Raises
    ------
    ParameterError
        If there are more than six features.
    """
    rows = np.asarray(points, dtype=np.float64)
    n_features = rows.shape[1]
    if n_features > MAX_FEATURES:
        raise ParameterError(
            f"The matrix of pairs shows at most {MAX_FEATURES} features, not {n_features}: choose fewer columns."
        )
    attributes = PointAttributes(
        responsibilities=None if responsibilities is None else np.asarray(responsibilities),
        weights=() if mixture is None else mixture.weights.tolist(),
        colour_numbers=range(0 if mixture is None else mixture.n_components)
        if colour_numbers is None
        else colour_numbers,
        true_labels=true_labels,
        row_numbers=row_numbers,
    )
    own_names = colouring != "true label"
    all_ends = [limits(values) for values in rows.T]
    drawn = drawn_rows(len(rows), MAX_POINTS)
    traces: list[Trace] = []
    if show_points:
        traces += _point_traces(rows, labels, all_ends, attributes, colouring, drawn)
    parted = stacks(attributes, colouring, len(rows)) if show_points else []
    for feature, ends in enumerate(all_ends):
        traces += _diagonal(
            rows[:, feature],
            feature,
            ends,
            attributes=attributes,
            colouring=colouring,
            mixture=mixture,
            parted=parted,
        )
    if mixture is not None:
        for row in range(1, n_features):
            for column in range(row):
                first = row == 1 and own_names and not (show_points and colouring == "component")
                traces += _ellipse_traces(
                    mixture, (column, row), levels, attributes.colour_numbers, colouring, first
                )
    note = (
        f"A random sample of {MAX_POINTS:,} of the {len(rows):,} points is drawn; all else is of all of them."
        if show_points and len(rows) > MAX_POINTS
        else ""
    )
    named = f"{revision} {' '.join(labels)}"
    return Drawing(
        figure=figure(traces, triangle_layout(named, labels, all_ends)),
        alt=_finding(labels, mixture, levels, len(rows)),
        table=summary_table(rows, labels)
        if mixture is None or responsibilities is None
        else component_table(mixture, labels, responsibilities),
        note=note,
    )


def _point_traces(
    rows: FloatArray,
    labels: Sequence[str],
    all_ends: Sequence[tuple[float, float]],
    attributes: PointAttributes,
    colouring: Colouring,
    drawn: IntArray,
) -> list[Trace]:
    """A trace for each group with the points of all panels; hovering shows a point's values of all features."""
    n_features = rows.shape[1]
    n_told = customdata(attributes, drawn[:0]).shape[1]
    hover_values = [
        f"{plain(label)}: %{{customdata[{n_told + i}]:{hover_format(ends)}}}"
        for i, (label, ends) in enumerate(zip(labels, all_ends, strict=True))
    ]
    traces: list[Trace] = []
    for group in groups(attributes, colouring, drawn):
        at = rows[group.rows] if len(group.rows) else np.full((1, n_features), np.nan)
        traces.append(
            {
                "type": "splom",
                "uid": f"points-{group.key}",
                "name": group.name,
                "legendgroup": group.key,
                "showlegend": bool(group.name),
                "dimensions": [
                    {"label": plain(label, 24), "values": compact(values)}
                    for label, values in zip(labels, at.T, strict=True)
                ],
                "xaxes": [axis_name("x", feature) for feature in range(n_features)],
                "yaxes": [axis_name("y", feature) for feature in range(n_features)],
                "diagonal": {"visible": False},
                "showupperhalf": False,
                "customdata": np.column_stack(
                    [customdata(attributes, group.rows), compact(rows[group.rows])]
                ),
                "hovertemplate": hovertemplate(attributes, hover_values, group.hover_text),
                "marker": {
                    "symbol": "circle" if group.colour_number is None else symbol(group.colour_number),
                    "size": 4.5,
                    "line": {"width": 0},
                    **{"opacity": 0.8, **group.marker},
                },
            }
        )
    return traces


def _diagonal(
    values: FloatArray,
    feature: int,
    ends: tuple[float, float],
    *,
    attributes: PointAttributes,
    colouring: Colouring,
    mixture: Mixture | None,
    parted: Sequence[Stack],
) -> list[Trace]:
    """The histogram of one feature and the densities of its marginal, with a density axis of their own."""
    axes = (axis_name("x", feature), axis_name("y", MAX_FEATURES + feature))
    traces = bar_traces(bins(values), parted, axes=axes) if parted else []
    if mixture is not None:
        marginal = mixture.marginal([feature])
        at = grid(marginal, ends, n_points=101)
        densities = weighted_densities(marginal, at)
        traces += curve_traces(
            at,
            densities,
            attributes.weights,
            attributes.colour_numbers,
            axes=axes,
            in_ink=colouring == "true label",
        )
    for trace in traces:
        trace["showlegend"] = False
    return traces


def _ellipse_traces(
    mixture: Mixture,
    panel: tuple[int, int],
    levels: Sequence[float],
    colour_numbers: Sequence[int],
    colouring: Colouring,
    in_legend: bool,
) -> list[Trace]:
    """The ellipses of the marginal on the two features of a panel (column, row), a line for each component."""
    column, row = panel
    weights = mixture.weights.tolist()
    return [
        {
            "type": "scatter",
            "uid": f"ellipses-{column}-{row}-{colour_number}",
            "name": component_name(position, weights[position]),
            "legendgroup": f"component-{colour_number}",
            "showlegend": in_legend,
            "mode": "lines",
            "x": compact(path[:, 0]),
            "y": compact(path[:, 1]),
            "xaxis": axis_name("x", column),
            "yaxis": axis_name("y", row),
            "line": {"color": INK if colouring == "true label" else colour(colour_number), "width": 1.5},
            "hoverinfo": "skip",
        }
        for position, (colour_number, path) in enumerate(
            zip(colour_numbers, contours(mixture.marginal(panel), levels), strict=True)
        )
        if len(path)
    ]


def _finding(labels: Sequence[str], mixture: Mixture | None, levels: Sequence[float], n_points: int) -> str:
    sentences = [f"Every pair of {listed(labels)} for {n_points:,} points."]
    if mixture is not None:
        sentences.append(f"{weights_in_words(mixture.weights.tolist())}.")
        if levels:
            held = listed([percent(level) for level in sorted(levels)])
            sentences.append(f"An ellipse holds {held} of a component's marginal.")
    return " ".join(sentences)


def summary_table(rows: FloatArray, labels: Sequence[str]) -> pd.DataFrame:
    """A row for each feature: count, mean, standard deviation, minimum, quartiles and maximum."""
    return pd.DataFrame(rows, columns=list(labels)).describe().T.rename_axis("feature").reset_index()
