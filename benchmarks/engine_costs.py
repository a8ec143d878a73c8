"""What one E-step costs in each engine, and how long the compiled one takes to be there: what `engine_name` goes by.

Both engines answer in turn over the same rows, on all cores; the best of several rounds counts. Prints Markdown,
and writes it into engine_costs.md. Takes some two minutes.
Run: .venv/bin/python -m benchmarks.engine_costs
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

from benchmarks.book import in_words, machine
from benchmarks.results_folder import add_results_option
from benchmarks.tables import table
from gmm_core.engines.choice import ENGINES, engine_named, warm_up
from gmm_core.engines.expectation_cost import COST_OF_DENSITY
from gmm_core.engines.threads import cores, one_blas_thread
from gmm_core.model.mixture import Mixture
from gmm_core.model.statistics import Moments

WORK = 3e8
"""Multiplications of one E-step, about: rows are as many as that gives, up to `MAX_ROWS`."""
MAX_ROWS = 200_000
WIDTHS = (1, 2, 3, 4, 6, 10, 16, 24, 32, 50, 100, 200, 400)
ROUNDS = 5
REPOSITORY = Path(__file__).parents[1]
BEFORE = "import gmm_core.fitting.fit, gmm_core.estimators.gaussian_mixture\n"
BEFORE += "from time import process_time\nbegan = process_time()\n"
AFTER = "\nprint(process_time() - began)"
READY = {
    "loading Numba": f"{BEFORE}import numba{AFTER}",
    "loading Numba and the code, where it lies on disk": (
        f"{BEFORE}from gmm_core.engines.choice import warm_up; warm_up(){AFTER}"
    ),
}
"""What a process does that has fitted a mixture already, and the seconds of CPU that it takes."""
MAKING = (
    "from time import process_time\n"
    "from gmm_core.engines.numba.make_code import make\n"
    "from gmm_core.engines.code_maker import MODULES\n"
    "make({folder!r}, 'measured', MODULES, 0)\n"
    "print(process_time())"
)


def costs(n_rows: int, n_features: int, n_components: int, moments: Moments) -> dict[str, float]:
    """Nanoseconds for a row and a component of one E-step, by engine."""
    rng = np.random.default_rng(0)
    means = rng.normal(scale=3, size=(n_components, n_features))
    rows = means[rng.integers(n_components, size=n_rows)] + rng.normal(size=(n_rows, n_features))
    covariance = np.eye(n_features) + (0.1 if moments is Moments.FULL else 0.0)
    weights = np.full(n_components, 1 / n_components)
    mixture = Mixture(weights, means, np.repeat(covariance[None], n_components, axis=0))
    engines = {name: engine_named(name, rows) for name in ENGINES}
    best = dict.fromkeys(engines, np.inf)
    with one_blas_thread():  # as a fit does
        for _ in range(ROUNDS):
            for name, engine in engines.items():
                began = perf_counter()
                engine.expectation(mixture.scores, moments)
                best[name] = min(best[name], perf_counter() - began)
    return {name: seconds / n_rows / n_components * 1e9 for name, seconds in best.items()}


def expectations() -> str:
    """The table of E-steps."""
    lines = [["moments", "N × D, K", *ENGINES]]
    shapes = [(1_000, 2, 3), (1_000, 10, 3), (1_000, 50, 3)]
    shapes += [(int(min(MAX_ROWS, WORK / 5 / (COST_OF_DENSITY + d * d))), d, 5) for d in WIDTHS]
    for moments in Moments:
        for n_rows, n_features, n_components in shapes:
            found = costs(n_rows, n_features, n_components, moments)
            title = f"{n_rows:,} × {n_features}, {n_components}"
            lines.append([moments.name.lower(), title, *(f"{value:.1f}" for value in found.values())])
    return table(lines)


def readiness() -> str:
    """The table of what the compiled engine takes to be there, each in fresh processes."""
    lines = [["what", "seconds of CPU", "for whom"]]
    for title, program in READY.items():
        lines.append(
            [title, f"{median(_printed(program) for _ in range(ROUNDS)):.2f}", "the fit that is worth it"]
        )
    with TemporaryDirectory() as folder:
        seconds = _printed(MAKING.format(folder=folder))
        size = sum(file.stat().st_size for file in Path(folder).rglob("*.nb?")) / 2**20
    lines.append(
        [f"making the code ({size:.1f} MiB)", f"{seconds:.0f}", "a process of its own; nobody waits"]
    )
    return table(lines)


def _printed(program: str) -> float:
    """The number that a fresh process prints."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=REPOSITORY,
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def main() -> None:
    """Print the tables and write them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine_costs", description=__doc__)
    add_results_option(parser)
    arguments = parser.parse_args()
    warm_up()
    sections = [
        "# What the engines cost",
        f"{in_words(machine())}; {cores()} threads. Written by `python -m benchmarks.engine_costs`.",
        "## Nanoseconds for a row and a component of one E-step",
        expectations(),
        "## Until the compiled engine is there",
        "In a process that has imported NumPy and scikit-learn.",
        readiness(),
    ]
    text = "\n\n".join(sections) + "\n"
    print(text)
    (arguments.results / "engine_costs.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
