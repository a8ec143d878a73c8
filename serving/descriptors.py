"""The number of sessions for which the process has file descriptors; the system's limit is raised as far as allowed."""

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
    """The number of the wanted sessions for which there are descriptors; raises `SettingError` if that is too small."""
    possible = min(wanted, (descriptors - OTHERS) // PER_SESSION)
    if possible < min(wanted, LEAST):
        raise SettingError(
            f"The app needs more file descriptors than {descriptors}: {needed(wanted)} for {PREFIX}SESSIONS={wanted}, "
            f"and {needed(LEAST)} at the least (ulimit -n)."
        )
    return possible


def shortage(wanted: int, descriptors: int) -> list[str]:
    """A sentence with the number of sessions for which there are no descriptors; None if there are enough."""
    possible = sessions_within(wanted, descriptors)
    if possible == wanted:
        return []
    return [
        f"{descriptors} file descriptors are enough for {possible} sessions at the same time, not for the {wanted} of "
        f"{PREFIX}SESSIONS: so many are let in. ulimit -n {needed(wanted)} gives enough."
    ]


def needed(sessions: int) -> int:
    """The number of descriptors that this number of sessions needs."""
    return sessions * PER_SESSION + OTHERS


def available(wanted: int) -> int:
    """The number of descriptors that the process may open, after asking the system for as many as wanted."""
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
