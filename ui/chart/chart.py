"""The one way a figure reaches the screen: it stays put when it changes, follows the theme, answers clicks.

`st.plotly_chart` mounts a chart anew for every new figure, which loses zoom, camera and legend toggles. Here
a component of our own keeps the node and hands each new figure to Plotly.react (`chart_figure.js`).

The component lives in the page itself, not in a shadow root: plotly.js writes the rules for its mode bar and
hover layer into the document's head, where a shadow root would not see them. `chart.css` keeps to names that
start with `explorer-chart` in return.
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
    """What a person last did in a chart.

    Parameters
    ----------
    clicked : tuple[float, float] or None
        Data coordinates of a click, on empty space too; for one run only, and only if `clickable`.
    picked : tuple of int
        Row numbers (the points' customdata, or its first column) of the points clicked, boxed or lassoed, until they
        are let go or `layout.uirevision` changes; only if `selectable`. A browser sent them: a row may be beyond the
        data.
    """

    clicked: tuple[float, float] | None
    picked: tuple[int, ...]


@dataclass(frozen=True)
class ChartMessage:
    """A figure as the browser gets it: the packed message, and the revision of its axes."""

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
        """What `chart` sends of a figure; its arguments are those of `chart`."""
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
    """Show `figure`, `height` pixels high and as wide as its place, and say what was clicked or picked in it.

    The figure brings no colours for paper, font, grid and axes, and its template is set aside: the browser
    themes it, light or dark. A colour written "var(--st-text-color)", or any other of Streamlit's variables,
    becomes that colour. `layout.uirevision` decides when zoom starts afresh: set it to what the axes mean,
    such as their names. Text from a file must have gone through `ui.shell.text.plain`.

    Parameters
    ----------
    key : str
        The chart's identity; another key is another chart, the same key keeps node, zoom and camera.
    alt : str
        One sentence that states the figure's finding, read to those who do not see it.
    table : pd.DataFrame or None
        The numbers behind the figure, shown in its place at the push of a button (text as it is).
    name : str
        File name, without ending, of a downloaded picture.
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
    """Show the figure of a message; returns what the browser last sent of it, which anyone can forge."""
    return _mount(
        key=key, data=message.content, height=height, on_clicked_change=_rerun, on_picked_change=_rerun
    )


def _rerun() -> None:
    """Naming the two answers is what makes Streamlit return them; the rerun itself is all that is wanted."""


def _point(answer: Any) -> tuple[float, float] | None:
    """The coordinates out of what the browser sent, which anyone can forge."""
    if not isinstance(answer, list) or len(answer) != 2 or not all(_is_number(value) for value in answer):
        return None
    return float(answer[0]), float(answer[1])


def _rows(answer: Any, revision: Any) -> tuple[int, ...]:
    """The row numbers out of what the browser sent, unless they were picked in a picture of other axes."""
    if not isinstance(answer, Mapping) or answer.get("revision") != revision:
        return ()
    rows = answer.get("rows")
    return tuple(row for row in rows if type(row) is int and row >= 0) if isinstance(rows, list) else ()


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)
