"""The compiled engine: an E-step in chunks of rows, shared among threads."""

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
from gmm_core.engines.numba.arguments import BinaryScores, Statistics
from gmm_core.engines.numba.kernel import BLOCK, HALF, LOG2_E, accumulate_diagonal, accumulate_full
from gmm_core.engines.numba.stretches_of_em import FusedEM, fits
from gmm_core.engines.threads import cores, cores_of_process
from gmm_core.model.likelihood_model import Model, State
from gmm_core.model.mixture import Mixture
from gmm_core.model.scores import Scores
from gmm_core.model.statistics import Moments, SufficientStatistics

CHUNK_COST = 3 << 20
"""The multiplications in one chunk, about a quarter of a millisecond: enough that sharing chunks among threads pays."""
LEAST_ROWS = 4 * BLOCK
"""The fewest rows in a chunk: a smaller one would spend its time on clearing and adding up its sums."""
MAX_CHUNKS = 64
"""The most chunks: each has its own sums until all are added up, and this many keep any number of cores busy."""
MAX_SUMS = 1 << 22
"""The most numbers in the sums of all chunks together (32 MiB), unless four chunks have more."""
NO_WEIGHTS = np.empty(0)
"""The weights if every row counts once; compiled code is faster without than with weights of 1."""
SHARED_VALUES = 1 << 23
"""From this many row values × components on, an E-step keeps all cores busy by itself."""


def _helpers() -> int:
    """The number of threads besides the calling one."""
    return cores() - 1


@cache
def _threads() -> ThreadPoolExecutor:
    """Threads for chunks alone: none of these waits for another task, nor behind a whole restart."""
    return ThreadPoolExecutor(max(1, cores_of_process() - 1), thread_name_prefix="expectation")


if hasattr(os, "register_at_fork"):  # a child has no threads but the one that forked
    os.register_at_fork(after_in_child=_threads.cache_clear)


class CompiledEngine:
    """E-steps by the compiled kernel.

    The sizes of chunks do not depend on the number of threads, and sums are added up in the order of the rows; so the
    result is the same to the last bit with any number of threads.
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

    def expectation(self, scores: Scores, moments: Moments = Moments.FULL) -> SufficientStatistics:
        """One E-step; see `Engine.expectation`."""
        k, d = scores.locations.shape
        width = d + d % 2
        diagonal = scores.is_diagonal and (moments is Moments.DIAGONAL or d == 1)
        means, factors = np.zeros((k, width)), np.zeros((k, width) if diagonal else (k, width, width))
        means[:, :d] = scores.locations
        if diagonal:
            factors[:, :d] = HALF * scores.factors
        elif scores.is_diagonal:
            factors[:, range(d), range(d)] = HALF * scores.factors
        else:
            factors[:, :d, :d] = HALF * scores.factors
        binary_scores = BinaryScores(means, factors, LOG2_E * scores.offsets)
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
                binary_scores,
                Statistics(counts[index], sums[index], scatter[index]),
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
    """The number of rows in a chunk, a multiple of `BLOCK`.

    `cost` is the number of multiplications for a row, `sums` that of the numbers in a chunk's sums.
    """
    most = min(MAX_CHUNKS, max(4, MAX_SUMS // sums), max(1, n_rows // LEAST_ROWS))
    chunks = min(most, -(-n_rows * cost // CHUNK_COST))
    return -(-n_rows // (chunks * BLOCK)) * BLOCK


def _share_out(task: Callable[[int], None], n: int) -> None:
    """Run task(0) … task(n − 1), each once, in this thread and in those of the others that are free."""
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
    """Do nothing between two tasks: only the calling thread can be interrupted."""


def _added(parts: FloatArray) -> FloatArray:
    total: FloatArray = parts[0] if len(parts) == 1 else parts.sum(axis=0)
    return total


def _moments(scatter: FloatArray, d: int, moments: Moments) -> FloatArray:
    """The requested second moments of D features, from diagonals (K, E) or matrices (K, E, E)."""
    if scatter.ndim == 2:
        return scatter[:, :d] if moments is Moments.DIAGONAL else scatter[:, :1, None]
    whole = scatter[:, :d, :d]
    return whole if moments is Moments.FULL else np.diagonal(whole, axis1=1, axis2=2)
