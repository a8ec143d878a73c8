"""What EM fits: a model says how its state scores rows, and what its M-step makes of an E-step's sums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np

from gmm_core.arrays import BoolArray, FloatArray
from gmm_core.model.covariance.family import CovarianceStructure
from gmm_core.model.covariance.regularization import UNREGULARIZED, Regularization
from gmm_core.model.mixture import Mixture
from gmm_core.model.scores import Scores
from gmm_core.model.statistics import Moments, SufficientStatistics

State = TypeVar("State")
"""What a model iterates on: a mixture, a mixture with noise, a posterior."""


class Model(Protocol[State]):
    """A likelihood, or a bound of one, that EM climbs; it knows no rows and no engine."""

    @property
    def moments(self) -> Moments:
        """Which second moments its M-step asks for."""

    @property
    def monotone(self) -> bool:
        """True if its M-step never lowers the objective."""

    def scores(self, state: State) -> Scores:
        """What an E-step has to know of the state."""

    def m_step(self, statistics: SufficientStatistics, state: State | None) -> tuple[State, BoolArray]:
        """The state that maximises the expected objective, within the bounds of the model, and who is at a bound (K,).

        `state` is the one whose responsibilities the statistics are made of, or None where a partition made them.
        Raises `FitError` where no state of this model lies within its bounds.
        """

    def objective(self, statistics: SufficientStatistics, state: State) -> float:
        """What EM climbs, at the state of which the statistics are: the log-likelihood, or that and a prior's share."""

    def mixture(self, state: State) -> Mixture:
        """The mixture of the state's Gaussian components."""

    def parameter_count(self, n_components: int, n_features: int) -> int:
        """How many numbers are free with K components of D features."""

    def reseeded_state(
        self, state: State, counts: FloatArray, component: int, row: FloatArray, share: float, *, narrow: bool
    ) -> State:
        """The state with one emptied component on that row (D,), with that share of all rows.

        The others stay where they are, with weights by their counts (K,). The component is as wide as they are on
        average or, where `narrow` says so, as narrow as the bounds of the model let it be.
        """


@dataclass(frozen=True)
class GaussianModel:
    """Maximum likelihood of a mixture, Σ_n w_n log Σ_k π_k N(x_n | μ_k, Σ_k), with covariances of one structure."""

    structure: CovarianceStructure
    regularization: Regularization = UNREGULARIZED

    @property
    def moments(self) -> Moments:
        """See `Model.moments`."""
        return self.structure.moments

    @property
    def monotone(self) -> bool:
        """See `Model.monotone`."""
        return self.regularization.monotone

    def scores(self, state: Mixture) -> Scores:
        """See `Model.scores`."""
        return state.scores

    def m_step(
        self, statistics: SufficientStatistics, state: Mixture | None = None
    ) -> tuple[Mixture, BoolArray]:
        """π_k = N_k / N, μ_k = o_k + sums_k / N_k, and the structure's covariances of W and N_k; see `Model.m_step`."""
        covariances, at_floor = self.structure.m_step(
            statistics.within_scatter(),
            statistics.counts,
            None if state is None else state.covariances,
            self.regularization,
        )
        return Mixture(statistics.weights(), statistics.means(), covariances), at_floor

    def allows(self, state: Mixture) -> bool:
        """True if the covariances of a state are of the family, and none of them would be raised to a bound."""
        covariances = state.covariances
        return self.structure.holds(covariances) and not self.regularization.applied(covariances)[1].any()

    def narrowest(self, n_features: int) -> FloatArray:
        """The covariance (D, D) of a component on a single row: as narrow as the regularisation leaves it."""
        return self.regularization.applied(np.zeros((1, n_features, n_features)))[0][0]

    def has_floor(self, n_features: int) -> bool:
        """True if such a component has a density."""
        return bool((np.diagonal(self.narrowest(n_features)) > 0).all())

    def objective(self, statistics: SufficientStatistics, state: Mixture) -> float:
        """The log-likelihood; see `Model.objective`."""
        return statistics.log_likelihood

    def mixture(self, state: Mixture) -> Mixture:
        """The state itself; see `Model.mixture`."""
        return state

    def parameter_count(self, n_components: int, n_features: int) -> int:
        """See `Model.parameter_count`."""
        return self.structure.parameter_count(n_components, n_features)

    def reseeded_state(
        self,
        state: Mixture,
        counts: FloatArray,
        component: int,
        row: FloatArray,
        share: float,
        *,
        narrow: bool,
    ) -> Mixture:
        """See `Model.reseeded_state`."""
        weights = np.where(np.arange(state.n_components) == component, 0.0, counts)
        weights = (1.0 - share) * weights / weights.sum()
        covariance = np.einsum("k,kij->ij", weights / weights.sum(), state.covariances)
        if narrow and self.has_floor(len(row)):
            covariance = self.narrowest(len(row))
        weights[component] = share
        means, covariances = state.means.copy(), state.covariances.copy()
        means[component] = row
        covariances[component] = covariance
        return Mixture(weights, means, covariances)
