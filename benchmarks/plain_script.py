"""A solver as a user runs it: in a script of its own, one fit after another, with whatever engine it takes by itself.

As a program: `python -m benchmarks.plain_script SOLVER N D K SEPARATION` reads seeds, a line each, and answers each
with the seconds that the fit took and the mean log-likelihood that it came to. What is imported before does not count.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from benchmarks.peers import PEERS, SOLVERS
from benchmarks.problems import Problem, SolutionRow
from benchmarks.timing import Times, in_turn, mean_log_likelihood, seconds

ROUNDS = 5
WITHOUT_CODE = "ours, no machine code yet"


class PlainScript:
    """The process of one solver on one problem."""

    def __init__(self, solver: str, problem: Problem, environment: dict[str, str] | None = None) -> None:
        sizes = (problem.n_rows, problem.n_features, problem.n_components, problem.separation)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.plain_script", solver, *map(str, sizes)],
            cwd=Path(__file__).parents[1],
            env=os.environ | (environment or {}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()  # it has its data

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._process.communicate()

    def fit(self, seed: int) -> tuple[float, float]:
        """Seconds and mean log-likelihood of a fit."""
        assert self._process.stdin is not None
        print(seed, file=self._process.stdin, flush=True)
        spent, reached = self._answer().split()
        return float(spent), float(reached)

    def _answer(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("The script of a solver has ended before it answered.")
        return line


def script_times(row: SolutionRow) -> dict[str, Times]:
    """Seconds of whole fits, one for each seed, in one script for each solver of the row that is installed."""
    names = installed(row)
    with ExitStack() as scripts:
        running = {name: scripts.enter_context(PlainScript(name, row.problem)) for name in names}
        return in_turn(
            {name: [partial(script.fit, seed) for seed in row.seeds] for name, script in running.items()}
        )


def first_times(row: SolutionRow, rounds: int = ROUNDS) -> dict[str, Times]:
    """Seconds of the first fit of a process; of the row's first solver also where no machine code lies on disk yet."""
    ours, *_ = names = installed(row)

    def first(name: str, seed: int) -> tuple[float, float]:
        with PlainScript(name, row.problem) as script:
            return script.fit(seed)

    def without_code(seed: int) -> tuple[float, float]:
        with no_machine_code() as environment, PlainScript(ours, row.problem, environment) as script:
            return script.fit(seed)

    calls = {name: [partial(first, name, seed) for seed in range(rounds)] for name in names}
    return in_turn({**calls, WITHOUT_CODE: [partial(without_code, seed) for seed in range(rounds)]})


def installed(row: SolutionRow) -> list[str]:
    """The solvers of a row that can be run here."""
    return [name for name in row.solvers if PEERS[SOLVERS[name].peer].is_installed]


@contextmanager
def no_machine_code() -> Iterator[dict[str, str]]:
    """The environment of a process that finds none and believes that another makes it: nobody disturbs the clock."""
    with TemporaryDirectory() as folder:
        place = Path(folder) / "gmm-explorer"
        place.mkdir(mode=0o700)
        with (place / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield {"NUMBA_CACHE_DIR": folder}


def main(solver: str, n_rows: str, n_features: str, n_components: str, separation: str) -> None:
    """Answer seeds until there are no more."""
    problem = Problem(int(n_rows), int(n_features), int(n_components), float(separation))
    X = problem.rows()
    print("ready", flush=True)
    for line in sys.stdin:
        spent, mixture = seconds(partial(SOLVERS[solver].solve, X, problem.n_components, int(line)))
        print(spent, mean_log_likelihood(mixture, X), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
