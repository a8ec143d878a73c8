"""The chart component: it keeps zoom and camera when the figure changes, follows the theme and reports clicks.

`st.plotly_chart` replaces the chart for every new figure, which loses zoom, camera and legend toggles. This component
keeps the node and passes each new figure to Plotly.react (`chart_figure.js`).

The component is in the page itself, not in a shadow root: plotly.js writes the CSS of its mode bar and hover layer
into the document's head, which does not apply within a shadow root. All names in `chart.css` therefore start with
`explorer-chart`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from ui.chart.message import figure_tree, pack, table_tree
from ui.chart.parts import FIGURE_HTML, drawing_script, joined
from ui.chart.plotly_javascript import ensure_plotly_javascript

_mount = st.components.v2.component(
    "explorer_chart",
    html=FIGURE_HTML,
    css=joined("chart/chart.css"),
    js=drawing_script("chart/component_life.js", "chart/chart.js"),
    isolate_styles=False,
)


@dataclass(frozen=True)
class ChartEvent:
    """What the user last did in a chart.

    Parameters
    ----------
    clicked : tuple[float, float] or None
        The data coordinates of a click, also on empty space; in one run only, and only if `clickable`.
    picked : tuple of int
        The row numbers (the points' customdata, or its first column) of the points selected by click, box or lasso,
        until they are deselected or `layout.uirevision` changes; only if `selectable`. The browser sends them, so a
        number may be beyond the data.
    """

    clicked: tuple[float, float] | None
    picked: tuple[int, ...]


@dataclass(frozen=True)
class ChartMessage:
    """A figure as it is sent to the browser: the packed message, and the revision of its axes."""

    content: bytes
    revision: Any

    @classmethod
    def of(
        cls,
        figure: go.Figure,
        *,
        alt: str,
        height: int,
        table: pd.DataFrame | None = None,
        clickable: bool = False,
        selectable: bool = False,
        name: str = "figure",
    ) -> ChartMessage:
        """The message that `chart` sends for a figure; the parameters are those of `chart`."""
        tree = figure_tree(figure)
        content = pack(
            {
                "script": ensure_plotly_javascript(),
                "figure": tree,
                "alt": alt,
                "height": height,
                "table": None if table is None else table_tree(table),
                "clickable": clickable,
                "selectable": selectable,
                "name": name,
            }
        )
        return cls(content, tree["layout"]["uirevision"])


def chart(
    figure: go.Figure,
    *,
    key: str,
    alt: str,
    height: int = 480,
    table: pd.DataFrame | None = None,
    clickable: bool = False,
    selectable: bool = False,
    name: str = "figure",
) -> ChartEvent:
    """Show a figure, `height` pixels high and as wide as its container, and return what was clicked or picked in it.

    The figure must not set colours for paper, font, grid and axes, and its template is ignored: the browser applies
    the light or dark theme. A colour such as "var(--st-text-color)", or any other of Streamlit's variables, becomes
    that colour. Zoom is reset when `layout.uirevision` changes: set it to the meaning of the axes, such as their
    names. Text from a file must have been escaped by `ui.shell.text.plain`.

    Parameters
    ----------
    key : str
        Identifies the chart: with the same key, node, zoom and camera persist.
    alt : str
        The text alternative: one sentence with what the figure shows.
    table : pd.DataFrame or None
        The numbers of the figure, which a button shows in its place; text is not interpreted as markup.
    name : str
        The file name of a downloaded picture, without extension.
    """
    message = ChartMessage.of(
        figure, alt=alt, height=height, table=table, clickable=clickable, selectable=selectable, name=name
    )
    answer = mount(message, key=key, height=height)
    return ChartEvent(
        clicked=_point(answer.clicked) if clickable else None,
        picked=_rows(answer.picked, message.revision) if selectable else (),
    )


def mount(message: ChartMessage, *, key: str, height: int) -> Any:
    """Show the figure of a message, and return the browser's last answer, which may be forged."""
    return _mount(
        key=key, data=message.content, height=height, on_clicked_change=_rerun, on_picked_change=_rerun
    )


def _rerun() -> None:
    """Do nothing: Streamlit returns an answer only if it has a callback, and then reruns the page."""


def _point(answer: Any) -> tuple[float, float] | None:
    """The coordinates in the browser's answer, which may be forged."""
    if not isinstance(answer, list) or len(answer) != 2 or not all(_is_number(value) for value in answer):
        return None
    return float(answer[0]), float(answer[1])


def _rows(answer: Any, revision: Any) -> tuple[int, ...]:
    """The row numbers in the browser's answer; empty if they were picked in a figure with other axes."""
    if not isinstance(answer, Mapping) or answer.get("revision") != revision:
        return ()
    rows = answer.get("rows")
    return tuple(row for row in rows if type(row) is int and row >= 0) if isinstance(rows, list) else ()


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)
