"""Scores, the form in which an E-step uses a model: the log of each component's part of the density at a row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmm_core.arrays import FloatArray

BLOCK_VALUES = 1 << 17
"""The most float64 values in a (K, D, B) work array of one block (1 MiB), so that it stays in cache."""


def rows_per_block(n_components: int, n_features: int) -> int:
    """The rows B per block that keep a (K, D, B) work array within `BLOCK_VALUES`; from 64 to 8192."""
    return int(np.clip(BLOCK_VALUES // max(1, n_components * n_features), 64, 8192))


@dataclass(frozen=True, eq=False)
class Scores:
    """s_nk = c_k − ½ |A_k (x_n − m_k)|²: the log of what component k contributes to the density at row x_n (D,).

    The responsibilities are r_nk = exp(s_nk) / Σ_j exp(s_nj), and the log-likelihood is Σ_n log Σ_k exp(s_nk).

    Parameters
    ----------
    locations : (K, D)
        m_k, the origins of the moments that an E-step returns.
    factors : (K, D, D) or (K, D)
        A_k: lower triangular matrices, or their diagonals if all are diagonal. A component with A_k = 0 is flat: its
        score is c_k everywhere.
    offsets : (K,)
        c_k; −∞ for a component of weight 0.

    For a Gaussian mixture m_k = μ_k, A_k = L_k⁻¹ with Σ_k = L_k L_kᵀ, and c_k = log π_k − ½ (D log 2π + log |Σ_k|).
    Source: Bishop, Pattern Recognition and Machine Learning (2006), equation 9.23; for a posterior 10.46 to 10.49.
    """

    locations: FloatArray
    factors: FloatArray
    offsets: FloatArray

    @property
    def is_diagonal(self) -> bool:
        """True if all factors are diagonal, so that a score costs D operations instead of D²."""
        return self.factors.ndim == 2

    def differences(self, rows: FloatArray) -> FloatArray:
        """x_b − m_k for rows (B, D), shape (K, D, B), so that the longest axis is contiguous in memory."""
        return np.ascontiguousarray(rows.T) - self.locations[:, :, None]

    def of_differences(self, differences: FloatArray) -> FloatArray:
        """s_kb, shape (K, B), from x_b − m_k of shape (K, D, B).

        Subtracting before multiplying keeps precision for data far from the origin.
        """
        lengths = self.factors[:, :, None] * differences if self.is_diagonal else self.factors @ differences
        np.square(lengths, out=lengths)
        return self.offsets[:, None] - 0.5 * lengths.sum(axis=1)

    def of(self, rows: FloatArray) -> FloatArray:
        """s_kb for rows (B, D), shape (K, B)."""
        return self.of_differences(self.differences(rows))


def log_sum_exp(scores: FloatArray) -> FloatArray:
    """log Σ_k exp(s_kb) of scores (K, B), shape (B,); the largest term is factored out, so that nothing overflows."""
    largest = scores.max(axis=0)
    if not np.isfinite(largest).all():  # a row so far away that every density is 0
        finite = np.where(np.isfinite(largest), largest, 0.0)
        with np.errstate(divide="ignore"):
            return np.asarray(finite + np.log(np.exp(scores - finite).sum(axis=0)))
    return largest + np.log(np.exp(scores - largest).sum(axis=0))


def shares(scores: FloatArray) -> FloatArray:
    """The responsibilities exp(s_kb) / Σ_j exp(s_jb) of scores (K, B), same shape.

    They are computed relative to the largest term, not by `log_sum_exp`: for scores near −10¹⁶ that is accurate only to
    whole numbers.
    """
    terms = np.exp(scores - scores.max(axis=0))
    terms /= terms.sum(axis=0)
    return terms
