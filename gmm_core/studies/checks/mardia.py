"""Mardia's tests of whether rows come from one Gaussian, by their skewness and their kurtosis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, ndtr

from gmm_core.arrays import FloatArray

NEGLIGIBLE = 1e-6
"""Rows of no more weight than this are left out of the skewness."""


@dataclass(frozen=True)
class Mardia:
    """Skewness and kurtosis of N rows of D features, and tests of both against those of a Gaussian.

    Parameters
    ----------
    rows : float
        N, or the sum of the rows' weights.
    n_features : int
        D.
    skewness : float
        b₁ = Σ_ij (z_iᵀ z_j)³ / N² ≥ 0, where z are the rows whitened by their mean and covariance (divided by N);
        near 0 for a symmetric distribution.
    kurtosis : float
        b₂ = Σ_i (z_iᵀ z_i)² / N; about D (D + 2) for a Gaussian, less for light tails, more for heavy tails.

    Source: Mardia, Measures of multivariate skewness and kurtosis with applications, Biometrika 57 (1970).
    """

    rows: float
    n_features: int
    skewness: float
    kurtosis: float

    @property
    def skewness_statistic(self) -> float:
        """N b₁ / 6; for many Gaussian rows it follows χ² with `degrees_of_freedom`, approximately."""
        return self.rows * self.skewness / 6

    @property
    def degrees_of_freedom(self) -> int:
        """D (D + 1) (D + 2) / 6, the number of distinct third moments."""
        d = self.n_features
        return d * (d + 1) * (d + 2) // 6

    @property
    def skewness_p(self) -> float:
        """The p-value of the skewness: the probability of a statistic this large for Gaussian rows, approximately."""
        return float(chdtrc(self.degrees_of_freedom, self.skewness_statistic))

    @property
    def kurtosis_statistic(self) -> float:
        """(b₂ − D (D + 2)) / √(8 D (D + 2) / N); for many Gaussian rows approximately a standard Gaussian."""
        expected = self.n_features * (self.n_features + 2)
        return (self.kurtosis - expected) / float(np.sqrt(8 * expected / self.rows))

    @property
    def kurtosis_p(self) -> float:
        """The two-sided p-value of the kurtosis, by the same approximation."""
        return float(2 * ndtr(-abs(self.kurtosis_statistic)))


def mardia(X: FloatArray, weights: FloatArray | None = None) -> Mardia | None:
    """Mardia's measures of the rows X (N, D) with weights (N,) ≥ 0; None if the rows do not span all D dimensions.

    With a component's responsibilities as weights, the measures are those of this component, since under the mixture
    E[r_k(x) f(x)] = π_k E_k[f(x)]; hard labels would cut off rows where components overlap. The tests are then
    conservative, because weighted sums vary less than sums over whole rows.
    """
    row_weights = np.ones(len(X)) if weights is None else np.asarray(weights, dtype=np.float64)
    total, n_features = float(row_weights.sum()), X.shape[1]
    if total <= n_features:
        return None
    mean = row_weights @ X / total
    centred = X - mean
    covariance = (centred * row_weights[:, None]).T @ centred / total
    scale = np.sqrt(np.diagonal(covariance))
    if not scale.all():
        return None
    values, vectors = np.linalg.eigh(covariance / np.outer(scale, scale))
    if values[0] <= 1e-10 * values[-1]:
        return None
    whitened = (centred / scale) @ (vectors / np.sqrt(values))
    distances = np.square(whitened).sum(axis=1)
    counted = row_weights > NEGLIGIBLE
    by_moments = n_features**2 <= counted.sum()  # the cheaper of two formulas for the same number
    skewness = (_by_moments if by_moments else _by_products)(
        whitened[counted], row_weights[counted]
    ) / total**2
    return Mardia(total, n_features, skewness, float(row_weights @ np.square(distances)) / total)


def _by_moments(whitened: FloatArray, weights: FloatArray) -> float:
    """N² b₁ as the sum of all squared third moments: Σ_abc (Σ_i w_i z_ia z_ib z_ic)²."""
    products = (whitened[:, :, None] * (whitened * weights[:, None])[:, None, :]).reshape(len(whitened), -1)
    return float(np.square(products.T @ whitened).sum())


def _by_products(whitened: FloatArray, weights: FloatArray) -> float:
    """N² b₁ as a sum over pairs of rows: Σ_ij w_i w_j (z_iᵀ z_j)³."""
    products = whitened @ whitened.T
    return float(weights @ (products * products * products) @ weights)
