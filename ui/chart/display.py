"""A drawing on a page: its chart, and the note below it."""

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
"""The pause after the first figure of a page, in seconds, so that the browser paints it before it receives the rest."""

OVERHEAD_BYTES = 2048
"""The number of bytes of a cached drawing beside its message."""


def show(
    drawing: Drawing,
    key: str,
    *,
    height: int,
    selectable: bool = False,
    clickable: bool = False,
    first: bool = False,
) -> ChartEvent:
    """Show a drawing; `key` identifies its place on the page and is the file name of a downloaded picture.

    Parameters
    ----------
    first : bool
        True for the main figure of the page, which is painted before the rest of the page arrives.
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
    """Drawings that are cached: for all visitors or, if the data is the visitor's own, for this visitor alone.

    Parameters
    ----------
    private : bool
        True if the data is the visitor's own.
    of : tuple
        The values that all the drawings depend on: equal values must give equal drawings.
    """

    private: bool
    of: tuple[Hashable, ...]

    def show(
        self, draw: Callable[[], Drawing], key: str, *more: Hashable, height: int, first: bool = False
    ) -> None:
        """Show a drawing as `show` does, without clicks; `more` are further values that this drawing depends on."""
        store = figure_store(self.private)
        name = (key, height, self.of, more)
        cached = store.get(name)
        if cached is None:
            drawing = draw()
            message = ChartMessage.of(
                drawing.figure, alt=drawing.alt, height=height, table=drawing.table, name=key
            )
            cached = message, drawing.note
            store.put(name, cached, len(message.content) + OVERHEAD_BYTES)
        message, note = cached
        mount(message, key=_key(key), height=height)
        _after(note, first)


def _key(key: str) -> str:
    return f"chart-{key}"


def _after(note: str, first: bool) -> None:
    if note:
        st.caption(markdown(note, 400))
    if first:
        time.sleep(PAINT_SECONDS)
