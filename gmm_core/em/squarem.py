"""Accelerated EM (SQUAREM): extrapolates the path of EM, and accepts a step only if the likelihood rises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.em.iteration import EMIteration
from gmm_core.em.loop import evaluated, following
from gmm_core.em.position import Position
from gmm_core.engines.protocol import Engine
from gmm_core.errors import ParameterError
from gmm_core.model.likelihood_model import GaussianModel
from gmm_core.model.mixture import Mixture

PLAIN = "none"
"""The name of EM without acceleration."""
SQUAREM = "squarem"
"""The name of EM with extrapolation."""
ACCELERATIONS = (PLAIN, SQUAREM)
"""The names that `FitSpecification.acceleration` accepts."""
FIRST_LEAP = 4.0
"""The first limit of the step length a; an accepted step of that length multiplies the limit by four."""


def squarem_iterations(engine: Engine, model: GaussianModel, start: Mixture) -> Iterator[EMIteration]:
    """Iterate EM without end, as `em_iterations` does, with an extrapolation after every second M-step.

    Let θ be the unconstrained parameters (log weights, means, Cholesky factors with the log of their diagonals),
    r = θ₁ − θ₀ and v = (θ₂ − θ₁) − r. The extrapolation is θ₀ + 2 a r + a² v with a = ‖r‖ / ‖v‖, up to a limit. It is
    accepted, and yielded as `extrapolated`, if its log-likelihood is above that of θ₁; otherwise EM continues from θ₂,
    at the cost of one more E-step. Only an M-step counts as converged, so the result is a fixed point of EM by the
    criterion of plain EM. It may be another optimum than that of plain EM from the same start: on 300 small random
    problems it was more than 1e-4 nats per row lower in 5 and higher in 6, after 38 % of the iterations. There is no
    extrapolation while a component is at a floor, or if the regularisation is not monotone.

    Source: Varadhan and Roland, Simple and globally convergent methods for accelerating the convergence of any EM
    algorithm, Scandinavian Journal of Statistics 35 (2008), scheme SqS3.
    """
    position, longest = Position(start), FIRST_LEAP
    while True:
        statistics = engine.expectation(position.state.scores, model.moments)
        yield evaluated(engine, model, position, statistics.log_likelihood)
        first = following(engine, model, position, statistics)
        statistics = engine.expectation(first.state.scores, model.moments)
        reached = statistics.log_likelihood
        yield evaluated(engine, model, first, reached)
        second = following(engine, model, first, statistics)
        leap, length = None, 0.0
        if model.monotone and first.is_plain and second.is_plain:
            leap, length = _leap(position.state, first.state, second.state, longest)
        position = second
        if leap is None or not model.allows(leap):
            continue
        statistics = engine.expectation(leap.scores, model.moments)
        if statistics.log_likelihood > reached:
            there = replace(second, state=leap)
            yield evaluated(engine, model, there, statistics.log_likelihood, extrapolated=True)
            position = following(engine, model, there, statistics)
            longest *= 4.0 if length == longest else 1.0
        else:
            longest = max(FIRST_LEAP, longest / 4.0)


def _leap(origin: Mixture, first: Mixture, second: Mixture, longest: float) -> tuple[Mixture | None, float]:
    """The extrapolated mixture and the step length a ≤ `longest`.

    None in place of the mixture if it is not valid, or if a ≤ 1, which leads no further than θ₂.
    """
    if not min(mixture.weights.min() for mixture in (origin, first, second)) > 0.0:
        return None, 0.0
    there = _free(origin)
    step = _free(first) - there
    bend = _free(second) - there - 2.0 * step
    bent = float(np.linalg.norm(bend))
    length = min(longest, float(np.linalg.norm(step)) / bent) if bent > 0.0 else longest
    if length <= 1.0:  # at length 1 the extrapolation is θ₂
        return None, 0.0
    return _mixture(there + 2.0 * length * step + length**2 * bend, origin.means.shape), length


def _free(mixture: Mixture) -> FloatArray:
    """The unconstrained parameters as one vector: log weights, means, Cholesky factors with log diagonals."""
    factors = mixture.cholesky_factors.copy()
    diagonal = np.arange(mixture.n_features)
    factors[:, diagonal, diagonal] = np.log(factors[:, diagonal, diagonal])
    return np.concatenate([np.log(mixture.weights), mixture.means.ravel(), factors.ravel()])


def _mixture(free: FloatArray, shape: tuple[int, ...]) -> Mixture | None:
    """The mixture of a vector made by `_free`, with means of `shape` (K, D); None if it is not valid in float64."""
    k, d = shape
    diagonal = np.arange(d)
    with np.errstate(over="ignore", under="ignore"):
        weights = np.exp(free[:k] - free[:k].max())
        factors = free[k + k * d :].reshape(k, d, d).copy()
        factors[:, diagonal, diagonal] = np.exp(factors[:, diagonal, diagonal])
        covariances = factors @ factors.transpose(0, 2, 1)
    if not (np.isfinite(covariances).all() and weights.min() > 0.0):
        return None
    try:
        mixture = Mixture(weights / weights.sum(), free[k : k + k * d].reshape(k, d), covariances)
        _ = mixture.cholesky_factors
    except ParameterError:
        return None
    return mixture
