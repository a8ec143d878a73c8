"""Confinement: the rights that a process gives up before it reads a visitor's file.

Address space, computing time, new files and sockets, writing to disk and core dumps are bounded by `setrlimit`, which
every Unix has; macOS takes the bound on address space and does not keep it (`serving.reading.watch` looks there), and
processes of root may fork in spite of theirs (the read server ends the whole group of processes). What is only on Linux
is asked of it where it is there.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from importlib.machinery import PathFinder

from serving.reading.request import Bounds

NICENESS = 10
"""Added to the process's niceness, so that the app itself comes first."""
CHANNEL = 3
"""The only open descriptor besides standard input, output and error, which lead to the null device."""
_PR_SET_PDEATHSIG = 1
"""From Linux's prctl.h: the signal that a process gets when its parent ends."""
_PR_SET_NO_NEW_PRIVS = 38
"""From Linux's prctl.h: no program that the process starts gains rights."""
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
"""The C library, for prctl; None where there is no prctl."""


def end_with(parent: int) -> None:
    """Make this process end when its parent ends, if the system supports that."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it ended before that was said
            os.kill(os.getpid(), signal.SIGKILL)


def confine(channel: int, bounds: Bounds, is_watched: bool = False) -> int:
    """Give up all rights that reading one file does not need; returns the channel's new descriptor.

    The memory and CPU time of a watched process are limited by its parent.
    """
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    space = address_space()
    # A package that is not there is then missing without a look at the disk, which would fail in another way.
    sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not PathFinder]
    os.environ.clear()
    os.nice(NICENESS)
    nowhere = os.open(os.devnull, os.O_RDWR)
    # Twice, since the channel itself may be one of those that are written over.
    channel = os.dup(channel)
    for descriptor in range(CHANNEL):
        os.dup2(nowhere, descriptor)
    os.dup2(channel, CHANNEL)
    os.closerange(CHANNEL + 1, 1 << 16)
    _bound(resource.RLIMIT_CORE, 0)
    _bound(resource.RLIMIT_FSIZE, 0)
    _bound(resource.RLIMIT_NPROC, 0)
    _bound(resource.RLIMIT_NOFILE, CHANNEL + 1)  # nothing can be opened: no file, no socket, no pipe
    if not is_watched:
        if space is not None:
            _bound(resource.RLIMIT_AS, space + bounds.memory_bytes)
        # Its own soft bound ends it by SIGXCPU, which tells why.
        _bound(resource.RLIMIT_CPU, bounds.cpu_seconds, bounds.cpu_seconds + 1)
    return CHANNEL


def address_space() -> int | None:
    """The size of this process's address space in bytes; None if the system does not report it."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return None


def _bound(what: int, soft: int, hard: int | None = None) -> None:
    _, most = resource.getrlimit(what)
    hard = soft if hard is None else hard
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    resource.setrlimit(what, (soft, hard))
