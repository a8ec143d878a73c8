"""What one E-step costs in each engine, in nanoseconds for a row and a component: what `engine_name` goes by.

Both engines answer in turn over the same rows, on all cores; the best of several rounds counts. Prints Markdown.
Run: .venv/bin/python -m benchmarks.engine_costs
"""

from __future__ import annotations

import os
from time import perf_counter

import numpy as np

from gmm_core.engines.choice import ENGINES, engine_named, warm_up
from gmm_core.mixture import Mixture
from gmm_core.statistics import Moments
from gmm_core.threads import one_blas_thread

WORK = 3e8
"""Multiplications of one E-step, about: rows are as many as that gives, up to `MOST_ROWS`."""
MOST_ROWS = 200_000
WIDTHS = (1, 2, 3, 4, 6, 10, 16, 24, 32, 50, 100, 200, 400)
ROUNDS = 5


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


def main() -> None:
    """Print the table."""
    warm_up()
    print(f"ns for a row and a component, {os.cpu_count()} cores\n")
    print("| moments | N × D, K | " + " | ".join(ENGINES) + " |\n|---|---|" + "---|" * len(ENGINES))
    shapes = [(1_000, 2, 3), (1_000, 10, 3), (1_000, 50, 3)]
    shapes += [(int(min(MOST_ROWS, WORK / 5 / (30 + d * d))), d, 5) for d in WIDTHS]
    for moments in Moments:
        for n_rows, n_features, n_components in shapes:
            found = costs(n_rows, n_features, n_components, moments)
            cells = " | ".join(f"{value:.1f}" for value in found.values())
            print(
                f"| {moments.name.lower()} | {n_rows:,} × {n_features}, {n_components} | {cells} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
