"""Read server: `python -m serving.reading.server` forks one worker for each file that the app wants to read.

It is a separate program because `multiprocessing` would import the app's main module, which Streamlit replaces; and it
has only one thread, because a process with several cannot be forked safely. Each request comes as two sockets: one for
the worker, and one that reports how the worker ended. When the app closes the latter, the worker is ended; when the app
ends, the server and all workers end. If the system does not enforce the bound on memory, or with `--watch`, the server
measures its workers instead.
"""

from __future__ import annotations

import argparse
import gc
import os
import selectors
import signal
import socket
import zoneinfo
from contextlib import suppress
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet

from serving.reading.preload import preload
from serving.reading.request import Bounds
from serving.reading.watch import LOOK_SECONDS, Watch, system_keeps_memory
from serving.reading.worker import work

SOCKETS = 2
"""Number of sockets that come with each request."""


@dataclass(frozen=True)
class _Worker:
    """A process that reads a file, the socket that reports its end, and its bounds if it is watched."""

    pid: int
    status_socket: socket.socket
    watch: Watch | None


class ReadServer:
    """Forks workers for the requests that arrive on `control`, until it is closed."""

    def __init__(self, control: socket.socket, watches: bool = False) -> None:
        self._control = control
        self._watches = watches
        self._workers: dict[int, _Worker] = {}
        self._selector = selectors.DefaultSelector()
        self._woken, self._wake = socket.socketpair()
        for end in (self._woken, self._wake):
            end.setblocking(False)

    def serve(self) -> None:
        """Serve until the app ends."""
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        self._selector.register(self._control, selectors.EVENT_READ)
        self._selector.register(self._woken, selectors.EVENT_READ)
        try:
            while True:
                for key, _ in self._selector.select(LOOK_SECONDS if self._looks() else None):
                    if key.fileobj is self._control:
                        if not self._accept():
                            return
                    elif key.fileobj is self._woken:
                        with suppress(BlockingIOError):
                            self._woken.recv(4096)
                    elif key.data in self._workers:  # nobody waits for it any more
                        self._selector.unregister(self._workers[key.data].status_socket)
                        _end(key.data)
                self._look()
                self._tell_ends()
        finally:
            for worker in self._workers.values():
                _end(worker.pid)
                worker.status_socket.close()
            signal.set_wakeup_fd(-1)
            self._selector.close()
            self._woken.close()
            self._wake.close()

    def _looks(self) -> bool:
        return self._watches and bool(self._workers)

    def _look(self) -> None:
        """End the workers that exceed their bounds, if the system does not enforce these."""
        for worker in self._workers.values():
            excess = None if worker.watch is None else worker.watch.excess()
            if excess is not None:
                _end(worker.pid, excess)

    def _accept(self) -> bool:
        message, descriptors, _, _ = socket.recv_fds(self._control, Bounds.SIZE, SOCKETS)
        if len(message) != Bounds.SIZE or len(descriptors) != SOCKETS:
            return False
        channel, status_socket = descriptors
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setpgid(0, 0)
            work(channel, parent, self._watches)
        os.close(channel)
        with suppress(OSError):  # either of the two comes first
            os.setpgid(pid, pid)
        watch = Watch(pid, Bounds.of(message)) if self._watches else None
        worker = _Worker(pid, socket.socket(fileno=status_socket), watch)
        self._workers[pid] = worker
        self._selector.register(worker.status_socket, selectors.EVENT_READ, pid)
        with suppress(OSError):
            worker.status_socket.send(f"{pid}\n".encode())
        return True

    def _tell_ends(self) -> None:
        while self._workers:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            worker = self._workers.pop(pid)
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)  # whatever it may have forked
            with suppress(KeyError):  # where nobody waited for it
                self._selector.unregister(worker.status_socket)
            with suppress(OSError):
                worker.status_socket.send(f"{os.waitstatus_to_exitcode(status)}\n".encode())
            worker.status_socket.close()


def _end(pid: int, by: signal.Signals = signal.SIGKILL) -> None:
    for end in (os.killpg, os.kill):
        with suppress(ProcessLookupError, PermissionError):
            end(pid, by)


def main(descriptor: int, watches: bool) -> None:
    """Import all that reading needs, then serve."""
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    preload()
    # Held, so that a worker finds every zone without opening its file.
    zones = [zoneinfo.ZoneInfo(name) for name in zoneinfo.available_timezones()]
    gc.collect()
    gc.freeze()  # pages that a worker shares stay shared
    ReadServer(socket.socket(fileno=descriptor), watches or not system_keeps_memory()).serve()
    del zones


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m serving.reading.server")
    parser.add_argument("descriptor", type=int, help="of the socket on which files come")
    parser.add_argument("--watch", action="store_true", help="as where the system keeps no bounds")
    arguments = parser.parse_args()
    main(arguments.descriptor, arguments.watch)
