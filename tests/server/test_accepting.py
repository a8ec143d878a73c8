"""Without descriptors for more connections, the server tries once and goes back to whoever is inside."""

from __future__ import annotations

import asyncio
import errno
import socket
from typing import Any

from serving.accepting import accept_one_at_a_time


class Exhausted(socket.socket):
    """A socket that has connections waiting and no descriptor for them."""

    tries = 0

    def accept(self) -> Any:
        self.tries += 1
        raise OSError(errno.EMFILE, "Too many open files")


def test_a_failure_for_want_of_descriptors_is_one_failure() -> None:
    accept_one_at_a_time()
    loop: Any = asyncio.SelectorEventLoop()
    told: list[dict[str, Any]] = []
    loop.set_exception_handler(lambda _loop, context: told.append(context))
    with Exhausted() as listening:
        loop._accept_connection(asyncio.Protocol, listening, None, None, 2_048)
        assert 1 <= listening.tries == len(told) <= 2, "newer Pythons try one more"
    loop.close()
