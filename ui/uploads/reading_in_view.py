"""Reading a file in view: it waits in the queue, shows how long it takes, and has a stop button."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from gmm_core.export.model_file.model import Model
from gmm_core.tables.files.reader import OpenedFile
from serving.reading.client import READER
from serving.reading.request import Request
from ui.compute.interruption import end_if_over
from ui.compute.long_task import QUIET_SECONDS, UPDATE_SECONDS
from ui.compute.queue import FILE_QUEUE, FILES, QueueSlot
from ui.figures.base.wording import duration

STOPPED = "Reading was stopped."
"""The sentence after the visitor stopped the reading."""


def read_in_view(
    request: Request, place: DeltaGenerator, key: str, stop: Callable[[], None]
) -> OpenedFile | Model:
    """Read a file; after `QUIET_SECONDS`, `place` shows the time so far and a button that calls `stop`.

    Raises what reading raises, `NoQueueSlot`, and what ends the run of the page; in each case the reading process has
    ended.
    """
    shown = _Shown(place, key, stop)
    with QueueSlot(FILE_QUEUE, FILES) as slot:
        slot.wait(lambda sentence: shown.tell(0.0, sentence))
        begun = time.monotonic()
        most = request.bounds.seconds

        def ask() -> None:
            end_if_over()
            spent = time.monotonic() - begun
            if spent > QUIET_SECONDS:
                shown.tell(
                    min(1.0, spent / most),
                    f"Reading, {spent:,.0f} s so far; it may take {duration(most)} at most",
                )

        content = READER.read(request, ask)
    shown.clear()
    return content


class _Shown:
    """The progress bar and the stop button, made when there is something to show."""

    def __init__(self, place: DeltaGenerator, key: str, stop: Callable[[], None]) -> None:
        self._place = place
        self._key = key
        self._stop = stop
        self._bar: DeltaGenerator | None = None
        self._told = 0.0

    def tell(self, share: float, sentence: str) -> None:
        """Show a sentence, at most once in `UPDATE_SECONDS`."""
        now = time.monotonic()
        if now - self._told < UPDATE_SECONDS:
            return
        self._told = now
        if self._bar is None:
            with self._place.container(horizontal=True, vertical_alignment="center"):
                # Before the bar, whose text would push it away under the pointer.
                st.button(
                    "Stop",
                    on_click=self._stop,
                    help="Do not read this file; the last one that was read stays.",
                    key=f"stop reading {self._key}",
                )
                self._bar = st.progress(0.0)
        self._bar.progress(share, sentence)

    def clear(self) -> None:
        """Remove the bar and the button."""
        if self._bar is not None:
            self._place.empty()
