"""The models that EM can fit: each defines the scores of its state, its M-step and its objective."""

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
"""The parameters that EM iterates on: a mixture, a mixture with noise, or a posterior."""


class Model(Protocol[State]):
    """A model that EM fits: it maximises a log-likelihood, or a lower bound of one. It holds no rows and no engine."""

    @property
    def moments(self) -> Moments:
        """The second moments that the M-step needs."""

    @property
    def monotone(self) -> bool:
        """True if the M-step never lowers the objective."""

    def scores(self, state: State) -> Scores:
        """The scores of the state, which define its E-step."""

    def m_step(self, statistics: SufficientStatistics, state: State | None) -> tuple[State, BoolArray]:
        """The M-step: maximise the expected objective within the bounds of the model.

        Parameters
        ----------
        statistics : SufficientStatistics
            The moments of the responsibilities.
        state : State or None
            The state that gave these responsibilities; None if they come from a partition.

        Returns
        -------
        State
            The new state.
        (K,)
            True for each component that is held at a bound.

        Raises
        ------
        FitError
            If no state of this model lies within its bounds.
        """

    def objective(self, statistics: SufficientStatistics, state: State) -> float:
        """The value that EM maximises, in nats: the log-likelihood, plus the prior's term if the model has one.

        The statistics must be those of an E-step at `state`.
        """

    def mixture(self, state: State) -> Mixture:
        """The mixture of the state's Gaussian components."""

    def parameter_count(self, n_components: int, n_features: int) -> int:
        """The number of free parameters with K components of D features."""

    def reseeded_state(
        self, state: State, counts: FloatArray, component: int, row: FloatArray, share: float, *, narrow: bool
    ) -> State:
        """Return the state with one emptied component re-initialised on a row.

        Parameters
        ----------
        state : State
            The other components keep their means and covariances.
        counts : (K,)
            N_k, in proportion to which the other components share the rest of the weight.
        component : int
            The position of the emptied component.
        row : (D,)
            Its new mean.
        share : float
            Its new weight.
        narrow : bool
            False for the weighted mean of the other covariances; True for the narrowest that the model's bounds allow.
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
        """True if the state's covariances belong to the structure and respect the bounds of the regularisation."""
        covariances = state.covariances
        return self.structure.holds(covariances) and not self.regularization.applied(covariances)[1].any()

    def narrowest(self, n_features: int) -> FloatArray:
        """The narrowest covariance (D, D) that the regularisation allows: that of a component on a single row."""
        return self.regularization.applied(np.zeros((1, n_features, n_features)))[0][0]

    def has_floor(self, n_features: int) -> bool:
        """True if the narrowest covariance has positive variances, so that a component on one row has a density."""
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
