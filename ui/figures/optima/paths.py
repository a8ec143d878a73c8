"""The path of every mean in each restart, from the start to the optimum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from gmm_core.arrays import FloatArray
from ui.figures.base.axes import axis, compact, layout, limits
from ui.figures.base.drawing import Drawing, Layout, Trace, figure
from ui.figures.base.palette import CENTROID_SYMBOL, INK, PAPER
from ui.figures.base.points import drawn_rows
from ui.figures.optima.identity import OptimumStyle
from ui.shell.text import plain

MAX_POINTS = 1_000
"""The largest number of points."""
MAX_VERTICES = 24_000
"""The largest number of vertices of all lines together; each line has at least two even so."""
ITERATION_TICKS = (0, 1, 10, 100, 1_000, 10_000)
"""The ticks of the axis of iterations."""
BELOW_START = 0.6
"""The position of the points of one feature on the logarithmic axis of iterations, whose start is at 1."""


HOW_TO_READ = "Each line follows one mean from its start (ring) to its end (cross)."
"""The note below the figure."""


@dataclass(frozen=True, eq=False)
class RestartPath:
    """The path of the means of one restart.

    Parameters
    ----------
    start : str
        The start (“k-means, seed 3”).
    optimum : int
        The position of the optimum in which it ended.
    steps : (T,)
        The iterations of the path.
    path : (T, K, E)
        The means at these iterations, in the view; E is 1 or 2.
    """

    start: str
    optimum: int
    steps: ArrayLike
    path: FloatArray


def paths(
    points: ArrayLike,
    labels: Sequence[str],
    restart_paths: Sequence[RestartPath],
    styles: Sequence[OptimumStyle],
    revision: str = "",
) -> Drawing:
    """Faint lines from a ring, the start of a mean, to a cross, its end; coloured by optimum.

    Parameters
    ----------
    points : (N, E)
        The data in the view, of one axis or two; at most `MAX_POINTS` are drawn. With one axis, the other shows the
        iterations, from the bottom up.
    labels : (E,)
        The names of the axes, unescaped.
    restart_paths : sequence of RestartPath
        One for each restart.
    styles : sequence of OptimumStyle
        The style of each optimum, the best first; those without a colour of their own share an entry of the legend.
    revision : str
        Identifies the data and the view; zoom and legend persist while it is the same.
    """
    rows = np.asarray(points, dtype=np.float64)
    shown = rows[drawn_rows(len(rows), MAX_POINTS)]
    on_a_line = rows.shape[1] == 1
    traces: list[Trace] = [_points(shown, on_a_line)]
    most = max(2, MAX_VERTICES // max(1, sum(restart_path.path.shape[1] for restart_path in restart_paths)))
    groups = _groups(restart_paths, styles)
    for key, name, style, members in reversed(groups):
        lines = [_line(restart_path, most, on_a_line) for restart_path in members]
        traces += _group(key, name, style, members, np.concatenate(lines), on_a_line)
    traces += [_legend(key, name, style) for key, name, style, _ in groups]
    return Drawing(
        figure=figure(traces, _layout(rows, labels, restart_paths, revision)),
        alt=_finding(restart_paths, styles),
        table=_table(restart_paths, styles, labels),
        note=" ".join(filter(None, [HOW_TO_READ, _sampled(len(rows))])),
    )


PathGroup = tuple[str, str, OptimumStyle, list[RestartPath]]


def _groups(restart_paths: Sequence[RestartPath], styles: Sequence[OptimumStyle]) -> list[PathGroup]:
    """The paths that end in each optimum with a colour, the best first, then all others together."""
    groups: list[PathGroup] = []
    for position, style in enumerate(styles):
        members = [restart_path for restart_path in restart_paths if restart_path.optimum == position]
        if style.distinct and members:
            groups.append((style.name, f"{style.name} · {_runs(len(members))}", style, members))
    others = [restart_path for restart_path in restart_paths if not styles[restart_path.optimum].distinct]
    if others:
        groups.append(
            ("others", f"others · {_runs(len(others))}", OptimumStyle("others", INK, distinct=False), others)
        )
    return groups


def _sampled(n_points: int) -> str:
    if n_points <= MAX_POINTS:
        return ""
    return f"A random sample of {MAX_POINTS:,} of the {n_points:,} points is drawn."


def _runs(count: int) -> str:
    return f"{count:,} {'run' if count == 1 else 'runs'}"


def _line(restart_path: RestartPath, most: int, on_a_line: bool) -> FloatArray:
    """The lines of all means of a restart with a row of NaN after each, shape (P, 2)."""
    length = len(restart_path.path)
    drawn = np.arange(length) if length <= most else np.unique(np.linspace(0, length - 1, most).astype(int))
    steps = np.asarray(restart_path.steps, dtype=np.float64)[drawn]
    lines = []
    for mean in range(restart_path.path.shape[1]):
        at = restart_path.path[drawn, mean]
        lines.append(np.column_stack([at[:, 0], steps + 1]) if on_a_line else at)
        lines.append(np.full((1, 2), np.nan))
    return np.concatenate(lines)


def _points(shown: FloatArray, on_a_line: bool) -> Trace:
    return {
        "type": "scatter",
        "uid": "points",
        "showlegend": False,
        "mode": "markers",
        "x": compact(shown[:, 0]),
        "y": np.full(len(shown), BELOW_START, dtype=np.float32) if on_a_line else compact(shown[:, 1]),
        "marker": {
            "color": INK,
            "size": 10 if on_a_line else 5,
            "symbol": "line-ns-open" if on_a_line else "circle",
            "opacity": 0.4 if on_a_line else 0.22,
            "line": {"width": 1 if on_a_line else 0},
        },
        "hoverinfo": "skip",
    }


def _group(
    key: str,
    name: str,
    style: OptimumStyle,
    members: Sequence[RestartPath],
    lines: FloatArray,
    on_a_line: bool,
) -> list[Trace]:
    shared: Trace = {"type": "scatter", "legendgroup": f"optimum-{key}", "showlegend": False, "name": name}
    starts = np.concatenate([_end(restart_path, 0, on_a_line) for restart_path in members])
    # In the plane all runs of an optimum end in one place, on a line each at the iteration at which it came to rest.
    one_place = style.distinct and not on_a_line
    ends = np.concatenate([_end(each, -1, on_a_line) for each in (members[:1] if one_place else members)])
    hover_texts = [
        plain(restart_path.start, 60) for restart_path in members for _ in range(restart_path.path.shape[1])
    ]
    return [
        {
            **shared,
            "uid": f"paths-{key}",
            "mode": "lines",
            "x": compact(lines[:, 0]),
            "y": compact(lines[:, 1]),
            "line": {"color": style.colour, "width": 1.4 if style.distinct else 0.8},
            "opacity": 0.55 if style.distinct else 0.25,
            "hoverinfo": "skip",
        },
        {
            **shared,
            "uid": f"starts-{key}",
            "mode": "markers",
            "x": compact(starts[:, 0]),
            "y": compact(starts[:, 1]),
            "text": hover_texts,
            "marker": {
                "symbol": "circle-open",
                "color": style.colour,
                "size": 6,
                "opacity": 0.75 if style.distinct else 0.3,
            },
            "hovertemplate": f"Start: %{{text}}<br>ends in {plain(style.name)}<extra></extra>",
        },
        {
            **shared,
            "uid": f"ends-{key}",
            "mode": "markers",
            "x": compact(ends[:, 0]),
            "y": compact(ends[:, 1]),
            "marker": {
                "symbol": CENTROID_SYMBOL,
                "color": style.colour,
                "size": 14 if one_place else 8 if style.distinct else 6,
                "opacity": 1.0 if style.distinct else 0.5,
                "line": {"color": PAPER, "width": 1.5 if one_place else 0},
            },
            "hovertemplate": f"<b>Optimum {plain(style.name)}</b>: mean at %{{x}}, %{{y}}<extra></extra>"
            if style.distinct
            else "an optimum below<extra></extra>",
        },
    ]


def _legend(key: str, name: str, style: OptimumStyle) -> Trace:
    """An entry of the legend without points, so that the best optimum is listed first although it is drawn last."""
    return {
        "type": "scatter",
        "uid": f"legend-{key}",
        "legendgroup": f"optimum-{key}",
        "showlegend": True,
        "name": name,
        "mode": "lines+markers",
        "x": np.array([np.nan], dtype=np.float32),
        "y": np.array([np.nan], dtype=np.float32),
        "line": {"color": style.colour, "width": 2},
        "marker": {"symbol": CENTROID_SYMBOL, "color": style.colour, "size": 9},
        "hoverinfo": "skip",
    }


def _end(restart_path: RestartPath, position: int, on_a_line: bool) -> FloatArray:
    """The means of a restart at its start (position 0) or at its end (−1), shape (K, 2)."""
    at = restart_path.path[position]
    if not on_a_line:
        return at
    return np.column_stack([at[:, 0], np.full(len(at), float(np.asarray(restart_path.steps)[position]) + 1)])


def _layout(
    rows: FloatArray, labels: Sequence[str], restart_paths: Sequence[RestartPath], revision: str
) -> Layout:
    path_points = [restart_path.path.reshape(-1, rows.shape[1]) for restart_path in restart_paths]
    far = np.concatenate([*path_points, rows[:1]])
    ends = [
        limits(values, [float(way.min()), float(way.max())])
        for values, way in zip(rows.T, far.T, strict=True)
    ]
    named = f"paths {revision} {' '.join(labels)}"
    return layout(named, xaxis=axis(labels[0], ends[0]), yaxis=_upward(labels, ends))


def _upward(labels: Sequence[str], ends: Sequence[tuple[float, float]]) -> dict[str, Any]:
    if len(labels) > 1:
        return axis(labels[1], ends[1])
    return axis(
        "Iteration",
        type="log",
        tickmode="array",
        tickvals=np.array(ITERATION_TICKS) + 1,
        ticktext=[f"{iteration:,}" for iteration in ITERATION_TICKS],
    )


def _finding(restart_paths: Sequence[RestartPath], styles: Sequence[OptimumStyle]) -> str:
    if not restart_paths:
        return "No restart came to an end, so there are no paths."
    often = [
        sum(restart_path.optimum == position for restart_path in restart_paths)
        for position in range(len(styles))
    ]
    first = ", ".join(
        f"{style.name} by {count}"
        for style, count in zip(styles, often, strict=True)
        if style.distinct and count
    )
    reached = f"; reached are {first}" if first else ""
    optima = f"{len(styles):,} {'optimum' if len(styles) == 1 else 'optima'}"
    return f"The paths of the means of {_runs(len(restart_paths))} end in {optima}{reached}."


def _table(
    restart_paths: Sequence[RestartPath], styles: Sequence[OptimumStyle], labels: Sequence[str]
) -> pd.DataFrame:
    """A row per restart and mean: where it starts and where it ends."""
    records = [
        {
            "start": restart_path.start,
            "optimum": styles[restart_path.optimum].name,
            "mean": mean + 1,
            **{f"from, {label}": restart_path.path[0, mean, column] for column, label in enumerate(labels)},
            **{f"to, {label}": restart_path.path[-1, mean, column] for column, label in enumerate(labels)},
        }
        for restart_path in restart_paths
        for mean in range(restart_path.path.shape[1])
    ]
    return pd.DataFrame.from_records(records)
