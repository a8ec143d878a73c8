"""The compiled engine: the kernel over stretches of rows, shared among threads."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import cast

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.em.iteration import Position
from gmm_core.em.loop import em_from
from gmm_core.em.trajectory import Chunk
from gmm_core.engines.blocked_numpy import BlockedEngine
from gmm_core.engines.cancellation import checkpoint
from gmm_core.engines.expectation_cost import COST_OF_DENSITY
from gmm_core.engines.numba.kernel import BLOCK, HALF, LOG2_E, accumulate_diagonal, accumulate_full
from gmm_core.engines.numba.stretches_of_em import FusedEM, fits
from gmm_core.engines.threads import cores, cores_of_process
from gmm_core.model.likelihood_model import Model, State
from gmm_core.model.mixture import Mixture
from gmm_core.model.scores import Scores
from gmm_core.model.statistics import Moments, SufficientStatistics

CHUNK_COST = 3 << 20
"""Multiplications in one stretch: about a quarter of a millisecond of work, so that sharing it out pays."""
LEAST_ROWS = 4 * BLOCK
"""A shorter stretch would spend its time on clearing and adding up its sums."""
MAX_CHUNKS = 64
"""Each has sums of its own until all are added up; so many keep any number of cores busy to the end."""
MAX_SUMS = 1 << 22
"""How many numbers the sums of all stretches may hold (32 MiB), unless four stretches hold more."""
NO_WEIGHTS = np.empty(0)
"""What compiled code is told where every row counts once, which is quicker than weights of one."""
SHARED_VALUES = 1 << 23
"""Row values × components from which on an E-step keeps all cores busy by itself."""


def _helpers() -> int:
    """How many threads there are beside the one that asks."""
    return cores() - 1


@cache
def _threads() -> ThreadPoolExecutor:
    """Threads for stretches alone: none of these waits for another, nor behind a whole restart."""
    return ThreadPoolExecutor(max(1, cores_of_process() - 1), thread_name_prefix="expectation")


if hasattr(os, "register_at_fork"):  # a child has no threads but the one that forked
    os.register_at_fork(after_in_child=_threads.cache_clear)


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
        self.lightest_row = self._slow.lightest_row

    @property
    def name(self) -> str:
        """See `Engine.name`."""
        return "compiled"

    @property
    def n_features(self) -> int:
        """D, the number of features."""
        return self._rows.shape[1]

    def expectation(self, scores: Scores, moments: Moments = Moments.FULL) -> SufficientStatistics:
        """One E-step; see `Engine.expectation`."""
        k, d = scores.locations.shape
        width = d + d % 2
        diagonal = scores.is_diagonal and (moments is Moments.DIAGONAL or d == 1)
        means, factors = np.zeros((k, width)), np.zeros((k, width) if diagonal else (k, width, width))
        means[:, :d], log_normalizers = scores.locations, LOG2_E * scores.offsets
        if diagonal:
            factors[:, :d] = HALF * scores.factors
        elif scores.is_diagonal:
            factors[:, range(d), range(d)] = HALF * scores.factors
        else:
            factors[:, :d, :d] = HALF * scores.factors
        size = _chunk(len(self._rows), k * (COST_OF_DENSITY + factors[0].size), factors.size)
        starts = range(0, len(self._rows), size)
        counts, sums = np.zeros((len(starts), k)), np.zeros((len(starts), k, width))
        scatter, log_likelihoods = np.zeros((len(starts), *factors.shape)), np.zeros(len(starts))
        accumulate = accumulate_diagonal if diagonal else accumulate_full

        def chunk(index: int) -> None:
            rows = slice(starts[index], starts[index] + size)
            log_likelihoods[index] = accumulate(
                self._rows[rows],
                self._weights[rows],
                means,
                factors,
                log_normalizers,
                counts[index],
                sums[index],
                scatter[index],
            )

        if len(starts) == 1:
            chunk(0)
        else:
            _share_out(chunk, len(starts))
        return SufficientStatistics(
            _added(counts),
            _added(sums)[:, :d],
            _moments(_added(scatter), d, moments),
            scores.locations,
            float(log_likelihoods.sum()),
        )

    def uses_all_cores(self, n_components: int) -> bool:
        """See `Engine.uses_all_cores`."""
        return self._rows.size * n_components >= SHARED_VALUES

    def iterations(
        self, model: Model[State], position: Position[State], tolerance: float, max_iterations: int
    ) -> Iterator[Chunk]:
        """Several at a time where rows are few and the M-step is compiled; see `Engine.iterations`."""
        of_any_kind: object = model
        state = position.state
        if isinstance(state, Mixture) and fits(of_any_kind, self._rows.shape, state.n_components):
            loop = FusedEM(self._rows, self._weights, of_any_kind, self, tolerance, max_iterations)
            return loop.chunks(cast("Position[Mixture]", position))
        return map(Chunk.of, em_from(self, model, position))

    def least_likely_row(self, scores: Scores) -> FloatArray:
        """The row of smallest density; see `Engine.least_likely_row`."""
        return self._slow.least_likely_row(scores)


def _chunk(n_rows: int, cost: int, sums: int) -> int:
    """How many rows a stretch has, whole blocks of them, at `cost` multiplications a row."""
    most = min(MAX_CHUNKS, max(4, MAX_SUMS // sums), max(1, n_rows // LEAST_ROWS))
    chunks = min(most, -(-n_rows * cost // CHUNK_COST))
    return -(-n_rows // (chunks * BLOCK)) * BLOCK


def _share_out(task: Callable[[int], None], n: int) -> None:
    """task(0) … task(n − 1), each once, by this thread and whichever of the others are free."""
    left = deque(range(n))

    def work(between: Callable[[], None]) -> None:
        while left:
            try:
                index = left.popleft()
            except IndexError:  # another thread took the last one
                return
            task(index)
            between()

    others = [_threads().submit(work, _nothing) for _ in range(min(_helpers(), n - 1))]
    try:
        work(checkpoint)
    finally:
        left.clear()
        for other in others:
            if not other.cancel():
                other.result()


def _nothing() -> None:
    """Only the thread that asked can be interrupted."""


def _added(parts: FloatArray) -> FloatArray:
    total: FloatArray = parts[0] if len(parts) == 1 else parts.sum(axis=0)
    return total


def _moments(scatter: FloatArray, d: int, moments: Moments) -> FloatArray:
    """What was asked for of D features, from diagonals (K, E) or matrices (K, E, E)."""
    if scatter.ndim == 2:
        return scatter[:, :d] if moments is Moments.DIAGONAL else scatter[:, :1, None]
    whole = scatter[:, :d, :d]
    return whole if moments is Moments.FULL else np.diagonal(whole, axis1=1, axis2=2)
