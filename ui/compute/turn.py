"""A turn among the computations of all visitors that take long, or the files: a few go on at a time, others wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from ui.compute.interruption import end_if_over
from ui.compute.limits import LIMITS
from ui.compute.queue import Queue, QueueFull, Ticket
from ui.figures.base.wording import duration

LONG = Queue(LIMITS.long_computations, LIMITS.waiting_computations)
"""Of all visitors together."""
LOOK_SECONDS = 0.1
"""How often one that waits looks whether its visitor has gone on."""


READS = Queue(LIMITS.read_files, LIMITS.waiting_files)
"""Files of all visitors together; reading keeps nobody from fitting."""


@dataclass(frozen=True)
class Words:
    """What waits in a queue, one and several of them, and that one and several of them go on."""

    one: str
    several: str
    one_goes_on: str
    several_go_on: str

    def counted(self, count: int) -> str:
        """So many of them."""
        return f"1 {self.one}" if count == 1 else f"{count} {self.several}"

    def going_on(self, count: int) -> str:
        """That so many of them go on."""
        return f"{self.counted(count)} {self.one_goes_on if count == 1 else self.several_go_on}"


COMPUTATIONS = Words("long computation", "long computations", "runs", "run")
FILES = Words("file", "files", "is being read", "are being read")


class NoTurn(Exception):
    """There was no turn to be had; the message is a sentence for the visitor."""


class Turn:
    """What a computation needs to go on for long, given back at the end of the block, however that comes."""

    def __init__(self, queue: Queue | None = None, words: Words = COMPUTATIONS) -> None:
        self._queue = LONG if queue is None else queue
        self._words = words
        self._ticket: Ticket | None = None

    def __enter__(self) -> Turn:
        """No turn yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the next one go on."""
        if self._ticket is not None:
            self._ticket.leave()

    def has_come(self) -> bool:
        """Whether it may go on now; asked for the first time, it takes its position in the queue.

        Raises `NoTurn` where the queue is full.
        """
        if self._ticket is None:
            try:
                self._ticket = self._queue.enter()
            except QueueFull:
                waiting = {0: "none can wait", 1: "1 waits"}.get(
                    self._queue.most_waiting, f"{self._queue.most_waiting} wait"
                )
                running = self._words.going_on(self._queue.places)
                raise NoTurn(f"The server is busy: {running} and {waiting}. Try again in a minute.") from None
        return self._ticket.before == 0

    def wait(self, tell: Callable[[str], object], is_needless: Callable[[], bool] = lambda: False) -> None:
        """Wait for it, or until it is needless; `tell` shows how many are before.

        Raises what ends the run of the page if its visitor goes on meanwhile, and `NoTurn` after
        `LIMITS.waiting_seconds`.
        """
        told = 0
        last = time.monotonic() + LIMITS.waiting_seconds
        while not self.has_come() and not is_needless():
            assert self._ticket is not None
            before = self._ticket.before
            those = f"{self._words.counted(before)} {'is' if before == 1 else 'are'} before yours"
            if before != told:
                told = before
                tell(f"{those}: it waits for its turn.")
            end_if_over()
            if time.monotonic() > last:
                limit = duration(LIMITS.waiting_seconds)
                raise NoTurn(f"It was not your turn within {limit}: {those}. Try again in a minute.")
            self._ticket.wait(LOOK_SECONDS)
