"""The result of every figure builder: a figure with its text alternative, its table and a note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

Trace = dict[str, Any]
Layout = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Drawing:
    """A figure without a theme, and what it shows in words and numbers.

    Parameters
    ----------
    figure : go.Figure
        The figure. Colours such as `var(--st-text-color)` are the theme's, and are resolved where the figure is shown.
    alt : str
        The text alternative: what the figure shows, with numbers, as plain text without escaping.
    table : pd.DataFrame or None
        The numbers of the figure.
    note : str
        A sentence that the reader needs, such as that only a sample is drawn; may be empty.
    """

    figure: go.Figure
    alt: str
    table: pd.DataFrame | None = None
    note: str = ""


def figure(traces: Sequence[Trace], layout: Layout) -> go.Figure:
    """A Plotly figure of these traces and this layout.

    Unvalidated: validation takes four fifths of the time a figure costs (4.3 of 5 ms at three components, 22 of
    25 at twenty), and it is the tests that validate every builder. The empty template keeps Plotly's default one,
    7 kB with colours of its own, out of the figure.
    """
    return go.Figure({"data": list(traces), "layout": {"template": {}, **layout}}, _validate=False)
