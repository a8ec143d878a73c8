"""Memory of visitors who have left is given back to the system.

By itself, Streamlit lets go of a session that has lost its connection (after `server.disconnectedSessionTTL`, two
minutes, in which it may come back) only when another one ends; a session is a circle of objects, which waits for
Python's collector; the server's loop holds on to the session that it served last, until another comes; and what
C's allocator gets back it keeps, most of all in threads' arenas. `python -m benchmarks.memory_sessions` measures it.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import sys
from typing import Any

from serving.held_sessions import HeldSessions

ENVIRONMENT = {"PYTHONMALLOC": "malloc"}
"""Environment variables that the process must be started with, to use C's allocator instead of Python's.

Python's allocator returns memory in blocks of a megabyte, each only when all of it is free, so that a few remaining
objects hold much.
"""
ARENAS = 2
"""Arenas of C's allocator; by default eight per core. Free memory of one is not used by the threads of another."""
MAPPED_BYTES, TRIMMED_BYTES = 4 << 20, 2 << 20
"""In bytes: smallest block that is mapped, hence returned when freed; smallest free end of an arena that is returned.

By default, C's allocator raises both as it runs, to 32 and 64 MB, and keeps that much in every arena.
"""
SECONDS_BETWEEN_LOOKS = 15.0
"""Seconds between checks for sessions that have ended."""
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
"""Parameters of mallopt, from glibc's malloc.h."""


def keep_little_free() -> None:
    """Bound what glibc's allocator keeps for itself; as early as can be, since arenas that are there stay."""
    libc = _glibc()
    if libc is not None:
        libc.mallopt(_M_ARENA_MAX, ARENAS)
        libc.mallopt(_M_MMAP_THRESHOLD, MAPPED_BYTES)
        libc.mallopt(_M_TRIM_THRESHOLD, TRIMMED_BYTES)


async def give_back_forever() -> None:
    """Look now and then whether sessions are over, and then give back what they held."""
    over = 0
    while True:
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
        sessions = HeldSessions()
        sessions.forget_expired()
        if sessions.over != over:
            over = sessions.over
            gc.collect()  # here, since a session ends in the thread of the server
            await asyncio.to_thread(give_back_free)


def give_back_free() -> None:
    """Have the allocator return what is free."""
    libc = _glibc()
    if libc is not None:
        libc.malloc_trim(0)


def _glibc() -> Any:
    """The C library where it is glibc, which alone has these two functions; None elsewhere."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    return libc if hasattr(libc, "malloc_trim") and hasattr(libc, "mallopt") else None
