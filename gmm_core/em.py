"""Expectation–maximisation as a generator: each iteration is a value, and the caller decides when to stop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import numpy as np

from gmm_core.arrays import BoolArray
from gmm_core.covariance.regularization import UNREGULARIZED, Regularization
from gmm_core.covariance.structure import CovarianceStructure
from gmm_core.engines.protocol import Engine
from gmm_core.errors import FitError
from gmm_core.mixture import Mixture
from gmm_core.statistics import SufficientStatistics

EMPTIED = 1e-6
"""A component that holds less than this share of one row's weight has lost its points."""
ROUND_OFF = 1e-11
"""How far a mean log-likelihood of size 1 may fall by rounding alone."""


@dataclass(frozen=True, eq=False)
class EMIteration:
    """The state of EM after `index` M-steps.

    Parameters
    ----------
    index : int
        0 for the start, then 1, 2, …
    mixture : Mixture
        The parameters of this iteration.
    log_likelihood : float
        Σ_n log p(x_n) of exactly these parameters, in nats.
    mean_log_likelihood : float
        The same divided by the number of rows.
    at_floor : (K,)
        Which components have a variance held at the floor.
    reseeded : int or None
        The component that had lost its points before this iteration and was placed anew.
    """

    index: int
    mixture: Mixture
    log_likelihood: float
    mean_log_likelihood: float
    at_floor: BoolArray
    reseeded: int | None = None


def maximization(
    statistics: SufficientStatistics,
    structure: CovarianceStructure,
    regularization: Regularization,
    current: Mixture | None = None,
) -> tuple[Mixture, BoolArray]:
    """The M-step: the mixture that maximises the expected complete log-likelihood, and who is at the floor.

    π_k = N_k / N, μ_k = o_k + sums_k / N_k, Σ = structure.update(W, N_k), regularised last.
    """
    covariances = structure.update(
        statistics.within_scatter(), statistics.counts, None if current is None else current.covariances
    )
    covariances, at_floor = regularization.applied(covariances)
    return Mixture(statistics.weights(), statistics.means(), covariances), at_floor


def em_iterations(
    engine: Engine,
    structure: CovarianceStructure,
    start: Mixture,
    regularization: Regularization = UNREGULARIZED,
) -> Iterator[EMIteration]:
    """EM without an end from a starting mixture; every yielded mixture comes with its own log-likelihood.

    A component that loses its points is put on the least likely row and reported (`reseeded`); the likelihood
    may fall at that one iteration and, where the regularisation is monotone, at no other. A covariance that is not
    positive definite, possible only without a floor, raises `ParameterError`; a component that keeps losing its
    points raises `FitError`.

    Source: Dempster, Laird and Rubin (1977); McLachlan and Peel, Finite Mixture Models (2000), section 3.2.
    """
    mixture, at_floor = start, np.zeros(start.n_components, dtype=np.bool_)
    reseeded: int | None = None
    reseedings = 0
    for index in count():
        statistics = engine.expectation(mixture, structure.moments)
        if not np.isfinite(statistics.log_likelihood):
            raise FitError(
                "The log-likelihood is not a finite number: start elsewhere or raise the regularisation."
            )
        mean = statistics.log_likelihood / engine.total_weight
        yield EMIteration(index, mixture, statistics.log_likelihood, mean, at_floor, reseeded)
        emptied = np.flatnonzero(statistics.counts < EMPTIED * engine.row_weight)
        if emptied.size:
            reseedings += 1
            if reseedings > 2 * mixture.n_components:
                raise FitError(
                    f"Component {emptied[0] + 1} lost its points again and again: use fewer components or start "
                    "elsewhere."
                )
            reseeded = int(emptied[0])
            mixture = _reseeded(engine, mixture, statistics, reseeded)
        else:
            reseeded = None
            mixture, at_floor = maximization(statistics, structure, regularization, mixture)


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
    """Whether the mean log-likelihood rose by no more than `tolerance` nats, and no component was placed anew.

    A fall beyond rounding is no convergence, unless the likelihood is not what is climbed (`monotone` false): then
    a fall of no more than `tolerance` is one too.
    """
    if previous is None or iteration.reseeded is not None or previous.reseeded is not None:
        return False
    gain = iteration.mean_log_likelihood - previous.mean_log_likelihood
    rounding = ROUND_OFF * (1.0 + abs(iteration.mean_log_likelihood))
    return -(rounding if monotone else max(rounding, tolerance)) <= gain <= tolerance


def _reseeded(engine: Engine, mixture: Mixture, statistics: SufficientStatistics, component: int) -> Mixture:
    """One emptied component on the least likely row, with the average covariance and the weight of one row.

    The others stay as they are for this iteration; any other emptied one waits for the next.
    """
    share = min(engine.row_weight / engine.total_weight, 0.5)
    weights = np.where(np.arange(mixture.n_components) == component, 0.0, statistics.counts)
    weights = (1.0 - share) * weights / weights.sum()
    average = np.einsum("k,kij->ij", weights / weights.sum(), mixture.covariances)
    weights[component] = share
    means, covariances = mixture.means.copy(), mixture.covariances.copy()
    means[component] = engine.least_likely_row(mixture)
    covariances[component] = average
    return Mixture(weights, means, covariances)
