"""What an E-step knows of a model: the score of every row for every component, and nothing else of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmm_core.arrays import FloatArray

BLOCK_VALUES = 1 << 17
"""How many float64 values of one (K, D, B) work array a block may hold: 1 MiB, so that it stays in cache."""


def rows_per_block(n_components: int, n_features: int) -> int:
    """How many rows B keep a (K, D, B) work array within `BLOCK_VALUES`."""
    return int(np.clip(BLOCK_VALUES // max(1, n_components * n_features), 64, 8192))


@dataclass(frozen=True, eq=False)
class Scores:
    """s_nk = c_k − ½ |A_k (x_n − m_k)|² for rows x_n (D,): what component k adds to the density there, as a logarithm.

    The responsibilities are r_nk = exp(s_nk) / Σ_j exp(s_nj), and the log-likelihood is Σ_n log Σ_k exp(s_nk).

    Parameters
    ----------
    locations : (K, D)
        m_k, about which an E-step takes its moments.
    factors : (K, D, D), lower triangular, or (K, D), the diagonals where all else is 0
        A_k. With A_k = 0 a component is flat: its score is c_k everywhere.
    offsets : (K,)
        c_k; −∞ for a component that holds nothing.

    Of a Gaussian mixture m_k = μ_k, A_k = L_k⁻¹ with Σ_k = L_k L_kᵀ, and c_k = log π_k − ½ (D log 2π + log |Σ_k|).
    Source: Bishop, Pattern Recognition and Machine Learning (2006), equation 9.23; of a posterior 10.46 to 10.49.
    """

    locations: FloatArray
    factors: FloatArray
    offsets: FloatArray

    @property
    def is_diagonal(self) -> bool:
        """True if all factors are diagonal, so that a score costs D and not D²."""
        return self.factors.ndim == 2

    def differences(self, rows: FloatArray) -> FloatArray:
        """x_b − m_k for rows (B, D), held as (K, D, B) so that the longest axis runs along memory."""
        return np.ascontiguousarray(rows.T) - self.locations[:, :, None]

    def of_differences(self, differences: FloatArray) -> FloatArray:
        """s_kb, shape (K, B), from x_b − m_k of shape (K, D, B).

        Differences are taken before anything is multiplied, so that data far from the origin keeps its digits.
        """
        lengths = self.factors[:, :, None] * differences if self.is_diagonal else self.factors @ differences
        np.square(lengths, out=lengths)
        return self.offsets[:, None] - 0.5 * lengths.sum(axis=1)

    def of(self, rows: FloatArray) -> FloatArray:
        """s_kb for rows (B, D), shape (K, B)."""
        return self.of_differences(self.differences(rows))


def log_sum_exp(scores: FloatArray) -> FloatArray:
    """log Σ_k exp(s_kb), shape (B,), without overflow: the largest term is taken out first."""
    largest = scores.max(axis=0)
    if not np.isfinite(largest).all():  # a row so far away that every density is 0
        finite = np.where(np.isfinite(largest), largest, 0.0)
        with np.errstate(divide="ignore"):
            return np.asarray(finite + np.log(np.exp(scores - finite).sum(axis=0)))
    return largest + np.log(np.exp(scores - largest).sum(axis=0))


def shares(scores: FloatArray) -> FloatArray:
    """exp(s_kb) / Σ_j exp(s_jb), shape (K, B).

    Of terms over the largest one: where all are −10¹⁶, the logarithm of their sum is only known to whole numbers.
    """
    terms = np.exp(scores - scores.max(axis=0))
    terms /= terms.sum(axis=0)
    return terms
