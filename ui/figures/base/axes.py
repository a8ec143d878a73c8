"""Axes of a figure: their ends, titles, legend and margins; the colours come from the page's theme."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ui.figures.base.drawing import Layout
from ui.shell.text import plain

MARGIN = {"l": 8, "r": 8, "t": 8, "b": 8}
"""The margins of every figure, in pixels."""
PADDINGS = (0.06, 0.2, 0.4, 0.6)
"""The possible paddings of an axis, as shares of the points' range. Fixed steps keep the picture still when contours
change a little from one fit to the next; the largest is a limit, so that a contour much wider than the data does not
squeeze the points."""


def compact(values: ArrayLike) -> NDArray[Any]:
    """The values as float32 if that is precise enough for a screen, else as float64 (a small spread far from 0)."""
    array = np.asarray(values, dtype=np.float64)
    finite = array[np.isfinite(array)]
    if finite.size and np.abs(finite).max() * np.finfo(np.float32).eps * 1e4 > np.ptp(finite):
        return array
    return array.astype(np.float32)


def limits(values: ArrayLike, reach: Sequence[float] = ()) -> tuple[float, float]:
    """The ends of an axis: the points' range, padded by the smallest of `PADDINGS` that shows all values of `reach`."""
    points = np.asarray(values, dtype=np.float64)
    shown = points if points.size else np.asarray(reach, dtype=np.float64)
    low, high = (float(shown.min()), float(shown.max())) if shown.size else (-1.0, 1.0)
    span = high - low if high > low else max(abs(high), 1.0)
    before = (low - min(reach, default=low)) / span
    after = (max(reach, default=high) - high) / span
    return low - span * _padding(before), high + span * _padding(after)


def _padding(needed: float) -> float:
    return next((step for step in PADDINGS if step >= needed), PADDINGS[-1])


def hover_format(ends: tuple[float, float]) -> str:
    """The d3 format of numbers in hover texts: it distinguishes a thousandth of the axis, also far from zero."""
    decimals = int(np.ceil(3 - np.log10(ends[1] - ends[0])))
    return f",.{max(0, decimals)}~f" if decimals <= 9 else ".5~g"


def axis(title: str, ends: tuple[float, float] | None = None, **more: Any) -> dict[str, Any]:
    """A Cartesian axis that starts at `ends`, with its title escaped.

    The ends are set as limits of autorange, not as a range: Plotly then keeps the user's own zoom even if the ends
    change.
    """
    settings: dict[str, Any] = {
        "title": {"text": plain(title), "standoff": 8},
        "automargin": True,
        "zeroline": False,
        **more,
    }
    if ends is not None:
        settings["hoverformat"] = hover_format(ends)
        settings["autorange"] = True
        settings["autorangeoptions"] = {"minallowed": ends[0], "maxallowed": ends[1]}
    return settings


def layout(revision: str, *, legend: bool = True, **more: Any) -> Layout:
    """The layout of a figure: small margins, a legend above; zoom and legend persist while `revision` is the same."""
    return {
        "uirevision": revision,
        "margin": MARGIN,
        "hovermode": "closest",
        "showlegend": legend,
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1,
            "yanchor": "bottom",
            "itemsizing": "constant",
            "tracegroupgap": 0,
            "maxheight": 0.25,
        },
        **more,
    }
