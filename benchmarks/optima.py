"""How often each way to start finds the best known likelihood, on data where starts matter.

Run `.venv/bin/python -m benchmarks.optima`; some ten minutes. `--problems faithful wine` takes some of them and
`--searches ours` some of the ways; each problem is written into optima.json at once. Nothing is
timed, so the machine may do other things.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.results_folder import add_results_option
from benchmarks.searches import SEARCHES
from gmm_core.arrays import FloatArray
from gmm_core.data.generators import generate
from gmm_core.data.samples import load_sample
from gmm_core.engines.choice import warm_up
from gmm_core.fit import fit
from gmm_core.mixture import Mixture
from gmm_core.specification import FitSpecification

SEEDS = tuple(range(10))
RESTARTS = (4, 10)
NEAR = 1e-4
"""How far below the best known mean log-likelihood still counts as found, in nats per row."""
LARGE_SEARCH = 500
FLOOR = 3e-6
"""A component with a smaller variance, in units of the data's, is a collapse and no optimum."""


@dataclass(frozen=True)
class OptimumProblem:
    """Data, number of components and covariance type, of which the best likelihood is looked for."""

    key: str
    title: str
    rows: Callable[[], FloatArray]
    n_components: int
    covariance_type: str = "full"


def _sample(key: str) -> Callable[[], FloatArray]:
    return lambda: _numbers(load_sample(key).table)


def _generated(key: str, **parameters: object) -> Callable[[], FloatArray]:
    return lambda: _numbers(generate(key, **parameters).table)


def _numbers(table: Any) -> FloatArray:
    """The complete rows of the columns of measurements, standardised: units make no difference to anybody then."""
    measured = table.select_dtypes("number").drop(columns="year", errors="ignore")
    X = measured.dropna().to_numpy(dtype=np.float64)
    return np.asarray((X - X.mean(axis=0)) / X.std(axis=0))


def _cigars() -> FloatArray:
    rng = np.random.default_rng(0)
    X = np.concatenate([rng.normal(size=(200, 2)) * [10.0, 0.3] + [0.0, y] for y in (-1.5, 0.0, 1.5)])
    return np.asarray((X - X.mean(axis=0)) / X.std(axis=0))


PROBLEMS: dict[str, OptimumProblem] = {
    problem.key: problem
    for problem in (
        OptimumProblem("faithful", "Old Faithful", _sample("faithful"), 3),
        OptimumProblem("cigars", "Parallel cigars", _cigars, 3),
        OptimumProblem("unequal", "Unequal sizes", _generated("unequal", n_samples=500, centers=4), 4),
        OptimumProblem(
            "overlap", "Heavy overlap", _generated("overlapping", n_samples=500, separation=1.5), 3
        ),
        OptimumProblem("penguins", "Penguins", _sample("penguins"), 3),
        OptimumProblem("wine", "Wine", _sample("wine"), 3),
        OptimumProblem("wine-diagonal", "Wine, diagonal", _sample("wine"), 3, "diag"),
    )
}


def mean_log_likelihood(X: FloatArray, mixture: Mixture | None) -> float | None:
    """The mean of log p(x_n) in nats; None where there is no mixture or a component has collapsed."""
    if mixture is None or np.linalg.eigvalsh(mixture.covariances).min() < FLOOR:
        return None
    return float(mixture.log_density(X).mean())


def best_of_a_large_search(X: FloatArray, problem: OptimumProblem) -> float:
    """The highest optimum without a collapse among `LARGE_SEARCH` mixed restarts."""
    specification = FitSpecification(
        n_components=problem.n_components,
        covariance_type=problem.covariance_type,
        n_init=LARGE_SEARCH,
        seed=2**31,
        tolerance=1e-9,
        max_iterations=2_000,
    )
    found = (mean_log_likelihood(X, run.mixture) for run in fit(X, specification).runs if run.valid)
    return max(value for value in found if value is not None)


def searched(
    problem: OptimumProblem, names: Sequence[str], known: dict[str, Any], *, again: bool = False
) -> dict[str, Any]:
    """What the named searches come to with every number of restarts and every seed, beside what is `known`.

    The best known likelihood is looked for once, or `again`, and rises where a search finds more.
    """
    X = problem.rows()
    best = known["best_known"] if known else -np.inf
    if again or not known:
        best = max(best, best_of_a_large_search(X, problem))
    found: dict[str, dict[str, list[float | None]]] = known.get("found", {})
    for n_init in RESTARTS:
        for name in names:
            search = SEARCHES[name]
            seeds = SEEDS if search.is_random else SEEDS[:1]
            ends = [
                search.find(X, problem.n_components, problem.covariance_type, n_init, seed) for seed in seeds
            ]
            values = [mean_log_likelihood(X, mixture) for mixture in ends]
            found.setdefault(str(n_init), {})[name] = values if search.is_random else values * len(SEEDS)
    everybody = [value for by_name in found.values() for values in by_name.values() for value in values]
    return {
        "title": problem.title,
        "rows": X.shape[0],
        "features": X.shape[1],
        "components": problem.n_components,
        "covariance_type": problem.covariance_type,
        "best_known": max([best, *(value for value in everybody if value is not None)]),
        "found": found,
    }


def times_found(values: Sequence[float | None], best: float) -> int:
    """How many of the values lie within `NEAR` of the best."""
    return sum(value is not None and value >= best - NEAR for value in values)


def report(results: dict[str, Any]) -> str:
    """The tables, one for each number of restarts."""
    rows = [results[key] for key in PROBLEMS if key in results]
    sections = [
        "# Which optimum is found",
        f"In how many of {len(SEEDS)} seeds the best known likelihood is reached, within {NEAR:g} nats per row. Best "
        f"known is the highest optimum without a collapsed component that anybody here found, {LARGE_SEARCH} mixed "
        "restarts included. All get the same standardised data. Patient: with tol=1e-6 and max_iter=500. mclust's "
        "start is one and the same for every seed. The best known of heavy overlap and of wine with full covariances "
        "are what McLachlan and Peel (2000, section 3.10) call spurious: a few rows nearly on a line, or more "
        "parameters than rows. They are counted all the same. Written by `python -m benchmarks.optima`.",
    ]
    for n_init in RESTARTS:
        lines = [["", "best known", *SEARCHES]]
        for row in rows:
            found, best = row["found"][str(n_init)], row["best_known"]
            shape = f"{row['rows']}×{row['features']}, K = {row['components']}, {row['covariance_type']}"
            counts = [str(times_found(found[name], best)) for name in SEARCHES]
            lines.append([f"{row['title']} ({shape})", f"{best:.5f}", *counts])
        sums = [
            str(sum(times_found(row["found"][str(n_init)][name], row["best_known"]) for row in rows))
            for name in SEARCHES
        ]
        lines.append([f"of {len(SEEDS) * len(rows)}", "", *sums])
        sections += [f"## {n_init} restarts", _table(lines)]
    sections.append("\n".join(f"- {search.name}: {search.settings}" for search in SEARCHES.values()))
    return "\n\n".join(sections) + "\n"


def _table(lines: Sequence[Sequence[str]]) -> str:
    head, *body = lines
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, ["---"] * len(head), *body])


def main() -> None:
    """Search the problems that are asked for and write everything out."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.optima", description=__doc__)
    parser.add_argument("--problems", nargs="*", choices=PROBLEMS, default=list(PROBLEMS))
    parser.add_argument("--searches", nargs="*", choices=SEARCHES, default=list(SEARCHES))
    parser.add_argument("--again", action="store_true", help="look for the best known likelihood again")
    add_results_option(parser)
    arguments = parser.parse_args()
    warm_up()
    path: Path = arguments.results / "optima.json"
    results: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for key in arguments.problems:
        print(key, flush=True)
        with threadpool_limits(1):  # the problems are small: threads would wait for one another
            results[key] = searched(
                PROBLEMS[key], arguments.searches, results.get(key, {}), again=arguments.again
            )
        results = {key: results[key] for key in PROBLEMS if key in results}
        path.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        (arguments.results / "optima.md").write_text(report(results), encoding="utf-8")


if __name__ == "__main__":
    main()
