"""The compiled engine: the kernel over stretches of rows, shared among threads."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.engines.blocked import BlockedEngine
from gmm_core.engines.kernel import accumulate
from gmm_core.mixture import Mixture
from gmm_core.statistics import SufficientStatistics

STRETCH_VALUES = 1 << 18
"""How many row values × components a stretch has: about a millisecond of work, so that sharing it out pays."""
NO_WEIGHTS = np.empty(0)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="expectation")


class CompiledEngine:
    """E-steps by the compiled kernel; the stretches are cut by size alone and added up in their order.

    So the number of threads changes no bit of the answer.
    """

    def __init__(self, X: FloatArray, sample_weight: FloatArray | None = None) -> None:
        self._rows = X
        self._weights = NO_WEIGHTS if sample_weight is None else sample_weight
        self._slow = BlockedEngine(X, sample_weight)
        self.total_weight = self._slow.total_weight
        self.row_weight = self._slow.row_weight

    @property
    def n_features(self) -> int:
        """D, the number of features."""
        return self._rows.shape[1]

    def expectation(self, mixture: Mixture) -> SufficientStatistics:
        """One E-step; see `Engine.expectation`."""
        k, d = mixture.means.shape
        size = max(256, STRETCH_VALUES // (k * d) // 256 * 256)
        arguments = (mixture.means, mixture.whitening, mixture.log_normalizers)

        def stretch(first: int) -> SufficientStatistics:
            counts, sums, scatter = np.zeros(k), np.zeros((k, d)), np.zeros((k, d, d))
            rows = self._rows[first : first + size]
            weights = self._weights[first : first + size]
            log_likelihood = accumulate(rows, weights, *arguments, counts, sums, scatter)
            return SufficientStatistics(counts, sums, scatter, mixture.means, log_likelihood)

        starts = range(0, len(self._rows), size)
        parts = map(stretch, starts) if len(starts) == 1 else _threads().map(stretch, starts)
        whole = next(iter_parts := iter(parts))
        for part in iter_parts:
            whole = whole + part
        lower = np.tril(whole.scatter)
        scatter = lower + np.tril(lower, -1).transpose(0, 2, 1)
        return SufficientStatistics(whole.counts, whole.sums, scatter, mixture.means, whole.log_likelihood)

    def least_likely_row(self, mixture: Mixture) -> FloatArray:
        """The row of smallest density; see `Engine.least_likely_row`."""
        return self._slow.least_likely_row(mixture)
