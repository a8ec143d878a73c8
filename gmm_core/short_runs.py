"""A start that has been chosen: the best of several short runs of EM, each from random points."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from itertools import islice
from math import isfinite
from typing import Any, Protocol

import numpy as np

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.em import EMPTIED, em_iterations
from gmm_core.engines.blocked import BlockedEngine
from gmm_core.errors import ExplorerError
from gmm_core.mixture import Mixture
from gmm_core.partitions import cautious_maximization, fewest_rows, nearest, random_points, started
from gmm_core.problem import FitProblem
from gmm_core.small_loop import SmallLoop, cost_of_expectation, floor_and_ridge
from gmm_core.start_rows import StartRows

STAGES = ((16, 5), (6, 7))
"""So many runs at most take so many iterations, the best of them so many more."""
COST = 100_000_000
"""Multiplications that all short runs of a start take together at most, some 20 ms compiled; where they allow no more
than one run, it is none, and the start is that of random points."""
FEWEST_ROWS, ROWS_PER_PARAMETER = 1_000, 10
"""Short runs look at no more rows than the larger of these, drawn at random: which climbs best shows on few."""
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
    n_rows = max(FEWEST_ROWS, ROWS_PER_PARAMETER * problem.structure.parameter_count(k, d))
    n_rows = min(n_rows, len(sample.rows))
    most, _ = STAGES[0]
    cost = sum(runs * iterations for runs, iterations in STAGES) * cost_of_expectation((n_rows, d), k) / most
    n_runs = int(min(most, COST // cost))
    if n_runs > 1 and len(sample.rows) > k > 1:
        if n_rows < len(sample.rows):
            sample = StartRows.drawn(sample.rows, sample.weights, k, rng, n_rows)
        points = _drawn(sample.weights, k, n_runs, rng)
        kind = _CompiledRuns if problem.compiled and SmallLoop.knows(problem) else _Runs
        runs: ShortRuns = kind(problem, sample, points)
        positions = list(range(n_runs))
        for most, n_iterations in STAGES:
            positions = _best(runs.heights, positions, most, SAME * sample.weights.sum())
            runs.go_on(positions, n_iterations)
        for position in _best(runs.heights, positions, 1, SAME * sample.weights.sum()):
            return runs.mixture(position)
    return started(problem, sample, random_points, rng)


class ShortRuns(Protocol):
    """Several runs of EM on the same rows, each begun with a partition."""

    heights: FloatArray
    """The log-likelihood of each run, (M,), before its last M-step: 0 at first, −inf once it is left out."""

    def go_on(self, positions: Sequence[int], n_iterations: int) -> None:
        """Take some more iterations of the runs at these positions."""

    def mixture(self, position: int) -> Mixture:
        """Where a run is."""


def _best(heights: FloatArray, positions: Sequence[int], most: int, same: float) -> list[int]:
    """The positions of the highest, in their order; of heights no further apart than `same` the first ones."""
    left = {position: height for position in positions if isfinite(height := float(heights[position]))}
    best: list[int] = []
    while left and len(best) < most:
        bar = max(left.values()) - same
        best.append(next(position for position, height in left.items() if height >= bar))
        del left[best[-1]]
    return best


def _drawn(weights: FloatArray, n_points: int, n_times: int, rng: np.random.Generator) -> IntArray:
    """Positions of different rows, drawn by weight one after another, shape (n_times, n_points).

    Exponential numbers, each divided by its row's weight, are smallest for rows drawn in that way.
    Source: Efraimidis and Spirakis, Weighted random sampling with a reservoir (2006).
    """
    keys = rng.exponential(size=(n_times, len(weights))) / weights
    return np.sort(np.argpartition(keys, n_points, axis=1)[:, :n_points], axis=1)


class _Runs:
    """With NumPy, for any structure and regularisation."""

    def __init__(self, problem: FitProblem, sample: StartRows, points: IntArray) -> None:
        self._problem = problem
        self._engine = BlockedEngine(sample.rows, sample.weights)
        self.heights = np.zeros(len(points))
        self._mixtures = []
        for position, chosen in enumerate(points):
            responsibilities = nearest(sample.rows, sample.rows[chosen])
            mixture, at_floor = cautious_maximization(problem, sample, responsibilities)
            self._mixtures.append(mixture)
            if at_floor.any():
                self.heights[position] = -np.inf

    def go_on(self, positions: Sequence[int], n_iterations: int) -> None:
        """See `ShortRuns.go_on`."""
        structure, regularization = self._problem.structure, self._problem.regularization
        for position in positions:
            steps = em_iterations(self._engine, structure, self._mixtures[position], regularization)
            try:
                path = list(islice(steps, n_iterations + 1))
            except ExplorerError:  # from here there is no likelihood to go on with
                self.heights[position] = -np.inf
                continue
            usual = all(step.reseeded is None and not step.at_floor.any() for step in path)
            self.heights[position] = path[-2].log_likelihood if usual else -np.inf
            self._mixtures[position] = path[-1].mixture

    def mixture(self, position: int) -> Mixture:
        """See `ShortRuns.mixture`."""
        return self._mixtures[position]


class _CompiledRuns:
    """The same from compiled code."""

    def __init__(self, problem: FitProblem, sample: StartRows, points: IntArray) -> None:
        (n_runs, k), d = points.shape, sample.rows.shape[1]
        floor, ridge = floor_and_ridge(problem.regularization, d)
        self._code: Any = import_module("gmm_core.compiled.trials")
        self._fewest = EMPTIED * sample.row_weight
        self._rows = sample.rows, sample.weights
        self._model = self._code.UPDATES[problem.structure.name], floor, ridge
        self._mixtures = np.zeros((n_runs, k)), np.zeros((n_runs, k, d)), np.zeros((n_runs, k, d, d))
        self.heights = np.zeros(n_runs)
        few = fewest_rows(sample)
        self._code.begun(*self._rows, points, sample.centre, *self._model, few, *self._mixtures, self.heights)

    def go_on(self, positions: Sequence[int], n_iterations: int) -> None:
        """See `ShortRuns.go_on`."""
        chosen = np.asarray(positions, dtype=np.int64)
        self._code.continued(
            *self._rows, *self._model, self._fewest, n_iterations, chosen, *self._mixtures, self.heights
        )

    def mixture(self, position: int) -> Mixture:
        """See `ShortRuns.mixture`."""
        weights, means, covariances = (array[position] for array in self._mixtures)
        return Mixture(weights, means, covariances)
