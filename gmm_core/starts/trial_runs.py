"""The states of several short runs of EM, one of which is to become a start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmm_core.arrays import BoolArray, FloatArray, IntArray
from gmm_core.model.mixture import Mixture


@dataclass(frozen=True, eq=False)
class Trials:
    """The current mixtures of M short runs; the arrays are overwritten as the runs go on.

    Parameters
    ----------
    weights, means, covariances : (M, K), (M, K, D), (M, K, D, D)
        The current mixture of each run.
    log_likelihoods : (M,)
        Σ_n w_n log p(x_n) before the run's last M-step, in nats: 0 before the first iteration, −∞ once a run is out.
    at_rest : (M,) of bool
        True for a run whose last iteration hardly raised its log-likelihood: it takes no more.
    n_iterations : (M,) of int
        The number of iterations that each run has taken.
    """

    weights: FloatArray
    means: FloatArray
    covariances: FloatArray
    log_likelihoods: FloatArray
    at_rest: BoolArray
    n_iterations: IntArray

    @classmethod
    def empty(cls, n_runs: int, n_components: int, n_features: int) -> Trials:
        """Arrays of zeros for `n_runs` runs of K components in D features."""
        shape = n_runs, n_components
        return cls(
            np.zeros(shape),
            np.zeros((*shape, n_features)),
            np.zeros((*shape, n_features, n_features)),
            np.zeros(n_runs),
            np.zeros(n_runs, dtype=np.bool_),
            np.zeros(n_runs, dtype=np.int64),
        )

    def mixture(self, run: int) -> Mixture:
        """A copy of the current mixture of a run."""
        values = [array[run].copy() for array in (self.weights, self.means, self.covariances)]
        for array in values:
            array.setflags(write=False)
        return Mixture.unchecked(*values)

    def write(self, run: int, mixture: Mixture, log_likelihood: float) -> None:
        """Store the current mixture and log-likelihood of a run."""
        self.weights[run], self.means[run], self.covariances[run] = (
            mixture.weights,
            mixture.means,
            mixture.covariances,
        )
        self.log_likelihoods[run] = log_likelihood
