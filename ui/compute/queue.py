"""Queues of what takes long, shared by all visitors: a few run at a time, the others wait, first come, first served."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition
from types import TracebackType

from ui.compute.interruption import end_if_over
from ui.compute.limits import LIMITS
from ui.figures.base.wording import duration

LOOK_SECONDS = 0.1
"""Seconds between a waiting task's checks for whether its visitor has left or changed a control."""


class QueueFull(Exception):
    """The queue has no position left."""


class Queue:
    """A queue in which `places` tasks run at a time and `max_waiting` more wait."""

    def __init__(self, places: int, max_waiting: int) -> None:
        self.places = places
        self.max_waiting = max_waiting
        self._tickets: list[Ticket] = []
        self._changed = Condition()

    def enter(self) -> Ticket:
        """A ticket for the last position; raises `QueueFull` where there is none."""
        with self._changed:
            if len(self._tickets) >= self.places + self.max_waiting:
                raise QueueFull
            ticket = Ticket(self)
            self._tickets.append(ticket)
            return ticket

    def _before(self, ticket: Ticket) -> int:
        return max(0, self._tickets.index(ticket) - self.places + 1)


class Ticket:
    """A position in the queue, from `Queue.enter` to `leave`."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue

    @property
    def before(self) -> int:
        """How many tasks have to end before this one may run; 0 if it may run now."""
        with self._queue._changed:
            return self._queue._before(self)

    def wait(self, seconds: float) -> bool:
        """Wait at most so long until it may run, and return whether it may."""
        with self._queue._changed:
            return self._queue._changed.wait_for(lambda: self._queue._before(self) == 0, seconds)

    def leave(self) -> None:
        """Let the others move up; a ticket that has left may leave again."""
        with self._queue._changed:
            if self in self._queue._tickets:
                self._queue._tickets.remove(self)
                self._queue._changed.notify_all()


COMPUTATION_QUEUE = Queue(LIMITS.long_computations, LIMITS.waiting_computations)
"""The queue of long computations, shared by all visitors."""
FILE_QUEUE = Queue(LIMITS.read_files, LIMITS.waiting_files)
"""The queue of files to read, shared by all visitors; a separate one, so that reading does not delay fits."""


@dataclass(frozen=True)
class QueueWords:
    """What waits in a queue, in the singular and the plural, and the verb that says that it runs."""

    one: str
    several: str
    one_runs: str
    several_run: str

    def counted(self, count: int) -> str:
        """The number with its noun, such as “2 files”."""
        return f"1 {self.one}" if count == 1 else f"{count} {self.several}"

    def running(self, count: int) -> str:
        """A clause that so many run, such as “2 files are being read”."""
        return f"{self.counted(count)} {self.one_runs if count == 1 else self.several_run}"


COMPUTATIONS = QueueWords("long computation", "long computations", "runs", "run")
"""The words for queued computations in sentences."""
FILES = QueueWords("file", "files", "is being read", "are being read")
"""The words for queued files in sentences."""


class NoQueueSlot(Exception):
    """The queue is full or the wait was too long; the message is a sentence for the visitor."""


class QueueSlot:
    """The right of a task to run for long: a context manager that gives it back at the end of the block."""

    def __init__(self, queue: Queue | None = None, words: QueueWords = COMPUTATIONS) -> None:
        self._queue = COMPUTATION_QUEUE if queue is None else queue
        self._words = words
        self._ticket: Ticket | None = None

    def __enter__(self) -> QueueSlot:
        """No position in the queue yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the next task run."""
        if self._ticket is not None:
            self._ticket.leave()

    def is_free(self) -> bool:
        """True if the task may run now; the first call takes a position in the queue.

        Raises `NoQueueSlot` where the queue is full.
        """
        if self._ticket is None:
            try:
                self._ticket = self._queue.enter()
            except QueueFull:
                waiting = {0: "none can wait", 1: "1 waits"}.get(
                    self._queue.max_waiting, f"{self._queue.max_waiting} wait"
                )
                running = self._words.running(self._queue.places)
                raise NoQueueSlot(
                    f"The server is busy: {running} and {waiting}. Try again in a minute."
                ) from None
        return self._ticket.before == 0

    def wait(self, tell: Callable[[str], object], is_needless: Callable[[], bool] = lambda: False) -> None:
        """Wait until the task may run, or until it is needless; `tell` shows how many are before it.

        Raises what ends the run of the page if its visitor goes on meanwhile, and `NoQueueSlot` after
        `LIMITS.waiting_seconds`.
        """
        last_shown = 0
        deadline = time.monotonic() + LIMITS.waiting_seconds
        while not self.is_free() and not is_needless():
            assert self._ticket is not None
            before = self._ticket.before
            those = f"{self._words.counted(before)} {'is' if before == 1 else 'are'} before yours"
            if before != last_shown:
                last_shown = before
                tell(f"{those}: it waits for its turn.")
            end_if_over()
            if time.monotonic() > deadline:
                limit = duration(LIMITS.waiting_seconds)
                raise NoQueueSlot(f"It was not your turn within {limit}: {those}. Try again in a minute.")
            self._ticket.wait(LOOK_SECONDS)
