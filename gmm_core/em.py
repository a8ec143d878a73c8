"""Expectation–maximisation as a generator: each iteration is a value, and the caller decides when to stop."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

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
NO_LIKELIHOOD = "The log-likelihood is not a finite number: start elsewhere or raise the regularisation."


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
    extrapolated : bool
        Whether the mixture comes of a leap of accelerated EM, not of an M-step.
    """

    index: int
    mixture: Mixture
    log_likelihood: float
    mean_log_likelihood: float
    at_floor: BoolArray
    reseeded: int | None = None
    extrapolated: bool = False


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
    steps = EMSteps(engine, structure, regularization)
    mixture = start
    while True:
        statistics = engine.expectation(mixture.scores, structure.moments)
        yield steps.evaluated(mixture, statistics.log_likelihood)
        mixture = steps.following(mixture, statistics)


class EMSteps:
    """What goes on between two E-steps, and what has to be remembered for it."""

    def __init__(
        self, engine: Engine, structure: CovarianceStructure, regularization: Regularization
    ) -> None:
        self._engine = engine
        self._structure = structure
        self._regularization = regularization
        self._index = 0
        self._at_floor: BoolArray | None = None
        self._someone_at_floor = False
        self._reseeded: int | None = None
        self._reseedings = 0

    @property
    def plain(self) -> bool:
        """Whether the last step was an M-step in which no floor had to hold anybody."""
        return self._reseeded is None and not self._someone_at_floor

    def evaluated(
        self, mixture: Mixture, log_likelihood: float, *, extrapolated: bool = False
    ) -> EMIteration:
        """The next iteration as a value; `FitError` where its log-likelihood is not a finite number."""
        if not math.isfinite(log_likelihood):
            raise FitError(NO_LIKELIHOOD)
        if self._at_floor is None:
            self._at_floor = np.zeros(mixture.n_components, dtype=np.bool_)
        iteration = EMIteration(
            self._index,
            mixture,
            log_likelihood,
            log_likelihood / self._engine.total_weight,
            self._at_floor,
            self._reseeded,
            extrapolated,
        )
        self._index += 1
        self._reseeded = None
        return iteration

    def following(self, mixture: Mixture, statistics: SufficientStatistics) -> Mixture:
        """What the M-step makes of the sums; or the mixture with its emptied component placed anew."""
        emptied = np.flatnonzero(statistics.counts < EMPTIED * self._engine.row_weight)
        if not emptied.size:
            mixture, self._at_floor = maximization(statistics, self._structure, self._regularization, mixture)
            self._someone_at_floor = bool(self._at_floor.any())
            return mixture
        self._reseedings += 1
        if self._reseedings > 2 * mixture.n_components:
            raise FitError(
                f"Component {emptied[0] + 1} lost its points again and again: use fewer components or start elsewhere."
            )
        self._reseeded = int(emptied[0])
        return _reseeded(self._engine, mixture, statistics, self._reseeded)

    def went_on_without_a_floor(self, n_iterations: int = 0) -> None:
        """M-steps were taken elsewhere, `n_iterations` of them evaluated too, and nobody is at the floor."""
        self._index += n_iterations
        if self._someone_at_floor:
            self._at_floor, self._someone_at_floor = None, False

    @property
    def index(self) -> int:
        """How many iterations there were."""
        return self._index


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
    """Whether an M-step raised the mean log-likelihood by no more than `tolerance` nats.

    The step after a component was placed anew does not count, nor does a leap of accelerated EM.

    A fall beyond rounding is no convergence, unless the likelihood is not what is climbed (`monotone` false): then
    a fall of no more than `tolerance` is one too.
    """
    if previous is None or iteration.extrapolated:
        return False
    if iteration.reseeded is not None or previous.reseeded is not None:
        return False
    gain = iteration.mean_log_likelihood - previous.mean_log_likelihood
    return has_settled(gain, iteration.mean_log_likelihood, tolerance, monotone)


def has_settled(gain: float, reached: float, tolerance: float, monotone: bool = True) -> bool:
    """Whether an M-step that raised the mean log-likelihood by `gain` to what is `reached` was the last one needed."""
    rounding = ROUND_OFF * (1.0 + abs(reached))
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
    means[component] = engine.least_likely_row(mixture.scores)
    covariances[component] = average
    return Mixture(weights, means, covariances)
