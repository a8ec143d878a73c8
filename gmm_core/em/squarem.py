"""Accelerated EM: leaps along the path of EM where it creeps, each kept only when the likelihood climbs."""

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
SQUAREM = "squarem"
ACCELERATIONS = (PLAIN, SQUAREM)
FIRST_LEAP = 4.0
"""How many M-steps' worth of way the first leap may take; a leap kept at full length allows four times as much."""


def squarem_iterations(engine: Engine, model: GaussianModel, start: Mixture) -> Iterator[EMIteration]:
    """EM without an end, as `em_iterations`, with a leap after every second M-step.

    With θ the parameters in a form without bounds (log weights, means, Cholesky factors with the log of their
    diagonal), r = θ₁ − θ₀ and v = (θ₂ − θ₁) − r, the leap goes to θ₀ + 2 a r + a² v with a = ‖r‖ / ‖v‖. It is kept, and
    yielded (`extrapolated`), if its log-likelihood is above that of θ₁; otherwise θ₂ follows, and an E-step was in
    vain. Only an M-step can count as converged, so the answer is a fixed point of EM by the criterion of plain EM.
    From the same start it may end in another optimum: on 300 small random problems it ended more than 1e-4 nats per
    row lower in 5 and higher in 6, in 38 % of the iterations. Where a floor holds a component, or the regularisation
    is not monotone, no leap is taken.

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
    """The mixture that a leap of at most `longest` leads to, and its length; None where it leads nowhere."""
    if not min(mixture.weights.min() for mixture in (origin, first, second)) > 0.0:
        return None, 0.0
    there = _free(origin)
    step = _free(first) - there
    bend = _free(second) - there - 2.0 * step
    bent = float(np.linalg.norm(bend))
    length = min(longest, float(np.linalg.norm(step)) / bent) if bent > 0.0 else longest
    if length <= 1.0:  # at length 1 it leads to θ₂
        return None, 0.0
    return _mixture(there + 2.0 * length * step + length**2 * bend, origin.means.shape), length


def _free(mixture: Mixture) -> FloatArray:
    """The parameters as one vector without bounds."""
    factors = mixture.cholesky_factors.copy()
    diagonal = np.arange(mixture.n_features)
    factors[:, diagonal, diagonal] = np.log(factors[:, diagonal, diagonal])
    return np.concatenate([np.log(mixture.weights), mixture.means.ravel(), factors.ravel()])


def _mixture(free: FloatArray, shape: tuple[int, ...]) -> Mixture | None:
    """The mixture of such a vector; None where it is too far out for numbers."""
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
