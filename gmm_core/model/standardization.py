"""Centring and scaling for the fit, and the way back: the answer never depends on units or offsets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.model.covariance.family import CovarianceStructure, Invariance
from gmm_core.model.mixture import Mixture
from gmm_core.rows.rows import Rows

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
    def of(cls, rows: Rows, structure: CovarianceStructure) -> Standardization:
        """Mean and population standard deviation of each feature; one pooled scale where the structure needs that.

        A feature without variance keeps its unit, and gets the variance `OF_CONSTANT` there, unless it is pooled with
        others. The mean is taken about the first row, so that an offset of 1e8 leaves
        the digits that matter.
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
        # So much more than rounding that this adds nothing to a density.
        lowest, highest = rows.range
        rounding = np.square(1e3 * (highest - lowest)[constant])
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
