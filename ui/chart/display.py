"""A drawing on the page: its chart, and below it the note for the reader."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

import streamlit as st

from ui.chart.chart import ChartEvent, ChartMessage, chart, mount
from ui.compute.cache import figure_store
from ui.figures.base.drawing import Drawing
from ui.shell.text import markdown

PAINT_SECONDS = 0.08
"""Pause in seconds after the first figure of a page is sent, so that the browser paints it at once.

A browser that is still receiving the rest of the page paints nothing.
"""

KEPT_BYTES = 2048
"""Bytes that a drawing in the store takes in addition to its message."""


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

    Parameters
    ----------
    first : bool
        It is what the page is there for, so it is painted before what follows on the page arrives.
    """
    event = chart(
        drawing.figure,
        key=_key(key),
        alt=drawing.alt,
        height=height,
        table=drawing.table,
        selectable=selectable,
        clickable=clickable,
        name=key,
    )
    _after(drawing.note, first)
    return event


@dataclass(frozen=True)
class CachedDrawings:
    """Drawings that are made once for all visitors, or for one where the data is the visitor's own.

    Parameters
    ----------
    private : bool
        Whether the data is the visitor's own.
    of : tuple
        What all of them are drawn from, by values that are equal only where everything is.
    """

    private: bool
    of: tuple[Hashable, ...]

    def show(
        self, draw: Callable[[], Drawing], key: str, *more: Hashable, height: int, first: bool = False
    ) -> None:
        """As `show`, for a figure without clicks; `more` is what else this one is drawn from."""
        store = figure_store(self.private)
        name = (key, height, self.of, more)
        found = store.get(name)
        if found is None:
            drawing = draw()
            message = ChartMessage.of(
                drawing.figure, alt=drawing.alt, height=height, table=drawing.table, name=key
            )
            found = message, drawing.note
            store.put(name, found, len(message.content) + KEPT_BYTES)
        message, note = found
        mount(message, key=_key(key), height=height)
        _after(note, first)


def _key(key: str) -> str:
    return f"chart-{key}"


def _after(note: str, first: bool) -> None:
    if note:
        st.caption(markdown(note, 400))
    if first:
        time.sleep(PAINT_SECONDS)
