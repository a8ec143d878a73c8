"""The compiled engine: the kernel over stretches of rows, shared among threads."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.engines.blocked import BlockedEngine
from gmm_core.engines.kernel import BLOCK, accumulate_diagonal, accumulate_full
from gmm_core.mixture import Mixture
from gmm_core.statistics import Moments, SufficientStatistics

STRETCH_COST = 3 << 20
"""Multiplications in one stretch: about a quarter of a millisecond of work, so that sharing it out pays."""
MOST_STRETCHES = 64
"""Each has sums of its own until all are added up; so many keep any number of cores busy to the end."""
MOST_SUMS = 1 << 22
"""How many numbers the sums of all stretches may hold (32 MiB), unless four stretches hold more."""
COST_OF_DENSITY = 30
"""What a row costs for each component besides its products, counted in them: exp, largest, share."""
NO_WEIGHTS = np.empty(0)


def _helpers() -> int:
    return (os.cpu_count() or 1) - 1


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max(1, _helpers()), thread_name_prefix="expectation")


class CompiledEngine:
    """E-steps by the compiled kernel; the stretches are cut by size alone and added up in their order.

    So the number of threads changes no bit of the answer.
    """

    def __init__(self, X: FloatArray, sample_weight: FloatArray | None = None) -> None:
        self._rows = np.ascontiguousarray(X, dtype=np.float64)
        self._weights = NO_WEIGHTS if sample_weight is None else np.ascontiguousarray(sample_weight)
        self._slow = BlockedEngine(X, sample_weight)
        self.total_weight = self._slow.total_weight
        self.row_weight = self._slow.row_weight

    @property
    def n_features(self) -> int:
        """D, the number of features."""
        return self._rows.shape[1]

    def expectation(self, mixture: Mixture, moments: Moments = Moments.FULL) -> SufficientStatistics:
        """One E-step; see `Engine.expectation`."""
        k, d = mixture.means.shape
        width = d + d % 2
        diagonal = mixture.is_diagonal and (moments is Moments.DIAGONAL or d == 1)
        means, factors = np.zeros((k, width)), np.zeros((k, width) if diagonal else (k, width, width))
        means[:, :d] = mixture.means
        if diagonal:
            factors[:, :d] = np.diagonal(mixture.whitening, axis1=1, axis2=2)
        else:
            factors[:, :d, :d] = mixture.whitening
        size = _stretch(len(self._rows), k * (COST_OF_DENSITY + factors[0].size), factors.size)
        starts = range(0, len(self._rows), size)
        counts, sums = np.zeros((len(starts), k)), np.zeros((len(starts), k, width))
        scatter, log_likelihoods = np.zeros((len(starts), *factors.shape)), np.zeros(len(starts))
        accumulate = accumulate_diagonal if diagonal else accumulate_full

        def stretch(index: int) -> None:
            rows = slice(starts[index], starts[index] + size)
            log_likelihoods[index] = accumulate(
                self._rows[rows],
                self._weights[rows],
                means,
                factors,
                mixture.log_normalizers,
                counts[index],
                sums[index],
                scatter[index],
            )

        _share_out(stretch, len(starts))
        return SufficientStatistics(
            counts.sum(axis=0),
            sums.sum(axis=0)[:, :d],
            _moments(scatter.sum(axis=0)[:, :d], moments),
            mixture.means,
            float(log_likelihoods.sum()),
        )

    def least_likely_row(self, mixture: Mixture) -> FloatArray:
        """The row of smallest density; see `Engine.least_likely_row`."""
        return self._slow.least_likely_row(mixture)


def _stretch(n_rows: int, cost: int, sums: int) -> int:
    """How many rows a stretch has, whole blocks of them, at `cost` multiplications a row."""
    most = min(MOST_STRETCHES, max(4, MOST_SUMS // sums))
    stretches = min(most, -(-n_rows * cost // STRETCH_COST))
    return -(-n_rows // (stretches * BLOCK)) * BLOCK


def _share_out(task: Callable[[int], None], n: int) -> None:
    """task(0) … task(n − 1), each once, by this thread and whichever of the others are free."""
    left = deque(range(n))

    def work() -> None:
        while left:
            try:
                index = left.popleft()
            except IndexError:  # another thread took the last one
                return
            task(index)

    others = [_threads().submit(work) for _ in range(min(_helpers(), n - 1))]
    work()
    for other in others:
        if not other.cancel():
            other.result()


def _moments(scatter: FloatArray, moments: Moments) -> FloatArray:
    """What was asked for, from diagonals (K, D) or lower triangles (K, D, D or more)."""
    d = scatter.shape[1]
    if moments is Moments.DIAGONAL:
        return scatter if scatter.ndim == 2 else np.diagonal(scatter, axis1=1, axis2=2)
    if scatter.ndim == 2:
        return scatter[:, :, None]
    lower = np.tril(scatter[:, :, :d])
    return lower + np.tril(lower, -1).transpose(0, 2, 1)
