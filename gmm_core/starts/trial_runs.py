"""Short runs of EM side by side, of which one is to be chosen as a start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmm_core.arrays import BoolArray, FloatArray
from gmm_core.model.mixture import Mixture


@dataclass(frozen=True, eq=False)
class Trials:
    """Where M short runs have come to, written into as they go on.

    Parameters
    ----------
    weights, means, covariances : (M, K), (M, K, D), (M, K, D, D)
        Their mixtures.
    log_likelihoods : (M,)
        Σ_n w_n log p(x_n) before their last M-step: 0 before the first iteration, −∞ once a run is out.
    at_rest : (M,)
        Which have no more to gain.
    """

    weights: FloatArray
    means: FloatArray
    covariances: FloatArray
    log_likelihoods: FloatArray
    at_rest: BoolArray

    @classmethod
    def empty(cls, n_runs: int, n_components: int, n_features: int) -> Trials:
        """Room for so many."""
        shape = n_runs, n_components
        return cls(
            np.zeros(shape),
            np.zeros((*shape, n_features)),
            np.zeros((*shape, n_features, n_features)),
            np.zeros(n_runs),
            np.zeros(n_runs, dtype=np.bool_),
        )

    def mixture(self, run: int) -> Mixture:
        """Where a run has come to."""
        values = [array[run].copy() for array in (self.weights, self.means, self.covariances)]
        for array in values:
            array.setflags(write=False)
        return Mixture.unchecked(*values)

    def write(self, run: int, mixture: Mixture, log_likelihood: float) -> None:
        """That a run has come there."""
        self.weights[run], self.means[run], self.covariances[run] = (
            mixture.weights,
            mixture.means,
            mixture.covariances,
        )
        self.log_likelihoods[run] = log_likelihood
