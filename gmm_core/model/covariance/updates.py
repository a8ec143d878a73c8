"""The M-step of each covariance family: (within_scatter W (K, D, D), counts N (K,), current) -> (K, D, D)."""

from __future__ import annotations

import numpy as np

from gmm_core.arrays import FloatArray


def full(within_scatter: FloatArray, counts: FloatArray, current: FloatArray | None = None) -> FloatArray:
    """Σ_k = W_k / N_k."""
    return within_scatter / counts[:, None, None]


def tied(within_scatter: FloatArray, counts: FloatArray, current: FloatArray | None = None) -> FloatArray:
    """Σ_k = Σ_j W_j / N, the same for every component."""
    pooled = within_scatter.sum(axis=0) / counts.sum()
    return np.broadcast_to(pooled, within_scatter.shape)


def diag(within_scatter: FloatArray, counts: FloatArray, current: FloatArray | None = None) -> FloatArray:
    """Σ_k = diag(W_k) / N_k."""
    variances = np.diagonal(within_scatter, axis1=1, axis2=2) / counts[:, None]
    return _diagonal_matrices(variances)


def spherical(
    within_scatter: FloatArray, counts: FloatArray, current: FloatArray | None = None
) -> FloatArray:
    """Σ_k = tr(W_k) / (N_k D) · I."""
    n_features = within_scatter.shape[1]
    variances = np.trace(within_scatter, axis1=1, axis2=2) / (counts * n_features)
    return _diagonal_matrices(np.repeat(variances[:, None], n_features, axis=1))


def _diagonal_matrices(variances: FloatArray) -> FloatArray:
    n_components, n_features = variances.shape
    covariances = np.zeros((n_components, n_features, n_features))
    covariances[:, np.arange(n_features), np.arange(n_features)] = variances
    return covariances
