"""The app in a process of its own, on a free port of this machine only, and what that process takes."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from serving.memory import ENVIRONMENT

ROOT = Path(__file__).parents[1]
SECONDS_TO_START = 60
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Serving:
    """A running server: its address without a slash at the end, its process, and the file that it logs to."""

    url: str
    process_id: int
    log_file: Path

    @property
    def log(self) -> str:
        """All that it printed until now."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def resident_bytes(self) -> int:
        """The memory that its process holds now (Linux)."""
        status = Path(f"/proc/{self.process_id}/status").read_text()
        return 1024 * next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))

    def threads(self) -> int:
        """How many threads its process has now (Linux)."""
        return len(list(Path(f"/proc/{self.process_id}/task").iterdir()))

    def processor_seconds(self) -> float:
        """The time that its process has taken of all cores so far (Linux)."""
        fields = Path(f"/proc/{self.process_id}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


@contextmanager
def serving(options: Sequence[str] = (), environment: dict[str, str] | None = None) -> Iterator[Serving]:
    """`streamlit run server.py`, which is gone again afterwards; `options` as on the command line."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "server.py", "--server.headless=true"]
    command += ["--server.address=127.0.0.1", f"--server.port={port}", *options]
    with (
        tempfile.NamedTemporaryFile(suffix=".log") as log,
        subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **ENVIRONMENT, **(environment or {})},
            stdout=log,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        served = Serving(f"http://127.0.0.1:{port}", process.pid, Path(log.name))
        try:
            _wait_until_healthy(served)
            yield served
        finally:
            process.terminate()


def _wait_until_healthy(served: Serving) -> None:
    deadline = monotonic() + SECONDS_TO_START
    while monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{served.url}/_stcore/health", timeout=1).close()
            return
        except OSError:
            sleep(0.2)
    raise RuntimeError(f"The server did not come up:\n{served.log}")
