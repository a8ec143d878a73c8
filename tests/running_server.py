"""A server of the app in a process of its own, as a visitor meets it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tests.server_template import Forked, ServerTemplate, can_be_forked

REPOSITORY = Path(__file__).parents[1]
SECONDS_TO_START = 180.0
SECONDS_TO_STOP = 10.0


def streamlit_run(
    script: str,
    source: Path,
    variables: dict[str, str],
    log_file: Path,
    template: ServerTemplate | None = None,
    through: Sequence[str] = (),
) -> subprocess.Popen[bytes] | Forked:
    """`streamlit run`, with these variables alone and all that it prints in a file; see `RunningServer.start`."""
    if template and can_be_forked(variables):
        return template.fork(script, source, variables, log_file)
    with log_file.open("wb") as log:
        return subprocess.Popen(
            [*through, sys.executable, "-m", "streamlit", "run", script],
            cwd=source,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


@dataclass
class RunningServer:
    """One `streamlit run`, from its start to `stop()`.

    `url` ends without a slash and holds the base path, if there is one.
    """

    url: str
    log_file: Path
    process: subprocess.Popen[bytes] | Forked
    read_so_far: int = field(default=0)

    @classmethod
    def start(
        cls,
        folder: Path,
        *,
        script: str = "server.py",
        source: Path = REPOSITORY,
        base_path: str = "",
        environment: dict[str, str] | None = None,
        through: Sequence[str] = (),
        template: ServerTemplate | None = None,
    ) -> RunningServer:
        """Start `script` on a free port and return when its health endpoint answers.

        Parameters
        ----------
        folder : where the log is written
        script : "server.py", or "app.py" for plain Streamlit
        source : the folder that holds it
        base_path : as in `server.baseUrlPath`
        environment : variables on top of this process's own, whose STREAMLIT_* are left out
        through : a program that runs the server as its arguments, to take rights away from it
        template : what forks the server, if it would be the same in a process that is started

        Raises
        ------
        RuntimeError
            If the process ends, or does not answer, before its time is up; the message holds its log.
        """
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        own = {name: value for name, value in os.environ.items() if not name.startswith("STREAMLIT_")}
        options = {
            "STREAMLIT_SERVER_HEADLESS": "true",
            "STREAMLIT_SERVER_ADDRESS": "127.0.0.1",
            "STREAMLIT_SERVER_PORT": str(port),
            "STREAMLIT_SERVER_BASE_URL_PATH": base_path,
        }
        log_file = folder / f"server-{port}.log"
        variables = own | options | (environment or {})
        process = streamlit_run(script, source, variables, log_file, None if through else template, through)
        prefix = f"/{base_path.strip('/')}" if base_path.strip("/") else ""
        server = cls(f"http://127.0.0.1:{port}{prefix}", log_file, process)
        server._wait_until_healthy()
        return server

    @property
    def log(self) -> str:
        """All that the server printed until now."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def new_log(self) -> str:
        """What the server printed since this was last asked."""
        log = self.log
        new, self.read_so_far = log[self.read_so_far :], len(log)
        return new

    def stop(self) -> None:
        """End the process, by force if it does not end when asked."""
        self.process.terminate()
        try:
            self.process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def is_healthy(self) -> bool:
        """Whether the health endpoint answers 200."""
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def _wait_until_healthy(self) -> None:
        interval = 0.05
        for _ in range(int(SECONDS_TO_START / interval)):
            if self.is_healthy():
                return
            try:
                self.process.wait(interval)
            except subprocess.TimeoutExpired:
                continue
            break
        self.stop()
        raise RuntimeError(f"The server did not come up at {self.url}:\n{self.log}")


class StartServer(Protocol):
    """The type of the fixture `start_server`."""

    def __call__(
        self,
        *,
        script: str = "server.py",
        source: Path = REPOSITORY,
        base_path: str = "",
        environment: dict[str, str] | None = None,
    ) -> RunningServer:
        """Start one more server, as `RunningServer.start` does."""
