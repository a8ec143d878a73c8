"""A bound on the log: of what one line of code logs again and again, a few records a minute are written.

What is left out is counted and reported. Otherwise a server that is out of descriptors would fill the log.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from time import monotonic
from types import TracebackType

MOST = 10
"""Most records of one origin that are written within SECONDS."""
SECONDS = 60.0
"""Length of the interval in which records are counted, in seconds."""
_LONGEST = 200
"""Most characters of the beginning of a record that a sentence repeats."""
_own_log = logging.getLogger(__name__)


@dataclass
class _Entry:
    """How often one line of code has spoken since `begun`, in seconds, and how what it says begins."""

    begun: float
    beginning: str
    count: int = 0

    @property
    def left_out(self) -> str:
        """A sentence on what was not written; empty if all was."""
        return f"… {self.count - MOST:,} more were left out: {self.beginning}" if self.count > MOST else ""


class LogBound:
    """Which records are written: of each line of code and each place of its error, `MOST` in `SECONDS`.

    The text does not count, since visitors' words are in some.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._entries: dict[Hashable, _Entry] = {}
        self._lock = threading.Lock()

    def lets_through(self, record: logging.LogRecord) -> bool:
        """True if a record is to be written; one that is not is counted."""
        if record.name == _own_log.name:
            return True
        with self._lock:
            origin = _origin(record)
            if origin not in self._entries:
                self._entries[origin] = _Entry(self._clock(), _beginning(record))
            entry = self._entries[origin]
            entry.count += 1
            return entry.count <= MOST

    def left_out(self) -> list[str]:
        """A sentence for each line of code whose time is up and that said more than was written."""
        with self._lock:
            now = self._clock()
            over = [origin for origin, entry in self._entries.items() if now - entry.begun >= SECONDS]
            return [sentence for origin in over if (sentence := self._entries.pop(origin).left_out)]


BOUND = LogBound()
"""The bound of this process."""


def bound_log() -> None:
    """Have all loggers of the process ask `BOUND`.

    Logger.handle is what every record passes. Handlers are many: each logger of Streamlit makes one of its own when it
    is first asked for, and what has none ends in `logging.lastResort`.
    """
    handle = logging.Logger.handle

    def handle_few(logger: logging.Logger, record: logging.LogRecord) -> None:
        if BOUND.lets_through(record):
            handle(logger, record)

    logging.Logger.handle = handle_few  # type: ignore[method-assign, assignment]


async def tell_left_out_forever() -> None:
    """Write now and then what was left out."""
    while True:
        await asyncio.sleep(SECONDS / 4)
        for sentence in BOUND.left_out():
            _own_log.warning(sentence)


def _origin(record: logging.LogRecord) -> Hashable:
    """The line of code that spoke, and of the error that it told its kind and the line that raised it."""
    kind, _, trace = record.exc_info or (None, None, None)
    return record.pathname, record.lineno, kind, _innermost(trace)


def _innermost(trace: TracebackType | None) -> Hashable:
    while trace and trace.tb_next:
        trace = trace.tb_next
    return trace and (trace.tb_frame.f_code.co_filename, trace.tb_lineno)


def _beginning(record: logging.LogRecord) -> str:
    """The first line, without what is to be put in: there may be more of that, or less, than places for it."""
    lines = str(record.msg).strip().splitlines()
    return lines[0][:_LONGEST] if lines else record.name
