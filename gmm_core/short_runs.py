"""A start that has been chosen: the best of several short runs of EM, each from random points."""

from __future__ import annotations

import numpy as np

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.engines.expectation_cost import cost_of_expectation
from gmm_core.mixture import Mixture
from gmm_core.partitions import random_points, started
from gmm_core.problem import FitProblem
from gmm_core.start_rows import StartRows

STAGES = ((16, 5), (6, 7))
"""So many runs at most take so many iterations, the best of them so many more."""
COST = 100_000_000
"""Multiplications that all short runs of a start take together at most, some 20 ms compiled; where they allow no more
than one run, it is none, and the start is that of random points."""
FEWEST_ROWS, ROWS_PER_PARAMETER = 1_000, 10
"""Short runs look at no more rows than the larger of these, drawn at random: which climbs best shows on few.

Every second of them is enough for the first stage: which runs are hopeless shows on those."""
NEARLY = 0.95
"""The share of them that must be different rows for that, none of great weight; a row drawn twice is one."""


def best_short_run(problem: FitProblem, sample: StartRows, rng: np.random.Generator) -> Mixture:
    """Where the likeliest of some short runs comes to; runs that need a floor or lose a component are left out.

    Where there is no other, or short runs would take too long, the mixture that random points start.

    Source: Biernacki, Celeux and Govaert, Choosing starting values for the EM algorithm for getting the highest
    likelihood in multivariate Gaussian mixture models (2003), section 3.2: short runs, then a long one ("em-EM").
    Here the worse ones end sooner still.
    """
    k, d = problem.n_components, problem.rows.n_features
    enough = max(FEWEST_ROWS, ROWS_PER_PARAMETER * problem.structure.parameter_count(k, d))
    n_rows = min(enough, len(sample.rows))
    most, _ = STAGES[0]
    cost = sum(runs * iterations for runs, iterations in STAGES) * cost_of_expectation((n_rows, d), k) / most
    n_runs = int(min(most, COST // cost))
    if n_runs > 1 and len(sample.rows) > k > 1:
        if n_rows < len(sample.rows):
            sample = StartRows.drawn(sample.rows, sample.weights, k, rng, n_rows)
        points = drawn(sample.weights, k, n_runs, rng)
        alike = sample.weights.max() <= 2.0 * sample.weights.mean()
        first = sample.every_second if alike and len(sample.rows) >= NEARLY * enough else sample
        found = problem.starting.likeliest_short_run(problem.model, first, sample, points, STAGES)
        if found is not None:
            return found
    return started(problem, sample, random_points, rng)


def drawn(weights: FloatArray, n_points: int, n_times: int, rng: np.random.Generator) -> IntArray:
    """Positions of different rows, drawn by weight one after another, in ascending order, shape (n_times, n_points).

    Rows drawn again are passed over, which leaves the others as likely as if those had been taken out; too few rows
    are filled up by drawing from those that are left.
    """
    ends = weights.cumsum()
    places = rng.random((n_times, n_points)) * ends[-1]
    draws = np.minimum(np.searchsorted(ends, places, side="right"), len(weights) - 1)
    return np.array(
        [sorted(_filled_up(list(dict.fromkeys(row)), weights, n_points, rng)) for row in draws.tolist()]
    )


def _filled_up(chosen: list[int], weights: FloatArray, n_points: int, rng: np.random.Generator) -> list[int]:
    """As many rows as asked for, the chosen ones among them."""
    if len(chosen) == n_points:
        return chosen
    left = weights.copy()
    left[chosen] = 0.0
    return chosen + rng.choice(len(left), n_points - len(chosen), replace=False, p=left / left.sum()).tolist()
