"""Accelerated EM (SQUAREM): extrapolates the path of EM, and accepts a step only if the likelihood rises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.em.iteration import EMIteration, Position
from gmm_core.em.loop import evaluated, following
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
FIRST_STEP_LIMIT = 4.0
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
    position, step_limit = Position(start), FIRST_STEP_LIMIT
    while True:
        statistics = engine.expectation(position.state.scores, model.moments)
        yield evaluated(engine, model, position, statistics.log_likelihood)
        first = following(engine, model, position, statistics)
        statistics = engine.expectation(first.state.scores, model.moments)
        reached = statistics.log_likelihood
        yield evaluated(engine, model, first, reached)
        second = following(engine, model, first, statistics)
        extrapolation: Mixture | None = None
        length = 0.0
        if model.monotone and first.is_plain and second.is_plain:
            extrapolation, length = _extrapolation(position.state, first.state, second.state, step_limit)
        position = second
        if extrapolation is None or not model.allows(extrapolation):
            continue
        statistics = engine.expectation(extrapolation.scores, model.moments)
        if statistics.log_likelihood > reached:
            extrapolated = replace(second, state=extrapolation)
            yield evaluated(engine, model, extrapolated, statistics.log_likelihood, extrapolated=True)
            position = following(engine, model, extrapolated, statistics)
            step_limit *= 4.0 if length == step_limit else 1.0
        else:
            step_limit = max(FIRST_STEP_LIMIT, step_limit / 4.0)


def _extrapolation(
    origin: Mixture, first: Mixture, second: Mixture, step_limit: float
) -> tuple[Mixture | None, float]:
    """The extrapolated mixture and the step length a ≤ `step_limit`.

    None in place of the mixture if it is not valid, or if a ≤ 1, which leads no further than θ₂.
    """
    if not min(mixture.weights.min() for mixture in (origin, first, second)) > 0.0:
        return None, 0.0
    parameters = _free(origin)
    step = _free(first) - parameters
    curvature = _free(second) - parameters - 2.0 * step
    curvature_norm = float(np.linalg.norm(curvature))
    length = (
        min(step_limit, float(np.linalg.norm(step)) / curvature_norm) if curvature_norm > 0.0 else step_limit
    )
    if length <= 1.0:  # at length 1 the extrapolation is θ₂
        return None, 0.0
    return _mixture(parameters + 2.0 * length * step + length**2 * curvature, origin.means.shape), length


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
