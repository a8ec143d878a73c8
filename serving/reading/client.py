"""The app's side of the read server: it starts the server, sends it files, and starts it again if it has ended."""

from __future__ import annotations

import atexit
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock

from gmm_core.errors import ExplorerError
from gmm_core.export.model_file.model import Model
from gmm_core.tables.files.reader import OpenedFile
from serving.reading.answer import BadAnswer, Failure, receive_answer
from serving.reading.frames import send_frame
from serving.reading.request import Bounds, Request
from serving.reading.worker import OUT_OF_MEMORY

LOOK_SECONDS = 0.05
"""Seconds between checks for whether the file is still wanted."""
END_SECONDS = 5
"""Seconds that an ending process is waited for."""
_ROOT = Path(__file__).parents[2]
"""The folder of the app, in which the read server runs."""
_KEPT_OF_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TZDIR", "PYTHONDONTWRITEBYTECODE")
"""The environment variables that the read server inherits; it gets no others."""
# One thread and little address space: so it can fork, and its bound on address space is near that of memory.
_ENVIRONMENT = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "MALLOC_ARENA_MAX": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONMALLOC": "malloc",
}
"""Environment variables of the read server, which make its libraries use the system's allocator and few threads."""
_WHAT_TO_DO = "leave out columns or take a random sample of the rows"
"""What to do about a file that takes too much; the end of a sentence."""
_LOG = logging.getLogger(__name__)
"""The log of this module."""


class NotRead(ExplorerError):
    """Reading was given up; the message is a sentence that says why and what to do."""


class _ServerEnded(Exception):
    """The read server ended before the worker."""


class ReadClient:
    """The app's side of the read server, which is started at most once; any thread may use it."""

    def __init__(self, *options: str) -> None:
        """Prepare the client; `options` are those of the read server's command line."""
        self._options = options
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the read server; None if it is not running."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Start the read server unless it is running, without waiting for the seconds until it can read."""
        with self._lock:
            self._running()

    def close(self) -> None:
        """End the read server and its workers."""
        with self._lock:
            if self._control is not None:
                self._control.close()
            if self._process is not None:
                try:
                    self._process.wait(END_SECONDS)
                except subprocess.TimeoutExpired:
                    self._process.kill()
                    self._process.wait()
            self._control = self._process = None

    def read(self, request: Request, ask: Callable[[], object] = lambda: None) -> OpenedFile | Model:
        """Read a file. `ask` is called repeatedly; if it raises, the worker is ended and the exception is passed on.

        Raises the reader's own refusals, and NotRead if reading exceeded its bounds.
        """
        try:
            return self._read_once(request, ask)
        except _ServerEnded:
            _LOG.warning("The read server ended and is started again")
        try:
            return self._read_once(request, ask)
        except _ServerEnded:
            raise NotRead("Reading was interrupted twice: choose the file again.") from None

    def _read_once(self, request: Request, ask: Callable[[], object]) -> OpenedFile | Model:
        with _ReadCall(request, ask) as call:
            self._hand_over(call)
            return call.answer()

    def _hand_over(self, call: _ReadCall) -> None:
        with self._lock:
            for _ in range(2):
                control = self._running()
                try:
                    socket.send_fds(control, [call.bounds.packed()], call.server_ends())
                    break
                except OSError:  # it ended since
                    control.close()
                    self._control = None
            else:
                raise _ServerEnded
        call.close_server_ends()

    def _running(self) -> socket.socket:
        if self._control is not None and self._process is not None and self._process.poll() is None:
            return self._control
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.wait()
        own_end, server_end = socket.socketpair()
        with server_end:
            environment = {name: os.environ[name] for name in _KEPT_OF_ENVIRONMENT if name in os.environ}
            self._process = subprocess.Popen(
                [sys.executable, "-m", "serving.reading.server", str(server_end.fileno()), *self._options],
                cwd=_ROOT,
                env=environment | _ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[server_end.fileno()],
                start_new_session=True,  # Ctrl+C ends the app, and that ends it
            )
        self._control = own_end
        return own_end


class _ReadCall:
    """The reading of one file: two pairs of sockets, and the time limit."""

    def __init__(self, request: Request, ask: Callable[[], object]) -> None:
        self._request = request
        self._ask = ask
        self._channel, self._their_channel = socket.socketpair()
        self._status, self._their_status = socket.socketpair()
        self._late: float | None = None
        self._channel.setblocking(False)

    def __enter__(self) -> _ReadCall:
        return self

    def __exit__(self, *_: object) -> None:
        """Close the sockets, by which the read server sees that it has to end the worker."""
        for end in (self._channel, self._status, self._their_channel, self._their_status):
            end.close()

    @property
    def bounds(self) -> Bounds:
        """The bounds on reading the file."""
        return self._request.bounds

    def server_ends(self) -> list[int]:
        """The ends of the sockets for the read server."""
        return [self._their_channel.fileno(), self._their_status.fileno()]

    def close_server_ends(self) -> None:
        """Close the ends that the read server has received, so that it is noticed here when it closes them."""
        self._their_channel.close()
        self._their_status.close()

    def answer(self) -> OpenedFile | Model:
        """Send the file and wait for the answer."""
        try:
            self._wait(self._status, select.POLLIN)  # it has begun: the server itself may have had to start
            self._ask()
            self._late = time.monotonic() + self._request.bounds.seconds
            send_frame(
                self._channel, self._request.header(), lambda: self._wait(self._channel, select.POLLOUT)
            )
            # One byte more than is read tells enough of what is longer.
            content = memoryview(self._request.content)[: self._request.limits.bytes + 1]
            send_frame(self._channel, content, lambda: self._wait(self._channel, select.POLLOUT))
            answer = receive_answer(
                self._channel, self._request, lambda: self._wait(self._channel, select.POLLIN)
            )
        except (BadAnswer, BrokenPipeError, ConnectionResetError) as broken:
            raise self._reason(broken) from broken
        if not isinstance(answer, Failure):
            return answer
        if answer.is_refusal:
            raise ExplorerError(answer.message)
        _LOG.error("A file was not read: %s", answer.message)
        raise NotRead("Something in the file is not as the reader knows it: save it as a plain CSV file.")

    def _wait(self, end: socket.socket, event: int) -> None:
        look = select.poll()
        look.register(end, event)
        while not look.poll(LOOK_SECONDS * 1000):
            self._ask()
            if self._late is not None and time.monotonic() > self._late:
                raise NotRead(
                    f"The file was not read within {self._request.bounds.seconds:,.3g} seconds: {_WHAT_TO_DO}."
                )

    def _reason(self, broken: Exception) -> Exception:
        """The exception that says why there is no answer, from how the worker ended."""
        bounds = self._request.bounds
        self._status.settimeout(END_SECONDS)
        status = b""
        with suppress(OSError):
            while piece := self._status.recv(100):
                status += piece
        lines = status.split()
        if len(lines) < 2:
            return _ServerEnded()
        code = int(lines[1])
        if code == -signal.SIGXCPU:
            return NotRead(
                f"Reading the file takes more than the {bounds.cpu_seconds:,} seconds of computing that a file may "
                f"take: {_WHAT_TO_DO}."
            )
        if code == OUT_OF_MEMORY or code < 0:  # libraries abort where memory fails
            return NotRead(
                f"The file needs more memory than the {bounds.megabytes:,} MB that a file may take: {_WHAT_TO_DO}."
            )
        _LOG.error("A worker of the read server ended with %s and %s", code, broken)
        return NotRead("The file could not be read: choose it again, or save it as a plain CSV file.")


READER = ReadClient()
"""The client that the app uses."""
atexit.register(READER.close)
