"""Limits, titles, legend and margins of axes; the theme is the page's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ui.figures.base.drawing import Layout
from ui.shell.text import plain

MARGIN = {"l": 8, "r": 8, "t": 8, "b": 8}
PADDINGS = (0.06, 0.2, 0.4, 0.6)
"""Room beside the points, in shares of their span. Steps, so that contours that wander between two fits seldom
move the picture, and a last one, so that a contour much wider than the data does not squeeze it."""


def compact(values: ArrayLike) -> NDArray[Any]:
    """float32 where that is finer than a screen shows, else float64 (a small spread far from zero)."""
    array = np.asarray(values, dtype=np.float64)
    finite = array[np.isfinite(array)]
    if finite.size and np.abs(finite).max() * np.finfo(np.float32).eps * 1e4 > np.ptp(finite):
        return array
    return array.astype(np.float32)


def limits(values: ArrayLike, reach: Sequence[float] = ()) -> tuple[float, float]:
    """The ends of an axis: the points' range, padded by the smallest step that lets each end show the `reach`."""
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
    """A d3 format that tells a thousandth of the axis apart, also where the axis lies far from zero."""
    decimals = int(np.ceil(3 - np.log10(ends[1] - ends[0])))
    return f",.{max(0, decimals)}~f" if decimals <= 9 else ".5~g"


def axis(title: str, ends: tuple[float, float] | None = None, **more: Any) -> dict[str, Any]:
    """A Cartesian axis with an escaped `title`, which starts at `ends`.

    The ends are given as what autorange is to find, not as a range: Plotly then keeps a person's own zoom even
    when the ends change.
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
    """Small margins, a compact legend above, and the `revision` within which zoom and legend are kept."""
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
