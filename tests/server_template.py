"""A process that has imported the libraries of a server, and forks a server for each test that wants one.

To import them is half of what the start of a server computes. The app itself is imported by each server, since it reads
its settings at import; only `fork` is on this side, all else runs in the process that is forked.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import TracebackType

REPOSITORY = Path(__file__).parents[1]
LIBRARIES = (
    *("numpy", "pandas", "pyarrow.compute", "pyarrow.parquet", "python_calamine"),
    *("scipy.optimize", "scipy.sparse", "scipy.special", "scipy.stats", "threadpoolctl"),
    *("sklearn.cluster", "sklearn.datasets", "sklearn.metrics", "sklearn.utils.validation"),
    *("plotly.colors", "starlette.middleware", "starlette.responses", "starlette.routing", "uvicorn"),
    *("streamlit.web.bootstrap", "streamlit.web.cli", "streamlit.web.server.starlette.starlette_app"),
)
LONGEST = 1 << 16
"""Bytes of a request: a whole environment and a few paths."""


class Forked:
    """A process that is no child of this one; of `subprocess.Popen`, what a `RunningServer` uses."""

    def __init__(self, pid: int, handle: int, end: int) -> None:
        """`handle` is that of the process, and from the pipe `end` its exit code comes once it has ended."""
        self.pid = pid
        self.returncode: int | None = None
        self._handle = handle
        self._end = end

    def terminate(self) -> None:
        """Ask it to end."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self._send(signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, once it has ended; raises TimeoutExpired if it goes on for longer than `timeout` seconds."""
        if self.returncode is None:
            look = select.poll()
            look.register(self._end, select.POLLIN)
            if not look.poll(None if timeout is None else 1000 * timeout):
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
            self.returncode = int(os.read(self._end, LONGEST))
            os.close(self._end)
            os.close(self._handle)
        return self.returncode

    def _send(self, what: signal.Signals) -> None:
        if self.returncode is None:
            with suppress(ProcessLookupError):  # it has ended
                signal.pidfd_send_signal(self._handle, what)


class ServerTemplate:
    """The process, from its first fork to the end of the block."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None

    def __enter__(self) -> ServerTemplate:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._process and self._socket:
            self._socket.close()
            self._process.wait()

    def fork(self, script: str, source: Path, environment: Mapping[str, str], log: Path) -> Forked:
        """`streamlit run script` in the folder `source`, with this environment and what it prints in a file."""
        log.touch()
        if self._socket is None:
            self._socket, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "tests.server_template", str(theirs.fileno())],
                    cwd=REPOSITORY,
                    env={name: value for name, value in os.environ.items() if not _is_setting(name)},
                    stdin=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                )
        request = [script, str(source), dict(environment), str(log)]
        self._socket.send(json.dumps(request).encode())
        pid, files, _, _ = socket.recv_fds(self._socket, LONGEST, 2)
        if not files:
            raise RuntimeError("The process that forks servers has ended; its output says why.")
        return Forked(int(pid), *files)


def can_be_forked(environment: Mapping[str, str]) -> bool:
    """Whether a server is the same when it is forked: Python reads its own variables when it starts."""
    return hasattr(os, "pidfd_open") and _of_python(environment) == _of_python(os.environ)


def _of_python(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith("PYTHON")}


def _is_setting(name: str) -> bool:
    return name.startswith(("STREAMLIT_", "GMM_EXPLORER_"))


@dataclass(frozen=True)
class _Request:
    """What a server is to be; `become` never returns to the template."""

    script: str
    source: str
    environment: dict[str, str]
    log: str

    def become(self) -> None:
        """Be this server in place of the template, until it ends."""
        with open(self.log, "ab") as log:
            for stream in (1, 2):
                os.dup2(log.fileno(), stream)
        os.chdir(self.source)
        os.environ.clear()
        os.environ.update(self.environment)
        sys.path[0] = self.source  # as of `python -m streamlit`
        sys.argv = ["streamlit", "run", self.script]
        import_module("streamlit.web.cli").main(prog_name="streamlit")
        sys.exit()


def main(control: socket.socket) -> None:
    """Fork a server for each request, and take leave of each that ends, until nobody can ask any more."""
    for name in LIBRARIES:
        import_module(name)
    ours = {path.stem for path in REPOSITORY.iterdir()} - {"tests", "static"}
    if known := ours & set(sys.modules):
        raise RuntimeError(f"A server would not import its own {', '.join(sorted(known))}.")
    gc.freeze()
    ends = select.poll()
    ends.register(control, select.POLLIN)
    forked: dict[int, tuple[int, int]] = {}
    """By the handles of processes, their numbers and the pipes that are told their ends."""
    while True:
        for end, _ in ends.poll():
            if end in forked:
                ends.unregister(end)
                pid, told = forked.pop(end)
                code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                with suppress(BrokenPipeError):  # nobody asks any more
                    os.write(told, str(code).encode())
                os.close(told)
                os.close(end)
            elif message := control.recv(LONGEST):
                request = _Request(*json.loads(message))
                pid = os.fork()
                if pid == 0:
                    for held in (control.detach(), *forked, *(told for _, told in forked.values())):
                        os.close(held)
                    request.become()
                handle = os.pidfd_open(pid)
                read, told = os.pipe()
                forked[handle] = pid, told
                ends.register(handle, select.POLLIN)
                socket.send_fds(control, [str(pid).encode()], [handle, read])
                os.close(read)
            else:
                return


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
