"""The most memory that a peer's EM takes beside the data, each in a process of its own (Linux).

As a program: `python -m benchmarks.memory PEER N D K` prints bytes.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.peers import PEERS
from benchmarks.problems import Problem
from gmm_core.engines.choice import warm_up

STATUS = Path("/proc/self/status")
SMALL = 1_000


def peak_bytes(peer: str, problem: Problem) -> int:
    """The peak of two EM iterations above what the process holds with the data loaded, in bytes."""
    sizes = [str(size) for size in (problem.n_rows, problem.n_features, problem.n_components)]
    finished = subprocess.run(
        [sys.executable, "-m", "benchmarks.memory", peer, *sizes],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
        cwd=Path(__file__).parents[1],
    )
    return int(finished.stdout)


def _measured(peer: str, problem: Problem) -> int:
    warm_up()
    X = problem.rows()
    start = problem.start(X)
    PEERS[peer].iterations(X[:SMALL], start, 2)  # libraries, machine code and threads are there before
    Path("/proc/self/clear_refs").write_text("5")  # the peak is what is held now
    held = kibibytes("VmRSS")
    PEERS[peer].iterations(X, start, 2)
    return 1024 * max(0, kibibytes("VmHWM") - held)


def kibibytes(field: str) -> int:
    """A number of this process, such as VmHWM, the most memory that it has held."""
    lines = STATUS.read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:"))


if __name__ == "__main__":
    print(_measured(sys.argv[1], Problem(*(int(size) for size in sys.argv[2:]))))
