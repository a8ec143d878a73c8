"""EM on few rows: the iterations of `em_iterations`, many at a time from compiled code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeGuard

import numpy as np

from gmm_core.arrays import FloatArray, read_only
from gmm_core.em.iteration import Position
from gmm_core.em.loop import EMPTIED, NO_LIKELIHOOD, evaluated, following
from gmm_core.em.trajectory import Chunk
from gmm_core.engines.expectation_cost import cost_of_expectation
from gmm_core.engines.numba.arguments import DIAG, FULL, SPHERICAL, TIED, MStep, Parameters, Statistics
from gmm_core.engines.numba.fused_em import iterate
from gmm_core.engines.protocol import Engine
from gmm_core.errors import FitError
from gmm_core.model.covariance import updates
from gmm_core.model.covariance.family import Update
from gmm_core.model.likelihood_model import GaussianModel
from gmm_core.model.mixture import Mixture
from gmm_core.model.statistics import Moments, SufficientStatistics

UPDATES: dict[Update, int] = {
    updates.full: FULL,
    updates.tied: TIED,
    updates.diag: DIAG,
    updates.spherical: SPHERICAL,
}
"""The covariance structures whose M-step is compiled, by their update."""
MAX_COST = 1 << 22
"""The compiled loop is used up to this many multiplications per E-step; larger ones are shared among threads."""
MAX_ITERATIONS_PER_CALL = 512
"""The largest number of iterations in a call."""
COST_OF_CALL = 1 << 26
"""The multiplications of a call, some ten milliseconds: a fit can be stopped between two calls."""


def knows(model: object, n_features: int) -> TypeGuard[GaussianModel]:
    """True if the M-step of the model is compiled."""
    return (
        isinstance(model, GaussianModel)
        and model.structure.update in UPDATES
        and model.regularization.floor_and_ridge(n_features) is not None
    )


def fits(model: object, shape: tuple[int, ...], n_components: int) -> TypeGuard[GaussianModel]:
    """True if rows of this shape (N, D) are few enough and the M-step of the model is compiled."""
    return cost_of_expectation(shape, n_components) <= MAX_COST and knows(model, shape[1])


@dataclass(frozen=True, eq=False)
class FusedEM:
    """The compiled loop over the rows of an engine.

    Parameters
    ----------
    rows, weights : (N, D), (N,) or empty where every row counts once
        What the engine holds.
    model : GaussianModel
        One that the loop `knows`.
    engine : Engine
        Over the same rows: for the iterations that are not the rule.
    tolerance : float
        The gain of the mean log-likelihood after which the caller may want no more iterations.
    max_iterations : int
        The M-steps after which the caller wants no more.
    """

    rows: FloatArray
    weights: FloatArray
    model: GaussianModel
    engine: Engine
    tolerance: float
    max_iterations: int

    def chunks(self, position: Position[Mixture]) -> Iterator[Chunk]:
        """The iterations of `em_from`, the same up to rounding, some at a time."""
        engine, model = self.engine, self.model
        reached = -np.inf
        longest = COST_OF_CALL // cost_of_expectation(self.rows.shape, position.state.n_components)
        while True:
            length = min(longest, MAX_ITERATIONS_PER_CALL, self.max_iterations + 1 - position.index)
            first = position.index
            call = self._called(position.state, reached, max(1, length))
            lost = call.done > 1 and not np.isfinite(call.log_likelihoods[call.done - 1])
            call.done -= lost
            if call.done:
                reached = float(call.log_likelihoods[call.done - 1])
                # The step before the first iteration may be no compiled M-step, so that iteration is made on its own.
                yield Chunk.of(evaluated(engine, model, position, float(call.log_likelihoods[0])))
            if call.done > 1:
                yield self._chunk(call, position.index + 1)
                position = _after(call, call.done - 1, first, position.n_reseeded)
            if lost:
                raise FitError(NO_LIKELIHOOD)
            if call.goes_on:
                position = _after(call, call.done, first, position.n_reseeded)
                continue
            if call.done:
                statistics = call.statistics(position.state, model.moments)
            else:  # a covariance without Cholesky factor or, at the start, of another structure: the engine can tell
                statistics = engine.expectation(position.state.scores, model.moments)
                reached = statistics.log_likelihood
                yield Chunk.of(evaluated(engine, model, position, reached))
            position = following(engine, model, position, statistics)

    def _chunk(self, call: _Call, index: int) -> Chunk:
        """The iterations of a call without the first; `index` is that of the second."""
        log_likelihoods = call.log_likelihoods[1 : call.done].copy()
        kept = [values[1 : call.done].copy() for values in call.path]
        for values in kept:
            values.setflags(write=False)
        weights, means, covariances = kept
        return Chunk(
            index=index,
            weights=weights,
            means=means,
            covariances=covariances,
            log_likelihoods=log_likelihoods,
            mean_log_likelihoods=log_likelihoods / self.engine.total_weight,
            at_floor=np.zeros(weights.shape[1], dtype=np.bool_),
        )

    def _called(self, mixture: Mixture, reached: float, length: int) -> _Call:
        call = _Call.beginning_with(mixture, length)
        call.done, call.goes_on = iterate(
            self.rows,
            self.weights,
            m_step_of(self.model, mixture.n_features),
            EMPTIED * self.engine.lightest_row,
            reached,
            self.tolerance * self.engine.total_weight,
            call.path,
            call.log_likelihoods,
            call.sums,
        )
        return call


@dataclass(eq=False)
class _Call:
    """The arrays of one call of `fused_em.iterate`, and what it returns."""

    path: Parameters
    log_likelihoods: FloatArray
    sums: Statistics
    done: int = 0
    goes_on: bool = False

    @classmethod
    def beginning_with(cls, mixture: Mixture, length: int) -> _Call:
        k, d = mixture.means.shape
        width = d + d % 2  # the kernel takes features in pairs
        call = cls(
            Parameters(
                np.empty((length + 1, k)), np.empty((length + 1, k, d)), np.empty((length + 1, k, d, d))
            ),
            np.empty(length),
            Statistics(np.empty(k), np.empty((k, width)), np.empty((k, width, width))),
        )
        call.path.weights[0], call.path.means[0] = mixture.weights, mixture.means
        call.path.covariances[0] = mixture.covariances
        return call

    def mixture(self, position: int) -> Mixture:
        """A read-only copy of one mixture of the path."""
        values = [array[position].copy() for array in self.path]
        for array in values:
            array.setflags(write=False)
        return Mixture.unchecked(*values)

    def statistics(self, mixture: Mixture, moments: Moments) -> SufficientStatistics:
        """The sums of the last E-step, at this mixture."""
        d = mixture.n_features
        counts, sums, scatter = self.sums
        scatter = scatter[:, :d, :d]
        if moments is Moments.DIAGONAL:
            scatter = np.diagonal(scatter, axis1=1, axis2=2)
        log_likelihood = float(self.log_likelihoods[self.done - 1])
        return SufficientStatistics(counts, sums[:, :d], scatter, mixture.means, log_likelihood)


def _after(call: _Call, n_steps: int, first: int, n_reseeded: int) -> Position[Mixture]:
    """The position after `n_steps` M-steps of a call that began at iteration `first`; no component is at a floor."""
    return Position(call.mixture(n_steps), first + n_steps, n_reseeded=n_reseeded)


def m_step_of(model: GaussianModel, n_features: int) -> MStep:
    """The M-step of a model that compiled code `knows`."""
    bounds = model.regularization.floor_and_ridge(n_features)
    assert bounds is not None
    floor, ridge = bounds
    return MStep(UPDATES[model.structure.update], float(floor), read_only(ridge))
