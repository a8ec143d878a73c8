"""Limits on a process that the system does not enforce: the parent measures the process and ends it."""

from __future__ import annotations

import mmap
import os
import resource
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from serving.reading.confinement import address_space
from serving.reading.request import Bounds

LOOK_SECONDS = 0.1
"""Seconds between measurements; a process can exceed its bound by what it takes in this time."""
_PROC = Path("/proc")
"""The folder in which Linux describes processes."""
_TICKS = os.sysconf("SC_CLK_TCK")
"""Clock ticks per second, the unit of CPU time in /proc."""
_TRIED = 1 << 28
"""Bytes that are allocated to test whether the system enforces its bound."""


@dataclass(frozen=True)
class Usage:
    """The memory of a process in bytes, and its CPU time."""

    resident: int
    cpu_seconds: float


def usage(pid: int) -> Usage | None:
    """The current usage of a process; None if it has ended."""
    try:
        return _usage_from_proc((_PROC / str(pid) / "stat").read_text(encoding="ascii"))
    except OSError:
        if _PROC.joinpath("self").exists():
            return None
    warned = subprocess.run(
        ["ps", "-o", "rss=,time=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return usage_from_ps(warned.stdout) if warned.stdout.strip() else None


def usage_from_ps(warned: str) -> Usage:
    """The usage in the output of `ps -o rss=,time=`: kibibytes, and [[days-]hours:]minutes:seconds."""
    kibibytes, time = warned.split()
    days, _, rest = time.rpartition("-")
    seconds = 0.0
    for part in rest.split(":"):
        seconds = 60 * seconds + float(part)
    return Usage(1024 * int(kibibytes), seconds + 86_400 * int(days or 0))


def _usage_from_proc(stat: str) -> Usage:
    fields = stat.rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    return Usage(int(fields[21]) * resource.getpagesize(), ticks / _TICKS)


def system_keeps_memory() -> bool:
    """True if the system enforces the bound on address space, as a test with a child process shows."""
    space = address_space()
    if space is None:
        return False
    pid = os.fork()
    if pid == 0:
        code = 1
        with suppress(Exception):
            resource.setrlimit(resource.RLIMIT_AS, (space + _TRIED // 2, space + _TRIED // 2))
            try:
                mmap.mmap(-1, _TRIED)
            except OSError:
                code = 0
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


@dataclass
class Watch:
    """The bounds of one process, and whether it was already warned about its CPU time."""

    pid: int
    bounds: Bounds
    begun: Usage | None = None
    warned: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Record the usage at the beginning, which is shared with the parent and not counted."""
        self.begun = self.begun or usage(self.pid)

    def excess(self) -> signal.Signals | None:
        """The signal for a process that exceeds its bounds; None if it is within them."""
        now = usage(self.pid)
        if now is None or self.begun is None:
            return None
        if now.resident - self.begun.resident > self.bounds.memory_bytes:
            return signal.SIGKILL
        if now.cpu_seconds <= self.bounds.cpu_seconds:
            return None
        # As the system does it: first a signal that tells why, then one that nobody can ignore.
        self.warned, again = True, self.warned
        return signal.SIGKILL if again else signal.SIGXCPU
