"""Centres and scales the data for the fit, and converts mixtures back, so that units and offsets do not matter."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.model.covariance.family import CovarianceStructure, Invariance
from gmm_core.model.mixture import Mixture
from gmm_core.rows.rows import Rows

CONSTANT = 1e-13
"""A column is constant if its standard deviation is at most this share of the size of its values: only rounding."""
OF_CONSTANT = 1e-6
"""The variance given to a constant column, in its squared units: the default of scikit-learn's `reg_covar`.

A floor relative to the data's variance does not exist for it. With a much smaller variance, a new row with another
value in this column would have a log-density that depends on hardly anything else."""


@dataclass(frozen=True, eq=False)
class Standardization:
    """z = (x − center) / scale.

    Parameters
    ----------
    center, scale : (D,)
        In the units of the data.
    of_constant : (D,) or None
        The variances given to constant columns in standard units, where all their values are 0; 0 for the other
        columns. None if no column is constant.
    """

    center: FloatArray
    scale: FloatArray
    of_constant: FloatArray | None = None

    @classmethod
    def of(cls, rows: Rows, structure: CovarianceStructure) -> Standardization:
        """Use the mean and the population standard deviation of each feature, or one pooled scale.

        The scale is pooled if the structure is invariant only to one scale for all features. A constant feature has
        scale 1 and gets at least the variance `OF_CONSTANT`, unless its scale is pooled with others. The mean is
        computed from differences to the first row, so that a large offset costs no precision.
        """
        center = rows.first + sums_about(rows, rows.first) / rows.total_weight
        variances = mean_squares(rows, center)
        constant = np.sqrt(variances) <= CONSTANT * np.abs(center)
        pooled = structure.invariance is Invariance.GLOBAL
        if pooled and not constant.all():
            return cls(center, np.full_like(variances, np.sqrt(variances.mean())))
        if not constant.any():
            return cls(center, np.sqrt(variances))
        in_their_place = np.zeros_like(variances)
        # Far above the variance of rounding, so that rounding adds nothing to a density.
        lowest, highest = rows.range
        rounding = np.square(1e3 * (highest - lowest)[constant])
        in_their_place[constant] = np.maximum(OF_CONSTANT, rounding.max() if pooled else rounding)
        return cls(center, np.where(constant, 1.0, np.sqrt(variances)), in_their_place)

    @cached_property
    def log_volume(self) -> float:
        """Σ_d log scale_d: log p(x) = log p(z) − log_volume."""
        return float(np.log(self.scale).sum())

    def applied(self, X: FloatArray) -> FloatArray:
        """Convert rows X (N, D) from the data's units to standard units."""
        standard = X - self.center
        standard /= self.scale  # in place, for X may be most of the memory
        if self.of_constant is not None:
            standard[:, self.of_constant > 0] = 0.0
        return standard

    def mixture(self, mixture: Mixture) -> Mixture:
        """Convert a mixture from the data's units to standard units."""
        return Mixture(
            mixture.weights,
            (mixture.means - self.center) / self.scale,
            mixture.covariances / (self.scale[:, None] * self.scale[None, :]),
        )

    def restored(self, mixture: Mixture) -> Mixture:
        """Convert a mixture from standard units to the data's units."""
        return Mixture(
            mixture.weights,
            mixture.means * self.scale + self.center,
            mixture.covariances * (self.scale[:, None] * self.scale[None, :]),
        )


# For few columns einsum is faster than NumPy's reductions.
def sums_about(rows: Rows, centre: FloatArray) -> FloatArray:
    """Σ_n w_n (x_nd − c_d) about a centre (D,), shape (D,)."""

    def of_block(values: FloatArray, weights: FloatArray | None) -> FloatArray:
        differences = values - centre
        if weights is None:
            return np.asarray(np.einsum("nd->d", differences))
        return np.asarray(np.einsum("n,nd->d", weights, differences))

    return rows.reduce(of_block)


def mean_squares(rows: Rows, centre: FloatArray | None = None) -> FloatArray:
    """Σ_n w_n (x_nd − c_d)² / Σ_n w_n about a centre (D,) or zero, shape (D,)."""

    def of_block(values: FloatArray, weights: FloatArray | None) -> FloatArray:
        differences = values if centre is None else values - centre
        if weights is None:
            return np.asarray(np.einsum("nd,nd->d", differences, differences))
        return np.asarray(np.einsum("n,nd,nd->d", weights, differences, differences))

    return rows.reduce(of_block) / rows.total_weight
