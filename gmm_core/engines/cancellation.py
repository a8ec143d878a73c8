"""Cancellation within long steps: a callback is called between two blocks of rows of one E-step, and may raise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar


def _go_on() -> None:
    """Do nothing: the callback outside `interruptible`."""


_asked: ContextVar[Callable[[], None]] = ContextVar("asked", default=_go_on)
"""The callback that `checkpoint` calls."""


def checkpoint() -> None:
    """Call the callback of `interruptible`, which may raise an exception to interrupt; without one, do nothing."""
    _asked.get()()


@contextmanager
def interruptible(ask: Callable[[], None]) -> Iterator[None]:
    """Within the block, let every `checkpoint` of this thread call `ask`: often, so `ask` must be quick.

    `ask` may raise `StopFitting`, which ends a fit with its results so far, or any other exception, which propagates.
    After `StopFitting` a fit may still reach checkpoints while it evaluates its results, so `ask` should raise it only
    once.
    """
    token = _asked.set(ask)
    try:
        yield
    finally:
        _asked.reset(token)
