"""The E-step with its responsibilities, for code that inspects EM between its two steps; see `Model.m_step`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
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
    weighted = shares(log_joint.T).T
    if sample_weight is not None:
        weights = as_row_weights(sample_weight, len(rows))
        weighted *= weights[:, None]
        log_density *= weights
    k, d = mixture.means.shape
    sums, scatter = np.empty((k, d)), np.empty((k, d, d))
    for component, share in enumerate(weighted.T):
        from_mean = rows - mixture.means[component]
        sums[component] = share @ from_mean
        scatter[component] = (from_mean * share[:, None]).T @ from_mean
    statistics = SufficientStatistics(
        weighted.sum(axis=0), sums, scatter, mixture.means, float(log_density.sum())
    )
    return Expectation(log_joint, statistics)
