"""Connections are accepted one at a time, so that a lack of file descriptors fails once a second, not 2,048 times."""

from __future__ import annotations

from asyncio.selector_events import BaseSelectorEventLoop
from typing import Any

AT_A_TIME = 1
"""Connections that are accepted before asyncio does other work."""
_accept: Any = BaseSelectorEventLoop._accept_connection  # type: ignore[attr-defined]


def accept_one_at_a_time() -> None:
    """Make asyncio return to its other work after each connection that it accepts.

    By default it tries as often as connections may wait (2,048 times), continues when there is no descriptor for one,
    and tries again later for each failure: meanwhile, visitors who are connected wait.
    """
    BaseSelectorEventLoop._accept_connection = _accept_one  # type: ignore[attr-defined]


def _accept_one(
    loop: object, factory: object, listening: object, tls: object = None, server: object = None,
    backlog: int = AT_A_TIME, *more: object,
) -> None:  # fmt: skip
    _accept(loop, factory, listening, tls, server, min(backlog, AT_A_TIME), *more)
