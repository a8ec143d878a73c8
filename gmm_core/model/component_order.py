"""Which component is number one: a canonical order, and one that follows an earlier mixture."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.model.mixture import Mixture


def canonical_order(mixture: Mixture) -> IntArray:
    """The positions of the components from left to right: by the mean's first feature, then the next, then weight.

    The same optimum has the same order whatever the seed. Differences below 1e-7 of the spread count as equal.
    """
    spread = np.sqrt(np.trace(mixture.covariances, axis1=1, axis2=2).mean()) + np.ptp(mixture.means)
    rounded = np.round(mixture.means / spread, 7)
    return np.lexsort((-mixture.weights, *rounded.T[::-1]))


def matched_components(mixture: Mixture, earlier: Mixture) -> dict[int, int]:
    """Which component of `earlier` each component of `mixture` continues, where one does.

    The pairs of least total Bhattacharyya distance.
    """
    rows, columns = linear_sum_assignment(bhattacharyya_distances(mixture, earlier))
    return {int(row): int(column) for row, column in zip(rows, columns, strict=True)}


def bhattacharyya_distances(mixture: Mixture, other: Mixture) -> FloatArray:
    """−log ∫ √(p_k q_j) of each component p_k of one mixture and q_j of another, weights aside, shape (K, J).

    ⅛ (μ₁ − μ₂)ᵀ Σ⁻¹ (μ₁ − μ₂) + ½ log(|Σ| / √(|Σ₁| |Σ₂|)), Σ = (Σ₁ + Σ₂) / 2.

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
