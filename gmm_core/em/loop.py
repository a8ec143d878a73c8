"""Expectation–maximisation as a generator: each iteration is a value, and the caller decides when to stop."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from gmm_core.em.iteration import EMIteration
from gmm_core.em.position import Position
from gmm_core.engines.protocol import Engine
from gmm_core.errors import FitError
from gmm_core.model.likelihood_model import Model, State
from gmm_core.model.statistics import SufficientStatistics

EMPTIED = 0.1
"""A component that holds less than this share ε of the lightest row has lost its points: its responsibilities are all
below ε, so leaving it out costs the log-likelihood no more than ε² / 2 (1 − ε) = 0.0056 of that row's weight."""
LIGHTEST = 1e-6
"""Rows that weigh less than this share of the average do not count as the lightest."""
MAX_RESEEDED = 6
"""How often a component may be placed anew in a restart, on average over all."""
ROUND_OFF = 1e-11
"""How far a mean log-likelihood of size 1 may fall by rounding alone."""
ROUND_OFF_AT_FLOOR = 1e-6
"""The same where a component is held at the floor, whose covariance has so few digits; EM would go back and forth."""
NO_LIKELIHOOD = "The log-likelihood is not a finite number: start elsewhere or raise the regularisation."


def em_iterations(engine: Engine, model: Model[State], start: State) -> Iterator[EMIteration]:
    """EM without an end from a starting state; see `em_from`."""
    return em_from(engine, model, Position(start))


def em_from(engine: Engine, model: Model[State], position: Position[State]) -> Iterator[EMIteration]:
    """EM without an end from a position on; every yielded mixture comes with its own log-likelihood.

    Components that lose their points are put on the least likely rows and are reported (`reseeded`); the likelihood may
    fall at that one iteration and, where the model is monotone, at no other. A covariance that is not positive
    definite, possible only without a floor, raises `ParameterError`; a component that keeps losing its points raises
    `FitError`.

    Source: Dempster, Laird and Rubin (1977); McLachlan and Peel, Finite Mixture Models (2000), section 3.2.
    """
    while True:
        statistics = engine.expectation(model.scores(position.state), model.moments)
        yield evaluated(engine, model, position, statistics.log_likelihood)
        position = following(engine, model, position, statistics)


def evaluated(
    engine: Engine,
    model: Model[State],
    position: Position[State],
    log_likelihood: float,
    *,
    extrapolated: bool = False,
) -> EMIteration:
    """The position with its log-likelihood; `FitError` where that is not a finite number."""
    if not math.isfinite(log_likelihood):
        raise FitError(NO_LIKELIHOOD)
    mixture = model.mixture(position.state)
    at_floor = position.at_floor
    return EMIteration(
        position.index,
        mixture,
        log_likelihood,
        log_likelihood / engine.total_weight,
        np.zeros(mixture.n_components, dtype=np.bool_) if at_floor is None else at_floor,
        position.reseeded,
        extrapolated,
    )


def following(
    engine: Engine, model: Model[State], position: Position[State], statistics: SufficientStatistics
) -> Position[State]:
    """Where the M-step leads, or the same state with its emptied components placed anew, one after another.

    Each comes on the least likely row. Where that did not help as often as there are components, it comes as narrow as
    the model lets it, so that no other takes the row away from it.
    """
    emptied = np.flatnonzero(statistics.counts < EMPTIED * engine.lightest_row)
    if not emptied.size:
        state, at_floor = model.m_step(statistics, position.state)
        return Position(state, position.index + 1, at_floor, (), position.n_reseeded)
    n_components, n_reseeded = len(statistics.counts), position.n_reseeded + len(emptied)
    if n_reseeded > MAX_RESEEDED * n_components:
        raise FitError(
            f"Component {emptied[0] + 1} lost its points again and again: use fewer components or start elsewhere."
        )
    share = min(engine.row_weight / engine.total_weight, 0.5 / len(emptied))
    counts, state = statistics.counts.copy(), position.state
    counts[emptied] = 0.0
    for component in emptied.tolist():
        row = engine.least_likely_row(model.scores(state))
        state = model.reseeded_state(state, counts, component, row, share, narrow=n_reseeded > n_components)
        counts[component] = share / (1.0 - share) * counts.sum()
    return Position(state, position.index + 1, position.at_floor, tuple(emptied.tolist()), n_reseeded)


def until_converged(iterations: Iterator[EMIteration], tolerance: float) -> Iterator[EMIteration]:
    """The iterations up to and with the first whose mean log-likelihood rose by no more than `tolerance` nats.

    A fall beyond rounding is not convergence, nor is the step after a component was placed anew.
    """
    previous: EMIteration | None = None
    for iteration in iterations:
        yield iteration
        if has_converged(previous, iteration, tolerance):
            return
        previous = iteration


def has_converged(
    previous: EMIteration | None, iteration: EMIteration, tolerance: float, monotone: bool = True
) -> bool:
    """True if an M-step raised the mean log-likelihood by no more than `tolerance` nats.

    The step after a component was placed anew does not count, nor does a leap of accelerated EM.

    A fall beyond rounding is no convergence, unless the likelihood is not what is climbed (`monotone` false): then
    a fall of no more than `tolerance` is one too.
    """
    if previous is None or iteration.extrapolated:
        return False
    if iteration.reseeded or previous.reseeded:
        return False
    gain = iteration.mean_log_likelihood - previous.mean_log_likelihood
    return has_settled(gain, iteration.mean_log_likelihood, tolerance, monotone)


def has_settled(
    gain: float, reached: float, tolerance: float, monotone: bool = True, *, held: bool = False
) -> bool:
    """True if an M-step that raised the mean log-likelihood by `gain` to what is `reached` was the last one needed.

    Where a component is `held` at the floor, more of a fall is rounding.
    """
    rounding = (ROUND_OFF_AT_FLOOR if held else ROUND_OFF) * (1.0 + abs(reached))
    return -(rounding if monotone else max(rounding, tolerance)) <= gain <= tolerance
