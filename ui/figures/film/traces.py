"""What the film's pictures share: points that change colour, and the traces that the browser moves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.arrays import FloatArray
from gmm_core.studies.em_film import Film
from ui.figures.base.axes import compact
from ui.figures.base.drawing import Trace
from ui.figures.base.palette import CENTROID_SYMBOL, INK, PAPER, colour, dash
from ui.figures.base.points import PointAttributes, coordinate_lines, customdata, hovertemplate
from ui.figures.base.wording import number

MOVING = "moving"
"""The `meta` of a trace that the browser draws itself, frame by frame; here it shows the first one."""

MAX_DRAWN = 600
POINT_SIZE = 8.0
LEVEL = 0.9
"""The share of a component that its ellipse, or interval, holds."""

GHOST_OPACITY = 0.25


def point_trace(
    at: FloatArray, labels: Sequence[str], row_numbers: ArrayLike | None, *, yaxis: str = "y"
) -> Trace:
    """The drawn rows at (N, 2), in ink until an E-step colours them; hovering tells the row and where it is."""
    attributes = PointAttributes(row_numbers=row_numbers)
    return {
        "type": "scatter",
        "uid": "points",
        "mode": "markers",
        "showlegend": False,
        "x": compact(at[:, 0]),
        "y": compact(at[:, 1]),
        "yaxis": yaxis,
        "customdata": customdata(attributes, np.arange(len(at))),
        "hovertemplate": hovertemplate(attributes, coordinate_lines("xy"[: len(labels)], labels)),
        "marker": {"size": POINT_SIZE, "color": INK, "opacity": 0.8, "line": {"color": PAPER, "width": 0.6}},
    }


def moving_line(uid: str, path: ArrayLike, line: Trace, *, yaxis: str = "y", **more: object) -> Trace:
    """A line along `path` (P, 2) that the browser moves."""
    x, y = np.asarray(path, dtype=np.float64).T
    return {
        "type": "scatter",
        "uid": uid,
        "meta": MOVING,
        "mode": "lines",
        "hoverinfo": "skip",
        "showlegend": False,
        "x": compact(x),
        "y": compact(y),
        "yaxis": yaxis,
        "line": line,
        **more,
    }


def moving_marker(uid: str, at: ArrayLike, marker: Trace, *, yaxis: str = "y", text: str = "") -> Trace:
    """A marker at (2,), with a word beside it, that the browser moves."""
    x, y = np.asarray(at, dtype=np.float64)
    return {
        "type": "scatter",
        "uid": uid,
        "meta": MOVING,
        "mode": "markers+text" if text else "markers",
        "hoverinfo": "skip",
        "showlegend": False,
        "text": text,
        "textposition": "middle right",
        "x": np.array([x]),
        "y": np.array([y]),
        "yaxis": yaxis,
        "marker": marker,
    }


def component_line(colour_number: int, width: float) -> Trace:
    """The line of a component, in its colour and, where colours repeat, its dashes."""
    return {"color": colour(colour_number), "width": width, "dash": dash(colour_number)}


def centroid_marker(colour_number: int) -> Trace:
    """The cross of a component's mean."""
    return {
        "symbol": CENTROID_SYMBOL,
        "size": 14,
        "color": colour(colour_number),
        "line": {"color": INK, "width": 1.5},
    }


def picked_marker() -> Trace:
    """The ring around the point whose numbers the formulas show."""
    return {
        "symbol": "circle",
        "size": POINT_SIZE + 8,
        "color": "rgba(0,0,0,0)",
        "line": {"color": INK, "width": 2.5},
    }


def plot_of_film(film: Film) -> str:
    """What a film shows, as a sentence for those who do not see it."""
    first, last = (number(float(value), 5) for value in (film.log_likelihoods[0], film.log_likelihoods[-1]))
    iterations = f"{film.n_iterations:,} iteration{'' if film.n_iterations == 1 else 's'}"
    return f"A film of EM: in {iterations} the log-likelihood goes from {first} to {last}."
