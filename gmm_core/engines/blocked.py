"""The NumPy engine: block after block, so that memory is bounded by the block and not by N × K."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.em import LIGHTEST, em_iterations
from gmm_core.history import Stretch
from gmm_core.interruption import checkpoint
from gmm_core.model import Model, State
from gmm_core.scores import Scores, log_sum_exp, rows_per_block
from gmm_core.statistics import Moments, SufficientStatistics


class BlockedEngine:
    """E-steps over float64 rows X (N, D) in blocks of a few thousand; work arrays take some 5 MiB whatever N is.

    Blocks are added up in one fixed order, so the same data gives the same bytes.
    """

    def __init__(self, X: FloatArray, sample_weight: FloatArray | None = None) -> None:
        self._rows = X
        self._sample_weight = sample_weight
        self.total_weight = float(len(X) if sample_weight is None else sample_weight.sum())
        self.row_weight = min(1.0, self.total_weight / len(X))
        lightest = 1.0 if sample_weight is None else float(sample_weight.min())
        self.lightest_row = max(lightest, LIGHTEST * self.total_weight / len(X))

    @property
    def n_features(self) -> int:
        """D, the number of features."""
        return self._rows.shape[1]

    def expectation(self, scores: Scores, moments: Moments = Moments.FULL) -> SufficientStatistics:
        """One E-step; see `Engine.expectation`."""
        k, d = scores.locations.shape
        counts, sums, scatter = (
            np.zeros(k),
            np.zeros((k, d)),
            np.zeros((k, d, d) if moments is Moments.FULL else (k, d)),
        )
        log_likelihood = 0.0
        for block, weight in self._blocks(scores):
            from_locations = scores.differences(block)
            log_joint = scores.of_differences(from_locations)
            largest = log_joint.max(axis=0)
            responsibilities = np.exp(log_joint - largest)
            density = responsibilities.sum(axis=0)
            log_density = largest + np.log(density)
            responsibilities /= density
            if weight is None:
                log_likelihood += float(log_density.sum())
            else:
                log_likelihood += float(log_density @ weight)
                responsibilities *= weight
            weighted = responsibilities[:, None, :] * from_locations
            counts += responsibilities.sum(axis=1)
            sums += weighted.sum(axis=2)
            if moments is Moments.FULL:
                scatter += weighted @ from_locations.transpose(0, 2, 1)
            else:
                scatter += np.einsum("kdb,kdb->kd", weighted, from_locations)
        return SufficientStatistics(counts, sums, scatter, scores.locations, log_likelihood)

    def uses_all_cores(self, n_components: int) -> bool:
        """It does not: NumPy's sums have one thread; see `Engine.uses_all_cores`."""
        return False

    def iterations(
        self, model: Model[State], start: State, tolerance: float, max_iterations: int
    ) -> Iterator[Stretch]:
        """One at a time; see `Engine.iterations`."""
        return map(Stretch.of, em_iterations(self, model, start))

    def least_likely_row(self, scores: Scores) -> FloatArray:
        """The row of smallest density; see `Engine.least_likely_row`."""
        smallest, row = np.inf, self._rows[0]
        for block, _ in self._blocks(scores):
            log_density = log_sum_exp(scores.of(block))
            position = int(log_density.argmin())
            if log_density[position] < smallest:
                smallest, row = float(log_density[position]), block[position]
        return row

    def _blocks(self, scores: Scores) -> Iterator[tuple[FloatArray, FloatArray | None]]:
        size = rows_per_block(*scores.locations.shape)
        for first in range(0, len(self._rows), size):
            checkpoint()
            rows = slice(first, first + size)
            yield self._rows[rows], None if self._sample_weight is None else self._sample_weight[rows]
