"""A drawing on the screen: its figure in the chart that stays put, and below it what the reader must know."""

from __future__ import annotations

import streamlit as st

from ui.chart import ChartEvent, chart
from ui.figures.drawing import Drawing
from ui.text import markdown


def show(
    drawing: Drawing, key: str, *, height: int, selectable: bool = False, clickable: bool = False
) -> ChartEvent:
    """Show the drawing; `key` names its place on the page and the file of a downloaded picture."""
    event = chart(
        drawing.figure,
        key=f"chart-{key}",
        alt=drawing.alt,
        height=height,
        table=drawing.table,
        selectable=selectable,
        clickable=clickable,
        name=key,
    )
    if drawing.note:
        st.caption(markdown(drawing.note, 400))
    return event
