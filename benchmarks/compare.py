"""Our engines, scikit-learn and oneDAL side by side: times, likelihoods and memory, as JSON, tables and a picture.

Run `.venv/bin/python -m benchmarks.compare` with nothing else on the machine, on Linux; it takes some half an hour, and
with `--table`, for the rows of README's table alone, some seven minutes. Whole fits of that table
are those of plain scripts, with machine code on disk; it is made first where there is none. `--list` numbers the rows
and `--rows 1 5` takes some of them: every row is a run of its own, in which all peers take turns, and is written into
speed.json at once. A peer that is not installed is left out: oneDAL comes with
`pip install scikit-learn-intelex`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.book import Book, machine
from benchmarks.growth_plot import growth_plot
from benchmarks.memory import peak_bytes
from benchmarks.peers import PEERS, Peer
from benchmarks.plain_script import first_times, script_times
from benchmarks.problems import (
    DEFAULTS,
    GROWTH,
    GROWTH_ROUNDS,
    GROWTH_SEEDS,
    ITERATION_ROWS,
    SOLUTION_ROWS,
    IterationRow,
    Problem,
    SolutionRow,
    growth_iterations,
)
from benchmarks.results_folder import add_results_option
from benchmarks.tables import FIRST_ROWS, ratios, report
from benchmarks.timing import Times, iteration_times, solution_times
from gmm_core.engines import code_maker as making

ROUNDS_OF_TABLE = 3
README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- speed: written by benchmarks.compare -->\n", "\n<!-- end of speed -->"


@dataclass(frozen=True)
class Task:
    """A row to measure: its kind, its problem, and how; the answer is what the book takes for each peer."""

    kind: str
    problem: Problem
    measure: Callable[[], dict[str, Any]]

    @property
    def title(self) -> str:
        """What is measured, in words."""
        return f"{self.kind}, {self.problem.title}"


def tasks() -> list[Task]:
    """Every row of every table, each once."""
    installed = [peer for peer in PEERS.values() if peer.is_installed]
    chief = [peer for peer in installed if peer.name in DEFAULTS]
    found = [_iteration(row, installed) for row in ITERATION_ROWS]
    found += [Task("solution", row.problem, partial(_script, row)) for row in SOLUTION_ROWS]
    found += [Task("first fit", row.problem, partial(_first, row)) for row in FIRST_ROWS]
    found += [_memory(row.problem, installed) for row in ITERATION_ROWS]
    for problem in dict.fromkeys(problem for problems in GROWTH.values() for problem in problems):
        found.append(_iteration(IterationRow(problem, growth_iterations(problem), GROWTH_ROUNDS), chief))
        found.append(_solution(SolutionRow(problem, DEFAULTS, GROWTH_SEEDS)))
        found.append(_memory(problem, chief))
    return list({(task.kind, task.problem): task for task in reversed(found)}.values())[::-1]


def _iteration(row: IterationRow, peers: Sequence[Peer]) -> Task:
    return Task("iteration", row.problem, lambda: _as_values(iteration_times(row, peers)))


def _solution(row: SolutionRow) -> Task:
    return Task("solution", row.problem, lambda: _as_values(solution_times(row)))


def _script(row: SolutionRow) -> dict[str, Any]:
    return _as_values(script_times(row))


def _first(row: SolutionRow) -> dict[str, Any]:
    return _as_values(first_times(row))


def of_table() -> list[Task]:
    """The rows of README's table, in a few rounds."""
    installed = [peer for peer in PEERS.values() if peer.is_installed]
    found = [_iteration(replace(row, rounds=ROUNDS_OF_TABLE), installed) for row in ITERATION_ROWS]
    wanted = {("solution", row.problem) for row in SOLUTION_ROWS}
    wanted |= {("first fit", row.problem) for row in FIRST_ROWS}
    return found + [task for task in tasks() if (task.kind, task.problem) in wanted]


def _memory(problem: Problem, peers: Sequence[Peer]) -> Task:
    return Task("memory", problem, lambda: {peer.name: peak_bytes(peer.name, problem) for peer in peers})


def _as_values(times: dict[str, Times]) -> dict[str, Any]:
    return {name: asdict(found) for name, found in times.items()}


def written_out(book: Book, folder: Path) -> None:
    """The tables and the picture of the book beside it."""
    (folder / "speed.md").write_text(report(book), encoding="utf-8")
    (folder / "growth.svg").write_text(growth_plot(book), encoding="utf-8")


def with_ratios(text: str, book: Book) -> str:
    """README's text with the table of ratios between its two marks."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}{ratios(book)}{END}{after}"


def main() -> None:
    """Measure the rows that are asked for and write everything out."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare", description=__doc__)
    parser.add_argument("--list", action="store_true", help="number the rows and stop")
    parser.add_argument("--table", action="store_true", help="only the rows of README's table, in few rounds")
    parser.add_argument("--rows", type=int, nargs="*", help="numbers of rows; without it, all of them")
    add_results_option(parser)
    parser.add_argument("--readme", action="store_true", help="put the table of ratios into README too")
    arguments = parser.parse_args()
    numbered = dict(enumerate(of_table() if arguments.table else tasks(), start=1))
    if arguments.list:
        for number, task in numbered.items():
            print(f"{number:3d}  {task.title}")
        return
    for peer in PEERS.values():
        if not peer.is_installed:
            print(peer.absence)
    making.wait()
    book = Book(arguments.results / "speed.json", machine())
    for number in numbered if arguments.rows is None else arguments.rows:
        task = numbered[number]
        print(task.title, flush=True)
        book.write(task.kind, task.problem, task.measure())
    written_out(book, arguments.results)
    if arguments.readme:
        README.write_text(with_ratios(README.read_text(encoding="utf-8"), book), encoding="utf-8")


if __name__ == "__main__":
    main()
