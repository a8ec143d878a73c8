"""EM on few rows: the iterations of `em_iterations`, a stretch of them at a time from compiled code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.covariance.regularization import Regularization, Ridge, VarianceFloor
from gmm_core.em import EMPTIED, EMIteration, EMSteps
from gmm_core.engines.protocol import Engine
from gmm_core.mixture import Mixture
from gmm_core.problem import FitProblem
from gmm_core.statistics import SufficientStatistics

MOST_COST = 1 << 22
"""Multiplications of an E-step up to which the loop is worth while; the engine would share out much more work."""
COST_OF_DENSITY = 30
"""What a density costs besides its products, counted in them."""
STRETCH = 16
"""Iterations per call: between two calls a fit can be stopped."""
NO_WEIGHTS = np.empty(0)


@dataclass(frozen=True, eq=False)
class SmallLoop:
    """The compiled loop over the rows of one problem.

    Parameters
    ----------
    problem : FitProblem
        Rows, structure and regularisation; `fits` says whether the loop has them compiled.
    engine : Engine
        Over the same rows: for the iterations that are not the rule.
    tolerance : float
        The gain of the mean log-likelihood after which the caller may want no more iterations.
    """

    problem: FitProblem
    engine: Engine
    tolerance: float

    @staticmethod
    def fits(problem: FitProblem) -> bool:
        """Whether the problem is small, and its M-step one of the compiled ones."""
        n_rows, n_features = problem.rows.shape
        return (
            n_rows * problem.n_components * (COST_OF_DENSITY + n_features**2) <= MOST_COST
            and problem.structure.name in _compiled().UPDATES
            and isinstance(problem.regularization, VarianceFloor | Ridge)
        )

    def iterations(self, start: Mixture) -> Iterator[EMIteration]:
        """As `em_iterations`, the same numbers up to rounding."""
        steps = EMSteps(self.engine, self.problem.structure, self.problem.regularization)
        mixture = start
        while True:
            stretch = self._stretch(mixture)
            for position, log_likelihood in enumerate(stretch.log_likelihoods[: stretch.done].tolist()):
                if position:
                    steps.went_on_without_a_floor()
                mixture = stretch.mixture(position)
                yield steps.evaluated(mixture, log_likelihood)
            if stretch.goes_on:
                steps.went_on_without_a_floor()
                mixture = stretch.mixture(stretch.done)
                continue
            if stretch.done:
                statistics = stretch.statistics(mixture)
            else:  # no Cholesky factor was found, and the engine is to say so, unless it is a matter of rounding
                statistics = self.engine.expectation(mixture, self.problem.structure.moments)
                yield steps.evaluated(mixture, statistics.log_likelihood)
            mixture = steps.following(mixture, statistics)

    def _stretch(self, mixture: Mixture) -> _Stretch:
        problem = self.problem
        floor, ridge = _floor_and_ridge(problem.regularization, mixture.n_features)
        stretch = _Stretch.beginning_with(mixture)
        stretch.done, stretch.goes_on = _compiled().climbed(
            problem.rows,
            NO_WEIGHTS if problem.sample_weight is None else problem.sample_weight,
            _compiled().UPDATES[problem.structure.name],
            floor,
            ridge,
            EMPTIED * self.engine.row_weight,
            self.tolerance * self.engine.total_weight,
            stretch.weights,
            stretch.means,
            stretch.covariances,
            stretch.log_likelihoods,
            stretch.counts,
            stretch.sums,
            stretch.scatter,
        )
        for values in (stretch.weights, stretch.means, stretch.covariances):
            values.setflags(write=False)
        return stretch


@dataclass(eq=False)
class _Stretch:
    """Some iterations in a row: the arrays that the compiled loop fills, each with the iterations first."""

    weights: FloatArray
    means: FloatArray
    covariances: FloatArray
    log_likelihoods: FloatArray
    counts: FloatArray
    sums: FloatArray
    scatter: FloatArray
    done: int = 0
    goes_on: bool = False

    @classmethod
    def beginning_with(cls, mixture: Mixture) -> _Stretch:
        k, d = mixture.means.shape
        width = d + d % 2  # the kernel takes features in pairs
        stretch = cls(
            np.empty((STRETCH + 1, k)),
            np.empty((STRETCH + 1, k, d)),
            np.empty((STRETCH + 1, k, d, d)),
            np.empty(STRETCH),
            np.empty(k),
            np.empty((k, width)),
            np.empty((k, width, width)),
        )
        stretch.weights[0], stretch.means[0] = mixture.weights, mixture.means
        stretch.covariances[0] = mixture.covariances
        return stretch

    def mixture(self, position: int) -> Mixture:
        return Mixture.unchecked(self.weights[position], self.means[position], self.covariances[position])

    def statistics(self, mixture: Mixture) -> SufficientStatistics:
        """The sums of the last E-step, which was that of this mixture."""
        d = mixture.n_features
        lower = np.tril(self.scatter[:, :d, :d])
        scatter = lower + np.tril(lower, -1).transpose(0, 2, 1)
        log_likelihood = float(self.log_likelihoods[self.done - 1])
        return SufficientStatistics(self.counts, self.sums[:, :d], scatter, mixture.means, log_likelihood)


def _floor_and_ridge(regularization: Regularization, n_features: int) -> tuple[float, FloatArray]:
    if isinstance(regularization, Ridge):
        return 0.0, np.broadcast_to(np.asarray(regularization.value, dtype=np.float64), (n_features,)).copy()
    assert isinstance(regularization, VarianceFloor)
    return regularization.share, np.zeros(n_features)


def _compiled() -> Any:
    """The module that Numba compiles, loaded when first asked for."""
    return import_module("gmm_core.compiled_loop")
