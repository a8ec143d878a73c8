"""The book of measurements as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.book import Book, in_words
from benchmarks.peers import PEERS, SOLVERS
from benchmarks.plain_script import WITHOUT_CODE
from benchmarks.problems import (
    DEFAULTS,
    GROWTH,
    ITERATION_ROWS,
    SOLUTION_ROWS,
    IterationRow,
    SolutionRow,
)
from benchmarks.timing import Times

OURS, THEIRS, FASTEST = "ours", "scikit-learn", "oneDAL"
RESTARTS = ("ours, n_init=10", "scikit-learn, n_init=10, patient")
FIRST_ROWS = (
    SolutionRow(SOLUTION_ROWS[0].problem, RESTARTS, (), target=None),
    SolutionRow(SOLUTION_ROWS[1].problem, DEFAULTS, (), target=None),
)
"""Problems whose fit is timed as the first one of a process."""
SAME_TOLERANCE = {"hasty": "both with tol = 1e-3", "patient": "both with tol = 1e-6"}
"""In the name of a solver that stops when the other one does, and what its comparison says."""


def ratios(book: Book) -> str:
    """The table of README: how many times longer the others take."""
    lines = [
        ["", f"{THEIRS} ÷ ours", f"{FASTEST} ÷ ours"],
        *(_iteration_ratios(book, row) for row in ITERATION_ROWS),
        *(line for row in SOLUTION_ROWS for line in _solution_ratios(book, row)),
        *(line for row in FIRST_ROWS for line in _first_ratios(book, row)),
    ]
    return f"{table(lines)}\n\nMeasured on {in_words(book.machine)}."


def report(book: Book) -> str:
    """Everything that was measured, in the order of the tables of problems."""
    sections = [
        "# How fast",
        f"{in_words(book.machine)}. Written by `python -m benchmarks.compare`; a row is one run in which all peers "
        "take turns. Full covariances, float64, every peer with the threads that it takes by itself.",
        "## Seconds per EM iteration",
        "From the same start, the time of 1 + n iterations less that of 1, by n; median of the rounds (least–most). "
        "All came to the same likelihood.",
        _iterations(book),
        "## Seconds to a solution",
        "Whole fits from nothing, in a script for each solver that fits one seed after another; "
        "median over the seeds (least–most), and the mean log-likelihood that they came to: "
        "median (lowest–highest).",
        _solutions(book),
        "\n".join(f"- {solver.name}: `{solver.settings}`" for solver in SOLVERS.values()),
        "## Seconds of the first fit of a process",
        "From the call of `fit` on, in a process that has imported what it needs; median of the rounds (least–most). "
        "The compiled engine is loaded in it where its code lies on disk; where it does not, NumPy fits, and the "
        "process that makes the code, on whatever core is idle, is left out.",
        _firsts(book),
        "## Peak memory",
        "MiB that two EM iterations take at most, beside the data.",
        _memory(book),
        "## Growth",
        "![Seconds per iteration, seconds to a solution and peak memory against N, D and K](growth.svg)",
        _growth(book),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _iterations(book: Book) -> str:
    lines = [["N×D, K", *PEERS, f"{THEIRS} ÷ ours", f"{FASTEST} ÷ ours"]]
    for row in ITERATION_ROWS:
        times = book.times("iteration", row.problem)
        targets = row.targets or (None, None)
        lines.append(
            [
                row.problem.title,
                *(_seconds(times.get(name)) for name in PEERS),
                _ratio(times, THEIRS, OURS, targets[0]),
                _ratio(times, FASTEST, OURS, targets[1]),
            ]
        )
    return table(lines)


def _solutions(book: Book) -> str:
    lines = [["N×D, K", "solver", "seconds", "mean log-likelihood", "÷ ours"]]
    for row in SOLUTION_ROWS:
        times = book.times("solution", row.problem)
        for name in row.solvers:
            if name in times:
                target = row.target if name.startswith(THEIRS) else None
                lines.append(
                    [
                        row.problem.title,
                        name,
                        _seconds(times[name]),
                        _likelihoods(times[name]),
                        "" if name == row.solvers[0] else _ratio(times, name, row.solvers[0], target),
                    ]
                )
    return table(lines)


def _firsts(book: Book) -> str:
    lines = [["N×D, K", "solver", "seconds", "÷ ours"]]
    for row in FIRST_ROWS:
        times = book.times("first fit", row.problem)
        for name in (row.solvers[0], WITHOUT_CODE, *row.solvers[1:]):
            if name in times:
                ratio = "" if name == row.solvers[0] else _ratio(times, name, row.solvers[0])
                lines.append([row.problem.title, name, _seconds(times[name]), ratio])
    return table(lines)


def _memory(book: Book) -> str:
    lines = [["N×D, K", *PEERS]]
    for row in ITERATION_ROWS:
        peaks = book.peak_bytes(row.problem)
        lines.append([row.problem.title, *(_mebibytes(peaks.get(name)) for name in PEERS)])
    return table(lines)


def _growth(book: Book) -> str:
    measures = ("s per iteration", "s to a solution", "MiB")
    names = (OURS, THEIRS, FASTEST)
    lines = [["N×D, K", *(f"{name}: {measure}" for measure in measures for name in names)]]
    for problem in dict.fromkeys(problem for problems in GROWTH.values() for problem in problems):
        # A difference of two times that is not above nothing is below the clock, and no measurement.
        iterations = {
            name: times for name, times in book.times("iteration", problem).items() if times.median > 0
        }
        solutions = book.times("solution", problem)
        peaks = book.peak_bytes(problem)
        lines.append(
            [
                problem.title,
                *(_median(iterations.get(name)) for name in names),
                *(_median(solutions.get(name)) for name in names),
                *(_mebibytes(peaks.get(name)) for name in names),
            ]
        )
    return table(lines)


def _iteration_ratios(book: Book, row: IterationRow) -> list[str]:
    times = book.times("iteration", row.problem)
    return [
        f"one EM iteration, {row.problem.title}",
        _ratio(times, THEIRS, OURS),
        _ratio(times, FASTEST, OURS),
    ]


def _solution_ratios(book: Book, row: SolutionRow) -> list[list[str]]:
    """A line for scikit-learn against ours, and one for each of the two that is asked to stop when the other does."""
    times = book.times("solution", row.problem)
    ours, theirs, *others = row.solvers
    settings = "n_init = 10" if "n_init" in ours else "defaults"
    lines = [
        [
            f"whole fit, {row.problem.title}, {settings}",
            _ratio(times, theirs, ours),
            _ratio(times, FASTEST, ours) if FASTEST in others else "–",
        ]
    ]
    for name in others:
        for word, same in SAME_TOLERANCE.items():
            if name.endswith(word):
                pair = (name, ours) if name.startswith(THEIRS) else (theirs, name)
                lines.append([f"{lines[0][0]}, {same}", _ratio(times, *pair), "–"])
    return lines


def _first_ratios(book: Book, row: SolutionRow) -> list[list[str]]:
    """A line for a process that finds machine code, and one for a process that does not."""
    times = book.times("first fit", row.problem)
    ours, theirs, *others = row.solvers
    settings = "n_init = 10, both with tol = 1e-6" if "n_init" in ours else "defaults"
    return [
        [
            f"first fit of a process, {row.problem.title}, {settings}{state}",
            _ratio(times, theirs, name),
            _ratio(times, FASTEST, name) if FASTEST in others else "–",
        ]
        for name, state in ((ours, ""), (WITHOUT_CODE, ", no machine code yet"))
    ]


def _ratio(times: dict[str, Times], other: str, ours: str, target: float | None = None) -> str:
    if other not in times or ours not in times:
        return "–"
    wanted = "" if target is None else f" (wanted: {target:g})"
    return f"{_rounded(times[other].median / times[ours].median)}{wanted}"


def _seconds(times: Times | None) -> str:
    if times is None:
        return "–"
    return f"{times.median:.3g} ({min(times.seconds):.3g}–{max(times.seconds):.3g})"


def _median(times: Times | None) -> str:
    return "–" if times is None else f"{times.median:.3g}"


def _likelihoods(times: Times) -> str:
    values = sorted(times.log_likelihoods)
    middle = values[len(values) // 2]
    return f"{middle:.5f}" if len(values) == 1 else f"{middle:.5f} ({values[0]:.5f}–{values[-1]:.5f})"


def _mebibytes(size: int | None) -> str:
    return "–" if size is None else f"{size / 2**20:.3g}"


def table(lines: Iterable[Sequence[str]]) -> str:
    """Lines of cells as a table in Markdown, the first its head."""
    head, *body = lines
    rows = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def _rounded(ratio: float) -> str:
    """To two digits, written out."""
    return f"{float(f'{ratio:.2g}'):g}"
