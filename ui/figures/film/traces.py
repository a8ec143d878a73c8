"""The traces of the film: points that change colour, and what the browser moves."""

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
"""The `meta` of a trace that the browser redraws in every frame; the figure here is the first frame."""

MAX_DRAWN = 600
"""The largest number of rows that are drawn."""
POINT_SIZE = 8.0
"""The size of a point, in pixels."""
LEVEL = 0.9
"""The share of a component that its ellipse or interval contains."""

GHOST_OPACITY = 0.25
"""The opacity of the ellipses of earlier states."""


def point_trace(
    at: FloatArray, labels: Sequence[str], row_numbers: ArrayLike | None, *, yaxis: str = "y"
) -> Trace:
    """The drawn rows at (N, 2), in the text colour until an E-step colours them; hovering shows row and coordinates."""
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
    """A marker at (2,) with a text beside it, which the browser moves."""
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
    """The line style of a component: its colour, and dashes where colours repeat."""
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
    """The ring around the point whose numbers are in the formulas."""
    return {
        "symbol": "circle",
        "size": POINT_SIZE + 8,
        "color": "rgba(0,0,0,0)",
        "line": {"color": INK, "width": 2.5},
    }


def plot_of_film(film: Film) -> str:
    """The text alternative of the film."""
    first, last = (number(float(value), 5) for value in (film.log_likelihoods[0], film.log_likelihoods[-1]))
    iterations = f"{film.n_iterations:,} iteration{'' if film.n_iterations == 1 else 's'}"
    return f"A film of EM: in {iterations} the log-likelihood goes from {first} to {last}."
