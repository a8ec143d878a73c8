"""Requests for machine code: it is compiled once, by a separate process that outlives the one that requested it.

The compiling process holds a file lock, which the system releases when the process ends, however it ends. The folder of
code is renamed to its final name once it is complete, so incomplete code is never seen.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

from gmm_core.engines.machine_code import Place, key, places, ready

MODULES = ("gmm_core.engines.numba.engine", "gmm_core.engines.numba.starts")
"""The modules whose import compiles all functions."""
MAX_ATTEMPTS = 5
"""`request` starts no compilation of the same code after this many attempts; `wait` has no such limit."""
LAST = 19
"""The niceness of a compilation that nobody waits for: the lowest priority."""
LOCK = "lock"
"""The name of the lock file, which also holds the key of the code and the number of attempts."""
LOG = "log"
"""The name of the file with the output of the compiling process, which should be empty."""
PROGRAM = """\
import os, sys
if os.fork():
    os._exit(0)
os.chdir("/")
sys.path[:] = {path!r}
from gmm_core.engines.numba.make_code import make
make({folder!r}, {key!r}, {modules!r}, {niceness})
"""
"""The program of the compiling process. It forks and its parent exits, so the requesting process has no child to wait
for."""

_asking = Lock()
"""Held during `request`."""
_asked: set[str] = set()
"""The keys of the code that this process has started to compile."""


def request() -> bool:
    """Start compiling the code unless a process is doing so; return False if no place or process can be had for it.

    Starts at most one compilation per process and code, and never waits.
    """
    with _asking:
        if key() in _asked:
            return True
        place = _place()
        if place is None:
            return False
        with _locked(place, wait=False) as lock:
            if lock is not None and ready() is None and _attempts(lock) < MAX_ATTEMPTS:
                _asked.add(key())
                _begin(place, lock, LAST)
        return True


def wait() -> Path | None:
    """Return the folder with the code, and compile it first if it is missing; None if that is impossible."""
    for _ in range(2):  # the process that was compiling may have been killed
        folder, place = ready(), _place()
        if folder is not None or place is None:
            return folder
        with _locked(place, wait=True) as lock:
            if lock is not None and ready() is None:
                _begin(place, lock, 0)
        with _locked(place, wait=True):  # held by the compiling process until it ends
            pass
    return ready()


def _place() -> Place | None:
    """The first place where code can be written; None if there is none, or this Python cannot start another process."""
    known = hasattr(os, "posix_spawn") and "python" in Path(sys.executable or "").name
    return next((place for place in places() if place.make()), None) if known else None


@contextmanager
def _locked(place: Place, *, wait: bool) -> Iterator[int | None]:
    """Lock a place within the block: gives the open file, or None if another process holds the lock and not `wait`."""
    import fcntl  # missing on Windows

    lock = os.open(place.folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield None
        else:
            yield lock
    finally:
        os.close(lock)


def _attempts(lock: int) -> int:
    """The number of attempts to compile this code, read from the lock file; 0 if the file names other code."""
    name, _, number = os.pread(lock, 80, 0).decode("ascii", "replace").strip().partition(" ")
    return int(number) if name == key() and number.isdigit() else 0


def _begin(place: Place, lock: int, niceness: int) -> None:
    """Start the compiling process with a niceness; it inherits the lock as its standard input."""
    lock_text = f"{key()} {_attempts(lock) + 1}\n".encode()
    os.ftruncate(lock, 0)
    os.pwrite(lock, lock_text, 0)
    path = [os.path.abspath(entry) for entry in sys.path]
    program = PROGRAM.format(
        path=path, folder=str(place.folder), key=key(), modules=MODULES, niceness=niceness
    )
    log = os.open(
        place.folder / LOG, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600
    )
    try:
        started = os.posix_spawn(
            sys.executable,
            [sys.executable, "-W", "ignore", "-c", program],
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, file, number) for number, file in enumerate((lock, log, log))
            ],
            setsid=True,
        )
    finally:
        os.close(log)
    with suppress(ChildProcessError):  # a process that ignores SIGCHLD has no child to wait for
        os.waitpid(started, 0)
