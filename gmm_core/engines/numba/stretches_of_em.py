"""EM on few rows: the iterations of `em_iterations`, a stretch of them at a time from compiled code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeGuard

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.em.iteration import Position
from gmm_core.em.loop import EMPTIED, NO_LIKELIHOOD, evaluated, following
from gmm_core.em.trajectory import Chunk
from gmm_core.engines.expectation_cost import cost_of_expectation
from gmm_core.engines.numba.fused_em import DIAG, FULL, SPHERICAL, TIED, climbed
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
"""The M-steps that are compiled, by the update that they compute."""
MAX_COST = 1 << 22
"""Multiplications of an E-step up to which the loop is worth while; the engine would share out much more work."""
MAX_ITERATIONS_PER_CALL = 512
"""Iterations of a call at most."""
COST_OF_CALL = 1 << 26
"""Multiplications of a call, some ten milliseconds: between two calls a fit can be stopped."""


def knows(model: object, n_features: int) -> TypeGuard[GaussianModel]:
    """Whether the M-step of the model is one of the compiled ones."""
    return (
        isinstance(model, GaussianModel)
        and model.structure.update in UPDATES
        and model.regularization.floor_and_ridge(n_features) is not None
    )


def fits(model: object, shape: tuple[int, ...], n_components: int) -> TypeGuard[GaussianModel]:
    """Whether rows of that shape (N, D) are few, and the M-step of the model is one of the compiled ones."""
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
        """As `em_from`, the same numbers up to rounding, some at a time."""
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
                # What came before the first of them may have been no compiled M-step; the others are all alike.
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
        """The iterations of a call but the first, the next of which has that index."""
        log_likelihoods = call.log_likelihoods[1 : call.done].copy()
        kept = [values[1 : call.done].copy() for values in (call.weights, call.means, call.covariances)]
        for values in kept:
            values.setflags(write=False)
        weights, means, covariances = kept
        return Chunk(
            index,
            weights,
            means,
            covariances,
            log_likelihoods,
            log_likelihoods / self.engine.total_weight,
            np.zeros(weights.shape[1], dtype=np.bool_),
        )

    def _called(self, mixture: Mixture, reached: float, length: int) -> _Call:
        call = _Call.beginning_with(mixture, length)
        call.done, call.goes_on = climbed(
            self.rows,
            self.weights,
            *m_step_of(self.model, mixture.n_features),
            EMPTIED * self.engine.lightest_row,
            reached,
            self.tolerance * self.engine.total_weight,
            call.weights,
            call.means,
            call.covariances,
            call.log_likelihoods,
            call.counts,
            call.sums,
            call.scatter,
        )
        return call


@dataclass(eq=False)
class _Call:
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
    def beginning_with(cls, mixture: Mixture, length: int) -> _Call:
        k, d = mixture.means.shape
        width = d + d % 2  # the kernel takes features in pairs
        call = cls(
            np.empty((length + 1, k)),
            np.empty((length + 1, k, d)),
            np.empty((length + 1, k, d, d)),
            np.empty(length),
            np.empty(k),
            np.empty((k, width)),
            np.empty((k, width, width)),
        )
        call.weights[0], call.means[0] = mixture.weights, mixture.means
        call.covariances[0] = mixture.covariances
        return call

    def mixture(self, position: int) -> Mixture:
        """A copy, which nobody can write to."""
        values = [array[position].copy() for array in (self.weights, self.means, self.covariances)]
        for array in values:
            array.setflags(write=False)
        return Mixture.unchecked(*values)

    def statistics(self, mixture: Mixture, moments: Moments) -> SufficientStatistics:
        """The sums of the last E-step, which was that of this mixture."""
        d = mixture.n_features
        scatter = self.scatter[:, :d, :d]
        if moments is Moments.DIAGONAL:
            scatter = np.diagonal(scatter, axis1=1, axis2=2)
        log_likelihood = float(self.log_likelihoods[self.done - 1])
        return SufficientStatistics(self.counts, self.sums[:, :d], scatter, mixture.means, log_likelihood)


def _after(call: _Call, n_steps: int, first: int, n_reseeded: int) -> Position[Mixture]:
    """Where so many compiled M-steps of a call led that began at the iteration `first`; none was held at a floor."""
    return Position(call.mixture(n_steps), first + n_steps, n_reseeded=n_reseeded)


def m_step_of(model: GaussianModel, n_features: int) -> tuple[int, float, FloatArray]:
    """What compiled code is told of an M-step that it `knows`: the update, the floor, what variances gain (D,)."""
    bounds = model.regularization.floor_and_ridge(n_features)
    assert bounds is not None
    return UPDATES[model.structure.update], *bounds
