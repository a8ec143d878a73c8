"""The E-step with its responsibilities, for code that inspects EM between its two steps; see `Model.m_step`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from numpy.typing import ArrayLike

from gmm_core.arrays import FloatArray
from gmm_core.model.mixture import Mixture
from gmm_core.model.scores import log_sum_exp, shares
from gmm_core.model.statistics import SufficientStatistics
from gmm_core.rows.matrix import as_matrix
from gmm_core.rows.weights import as_row_weights


@dataclass(frozen=True, eq=False)
class Expectation:
    """The result of an E-step.

    Parameters
    ----------
    log_joint : (N, K)
        log π_k + log N(x_n | μ_k, Σ_k).
    statistics : SufficientStatistics
        The moments of the responsibilities about the mixture's means, from which `Model.m_step` computes.
    """

    log_joint: FloatArray
    statistics: SufficientStatistics

    @cached_property
    def responsibilities(self) -> FloatArray:
        """r_nk = π_k N(x_n | μ_k, Σ_k) / Σ_j π_j N(x_n | μ_j, Σ_j), shape (N, K)."""
        return shares(self.log_joint.T).T


def expectation(X: ArrayLike, mixture: Mixture, sample_weight: ArrayLike | None = None) -> Expectation:
    """Run the E-step and keep the result of each row; `Engine.expectation` returns only sums over the rows.

    Memory grows with N · (K + D).

    Parameters
    ----------
    X : (N, D)
        Rows of finite numbers.
    mixture : Mixture
        K components of D features, in the units of X.
    sample_weight : (N,), optional
        How often each row counts, ≥ 0; once by default.

    Raises
    ------
    DataError
        If X or the weights are invalid.
    ParameterError
        If X does not have D columns.

    Source: Bishop, Pattern Recognition and Machine Learning (2006), equations 9.23 to 9.27.
    """
    rows = as_matrix(X)
    log_joint = mixture.log_joint(rows)
    log_density = log_sum_exp(log_joint.T)
    weights = None if sample_weight is None else as_row_weights(sample_weight, len(rows))
    log_likelihood = log_density.sum() if weights is None else weights @ log_density
    statistics = SufficientStatistics.from_responsibilities(
        rows, shares(log_joint.T).T, weights, mixture.means, float(log_likelihood)
    )
    return Expectation(log_joint, statistics)
