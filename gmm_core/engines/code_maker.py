"""Having machine code made: by a process of its own, once for all who want it, which outlives the one that asked.

Whoever makes it holds a lock, as long as it lives and no longer: the system takes it back when a process ends, however
it ends. What is made appears under its name when it is complete, in one step.
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
"""What is imported so that all is compiled."""
MAX_ATTEMPTS = 5
"""How often the same code is begun without anybody asking for it; who asks in so many words is not counted."""
LAST = 19
"""The niceness of what gets a processor when nobody else wants it: where nobody waits."""
LOCK = "lock"
LOG = "log"
"""What the process that makes code has to say, which should be nothing."""
PROGRAM = """\
import os, sys
if os.fork():
    os._exit(0)
os.chdir("/")
sys.path[:] = {path!r}
from gmm_core.engines.numba.make_code import make
make({folder!r}, {key!r}, {modules!r}, {niceness})
"""
"""It becomes a process of nobody's: no child to wait for is left to the one that asked."""

_asking = Lock()
_asked: set[str] = set()


def request() -> bool:
    """Have the code made, unless somebody is at it; False where there is no place for it.

    Asks once in a process, and waits for nothing.
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
    """The folder with the code, which is made first where it is missing; None where that cannot be done."""
    for _ in range(2):  # the one that was at it may have been killed
        found, place = ready(), _place()
        if found is not None or place is None:
            return found
        with _locked(place, wait=True) as lock:
            if lock is not None and ready() is None:
                _begin(place, lock, 0)
        with _locked(place, wait=True):  # when it ends
            pass
    return ready()


def _place() -> Place | None:
    """The first place where code can be put, for a Python that can be started."""
    known = hasattr(os, "posix_spawn") and "python" in Path(sys.executable or "").name
    return next((place for place in places() if place.make()), None) if known else None


@contextmanager
def _locked(place: Place, *, wait: bool) -> Iterator[int | None]:
    """The lock of a place, as a file that is open; None where another process has it, and nobody waits for it."""
    import fcntl  # which Windows has not

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
    """How often this code was begun; what is written there of other code does not count."""
    name, _, number = os.pread(lock, 80, 0).decode("ascii", "replace").strip().partition(" ")
    return int(number) if name == key() and number.isdigit() else 0


def _begin(place: Place, lock: int, niceness: int) -> None:
    """Start the process that makes the code; it takes the lock along, as its standard input."""
    said = f"{key()} {_attempts(lock) + 1}\n".encode()
    os.ftruncate(lock, 0)
    os.pwrite(lock, said, 0)
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
    with suppress(ChildProcessError):  # a caller that ignores the ends of its children has none to wait for
        os.waitpid(started, 0)
