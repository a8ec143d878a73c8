"""Expectation–maximisation as a generator: it yields each iteration, and the caller decides when to stop."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from gmm_core.em.iteration import EMIteration, Position
from gmm_core.engines.protocol import Engine
from gmm_core.errors import FitError
from gmm_core.model.likelihood_model import Model, State
from gmm_core.model.statistics import SufficientStatistics

EMPTIED = 0.1
"""A component is emptied if its count N_k is below this share ε of the lightest row's weight.

Its responsibilities are then all below ε, so that leaving it out lowers the log-likelihood by no more than
ε² / 2 (1 − ε) = 0.0056 nats, times that row's weight."""
LIGHTEST = 1e-6
"""The lightest row's weight is taken as at least this share of the average weight."""
MAX_RESEEDED = 6
"""The most re-initialisations in one restart, per component on average."""
ROUND_OFF = 1e-11
"""A fall of the mean log-likelihood L by no more than this times 1 + |L| counts as rounding."""
ROUND_OFF_AT_FLOOR = 1e-6
"""The same as `ROUND_OFF` if a component is at the floor.

Its covariance has so few accurate digits that EM may alternate between two values."""
NO_LIKELIHOOD = "The log-likelihood is not a finite number: start elsewhere or raise the regularisation."
"""The message of the `FitError` for a log-likelihood that is infinite or not a number."""


def em_iterations(engine: Engine, model: Model[State], start: State) -> Iterator[EMIteration]:
    """Iterate EM without end from a starting state, which is yielded first; see `em_from`."""
    return em_from(engine, model, Position(start))


def em_from(engine: Engine, model: Model[State], position: Position[State]) -> Iterator[EMIteration]:
    """Iterate EM without end from a position, which is yielded first; each mixture comes with its log-likelihood.

    An emptied component is re-initialised on the least likely row and reported in `reseeded`. The log-likelihood may
    fall at that iteration; if the model is monotone, it falls at no other.

    Raises
    ------
    ParameterError
        If a covariance is not positive definite, which is possible only without a floor.
    FitError
        If components are emptied again and again, or the log-likelihood is not a finite number.

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
    """Return a position and its log-likelihood as an `EMIteration`; raises `FitError` if that is not finite."""
    if not math.isfinite(log_likelihood):
        raise FitError(NO_LIKELIHOOD)
    mixture = model.mixture(position.state)
    at_floor = position.at_floor
    return EMIteration(
        index=position.index,
        mixture=mixture,
        log_likelihood=log_likelihood,
        mean_log_likelihood=log_likelihood / engine.total_weight,
        at_floor=np.zeros(mixture.n_components, dtype=np.bool_) if at_floor is None else at_floor,
        reseeded=position.reseeded,
        extrapolated=extrapolated,
    )


def following(
    engine: Engine, model: Model[State], position: Position[State], statistics: SufficientStatistics
) -> Position[State]:
    """Return the position after the M-step or, if components are emptied, after their re-initialisation instead.

    Emptied components are re-initialised one after another, each on the row that is then least likely. After more
    than K re-initialisations they are made as narrow as the model allows, so that no other component takes the row.

    Parameters
    ----------
    statistics : SufficientStatistics
        The result of the E-step at `position`.

    Raises
    ------
    FitError
        If there were more than `MAX_RESEEDED` · K re-initialisations.
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


def has_settled(
    gain: float, reached: float, tolerance: float, monotone: bool = True, *, held: bool = False
) -> bool:
    """True if an M-step that changed the mean log-likelihood by `gain` has converged.

    Parameters
    ----------
    gain : float
        The change of the mean log-likelihood, in nats.
    reached : float
        The mean log-likelihood after it, in nats.
    tolerance : float
        The largest rise that counts as convergence, in nats.
    monotone : bool
        False if EM may lower the likelihood; a fall of up to `tolerance` then counts as convergence too.
    held : bool
        True if a component is at the floor; rounding is then allowed to be larger.
    """
    rounding = (ROUND_OFF_AT_FLOOR if held else ROUND_OFF) * (1.0 + abs(reached))
    return -(rounding if monotone else max(rounding, tolerance)) <= gain <= tolerance
