"""The points of one feature as ticks in a row."""

from __future__ import annotations

import numpy as np

from gmm_core.arrays import FloatArray
from ui.figures.base.axes import compact
from ui.figures.base.drawing import Trace
from ui.figures.base.points import (
    Colouring,
    Description,
    coordinate_lines,
    customdata,
    drawn_rows,
    groups,
    hovertemplate,
)

MAX_TICKS = 1_000


def rug_traces(
    at: FloatArray, label: str, described: Description, colouring: Colouring, row: int
) -> list[Trace]:
    """Ticks of at most 1,000 points at the height `row` of the second y axis, a trace per group."""
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
            "customdata": customdata(described, group.rows),
            "hovertemplate": hovertemplate(described, coordinate_lines("x", [label]), group.hover_text),
            "marker": {
                **group.marker,
                "symbol": "line-ns-open",
                "size": 10,
                "opacity": 0.6,
                "line": {"width": 1},
            },
        }
        for group in groups(described, colouring, drawn_rows(len(at), MAX_TICKS))
        if len(group.rows)
    ]


def rug_note(n_points: int) -> str:
    """What to say where not every point has its tick."""
    if n_points <= MAX_TICKS:
        return ""
    return f"The ticks are a random sample of {MAX_TICKS:,} of the {n_points:,} points; all else is of all."
