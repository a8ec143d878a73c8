"""A start that has been chosen: the best of several short runs of EM, each from random points."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from itertools import islice
from math import isfinite
from typing import Any

import numpy as np

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.em import EMPTIED, em_iterations
from gmm_core.engines.blocked import BlockedEngine
from gmm_core.engines.expectation_cost import cost_of_expectation
from gmm_core.errors import ExplorerError
from gmm_core.mixture import Mixture
from gmm_core.partitions import (
    cautious_maximization,
    compiled_m_step,
    fewest_rows,
    has_compiled_m_step,
    nearest,
    random_points,
    started,
)
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
SAME = 1e-9
"""Runs whose mean log-likelihoods differ by less are equally good, and the first of them is taken."""


def best_short_run(problem: FitProblem, sample: StartRows, rng: np.random.Generator) -> Mixture:
    """Where the likeliest of some short runs comes to; runs that need a floor or lose a component are left out.

    Where there is no other, or short runs would take too long, the mixture that random points start.

    Source: Biernacki, Celeux and Govaert, Choosing starting values for the EM algorithm for getting the highest
    likelihood in multivariate Gaussian mixture models (2003), section 3.2: short runs, then a long one ("em-EM").
    Here the worse ones end sooner still.
    """
    k, d = problem.n_components, problem.rows.shape[1]
    enough = max(FEWEST_ROWS, ROWS_PER_PARAMETER * problem.structure.parameter_count(k, d))
    n_rows = min(enough, len(sample.rows))
    most, _ = STAGES[0]
    cost = sum(runs * iterations for runs, iterations in STAGES) * cost_of_expectation((n_rows, d), k) / most
    n_runs = int(min(most, COST // cost))
    if n_runs > 1 and len(sample.rows) > k > 1:
        if n_rows < len(sample.rows):
            sample = StartRows.drawn(sample.rows, sample.weights, k, rng, n_rows)
        points = drawn(sample.weights, k, n_runs, rng)
        likeliest = _likeliest_compiled if has_compiled_m_step(problem) else _likeliest
        alike = sample.weights.max() <= 2.0 * sample.weights.mean()
        first = sample.every_second if alike and len(sample.rows) >= NEARLY * enough else sample
        found = likeliest(problem, first, sample, points)
        if found is not None:
            return found
    return started(problem, sample, random_points, rng)


def _best(heights: FloatArray, positions: Sequence[int], most: int, same: float) -> list[int]:
    """The positions of the highest, in their order; of heights no further apart than `same` the first ones."""
    left = {position: height for position in positions if isfinite(height := float(heights[position]))}
    best: list[int] = []
    while left and len(best) < most:
        bar = max(left.values()) - same
        best.append(next(position for position, height in left.items() if height >= bar))
        del left[best[-1]]
    return best


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


def _likeliest(problem: FitProblem, first: StartRows, sample: StartRows, points: IntArray) -> Mixture | None:
    """Where the likeliest of the runs from these points comes to, if any does, for any structure and regularisation.

    The first stage looks at the rows `first`, all else at the sample, to which the points belong.
    """
    same = SAME * sample.weights.sum()
    begun = [
        cautious_maximization(problem, sample, nearest(sample.rows, sample.rows[chosen])) for chosen in points
    ]
    mixtures = [mixture for mixture, _ in begun]
    heights = np.array([-np.inf if at_floor.any() else 0.0 for _, at_floor in begun])
    positions = list(range(len(points)))
    for (most, n_iterations), rows in zip(STAGES, (first, *[sample] * (len(STAGES) - 1)), strict=True):
        engine = BlockedEngine(rows.rows, rows.weights)
        positions = _best(heights, positions, most, same)
        for position in positions:
            steps = em_iterations(engine, problem.model, mixtures[position])
            try:
                path = list(islice(steps, n_iterations + 1))
            except ExplorerError:  # from here there is no likelihood to go on with
                heights[position] = -np.inf
                continue
            usual = all(step.reseeded is None and not step.at_floor.any() for step in path)
            heights[position] = path[-2].log_likelihood if usual else -np.inf
            mixtures[position] = path[-1].mixture
    return next((mixtures[position] for position in _best(heights, positions, 1, same)), None)


def _likeliest_compiled(
    problem: FitProblem, first: StartRows, sample: StartRows, points: IntArray
) -> Mixture | None:
    """The same in compiled code."""
    code: Any = import_module("gmm_core.compiled.trials")
    k, d = problem.n_components, sample.rows.shape[1]
    paths = len(points), 1 + sum(iterations for _, iterations in STAGES)
    runs = np.empty((*paths, k)), np.empty((*paths, k, d)), np.empty((*paths, k, d, d))
    found = code.likeliest(
        first.rows,
        first.weights,
        sample.rows,
        sample.weights,
        sample.centre,
        points,
        np.array(STAGES),
        SAME * sample.weights.sum(),
        *compiled_m_step(problem),
        fewest_rows(sample),
        EMPTIED * sample.row_weight,
        *runs,
    )
    return Mixture(*(values[found, -1] for values in runs)) if found >= 0 else None
