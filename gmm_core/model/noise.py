"""A Gaussian mixture with a noise component that is uniform over the region of the data."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gmm_core.arrays import BoolArray, FloatArray
from gmm_core.errors import FitError
from gmm_core.model.likelihood_model import GaussianModel
from gmm_core.model.mixture import Mixture
from gmm_core.model.scores import Scores
from gmm_core.model.statistics import Moments, SufficientStatistics


@dataclass(frozen=True, eq=False)
class NoisyMixture:
    """p(x) = π_0 / V + (1 − π_0) Σ_k π_k N(x | μ_k, Σ_k).

    Parameters
    ----------
    gaussians : Mixture
        The K Gaussian components, whose weights π_k add up to 1.
    noise : float
        π_0, the weight of the noise.
    """

    gaussians: Mixture
    noise: float


@dataclass(frozen=True)
class NoiseModel:
    """Maximum likelihood of a `NoisyMixture`.

    In scores and statistics the noise is the last of K + 1 components; its score is log π_0 − log V everywhere.

    Parameters
    ----------
    gaussians : GaussianModel
        The model of the Gaussian components.
    log_volume : float
        log V, the log of the volume of the region that the noise covers.

    Source: Banfield and Raftery, Model-based Gaussian and non-Gaussian clustering, Biometrics 49 (1993), section 5;
    Fraley and Raftery, Journal of the American Statistical Association 97 (2002), section 3.1.
    """

    gaussians: GaussianModel
    log_volume: float

    @property
    def moments(self) -> Moments:
        """See `Model.moments`."""
        return self.gaussians.moments

    @property
    def monotone(self) -> bool:
        """See `Model.monotone`."""
        return self.gaussians.monotone

    def scores(self, state: NoisyMixture) -> Scores:
        """See `Model.scores`; the location of the noise is the weighted mean of the others."""
        scores = state.gaussians.scores
        location = state.gaussians.weights @ scores.locations
        with np.errstate(divide="ignore"):  # log 0 = −∞ for a weight of 0
            shares = np.log([1.0 - state.noise, state.noise])
        return Scores(
            np.vstack([scores.locations, location]),
            np.concatenate([scores.factors, np.zeros_like(scores.factors[:1])]),
            np.append(scores.offsets + shares[0], shares[1] - self.log_volume),
        )

    def m_step(
        self, statistics: SufficientStatistics, state: NoisyMixture | None = None
    ) -> tuple[NoisyMixture, BoolArray]:
        """π_0 = N_0 / N, and the M-step of the Gaussians with their own statistics; see `Model.m_step`."""
        held = replace(
            statistics,
            counts=statistics.counts[:-1],
            sums=statistics.sums[:-1],
            scatter=statistics.scatter[:-1],
            origin=statistics.origin[:-1],
        )
        mixture, at_floor = self.gaussians.m_step(held, None if state is None else state.gaussians)
        return NoisyMixture(mixture, float(statistics.counts[-1]) / statistics.total), at_floor

    def objective(self, statistics: SufficientStatistics, state: NoisyMixture) -> float:
        """The log-likelihood; see `Model.objective`."""
        return statistics.log_likelihood

    def mixture(self, state: NoisyMixture) -> Mixture:
        """See `Model.mixture`."""
        return state.gaussians

    def parameter_count(self, n_components: int, n_features: int) -> int:
        """Two more than without noise: its weight and the volume; see `Model.parameter_count`."""
        return self.gaussians.parameter_count(n_components, n_features) + 2

    def reseeded_state(
        self,
        state: NoisyMixture,
        counts: FloatArray,
        component: int,
        row: FloatArray,
        share: float,
        *,
        narrow: bool,
    ) -> NoisyMixture:
        """See `Model.reseeded_state`; raises `FitError` for the noise, which cannot be re-initialised."""
        if component == state.gaussians.n_components:
            raise FitError(
                "The noise lost all its rows: there is none beside these components, so leave it out."
            )
        gaussians = self.gaussians.reseeded_state(
            state.gaussians, counts[:-1], component, row, share, narrow=narrow
        )
        return replace(state, gaussians=gaussians)
