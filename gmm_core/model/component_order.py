"""Orders the components of a mixture: canonically, or to match an earlier mixture."""

from __future__ import annotations

import numpy as np

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.model.mixture import Mixture


def canonical_order(mixture: Mixture) -> IntArray:
    """The canonical order (K,): by the first feature of the mean, then the next, last by weight, the largest first.

    The order of an optimum does not depend on the seed. Means are compared after rounding to 1e-7 of their spread.
    """
    spread = np.sqrt(np.trace(mixture.covariances, axis1=1, axis2=2).mean()) + np.ptp(mixture.means)
    rounded = np.round(mixture.means / spread, 7)
    return np.lexsort((-mixture.weights, *rounded.T[::-1]))


def matched_components(mixture: Mixture, earlier: Mixture) -> dict[int, int]:
    """Match components of `mixture` to those of `earlier`, as a dictionary of positions.

    The matching has the smallest total Bhattacharyya distance; surplus components of the larger mixture have no match.
    """
    from scipy.optimize import linear_sum_assignment  # only this function needs SciPy

    rows, columns = linear_sum_assignment(bhattacharyya_distances(mixture, earlier))
    return {int(row): int(column) for row, column in zip(rows, columns, strict=True)}


def bhattacharyya_distances(mixture: Mixture, other: Mixture) -> FloatArray:
    """The Bhattacharyya distance −log ∫ √(p_k q_j) of all components of two mixtures, without weights, shape (K, J).

    It is ⅛ (μ₁ − μ₂)ᵀ Σ⁻¹ (μ₁ − μ₂) + ½ log(|Σ| / √(|Σ₁| |Σ₂|)) with Σ = (Σ₁ + Σ₂) / 2.

    Source: Kailath, The divergence and Bhattacharyya distance measures in signal selection (1967).
    """
    ours, theirs = mixture.covariances[:, None], other.covariances[None]
    middle = 0.5 * (ours + theirs)
    difference = mixture.means[:, None] - other.means[None]
    squared = np.einsum("kjd,kjd->kj", difference, np.linalg.solve(middle, difference[..., None])[..., 0])
    log_determinants = [np.linalg.slogdet(covariances)[1] for covariances in (middle, ours, theirs)]
    distances: FloatArray = squared / 8.0 + 0.5 * (
        log_determinants[0] - 0.5 * (log_determinants[1] + log_determinants[2])
    )
    return distances
