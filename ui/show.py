"""A drawing on the screen: its figure in the chart that stays put, and below it what the reader must know."""

from __future__ import annotations

import time

import streamlit as st

from ui.chart import ChartEvent, chart
from ui.figures.drawing import Drawing
from ui.text import markdown

PAINT_SECONDS = 0.08
"""A browser that still receives the rest of a page paints nothing: where it had this long to paint the first picture,
a change of K was seen after 232 ms in the median instead of 325 (taking turns in one run), of 192 at best."""


def show(
    drawing: Drawing,
    key: str,
    *,
    height: int,
    selectable: bool = False,
    clickable: bool = False,
    first: bool = False,
) -> ChartEvent:
    """Show the drawing; `key` names its place on the page and the file of a downloaded picture.

    first: it is what the page is there for, so it is painted before what follows on the page arrives.
    """
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
    if first:
        time.sleep(PAINT_SECONDS)
    return event
