"""The NumPy engine: it works through the rows in blocks, so that memory is bounded by the block and not by N × K."""

from __future__ import annotations

from collections.abc import Iterator
from operator import add

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.em.iteration import Position
from gmm_core.em.loop import LIGHTEST, em_from
from gmm_core.em.trajectory import Chunk
from gmm_core.engines.cancellation import checkpoint
from gmm_core.model.likelihood_model import Model, State
from gmm_core.model.scores import Scores, log_sum_exp, rows_per_block
from gmm_core.model.statistics import Moments, SufficientStatistics
from gmm_core.rows.blocks import over_blocks


class BlockedEngine:
    """E-steps over float64 rows X (N, D) with NumPy, in blocks of a few thousand rows; see `Engine`.

    Temporary arrays take about 5 MiB for any N. Blocks are summed in a fixed order, so the same data gives the same
    bytes.
    """

    def __init__(self, X: FloatArray, sample_weight: FloatArray | None = None) -> None:
        self._rows = X
        self._sample_weight = sample_weight
        self.total_weight = float(len(X) if sample_weight is None else sample_weight.sum())
        self.row_weight = min(1.0, self.total_weight / len(X))
        lightest = 1.0 if sample_weight is None else float(sample_weight.min())
        self.lightest_row = max(lightest, LIGHTEST * self.total_weight / len(X))

    @property
    def name(self) -> str:
        """See `Engine.name`."""
        return "blocked"

    def expectation(self, scores: Scores, moments: Moments = Moments.FULL) -> SufficientStatistics:
        """One E-step; see `Engine.expectation`."""

        def of_block(rows: slice) -> SufficientStatistics:
            checkpoint()
            from_locations = scores.differences(self._rows[rows])
            log_joint = scores.of_differences(from_locations)
            largest = log_joint.max(axis=0)
            responsibilities = np.exp(log_joint - largest)
            density = responsibilities.sum(axis=0)
            log_density = largest + np.log(density)
            responsibilities /= density
            if self._sample_weight is None:
                log_likelihood = float(log_density.sum())
            else:
                weight = self._sample_weight[rows]
                log_likelihood = float(log_density @ weight)
                responsibilities *= weight
            weighted = responsibilities[:, None, :] * from_locations
            return SufficientStatistics(
                responsibilities.sum(axis=1),
                weighted.sum(axis=2),
                weighted @ from_locations.transpose(0, 2, 1)
                if moments is Moments.FULL
                else np.einsum("kdb,kdb->kd", weighted, from_locations),
                scores.locations,
                log_likelihood,
            )

        return over_blocks(len(self._rows), rows_per_block(*scores.locations.shape), of_block, add)

    def uses_all_cores(self, n_components: int) -> bool:
        """False, because NumPy's sums run on one thread; see `Engine.uses_all_cores`."""
        return False

    def iterations(
        self, model: Model[State], position: Position[State], tolerance: float, max_iterations: int
    ) -> Iterator[Chunk]:
        """Chunks of one iteration each; see `Engine.iterations`."""
        return map(Chunk.of, em_from(self, model, position))

    def least_likely_row(self, scores: Scores) -> FloatArray:
        """The row of smallest density; see `Engine.least_likely_row`."""

        def of_block(rows: slice) -> tuple[float, int]:
            checkpoint()
            log_density = log_sum_exp(scores.of(self._rows[rows]))
            position = int(log_density.argmin())
            return float(log_density[position]), rows.start + position

        _, position = over_blocks(len(self._rows), rows_per_block(*scores.locations.shape), of_block, min)
        return self._rows[position]
