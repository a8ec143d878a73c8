"""Centring and scaling for the fit, and the way back: the answer never depends on units or offsets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.covariance.structure import CovarianceStructure, Invariance
from gmm_core.mixture import Mixture

CONSTANT = 1e-13
"""A standard deviation below this share of the values themselves is rounding, not variance."""
OF_CONSTANT = 1e-6
"""The variance of a column with one value only, in its own units: it has none that a share could be taken of, so it
gets what scikit-learn's default adds. Lower, and a new row of another value would be all that a score tells of."""


@dataclass(frozen=True, eq=False)
class Standardization:
    """z = (x − center) / scale, with center and scale of shape (D,) in the units of the data.

    Parameters
    ----------
    center, scale : (D,)
    of_constant : (D,) or None
        The variances that columns without one get in standard units, where each of their values is 0; 0 for all others.
        None where there is no such column.
    """

    center: FloatArray
    scale: FloatArray
    of_constant: FloatArray | None = None

    @classmethod
    def of(
        cls, X: FloatArray, structure: CovarianceStructure, sample_weight: FloatArray | None = None
    ) -> Standardization:
        """Mean and population standard deviation of each feature; one pooled scale where the structure needs that.

        A feature without variance keeps its unit, and gets the variance `OF_CONSTANT` there, unless it is pooled with
        others. The mean is taken about the first row, so that an offset of 1e8 leaves
        the digits that matter.
        """
        center = X[0] + column_means(X - X[0], sample_weight)
        variances = mean_squares(X - center, sample_weight)
        constant = np.sqrt(variances) <= CONSTANT * np.abs(center)
        pooled = structure.invariance is Invariance.GLOBAL
        if pooled and not constant.all():
            return cls(center, np.full_like(variances, np.sqrt(variances.mean())))
        if not constant.any():
            return cls(center, np.sqrt(variances))
        in_their_place = np.zeros_like(variances)
        # So much more than rounding that this adds nothing to a density.
        rounding = np.square(1e3 * np.ptp(X[:, constant], axis=0))
        in_their_place[constant] = np.maximum(OF_CONSTANT, rounding.max() if pooled else rounding)
        return cls(center, np.where(constant, 1.0, np.sqrt(variances)), in_their_place)

    @cached_property
    def log_volume(self) -> float:
        """Σ_d log scale_d: log p(x) = log p(z) − log_volume."""
        return float(np.log(self.scale).sum())

    def applied(self, X: FloatArray) -> FloatArray:
        """X in standard units, shape (N, D)."""
        standard = X - self.center
        standard /= self.scale  # in place, for X may be most of the memory
        if self.of_constant is not None:
            standard[:, self.of_constant > 0] = 0.0
        return standard

    def mixture(self, mixture: Mixture) -> Mixture:
        """A mixture of the data's units in standard units."""
        return Mixture(
            mixture.weights,
            (mixture.means - self.center) / self.scale,
            mixture.covariances / (self.scale[:, None] * self.scale[None, :]),
        )

    def restored(self, mixture: Mixture) -> Mixture:
        """A mixture of standard units in the data's units."""
        return Mixture(
            mixture.weights,
            mixture.means * self.scale + self.center,
            mixture.covariances * (self.scale[:, None] * self.scale[None, :]),
        )


# einsum takes these sums of few columns in a quarter of the time that NumPy's reductions need.
def column_means(X: FloatArray, sample_weight: FloatArray | None) -> FloatArray:
    """Σ_n w_n x_nd / Σ_n w_n of rows (N, D), shape (D,)."""
    if sample_weight is None:
        return np.asarray(np.einsum("nd->d", X) / len(X))
    return np.asarray(np.einsum("n,nd->d", sample_weight, X) / sample_weight.sum())


def mean_squares(X: FloatArray, sample_weight: FloatArray | None) -> FloatArray:
    """Σ_n w_n x_nd² / Σ_n w_n of rows (N, D), shape (D,)."""
    if sample_weight is None:
        return np.asarray(np.einsum("nd,nd->d", X, X) / len(X))
    return np.asarray(np.einsum("n,nd,nd->d", sample_weight, X, X) / sample_weight.sum())
