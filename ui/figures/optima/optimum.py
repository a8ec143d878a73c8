"""One optimum: the points, and the ellipses or curves of its mixture in the optimum's colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.arrays import BoolArray, FloatArray
from gmm_core.model.mixture import Mixture
from ui.figures.base.axes import axis, compact, layout, limits
from ui.figures.base.curves import grid, weighted_densities
from ui.figures.base.drawing import Drawing, Layout, Trace, figure
from ui.figures.base.histogram import bins
from ui.figures.base.palette import CENTROID_SYMBOL, INK, PAPER, translucent
from ui.figures.base.points import drawn_rows
from ui.figures.base.wording import listed, number, percent
from ui.figures.mixture.contours import LINE_BREAK, N_POINTS, contours
from ui.figures.optima.identity import OptimumStyle

LEVELS = (0.5, 0.9)
"""The shares of a component that its ellipses contain."""
MAX_POINTS, FEW_POINTS = 1_000, 300
"""The largest number of points in a large and in a small picture; marked points are always drawn."""


RING = {"symbol": "circle-open", "size": 8, "opacity": 0.7, "line": {"width": 1.2}}
"""The marker of a marked point in the plane."""
TICK = {"symbol": "line-ns-open", "size": 10, "opacity": 0.35, "line": {"width": 1}}
"""The marker of a point with one feature."""
MARKED_TICK = {**TICK, "size": 26, "opacity": 0.8}
"""The marker of a marked point with one feature."""


def optimum(
    points: ArrayLike,
    labels: Sequence[str],
    mixture: Mixture,
    style: OptimumStyle,
    *,
    marked: BoolArray | None = None,
    row_numbers: ArrayLike | None = None,
    small: bool = False,
    revision: str = "",
) -> Drawing:
    """The plane with ellipses that contain 50 and 90 % of each component; for one feature, the densities.

    Parameters
    ----------
    points : (N, E)
        The data in the view, E = 1 or 2.
    labels : (E,)
        The names of the axes, unescaped.
    mixture : Mixture
        The mixture in the view.
    style : OptimumStyle
        The name and the colour of the optimum.
    marked : (N,)
        True for each row to mark, with a ring or a longer tick.
    row_numbers : (N,)
        The number of each row on screen; by default its position, counted from 0.
    small : bool
        True for one of many pictures, with fewer points and without titles and numbers of components.
    revision : str
        Identifies the data and the view; zoom persists while it is the same.
    """
    rows = np.asarray(points, dtype=np.float64)
    numbers = np.arange(len(rows)) if row_numbers is None else np.asarray(row_numbers)
    drawn = drawn_rows(len(rows), FEW_POINTS if small else MAX_POINTS)
    own = np.zeros(len(rows), dtype=np.bool_) if marked is None else marked
    draw = _line if rows.shape[1] == 1 else _plane
    traces, ends = draw(rows, drawn, own, numbers, mixture, style.colour)
    if not small:
        traces.append(_component_numbers(mixture, ends))
    names = ("", "") if small else (labels[0], labels[1] if len(labels) > 1 else "Density")
    return Drawing(
        figure=figure(traces, _layout(f"optimum {revision} {' '.join(labels)}", names, ends, small)),
        alt=_finding(mixture, style, int(own.sum()), marked is not None),
        note=(
            f"A random sample of {MAX_POINTS:,} of the {len(rows):,} points is drawn."
            if len(rows) > MAX_POINTS and not small
            else ""
        ),
    )


Ends = tuple[tuple[float, float], tuple[float, float]]
Content = tuple[list[Trace], Ends]


def _plane(
    rows: FloatArray,
    drawn: ArrayLike,
    marked: BoolArray,
    numbers: ArrayLike,
    mixture: Mixture,
    colour: str,
) -> Content:
    rings = contours(mixture, LEVELS)
    x_ends, y_ends = (_padded_ends(values) for values in rows.T)
    cores = np.concatenate([part for ring in rings for part in (ring[:N_POINTS], LINE_BREAK)])
    lines = np.concatenate([part for ring in rings for part in (ring, LINE_BREAK)])
    traces = [
        _points("points", rows, np.asarray(drawn), numbers, {"size": 5, "opacity": 0.3, "symbol": "circle"}),
        _path("halo", lines, {"color": PAPER, "width": 4}, opacity=0.6),
        _path("cores", cores, {"color": colour, "width": 2.5}, tint=colour),
        _path("ellipses", lines, {"color": colour, "width": 1.5}),
        _points("marked", rows, np.flatnonzero(marked), numbers, RING),
        _means(mixture.means[:, 0], mixture.means[:, 1], colour),
    ]
    return traces, (x_ends, y_ends)


def _line(
    rows: FloatArray,
    drawn: ArrayLike,
    marked: BoolArray,
    numbers: ArrayLike,
    mixture: Mixture,
    colour: str,
) -> Content:
    at = rows[:, 0]
    ends = _padded_ends(at)
    positions = grid(mixture, ends)
    densities = weighted_densities(mixture, positions)
    histogram = bins(at)
    bars = histogram.densities(histogram.counts())
    top = 1.1 * max(float(bars.max()), float(densities.sum(axis=0).max()))
    parts = [
        part
        for density in densities
        for part in (np.column_stack([positions, density]), np.full((1, 2), np.nan))
    ]
    on_axis = np.column_stack([at, np.zeros(len(at))])
    traces: list[Trace] = [
        {
            "type": "bar",
            "uid": "bars",
            "x": compact(0.5 * (histogram.edges[1:] + histogram.edges[:-1])),
            "y": compact(bars),
            "width": histogram.width,
            "marker": {"color": INK, "opacity": 0.18, "line": {"width": 0}},
            "hoverinfo": "skip",
        },
        _path("curves", np.concatenate(parts), {"color": colour, "width": 1.2}, tint=colour),
        _path(
            "mixture",
            np.column_stack([positions, densities.sum(axis=0)]),
            {"color": colour, "width": 2.5},
        ),
        _points("points", on_axis, np.asarray(drawn), numbers, TICK),
        _points("marked", on_axis, np.flatnonzero(marked), numbers, MARKED_TICK),
        _means(mixture.means[:, 0], np.zeros(mixture.n_components), colour),
    ]
    return traces, (ends, (-0.05 * top, top))


def _padded_ends(values: FloatArray) -> tuple[float, float]:
    """The ends of an axis from the points alone, so that pictures of several optima have the same axes."""
    low, high = float(values.min()), float(values.max())
    room = 0.15 * (high - low)
    return limits(values, [low - room, high + room])


def _points(
    uid: str, at: FloatArray, rows: ArrayLike, numbers: ArrayLike, marker: Mapping[str, object]
) -> Trace:
    chosen = np.asarray(rows)
    return {
        "type": "scatter",
        "uid": uid,
        "mode": "markers",
        "x": compact(at[chosen, 0]),
        "y": compact(at[chosen, 1]),
        "customdata": np.asarray(numbers)[chosen].astype(np.float64),
        "marker": {"color": INK, **marker},
        "hovertemplate": "Row %{customdata:.0f}<extra></extra>",
    }


def _path(
    uid: str, path: FloatArray, line: Mapping[str, object], *, tint: str | None = None, opacity: float = 1.0
) -> Trace:
    filled = tint is not None and tint.startswith("#")
    return {
        "type": "scatter",
        "uid": uid,
        "mode": "lines",
        "x": compact(path[:, 0]),
        "y": compact(path[:, 1]),
        "line": line,
        "opacity": opacity,
        "fill": "toself" if filled else "none",
        "fillcolor": translucent(str(tint), 0.14) if filled else "rgba(0,0,0,0)",
        "hoverinfo": "skip",
    }


def _means(x: FloatArray, y: FloatArray, colour: str) -> Trace:
    return {
        "type": "scatter",
        "uid": "means",
        "mode": "markers",
        "x": compact(x),
        "y": compact(y),
        "cliponaxis": False,
        "marker": {
            "symbol": CENTROID_SYMBOL,
            "size": 12,
            "color": colour,
            "line": {"color": PAPER, "width": 1.5},
        },
        "hovertemplate": "mean at %{x}, %{y}<extra></extra>",
    }


def _component_numbers(mixture: Mixture, ends: Ends) -> Trace:
    """The number of each component beside its mean."""
    foot = np.zeros(mixture.n_components)
    return {
        "type": "scatter",
        "uid": "numbers",
        "mode": "text",
        "x": compact(mixture.means[:, 0]),
        "y": compact(mixture.means[:, 1] if mixture.n_features > 1 else foot + 0.05 * ends[1][1]),
        "text": [f"<b>{component + 1}</b>" for component in range(mixture.n_components)],
        "textposition": "top right",
        "textfont": {"color": INK, "size": 14},
        "marker": {"color": INK},
        "hoverinfo": "skip",
    }


def _layout(revision: str, names: tuple[str, str], ends: Ends, small: bool) -> Layout:
    hidden = {"showticklabels": False, "ticks": "", "fixedrange": True} if small else {}
    return layout(
        revision,
        legend=False,
        xaxis=axis(names[0], ends[0], **hidden),
        yaxis=axis(names[1], ends[1], **hidden),
        **({"margin": {"l": 2, "r": 2, "t": 2, "b": 2}, "dragmode": False} if small else {}),
    )


def _finding(mixture: Mixture, style: OptimumStyle, marked: int, is_compared: bool) -> str:
    held = listed([percent(weight) for weight in sorted(mixture.weights.tolist(), reverse=True)])
    differ = f" {marked:,} points lie in another component than in the other optimum." if is_compared else ""
    means = _places(mixture)
    return (
        f"Optimum {style.name}: its components hold {held} of the points. The means are at {means}.{differ}"
    )


def _places(mixture: Mixture) -> str:
    means = [", ".join(number(float(value), 3) for value in mean) for mean in mixture.means]
    return listed([f"({place})" if mixture.n_features > 1 else place for place in means])
