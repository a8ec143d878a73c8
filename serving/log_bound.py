"""A bound on the log: of the records from one line of code, only a few per minute are written.

Records that are left out are counted and reported. Without the bound, a server without free file descriptors would
fill the log.
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
    """The number of records from one origin since `begun`, in seconds, and the beginning of their text."""

    begun: float
    beginning: str
    count: int = 0

    @property
    def left_out(self) -> str:
        """A sentence with the number of records that were not written; empty if all were."""
        return f"… {self.count - MOST:,} more were left out: {self.beginning}" if self.count > MOST else ""


class LogBound:
    """Decides which records are written: at most `MOST` within `SECONDS` from each line of code and place of an error.

    The text of a record is ignored, because it may contain text from visitors.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._entries: dict[Hashable, _Entry] = {}
        self._lock = threading.Lock()

    def lets_through(self, record: logging.LogRecord) -> bool:
        """True if a record is to be written; otherwise it is counted."""
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
        """A sentence for each origin whose interval has ended and whose records were not all written."""
        with self._lock:
            now = self._clock()
            over = [origin for origin, entry in self._entries.items() if now - entry.begun >= SECONDS]
            return [sentence for origin in over if (sentence := self._entries.pop(origin).left_out)]


BOUND = LogBound()
"""The bound of this process."""


def bound_log() -> None:
    """Apply `BOUND` to all loggers of the process.

    It is applied in Logger.handle, through which every record passes. There are many handlers: each logger of Streamlit
    makes one of its own on first use, and records of loggers without one go to `logging.lastResort`.
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
    """The line of code that made the record; for an error also its type and the line that raised it."""
    kind, _, trace = record.exc_info or (None, None, None)
    return record.pathname, record.lineno, kind, _innermost(trace)


def _innermost(trace: TracebackType | None) -> Hashable:
    while trace and trace.tb_next:
        trace = trace.tb_next
    return trace and (trace.tb_frame.f_code.co_filename, trace.tb_lineno)


def _beginning(record: logging.LogRecord) -> str:
    """The first line of the record's text without its arguments, whose number may be wrong."""
    lines = str(record.msg).strip().splitlines()
    return lines[0][:_LONGEST] if lines else record.name
