"""How the number that orders restarts does on data of which the truth is known, beside other numbers.

Run `.venv/bin/python -m benchmarks.restart_score`; some three minutes. Every rule chooses among the same restarts.
Written into restart_score.md. Nothing is timed, so the machine may do other things.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
from sklearn.metrics import adjusted_rand_score

from benchmarks.results_folder import add_results_option
from gmm_core.arrays import FloatArray, IntArray
from gmm_core.errors import ExplorerError
from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.cost_of_narrowness import NARROW, CostOfNarrowness, relative_variances
from gmm_core.model.mixture import Mixture

N_INIT = 24
NEW_ROWS = 2_000
OLD_FLOOR = 1e-6
BOUNDS = (1e-6, 1e-5, 1e-4, NARROW, 1e-2, 1e-1, 1.0)
Draw = Callable[[int, np.random.Generator], tuple[FloatArray, IntArray]]


@dataclass(frozen=True)
class KnownProblem:
    """Rows of a known distribution, and K; `draw(N, rng)` gives rows and the group of each."""

    kind: str
    n_rows: int
    n_features: int
    n_components: int
    draw: Draw


def _of_mixture(mixture: Mixture) -> Draw:
    return lambda n_rows, rng: mixture.sample(n_rows, rng)


def _of_one_group(
    n_features: int, noise: Callable[[np.random.Generator, tuple[int, int]], FloatArray]
) -> Draw:
    return lambda n_rows, rng: (noise(rng, (n_rows, n_features)), np.zeros(n_rows, dtype=np.int64))


SHAPELESS: dict[str, Callable[[np.random.Generator, tuple[int, int]], FloatArray]] = {
    "normal": lambda rng, shape: rng.normal(size=shape),
    "uniform": lambda rng, shape: rng.uniform(size=shape),
    "t of 3 degrees": lambda rng, shape: rng.standard_t(3, size=shape),
}


def problems() -> Iterator[KnownProblem]:
    """Ordinary ones, in which no component ought to be narrow, and ones with a narrow cluster, or several."""
    for (name, noise), n_rows, d, k in product(SHAPELESS.items(), (20, 80, 400), (1, 2, 5), (2, 3, 6)):
        if k * (d + 2) <= n_rows:
            yield KnownProblem(f"ordinary: {name}", n_rows, d, k, _of_one_group(d, noise))
    for n_rows, d, k in product((60, 150, 400), (1, 2, 5, 8), (2, 3, 5)):
        rng = np.random.default_rng([d, k])
        means, weights = 4 * rng.normal(size=(k, d)), np.full(k, 1 / k)
        round_ones = Mixture(weights, means, np.repeat(np.eye(d)[None], k, axis=0))
        yield KnownProblem("ordinary: round", n_rows, d, k, _of_mixture(round_ones))
        factors = rng.normal(size=(k, d, d)) * np.geomspace(1, 0.05, d)
        covariances = factors @ factors.transpose(0, 2, 1) + 1e-4 * np.eye(d)
        if d > 1:
            yield KnownProblem(
                "ordinary: stretched", n_rows, d, k, _of_mixture(Mixture(weights, means, covariances))
            )
    for n_rows, d, deviation, share in product((60, 200), (1, 2, 4), (1e-1, 1e-2, 1e-3, 1e-5), (0.1, 0.3)):
        covariances = np.stack([np.eye(d), deviation**2 * np.eye(d)])
        tight = Mixture(np.array([1 - share, share]), np.array([np.zeros(d), np.ones(d)]), covariances)
        yield KnownProblem("narrow: tight in a wide one", n_rows, d, 2, _of_mixture(tight))
    for n_rows, d, deviation in product((60, 200), (2, 4), (1e-2, 1e-4)):
        needle = np.diag([1.0, *[deviation**2] * (d - 1)])
        means = np.array([np.zeros(d), np.full(d, 2.0)])
        mixture = Mixture(np.array([0.7, 0.3]), means, np.stack([np.eye(d), needle]))
        yield KnownProblem("narrow: needle", n_rows, d, 2, _of_mixture(mixture))
    for n_rows, d, deviation in product((60, 200), (1, 2, 4), (1e-2, 1e-4)):
        covariances = np.stack([deviation**2 * np.eye(d), deviation**2 * np.eye(d), np.eye(d)])
        means = np.array([np.zeros(d), np.full(d, 9.0), np.full(d, 4.0)])
        apart = Mixture(np.full(3, 1 / 3), means, covariances)
        yield KnownProblem("narrow: two tight and a wide one", n_rows, d, 3, _of_mixture(apart))


@dataclass(frozen=True)
class Ended:
    """What is known of a restart, and what narrow components cost on its rows."""

    log_likelihood: float
    mixture: Mixture
    cost: CostOfNarrowness
    least_deviation: float
    fewest_rows: int
    new_rows: float
    agreement: float


def restarts(problem: KnownProblem, seed: int) -> list[Ended]:
    """Where the restarts of a fit end; none where the data is refused."""
    rng = np.random.default_rng(seed)
    (rows, groups), (new, _) = problem.draw(problem.n_rows, rng), problem.draw(NEW_ROWS, rng)
    try:
        found = fit(rows, FitSpecification(problem.n_components, n_init=N_INIT, seed=seed), engine="compiled")
    except ExplorerError:
        return []
    cost = CostOfNarrowness.of_rows(rows, None)
    ended = []
    for run in found.runs:
        if run.valid:
            mixture, labels = run.mixture, run.mixture.labels(rows)
            least = np.linalg.eigvalsh(mixture.covariances / np.outer(rows.std(axis=0), rows.std(axis=0)))
            ended.append(
                Ended(
                    log_likelihood=run.log_likelihood,
                    mixture=mixture,
                    cost=cost,
                    least_deviation=float(least.min()),
                    fewest_rows=int(np.bincount(labels, minlength=problem.n_components).min()),
                    new_rows=float(mixture.log_density(new).mean()),
                    agreement=float(adjusted_rand_score(groups, labels)),
                )
            )
    return ended


def penalised(bound: float) -> Callable[[Ended], float]:
    """The score with that bound τ for what is narrow."""
    return lambda run: run.log_likelihood - replace(run.cost, narrow=bound).of(run.mixture)


def rules() -> dict[str, Callable[[Ended], float]]:
    """Numbers that order restarts."""
    return {
        "log-likelihood": lambda run: run.log_likelihood,
        f"the same, none with a variance below {OLD_FLOOR:g} of the data's": lambda run: (
            run.log_likelihood - (1e12 if run.least_deviation < OLD_FLOOR else 0.0)
        ),
        **{
            f"score, τ = {bound:g}{' (ours)' if bound == NARROW else ''}": penalised(bound)
            for bound in BOUNDS
        },
    }


def report(tried: Sequence[tuple[KnownProblem, list[Ended]]]) -> str:
    """What the rules chose, as Markdown."""
    lines = [
        "# What orders restarts",
        "",
        f"{len(tried)} problems with known truth, {N_INIT} mixed restarts each, of which every rule chooses one. "
        "*Below the best*: how far the choice's mean log-density of new rows lies below that of the restart that does "
        "best there, in nats, median and nine tenths; *agreement lost*: adjusted Rand index to the truth below the "
        "best restart's, mean; *on few rows*: choices with a component on no more than D + 1 rows; *narrow*: choices "
        "with a component of λ below 1e-4. Written by `python -m benchmarks.restart_score`.",
    ]
    for kind in ("ordinary", "narrow"):
        of_kind = [(problem, ended) for problem, ended in tried if problem.kind.startswith(kind)]
        lines += [
            "",
            f"## {len(of_kind)} {kind} problems",
            "",
            "| rule | below the best, median | nine tenths | agreement lost | on few rows | narrow |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        for name, rule in rules().items():
            below, lost, few, narrow = [], [], 0, 0
            for problem, ended in of_kind:
                chosen = max(ended, key=rule)
                below.append(max(run.new_rows for run in ended) - chosen.new_rows)
                lost.append(max(run.agreement for run in ended) - chosen.agreement)
                few += chosen.fewest_rows <= problem.n_features + 1
                narrow += bool(relative_variances(chosen.mixture)[0].min() < 1e-4)
            middle, most = np.quantile(below, [0.5, 0.9])
            lines.append(f"| {name} | {middle:.3f} | {most:.3f} | {np.mean(lost):.3f} | {few} | {narrow} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Try all problems and write the report."""
    parser = ArgumentParser(prog="python -m benchmarks.restart_score", description=__doc__)
    add_results_option(parser)
    folder: Path = parser.parse_args().results
    tried = [(problem, restarts(problem, seed)) for seed, problem in enumerate(problems())]
    (folder / "restart_score.md").write_text(report([(problem, ended) for problem, ended in tried if ended]))


if __name__ == "__main__":
    main()
