"""The smallest variance that a component may have in any direction."""

from __future__ import annotations

import numpy as np

from gmm_core.arrays import BoolArray, FloatArray

NARROWEST = 1e-11
"""No eigenvalue of a component's correlation matrix falls below this: less is rounding of its covariance's digits."""


def raised_to_floor(covariances: FloatArray, floor: float) -> tuple[FloatArray, BoolArray]:
    """The covariances with every eigenvalue at least `floor`, and which of the K had to be raised.

    Over all Σ ⪰ ε I, −N_k log |Σ| − tr(W Σ⁻¹) is largest where W / N_k has its eigenvalues below ε raised to ε,
    so this is the exact M-step of a bounded likelihood: EM stays monotone, and where the bound does not bind the
    answer is the plain maximum-likelihood one. Adding ε to the diagonal, as is often done, has neither property.

    A direction in which a correlation matrix is flatter than `NARROWEST` is raised too, on the scale of the component's
    own features: a covariance in float64 tells no more, and its Cholesky factor could not be found. That bound lies so
    low that it costs the likelihood no more than rounding does.

    Source: Ingrassia and Rocci, Constrained monotone EM algorithms for finite mixture of multivariate Gaussians,
    Computational Statistics & Data Analysis 51 (2007), section 3.
    """
    untouched = np.zeros(len(covariances), dtype=np.bool_)
    if floor <= 0:
        return covariances, untouched
    lowered = covariances.copy()
    variances = np.einsum("kii->ki", lowered)  # a view of the diagonals, which is faster than their indices
    variances *= 1.0 - NARROWEST
    variances -= floor
    try:  # the Cholesky factor of what is left exists exactly where nothing is too narrow, and costs far less
        np.linalg.cholesky(lowered)
        return covariances, untouched
    except np.linalg.LinAlgError:
        lifted, raised = _raised(covariances, floor)
    deviations = np.sqrt(np.maximum(np.einsum("kii->ki", lifted), floor))
    scales = deviations[:, :, None] * deviations[:, None, :]
    correlations, flat = _raised(lifted / scales, 2.0 * NARROWEST)
    lifted = np.where(flat[:, None, None], correlations * scales, lifted)
    raised |= flat
    return np.where(raised[:, None, None], lifted, covariances), raised


def _raised(matrices: FloatArray, least: float) -> tuple[FloatArray, BoolArray]:
    """The matrices (K, D, D) with every eigenvalue at least that, and which of the K had one below."""
    values, vectors = np.linalg.eigh(matrices)
    raised = values.min(axis=1) < least
    lifted = (vectors * np.maximum(values, least)[:, None, :]) @ vectors.transpose(0, 2, 1)
    return np.where(raised[:, None, None], 0.5 * (lifted + lifted.transpose(0, 2, 1)), matrices), raised
