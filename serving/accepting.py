"""Connections are accepted one at a time, so that a lack of file descriptors fails once a second, not 2,048 times."""

from __future__ import annotations

from asyncio.selector_events import BaseSelectorEventLoop
from typing import Any

AT_A_TIME = 1
"""Connections that are accepted before asyncio does other work."""
_accept: Any = BaseSelectorEventLoop._accept_connection  # type: ignore[attr-defined]


def accept_one_at_a_time() -> None:
    """Have asyncio go back to its other work after each connection.

    By itself it tries as often as connections may wait (2,048), goes on when there is no descriptor for one, and comes
    back for each failure: whoever is inside then waits half a minute for what takes a fifth of a second.
    """
    BaseSelectorEventLoop._accept_connection = _accept_one  # type: ignore[attr-defined]


def _accept_one(
    loop: object, factory: object, listening: object, tls: object = None, server: object = None,
    backlog: int = AT_A_TIME, *more: object,
) -> None:  # fmt: skip
    _accept(loop, factory, listening, tls, server, min(backlog, AT_A_TIME), *more)
