"""The sufficient statistics that an E-step gives an M-step: sums that add up over blocks and threads."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.errors import ParameterError


class Moments(Enum):
    """The second moments that an M-step needs."""

    FULL = "all products of two features"
    DIAGONAL = "the squares of each feature, all that an axis-aligned family needs"


@dataclass(frozen=True, eq=False)
class SufficientStatistics:
    """Moments of the responsibilities about an origin o_k for each component; their size does not depend on N.

    Parameters
    ----------
    counts : (K,)
        N_k = Σ_n w_n r_nk, in rows (w_n is a row's weight, 1 unless given).
    sums : (K, D)
        Σ_n w_n r_nk (x_n − o_k).
    scatter : (K, D, D), or (K, D) for the diagonals alone (`Moments.DIAGONAL`)
        Σ_n w_n r_nk (x_n − o_k)(x_n − o_k)ᵀ.
    origin : (K, D)
        o_k, usually the means of the mixture of the E-step: moments about them do not cancel, while E[x²] − μ²
        does for data far from zero.
    log_likelihood : float
        Σ_n w_n log p(x_n) of that mixture, in nats; NaN if there was none.

    Source: Dempster, Laird and Rubin (1977), section 3; Chan, Golub and LeVeque (1983) for moments about an origin.
    """

    counts: FloatArray
    sums: FloatArray
    scatter: FloatArray
    origin: FloatArray
    log_likelihood: float

    @classmethod
    def from_responsibilities(
        cls,
        X: FloatArray,
        responsibilities: FloatArray,
        sample_weight: FloatArray | None = None,
        origin: FloatArray | None = None,
        log_likelihood: float = math.nan,
    ) -> SufficientStatistics:
        """The moments of given responsibilities.

        Parameters
        ----------
        X : (N, D)
            The rows.
        responsibilities : (N, K)
            r_nk.
        sample_weight : (N,), optional
            The weights of the rows; 1 by default.
        origin : (D,) or (K, D), optional
            The origin for all components, or for each; by default the weighted mean of the rows.
        log_likelihood : float
            The log-likelihood of the mixture whose responsibilities they are, in nats; NaN if there is none.
        """
        weighted = responsibilities if sample_weight is None else responsibilities * sample_weight[:, None]
        if origin is None:
            origin = X.mean(axis=0) if sample_weight is None else sample_weight @ X / sample_weight.sum()
        k, d = weighted.shape[1], X.shape[1]
        origins = np.broadcast_to(origin, (k, d))
        sums, scatter = np.empty((k, d)), np.empty((k, d, d))
        for component, (share, location) in enumerate(zip(weighted.T, origins, strict=True)):
            differences = X - location
            sums[component] = share @ differences
            scatter[component] = (differences * share[:, None]).T @ differences
        return cls(weighted.sum(axis=0), sums, scatter, origins, log_likelihood)

    def __add__(self, other: SufficientStatistics) -> SufficientStatistics:
        """The statistics of both sets of rows together; raises `ParameterError` if their origins differ."""
        if self.origin is not other.origin and not np.array_equal(self.origin, other.origin):
            raise ParameterError(
                "Statistics about different origins do not add up: take both about the same means."
            )
        return SufficientStatistics(
            self.counts + other.counts,
            self.sums + other.sums,
            self.scatter + other.scatter,
            self.origin,
            self.log_likelihood + other.log_likelihood,
        )

    @property
    def total(self) -> float:
        """N = Σ_k N_k: the number of rows, or the sum of their weights."""
        return float(self.counts.sum())

    def weights(self) -> FloatArray:
        """π_k = N_k / N, shape (K,)."""
        return self.counts / self.counts.sum()

    def means(self) -> FloatArray:
        """μ_k = o_k + sums_k / N_k, shape (K, D)."""
        return self.origin + self.sums / self.counts[:, None]

    def within_scatter(self) -> FloatArray:
        """W_k = Σ_n w_n r_nk (x_n − μ_k)(x_n − μ_k)ᵀ about the new means, shape (K, D, D), symmetric.

        If the statistics have the diagonals alone, the other elements are 0.
        """
        shift = self.sums / self.counts[:, None]
        if self.scatter.ndim == 2:
            return (self.scatter - self.sums * shift)[:, :, None] * np.eye(shift.shape[1])
        within = self.scatter - self.sums[:, :, None] * shift[:, None, :]
        return 0.5 * (within + within.transpose(0, 2, 1))
