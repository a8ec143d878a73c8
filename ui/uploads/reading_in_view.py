"""Reading a file in view: it waits in the queue, shows how long it takes, and has a stop button."""

from __future__ import annotations

import time
from collections.abc import Callable

from streamlit.delta_generator import DeltaGenerator

from gmm_core.export.model_file.model import Model
from gmm_core.tables.files.reader import OpenedFile
from serving.reading.client import READER
from serving.reading.request import Request
from ui.compute.interruption import end_if_over
from ui.compute.long_task import QUIET_SECONDS, UPDATE_SECONDS
from ui.compute.queue import FILE_QUEUE, FILES, QueueSlot
from ui.compute.task_view import StoppableBar
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
    bar = StoppableBar(
        f"reading {key}", "Do not read this file; the last one that was read stays.", stop, place
    )
    shown = 0.0

    def show(share: float, sentence: str) -> None:
        nonlocal shown
        now = time.monotonic()
        if now - shown > UPDATE_SECONDS:
            shown = now
            bar.show(share, sentence)

    with QueueSlot(FILE_QUEUE, FILES) as slot:
        slot.wait(lambda sentence: show(0.0, sentence))
        begun = time.monotonic()
        most = request.bounds.seconds

        def ask() -> None:
            end_if_over()
            spent = time.monotonic() - begun
            if spent > QUIET_SECONDS:
                show(
                    min(1.0, spent / most),
                    f"Reading, {spent:,.0f} s so far; it may take {duration(most)} at most",
                )

        content = READER.read(request, ask)
    bar.clear()
    return content
