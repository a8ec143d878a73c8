"""One iteration of EM in its two halves, for whoever wants to look between them; the M-step is `Model.m_step`."""

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
    """What an E-step finds.

    Parameters
    ----------
    log_joint : (N, K)
        log π_k + log N(x_n | μ_k, Σ_k).
    statistics : SufficientStatistics
        What `Model.m_step` takes: the moments of the responsibilities about the mixture's means.
    """

    log_joint: FloatArray
    statistics: SufficientStatistics

    @cached_property
    def responsibilities(self) -> FloatArray:
        """r_nk = π_k N(x_n | μ_k, Σ_k) / Σ_j π_j N(x_n | μ_j, Σ_j), shape (N, K)."""
        return shares(self.log_joint.T).T


def expectation(X: ArrayLike, mixture: Mixture, sample_weight: ArrayLike | None = None) -> Expectation:
    """The E-step for the rows of X (N, D), each row's answer kept; `Engine.expectation` keeps the sums alone.

    `sample_weight` (N,) says how often each row counts; once by default. Memory grows with N · (K + D).

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
