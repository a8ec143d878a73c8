"""A rug: the points of one feature as ticks in a row."""

from __future__ import annotations

import numpy as np

from gmm_core.arrays import FloatArray
from ui.figures.base.axes import compact
from ui.figures.base.drawing import Trace
from ui.figures.base.points import (
    Colouring,
    PointAttributes,
    coordinate_lines,
    customdata,
    drawn_rows,
    groups,
    hovertemplate,
)

MAX_TICKS = 1_000
"""The largest number of ticks."""


def rug_traces(
    at: FloatArray, label: str, attributes: PointAttributes, colouring: Colouring, row: int
) -> list[Trace]:
    """The ticks, at most `MAX_TICKS`, at the height `row` of the second y axis: a trace for each group."""
    return [
        {
            "type": "scatter",
            "uid": f"ticks-{group.key}",
            "legendgroup": group.key,
            "showlegend": False,
            "mode": "markers",
            "yaxis": "y2",
            "x": compact(at[group.rows]),
            "y": np.full(len(group.rows), row, dtype=np.int8),
            "customdata": customdata(attributes, group.rows),
            "hovertemplate": hovertemplate(attributes, coordinate_lines("x", [label]), group.hover_text),
            "marker": {
                **group.marker,
                "symbol": "line-ns-open",
                "size": 10,
                "opacity": 0.6,
                "line": {"width": 1},
            },
        }
        for group in groups(attributes, colouring, drawn_rows(len(at), MAX_TICKS))
        if len(group.rows)
    ]


def rug_note(n_points: int) -> str:
    """The note that only a sample of the points has ticks; empty if all have."""
    if n_points <= MAX_TICKS:
        return ""
    return f"The ticks are a random sample of {MAX_TICKS:,} of the {n_points:,} points; all else is of all."
