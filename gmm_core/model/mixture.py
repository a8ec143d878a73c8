"""The Gaussian mixture as an immutable value, and its densities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.arrays import BoolArray, FloatArray, IntArray, inverses_of_triangular, read_only
from gmm_core.errors import ParameterError
from gmm_core.model.scores import Scores, log_sum_exp, rows_per_block, shares

LOG_TWO_PI = float(np.log(2.0 * np.pi))
"""log 2π."""
SAMPLED_AT_ONCE = 8192
"""How many rows are transformed at a time, so that sampling needs little memory beyond the result."""


@dataclass(frozen=True, eq=False)
class Mixture:
    """p(x) = Σ_k π_k N(x | μ_k, Σ_k), in the units of the data it describes.

    Parameters
    ----------
    weights : (K,)
        Mixing weights π_k ≥ 0 with Σ_k π_k = 1.
    means : (K, D)
        Component means μ_k.
    covariances : (K, D, D)
        Symmetric positive definite Σ_k; structured ones (tied, diagonal, spherical) are given as full matrices.

    Raises
    ------
    ParameterError
        If the shapes disagree, a value is not finite, or the weights are negative or do not add up to 1. A covariance
        that is not positive definite raises it when a density is first computed.

    Source: Bishop, Pattern Recognition and Machine Learning (2006), section 9.2.
    """

    weights: FloatArray
    means: FloatArray
    covariances: FloatArray

    def __post_init__(self) -> None:
        for name in ("weights", "means", "covariances"):
            object.__setattr__(self, name, read_only(getattr(self, name)))
        k, d = self.means.shape if self.means.ndim == 2 else (0, 0)
        if not k or not d or self.weights.shape != (k,) or self.covariances.shape != (k, d, d):
            raise ParameterError(
                f"A mixture needs weights (K,), means (K, D) and covariances (K, D, D), but got "
                f"{self.weights.shape}, {self.means.shape} and {self.covariances.shape}: make the shapes agree."
            )
        if not (
            np.isfinite(self.weights).all()
            and np.isfinite(self.means).all()
            and np.isfinite(self.covariances).all()
        ):
            raise ParameterError(
                "A weight, mean or covariance of the mixture is not a finite number: replace it."
            )
        if self.weights.min() < 0 or abs(self.weights.sum() - 1) > 1e-8:
            raise ParameterError(
                f"The mixture's weights must be non-negative and add up to 1, but add up to "
                f"{self.weights.sum():.6g}: divide them by their sum."
            )

    @classmethod
    def unchecked(cls, weights: FloatArray, means: FloatArray, covariances: FloatArray) -> Mixture:
        """Make a mixture without validation, which takes time; the arrays must be valid and read-only."""
        mixture = object.__new__(cls)
        mixture.__dict__.update(weights=weights, means=means, covariances=covariances)
        return mixture

    @property
    def n_components(self) -> int:
        """K, the number of components."""
        return self.means.shape[0]

    @property
    def n_features(self) -> int:
        """D, the number of features."""
        return self.means.shape[1]

    @cached_property
    def is_diagonal(self) -> bool:
        """True if all covariances are diagonal, so that a density costs D operations instead of D²."""
        diagonals = np.diagonal(self.covariances, axis1=1, axis2=2)
        return bool(np.count_nonzero(self.covariances) == np.count_nonzero(diagonals))

    @cached_property
    def cholesky_factors(self) -> FloatArray:
        """Lower triangular L_k with Σ_k = L_k L_kᵀ, shape (K, D, D)."""
        try:
            return np.asarray(np.linalg.cholesky(self.covariances), dtype=np.float64)
        except np.linalg.LinAlgError:
            for index, covariance in enumerate(self.covariances):
                try:
                    np.linalg.cholesky(covariance)
                except np.linalg.LinAlgError:
                    raise ParameterError(
                        f"The covariance of component {index + 1} is not positive definite: "
                        "raise the regularisation or use fewer components."
                    ) from None
            raise

    @cached_property
    def whitening(self) -> FloatArray:
        """L_k⁻¹, lower triangular, shape (K, D, D); L_k⁻¹ (x − μ_k) has identity covariance."""
        return inverses_of_triangular(self.cholesky_factors)

    @cached_property
    def log_normalizers(self) -> FloatArray:
        """log π_k − ½ (D log 2π + log |Σ_k|), shape (K,)."""
        diagonals = np.diagonal(self.cholesky_factors, axis1=1, axis2=2)
        log_weights = np.full(self.n_components, -np.inf)  # log 0, for components of weight 0
        np.log(self.weights, out=log_weights, where=self.weights > 0)
        return log_weights - (0.5 * self.n_features * LOG_TWO_PI + np.log(diagonals).sum(axis=1))

    @cached_property
    def scores(self) -> Scores:
        """The mixture as the E-step uses it: s_nk = log π_k + log N(x_n | μ_k, Σ_k)."""
        factors = self.whitening
        if self.is_diagonal:
            factors = np.ascontiguousarray(np.diagonal(factors, axis1=1, axis2=2))
        return Scores(self.means, factors, self.log_normalizers)

    def log_joint(self, X: ArrayLike) -> FloatArray:
        """log π_k + log N(x_n | μ_k, Σ_k), shape (N, K), for X of shape (N, D)."""
        return np.concatenate([joint.T for joint in self._log_joint_blocks(X)])

    def log_density(self, X: ArrayLike) -> FloatArray:
        """log p(x_n) = log Σ_k π_k N(x_n | μ_k, Σ_k), shape (N,), in nats; above 0 where the density exceeds 1."""
        return np.concatenate([log_sum_exp(joint) for joint in self._log_joint_blocks(X)])

    def responsibilities(self, X: ArrayLike) -> FloatArray:
        """r_nk = p(k | x_n), shape (N, K); each row is non-negative and adds up to 1."""
        mixture, rows = self._without_uninformative_features(X)
        return np.concatenate([shares(joint).T for joint in mixture._comparable_blocks(rows)])

    def labels(self, X: ArrayLike) -> IntArray:
        """The component of largest responsibility for each row, shape (N,)."""
        mixture, rows = self._without_uninformative_features(X)
        return np.concatenate([joint.argmax(axis=0) for joint in mixture._comparable_blocks(rows)])

    def sample(self, n: int, rng: np.random.Generator) -> tuple[FloatArray, IntArray]:
        """Draw n rows at random; returns the points (n, D) and the component of each (n,)."""
        components = rng.choice(self.n_components, size=n, p=self.weights / self.weights.sum())
        return self.placed(rng.standard_normal((n, self.n_features)), components), components

    def placed(self, normal: FloatArray, components: IntArray) -> FloatArray:
        """Transform standard normal rows z (n, D), in place, into rows of the given components (n,): μ_k + L_k z."""
        for k in np.unique(components):
            rows = np.flatnonzero(components == k)
            for first in range(0, len(rows), SAMPLED_AT_ONCE):
                chunk = rows[first : first + SAMPLED_AT_ONCE]
                normal[chunk] = normal[chunk] @ self.cholesky_factors[k].T + self.means[k]
        return normal

    def affine(self, matrix: ArrayLike, offset: ArrayLike = 0.0) -> Mixture:
        """The mixture of y = A x + b for A of shape (E, D): means A μ_k + b, covariances A Σ_k Aᵀ.

        If the rows of A are unit vectors along axes, this is the exact marginal on those axes; if they are orthonormal,
        it is the exact marginal on the subspace that they span.
        """
        a = np.asarray(matrix, dtype=np.float64)
        covariances = a @ self.covariances @ a.T
        covariances = 0.5 * (covariances + covariances.transpose(0, 2, 1))
        return Mixture(self.weights, self.means @ a.T + np.asarray(offset, dtype=np.float64), covariances)

    def marginal(self, features: ArrayLike) -> Mixture:
        """The exact marginal on the features at the given positions."""
        index = np.asarray(features, dtype=np.intp)
        return Mixture(
            self.weights, self.means[:, index], self.covariances[:, index[:, None], index[None, :]]
        )

    def reordered(self, order: ArrayLike) -> Mixture:
        """The same mixture with its components in the given order (K,)."""
        index = np.asarray(order, dtype=np.intp)
        return Mixture(self.weights[index], self.means[index], self.covariances[index])

    @cached_property
    def _informative_features(self) -> BoolArray:
        """True for each feature (D,) that affects responsibilities.

        The others have the same mean and variance in all components, and no covariance with another feature.
        """
        variances = np.diagonal(self.covariances, axis1=1, axis2=2)
        alone = np.count_nonzero(self.covariances, axis=(0, 1)) <= self.n_components
        return (np.ptp(self.means, axis=0) > 0) | (np.ptp(variances, axis=0) > 0) | ~alone

    def _without_uninformative_features(self, X: ArrayLike) -> tuple[Mixture, FloatArray]:
        """The mixture and the rows without the features that do not affect responsibilities.

        Those add the same to the log-density of every component; if it is a large number, it would round away the
        differences between components.
        """
        rows = self._checked(X)
        if self._informative_features.all() or not self._informative_features.any():
            return self, rows
        return self.marginal(np.flatnonzero(self._informative_features)), rows[:, self._informative_features]

    def _log_joint_blocks(self, X: ArrayLike) -> Iterator[FloatArray]:
        for _, joint in self._blocks(X):
            yield joint

    def _comparable_blocks(self, X: ArrayLike) -> Iterator[FloatArray]:
        """The blocks of the log joint (K, B), with rows assigned to a component even if all its densities underflow.

        For such rows the nearest component by Mahalanobis distance gets 0 and the others −∞: that far away the distance
        outweighs the weights and determinants.
        """
        for rows, joint in self._blocks(X):
            far = np.isneginf(joint.max(axis=0))
            if far.any():
                joint[:, far] = self._nearest_alone(rows[far])
            yield joint

    def _nearest_alone(self, rows: FloatArray) -> FloatArray:
        size = np.maximum(np.abs(rows).max(axis=1), np.abs(self.means).max())  # so that no square overflows
        from_means = (rows / size[:, None]).T - self.means[:, :, None] / size
        whitening = self.whitening / np.abs(self.whitening).max()
        distances = np.square(whitening @ from_means).sum(axis=1)
        distances[self.weights == 0] = np.inf
        return np.where(distances == distances.min(axis=0), 0.0, -np.inf)

    def _checked(self, X: ArrayLike) -> FloatArray:
        rows = np.asarray(X, dtype=np.float64)
        if rows.ndim != 2 or rows.shape[1] != self.n_features:
            raise ParameterError(
                f"The mixture describes {self.n_features} features, but the data has the shape {rows.shape}: "
                f"pass rows of {self.n_features} numbers."
            )
        return rows

    def _blocks(self, X: ArrayLike) -> Iterator[tuple[FloatArray, FloatArray]]:
        """Yield blocks of rows (B, D), each with log π_k + log N(x_b | μ_k, Σ_k), shape (K, B)."""
        rows = self._checked(X)
        size = rows_per_block(self.n_components, self.n_features)
        for first in range(0, max(1, len(rows)), size):
            block = rows[first : first + size]
            with np.errstate(over="ignore", invalid="ignore"):
                joint = self.scores.of(block)
            joint[np.isnan(joint)] = -np.inf  # ∞ − ∞, for a row whose distance overflows
            yield block, joint
