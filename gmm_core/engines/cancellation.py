"""Whether a computation shall go on, asked within its long steps: between two blocks of rows of one E-step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar


def _go_on() -> None:
    """What is asked where nobody wants to interrupt."""


_asked: ContextVar[Callable[[], None]] = ContextVar("asked", default=_go_on)


def checkpoint() -> None:
    """A place where the caller may interrupt: raises whatever `interruptible`'s `ask` raises."""
    _asked.get()()


@contextmanager
def interruptible(ask: Callable[[], None]) -> Iterator[None]:
    """Have every `checkpoint` of this thread within the block call `ask`, often: some hundred times a second.

    `ask` raises `StopFitting` to end a fit with what it has reached, or an exception of its own, which comes through.
    Where a fit was told `StopFitting` it may go on asking while it draws its conclusions, so it should be told once.
    """
    token = _asked.set(ask)
    try:
        yield
    finally:
        _asked.reset(token)
