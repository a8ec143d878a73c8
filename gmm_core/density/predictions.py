"""Log-densities, responsibilities and nearest components of rows under a mixture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.model.mixture import Mixture
from gmm_core.model.scores import log_sum_exp, rows_per_block, shares


@dataclass(frozen=True, eq=False)
class Predictions:
    """Log-densities and responsibilities of the same rows.

    Parameters
    ----------
    log_density : (N,)
        log p(x_n) in nats, per unit volume of the data's own units if `of` got the `log_volume`.
    responsibilities : (N, K)
        r_nk = p(k | x_n); they have no unit.
    """

    log_density: FloatArray
    responsibilities: FloatArray

    @classmethod
    def of(cls, mixture: Mixture, X: ArrayLike, log_volume: float = 0.0) -> Predictions:
        """Compute the log-densities and responsibilities of rows.

        Parameters
        ----------
        mixture : Mixture
            The mixture, in the units of X.
        X : (N, D)
            The rows, which may be standardised.
        log_volume : float
            Σ_d log scale_d of that standardisation (`Standardization.log_volume`), which is subtracted to give
            densities in the data's own units: log p(x) = log p(z) − Σ_d log scale_d.
        """
        joint = mixture.log_joint(X)
        log_density = log_sum_exp(joint.T)
        return cls(log_density - log_volume, shares(joint.T).T)

    @cached_property
    def uncertainty(self) -> FloatArray:
        """1 − max_k r_nk, shape (N,): 0 if a row certainly belongs to one component, at most 1 − 1/K.

        Source: Scrucca, Fop, Murphy and Raftery, mclust 5, The R Journal 8(1) (2016), section on uncertainty.
        """
        others = self.responsibilities.copy()
        others[np.arange(len(others)), self.components] = 0.0
        return np.asarray(others.sum(axis=1))  # 1 − 0.999… would lose the digits by cancellation

    @cached_property
    def components(self) -> IntArray:
        """The component of largest responsibility for each row, shape (N,), counted from 0."""
        return np.asarray(self.responsibilities.argmax(axis=1), dtype=np.int64)


def nearest_components(mixture: Mixture, X: ArrayLike) -> tuple[FloatArray, IntArray]:
    """The Mahalanobis distance of each row (N, D) to its nearest component, and that component.

    d_k(x) = √((x − μ_k)ᵀ Σ_k⁻¹ (x − μ_k)) is in standard deviations of component k and ignores its weight, so the
    nearest component is not always the one of largest responsibility.

    Returns
    -------
    (N,), (N,) of int
        min_k d_k(x_n), and the k of this minimum, counted from 0.
    """
    rows = np.asarray(X, dtype=np.float64).reshape(-1, mixture.n_features)
    distances, nearest = np.empty(len(rows)), np.empty(len(rows), dtype=np.int64)
    size = rows_per_block(mixture.n_components, mixture.n_features)
    for first in range(0, len(rows), size):
        block = slice(first, first + size)
        squared = np.square(mixture.whitening @ mixture.scores.differences(rows[block])).sum(axis=1)
        nearest[block] = squared.argmin(axis=0)
        distances[block] = np.sqrt(squared.min(axis=0))
    return distances, nearest
