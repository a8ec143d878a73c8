"""What every figure builder returns: the figure, its text alternative, its table and a note."""

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
    """A figure without a theme, and the same finding in words and in numbers.

    Parameters
    ----------
    figure : go.Figure
        Colours such as `var(--st-text-color)` stand for the theme's; whoever shows the figure resolves them.
    alt : str
        States the finding with its numbers, as plain text (not escaped for any markup).
    table : pd.DataFrame or None
        The same as numbers.
    note : str
        A sentence the reader must know (only a sample is drawn), or nothing.
    """

    figure: go.Figure
    alt: str
    table: pd.DataFrame | None = None
    note: str = ""


def figure(traces: Sequence[Trace], layout: Layout) -> go.Figure:
    """A plotly figure of the given dictionaries.

    Unvalidated: validation takes four fifths of the time a figure costs (4.3 of 5 ms at three components, 22 of
    25 at twenty), and it is the tests that validate every builder. The empty template keeps Plotly's default one,
    7 kB with colours of its own, out of the figure.
    """
    return go.Figure({"data": list(traces), "layout": {"template": {}, **layout}}, _validate=False)
