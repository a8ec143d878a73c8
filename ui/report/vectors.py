"""Figures as SVG instead of WebGL, whose library evaluates text, which a report forbids; SVG is also sharp on paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ui.figures.base.drawing import Drawing, Trace

MAX_MARKS = 9_000
"""The largest number of points that a figure draws as SVG elements; a browser takes about a second for them."""


def without_webgl(drawing: Drawing) -> Drawing:
    """The same figure with its points as SVG, evenly thinned if there are too many."""
    traces = [trace.to_plotly_json() for trace in drawing.figure.data]
    marks = sum(_points(trace) * _panels(trace) for trace in traces if trace["type"] in _DRAWN)
    share = min(1.0, MAX_MARKS / max(1, marks))
    points = sum(_points(trace) for trace in traces if trace["type"] in _DRAWN)
    svg_traces: list[Trace] = []
    for trace in traces:
        draw = _DRAWN.get(trace["type"])
        svg_traces += [trace] if draw is None else draw(trace, _drawn_positions(_points(trace), share))
    layout = drawing.figure.layout.to_plotly_json()
    figure = go.Figure({"data": svg_traces, "layout": layout}, _validate=False)
    if share == 1.0:
        return replace(drawing, figure=figure)
    drawn_rows = sum(
        len(_drawn_positions(_points(trace), share)) for trace in traces if trace["type"] in _DRAWN
    )
    thinned = f"This file draws {drawn_rows:,} of these {points:,} points; all else is of all of them."
    return replace(drawing, figure=figure, note=f"{drawing.note} {thinned}".strip())


def _drawn_positions(n_points: int, share: float) -> np.ndarray:
    """The positions of the points that are drawn: the given share of them, evenly spaced, but at least one."""
    count = max(1, int(n_points * share)) if n_points else 0
    return (
        np.unique(np.linspace(0, n_points - 1, count).round().astype(np.intp)) if count else np.array([], int)
    )


def _scatter(trace: Trace, drawn_rows: np.ndarray) -> list[Trace]:
    return [
        {
            **_at(trace, drawn_rows),
            "type": "scatter",
            "x": _of(trace["x"], drawn_rows),
            "y": _of(trace["y"], drawn_rows),
        }
    ]


def _panels_of_pairs(trace: Trace, drawn_rows: np.ndarray) -> list[Trace]:
    """A trace for each panel below the diagonal, one of which is in the legend."""
    common = _at(trace, drawn_rows)
    for name in ("dimensions", "xaxes", "yaxes", "diagonal", "showupperhalf"):
        common.pop(name, None)
    return [
        {
            **common,
            "type": "scatter",
            "mode": "markers",
            "uid": f"{trace['uid']}-{column}-{row}",
            "showlegend": bool(trace.get("showlegend")) and (column, row) == (0, 1),
            "x": _of(trace["dimensions"][column]["values"], drawn_rows),
            "y": _of(trace["dimensions"][row]["values"], drawn_rows),
            "xaxis": trace["xaxes"][column],
            "yaxis": trace["yaxes"][row],
        }
        for column, row in combinations(range(len(trace["dimensions"])), 2)
    ]


def _at(trace: Trace, drawn_rows: np.ndarray) -> Trace:
    """The trace with the hover texts and markers of the drawn points only."""
    n_points = _points(trace)
    marker = {name: _of_each(value, n_points, drawn_rows) for name, value in trace.get("marker", {}).items()}
    hover_fields = (
        {"customdata": _of_each(trace["customdata"], n_points, drawn_rows)} if "customdata" in trace else {}
    )
    return {**trace, "marker": marker, **hover_fields}


def _of(values: Any, drawn_rows: np.ndarray) -> np.ndarray:
    return np.asarray(values)[drawn_rows]


def _of_each(value: Any, n_points: int, drawn_rows: np.ndarray) -> Any:
    is_one_for_each = isinstance(value, np.ndarray | list | tuple) and len(value) == n_points
    return np.asarray(value)[drawn_rows] if is_one_for_each else value


def _points(trace: Trace) -> int:
    values = trace["dimensions"][0]["values"] if trace["type"] == "splom" else trace.get("x", ())
    return len(values)


def _panels(trace: Trace) -> int:
    n_features = len(trace.get("dimensions", ()))
    return max(1, n_features * (n_features - 1) // 2)


_DRAWN: dict[str, Callable[[Trace, np.ndarray], list[Trace]]] = {
    "scattergl": _scatter,
    "splom": _panels_of_pairs,
}
"""How to draw each kind of WebGL trace as SVG."""
