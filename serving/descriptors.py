"""How many sessions the process has file descriptors for; the system's limit is raised as far as allowed."""

from __future__ import annotations

import sys
from contextlib import suppress

from ui.compute.limits import PREFIX, SettingError

PER_SESSION = 4
"""File descriptors of a session: its WebSocket, and three of the event loop that runs its script."""
OTHERS = 64
"""File descriptors of the process itself, of files that are read and written, and of requests for a page's files."""
LEAST = 4
"""Fewest sessions for which there must be descriptors; a page that is loaded again takes two for a moment."""


def sessions_within(wanted: int, descriptors: int) -> int:
    """How many of the wanted sessions there are descriptors for; raises `SettingError` where there are next to none."""
    possible = min(wanted, (descriptors - OTHERS) // PER_SESSION)
    if possible < min(wanted, LEAST):
        raise SettingError(
            f"The app needs more file descriptors than {descriptors}: {needed(wanted)} for {PREFIX}SESSIONS={wanted}, "
            f"and {needed(LEAST)} at the least (ulimit -n)."
        )
    return possible


def shortage(wanted: int, descriptors: int) -> list[str]:
    """A sentence on sessions that there are no descriptors for, if there are any."""
    possible = sessions_within(wanted, descriptors)
    if possible == wanted:
        return []
    return [
        f"{descriptors} file descriptors are enough for {possible} sessions at the same time, not for the {wanted} of "
        f"{PREFIX}SESSIONS: so many are let in. ulimit -n {needed(wanted)} gives enough."
    ]


def needed(sessions: int) -> int:
    """How many descriptors so many sessions need."""
    return sessions * PER_SESSION + OTHERS


def available(wanted: int) -> int:
    """How many descriptors the process may have open, once the system was asked for as many as are wanted."""
    if sys.platform == "win32":
        return wanted  # there, a socket is no descriptor
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return wanted
    if soft < wanted:
        # Some systems have a bound of their own below the hard limit.
        with suppress(ValueError, OSError):
            most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
