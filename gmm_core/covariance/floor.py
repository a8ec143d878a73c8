"""The smallest variance that a component may have in any direction."""

from __future__ import annotations

import numpy as np

from gmm_core.arrays import BoolArray, FloatArray


def raised_to_floor(covariances: FloatArray, floor: float) -> tuple[FloatArray, BoolArray]:
    """The covariances with every eigenvalue at least `floor`, and which of the K had to be raised.

    Over all Σ ⪰ ε I, −N_k log |Σ| − tr(W Σ⁻¹) is largest where W / N_k has its eigenvalues below ε raised to ε,
    so this is the exact M-step of a bounded likelihood: EM stays monotone, and where the bound does not bind the
    answer is the plain maximum-likelihood one. Adding ε to the diagonal, as is often done, has neither property.

    Source: Ingrassia and Rocci, Constrained monotone EM algorithms for finite mixture of multivariate Gaussians,
    Computational Statistics & Data Analysis 51 (2007), section 3.
    """
    untouched = np.zeros(len(covariances), dtype=np.bool_)
    if floor <= 0:
        return covariances, untouched
    try:  # a Cholesky factor of Σ − ε I exists exactly where no eigenvalue is below ε, and costs far less than them
        np.linalg.cholesky(covariances - floor * np.eye(covariances.shape[1]))
        return covariances, untouched
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(covariances)
    raised = values.min(axis=1) < floor
    values = np.maximum(values, floor)
    lifted = (vectors * values[:, None, :]) @ vectors.transpose(0, 2, 1)
    return np.where(raised[:, None, None], 0.5 * (lifted + lifted.transpose(0, 2, 1)), covariances), raised
