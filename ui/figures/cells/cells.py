"""The regions into which a clustering divides the plane or the line, hard or soft, with borders and points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.model.mixture import Mixture
from ui.figures.base.axes import axis, compact, layout, limits
from ui.figures.base.blend import blended
from ui.figures.base.borders import border_lines, cut_points
from ui.figures.base.curves import curve_traces, weighted_densities
from ui.figures.base.drawing import Drawing, Layout, Trace, figure
from ui.figures.base.histogram import bar_traces, bins, stacks
from ui.figures.base.palette import CENTROID_SYMBOL, INK, colour
from ui.figures.base.points import Colouring, PointAttributes, drawn_rows, undecided_sentence
from ui.figures.base.wording import counted, listed, percent
from ui.figures.mixture.contours import centroid_traces, contour_traces, contours
from ui.figures.mixture.plane import MAX_AS_SVG, point_traces

COLUMNS, ROWS = 180, 135
"""The number of nodes of the grid along x and y."""
LINE_NODES = 721
"""The number of nodes with one feature."""
TINT = 0.3
"""The opacity of the regions."""
LEVEL = 0.9
"""The share of each component that its ellipse contains."""
TALLEST_PEAK = 2.5
"""The largest height of the axis, as a multiple of the histogram's; higher peaks are cut."""
MARKED_ROW = "marked"
"""The `uid` of the trace of the marked row."""


@dataclass(frozen=True, eq=False)
class Clustering:
    """A clustering with what its picture needs.

    Parameters
    ----------
    name : str
        Its name in sentences (“K-means”).
    mixture : Mixture
        The mixture in the view, E = 1 or 2; a place belongs to the component of largest log joint density. For a hard
        clustering its components are equal and round, so that the borders are half-way between the centres.
    responsibilities : (N, K)
        The responsibilities; 0 or 1 if the clustering is hard.
    hard : bool
        True if each place belongs to one cluster alone.
    colour_numbers : (K,)
        The colour number of each cluster.
    """

    name: str
    mixture: Mixture
    responsibilities: FloatArray
    hard: bool
    colour_numbers: Sequence[int]


def cells(
    points: ArrayLike,
    labels: Sequence[str],
    clustering: Clustering,
    *,
    units: Sequence[float] = (1.0, 1.0),
    marked: int | None = None,
    row_numbers: ArrayLike | None = None,
    revision: str = "",
) -> Drawing:
    """The points over the regions of a clustering.

    Parameters
    ----------
    points : (N, E)
        The data in the view, E = 1 or 2.
    labels : (E,)
        The names of the axes, unescaped.
    clustering : Clustering
        The clustering.
    units : (E,)
        The length of one unit of the fit on each axis. Both axes span the same number of these units, in which the
        clustering measures distances, so that a stretched column looks stretched.
    marked : int or None
        The position of a row that is marked with a ring.
    row_numbers : (N,)
        The number of each row on screen.
    revision : str
        Identifies the data; zoom persists while it and the axes are the same.
    """
    rows = np.asarray(points, dtype=np.float64)
    attributes = PointAttributes(
        responsibilities=clustering.responsibilities,
        weights=clustering.mixture.weights.tolist(),
        colour_numbers=clustering.colour_numbers,
        row_numbers=row_numbers,
    )
    drawn = drawn_rows(len(rows), MAX_AS_SVG)
    if marked is not None:
        drawn = np.union1d(drawn, [marked])
    scene = _Scene(
        rows,
        labels,
        clustering,
        attributes=attributes,
        drawn=drawn,
        marked=marked,
        revision=f"cells {revision} {' '.join(labels)}",
    )
    traces, more = scene.line() if rows.shape[1] == 1 else scene.plane(units)
    for trace in traces:
        trace["showlegend"] = False
    return Drawing(
        figure=figure(traces, layout(scene.revision, legend=False, **more)),
        alt=_finding(clustering),
        note=""
        if len(drawn) == len(rows) or rows.shape[1] == 1
        else f"A random sample of {MAX_AS_SVG:,} of the {len(rows):,} points is drawn.",
    )


@dataclass(frozen=True, eq=False)
class _Scene:
    rows: FloatArray
    labels: Sequence[str]
    clustering: Clustering
    attributes: PointAttributes
    drawn: IntArray
    marked: int | None
    revision: str

    def plane(self, units: Sequence[float]) -> tuple[list[Trace], Layout]:
        """The traces and the axes for two features."""
        rows, clustering = self.rows, self.clustering
        ends = _square([limits(values) for values in rows.T], units)
        x, y = np.linspace(*ends[0], COLUMNS), np.linspace(*ends[1], ROWS)
        nodes = np.stack(np.meshgrid(x, y), axis=-1)
        scores = clustering.mixture.log_joint(nodes.reshape(-1, 2)).reshape(ROWS, COLUMNS, -1)
        traces: list[Trace] = [_background(scores, clustering, x, y)]
        colouring: Colouring = "component" if clustering.hard else "responsibility"
        traces += point_traces(rows, self.labels, self.attributes, colouring, self.drawn)
        traces.append(_border(border_lines(scores, x, y)))
        if not clustering.hard:
            traces += contour_traces(contours(clustering.mixture, (LEVEL,)), clustering.colour_numbers)
        traces += centroid_traces(clustering.mixture, self.labels, clustering.colour_numbers)
        if self.marked is not None:
            traces.append(_ring(rows[self.marked, :1], rows[self.marked, 1:]))
        return traces, {"xaxis": axis(self.labels[0], ends[0]), "yaxis": axis(self.labels[1], ends[1])}

    def line(self) -> tuple[list[Trace], Layout]:
        """The traces and the axes for one feature."""
        at, clustering = self.rows[:, 0], self.clustering
        ends = limits(at)
        x = np.linspace(*ends, LINE_NODES)
        scores = clustering.mixture.log_joint(x[:, None])
        histogram = bins(at)
        densities = weighted_densities(clustering.mixture, x)
        top = 1.1 * float(histogram.densities(histogram.counts()).max())
        if not clustering.hard:
            top = max(top, min(1.06 * float(densities.sum(axis=0).max()), TALLEST_PEAK * top))
        traces = [_background(scores[None], clustering, x, np.array([0.5 * top]), height=top)]
        traces += bar_traces(histogram, stacks(self.attributes, "none", len(at)))
        if not clustering.hard:
            traces += curve_traces(x, densities, self.attributes.weights, clustering.colour_numbers)
        traces.append(_border(_vertical_lines(cut_points(scores, x), top)))
        traces += _means_on_axis(clustering, 0.02 * top)
        if self.marked is not None:
            traces.append(_ring(at[[self.marked]], np.array([0.02 * top])))
        up = axis("Density", (0.0, top), rangemode="tozero")
        return traces, {
            "barmode": "stack",
            "bargap": 0,
            "xaxis": axis(self.labels[0], ends),
            "yaxis": up,
        }


Ends = tuple[float, float]


def _square(ends: Sequence[Ends], units: Sequence[float]) -> list[Ends]:
    """Widen the ends so that both axes span the same number of units of the fit."""
    spans = [(high - low) / unit for (low, high), unit in zip(ends, units, strict=True)]
    widened = []
    for (low, high), span, unit in zip(ends, spans, units, strict=True):
        more = 0.5 * (max(spans) - span) * unit
        widened.append((low - more, high + more))
    return widened


def _vertical_lines(at: FloatArray, height: float) -> FloatArray:
    """Vertical lines as one path, separated by NaN, shape (P, 2)."""
    ends = np.column_stack([np.zeros(len(at)), np.full(len(at), height), np.full(len(at), np.nan)])
    return np.column_stack([np.repeat(at, 3), ends.ravel()])


def _means_on_axis(clustering: Clustering, height: float) -> list[Trace]:
    """The means on the axis of one feature, slightly above it."""
    return [
        {
            "type": "scatter",
            "uid": f"centroid-{colour_number}",
            "mode": "markers",
            "x": mean,
            "y": np.array([height]),
            "marker": {
                "symbol": CENTROID_SYMBOL,
                "size": 13,
                "color": colour(colour_number),
                "line": {"color": INK, "width": 1.5},
            },
            "hovertemplate": f"<b>{position + 1}</b><br>mean: %{{x:.4~g}}<extra></extra>",
        }
        for position, (colour_number, mean) in enumerate(
            zip(clustering.colour_numbers, clustering.mixture.means, strict=True)
        )
    ]


def _background(
    scores: FloatArray, clustering: Clustering, x: FloatArray, y: FloatArray, height: float | None = None
) -> Trace:
    """The background: each node (H, W, K) in the colours of its clusters."""
    n_components = scores.shape[2]
    if clustering.hard:
        responsibilities = np.eye(n_components)[scores.argmax(axis=2)]
    else:
        responsibilities = np.exp(scores - scores.max(axis=2, keepdims=True))
        responsibilities /= responsibilities.sum(axis=2, keepdims=True)
    mixed = blended(
        responsibilities.reshape(-1, n_components),
        [colour(colour_number) for colour_number in clustering.colour_numbers],
    )
    marker = mixed.marker()
    where = {"y0": float(y[0]), "dy": height} if height else {"y": compact(y)}
    return {
        "type": "heatmap",
        "uid": "cells",
        "z": mixed.codes.reshape(scores.shape[:2]),
        "zmin": marker["cmin"],
        "zmax": marker["cmax"],
        "colorscale": marker["colorscale"],
        "showscale": False,
        "opacity": TINT,
        "hoverinfo": "skip",
        "x": compact(x),
        **where,
    }


def _border(path: FloatArray) -> Trace:
    at = path if len(path) else np.full((1, 2), np.nan)
    return {
        "type": "scatter",
        "uid": "border",
        "name": "border",
        "mode": "lines",
        "x": compact(at[:, 0]),
        "y": compact(at[:, 1]),
        "line": {"color": INK, "width": 1.5},
        "hoverinfo": "skip",
    }


def _ring(x: FloatArray, y: FloatArray) -> Trace:
    return {
        "type": "scatter",
        "uid": MARKED_ROW,
        "name": MARKED_ROW,
        "mode": "markers",
        "x": x,
        "y": y,
        "marker": {
            "symbol": "circle-open",
            "size": 18,
            "color": INK,
            "line": {"color": INK, "width": 2.5},
        },
        "hoverinfo": "skip",
    }


def _finding(clustering: Clustering) -> str:
    """The text alternative: the share of each cluster, and how certain the clustering is of its points."""
    held = clustering.responsibilities.mean(axis=0)
    holding = listed([percent(float(share)) for share in held])
    clusters = counted(len(held), "cluster").lower()
    borders = "hard borders half-way between the means" if clustering.hard else "soft borders"
    return (
        f"{clustering.name}: {clusters} with {borders}, which hold {holding} of the points."
        + ("" if clustering.hard else f" {undecided_sentence(clustering.responsibilities)}")
    ).strip()
