"""What random starts have computed, by NumPy and scikit-learn, for any model."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from math import isfinite

import numpy as np

from gmm_core.arrays import BoolArray, FloatArray, IntArray
from gmm_core.em import em_iterations
from gmm_core.engines.blocked import BlockedEngine
from gmm_core.errors import ExplorerError
from gmm_core.k_means import far_apart, k_means_labels, nearest
from gmm_core.mixture import Mixture
from gmm_core.model import GaussianModel
from gmm_core.start_rows import StartRows
from gmm_core.statistics import SufficientStatistics

SAME = 1e-9
"""Short runs whose mean log-likelihoods differ by less are equally good, and the first of them is taken."""


class NumPyStarting:
    """See `gmm_core.engines.protocol.Starting`."""

    def k_means_labels(self, rows: FloatArray, weights: FloatArray, n_clusters: int, seed: int) -> IntArray:
        """See `Starting.k_means_labels`."""
        return k_means_labels(rows, weights, n_clusters, seed)

    def far_apart(self, rows: FloatArray, weights: FloatArray, n: int, seed: int) -> IntArray:
        """See `Starting.far_apart`."""
        return far_apart(rows, weights, n, seed)

    def rough_m_step(
        self, model: GaussianModel, sample: StartRows, responsibilities: FloatArray
    ) -> tuple[Mixture, BoolArray]:
        """See `Starting.rough_m_step`."""
        statistics = SufficientStatistics.from_responsibilities(sample.rows, responsibilities, sample.weights)
        within, counts = statistics.within_scatter(), statistics.counts
        small = counts < sample.fewest_for_covariance
        if small.all():  # the origin is the mean of all rows, so the scatter about it is the total one
            within = np.repeat(statistics.scatter.sum(axis=0, keepdims=True), len(counts), axis=0)
            within *= (counts / statistics.total)[:, None, None]
        elif small.any():
            pooled = within[~small].sum(axis=0) / counts[~small].sum()
            within = np.where(small[:, None, None], pooled * counts[:, None, None], within)
        covariances, at_floor = model.structure.m_step(within, counts, None, model.regularization)
        return Mixture(statistics.weights(), statistics.means(), covariances), at_floor

    def likeliest_short_run(
        self,
        model: GaussianModel,
        first: StartRows,
        sample: StartRows,
        points: IntArray,
        stages: Sequence[tuple[int, int]],
    ) -> Mixture | None:
        """See `Starting.likeliest_short_run`."""
        same = SAME * sample.weights.sum()
        begun = [
            self.rough_m_step(model, sample, nearest(sample.rows, sample.rows[chosen])) for chosen in points
        ]
        mixtures = [mixture for mixture, _ in begun]
        heights = np.array([-np.inf if at_floor.any() else 0.0 for _, at_floor in begun])
        positions = list(range(len(points)))
        for (most, n_iterations), rows in zip(stages, (first, *[sample] * (len(stages) - 1)), strict=True):
            engine = BlockedEngine(rows.rows, rows.weights)
            positions = _highest(heights, positions, most, same)
            for position in positions:
                steps = em_iterations(engine, model, mixtures[position])
                try:
                    path = list(islice(steps, n_iterations + 1))
                except ExplorerError:  # from here there is no likelihood to go on with
                    heights[position] = -np.inf
                    continue
                usual = all(not step.reseeded and not step.at_floor.any() for step in path)
                heights[position] = path[-2].log_likelihood if usual else -np.inf
                mixtures[position] = path[-1].mixture
        return next((mixtures[position] for position in _highest(heights, positions, 1, same)), None)


def _highest(heights: FloatArray, positions: Sequence[int], most: int, same: float) -> list[int]:
    """The positions of the highest, in their order; of heights no further apart than `same` the first ones."""
    left = {position: height for position in positions if isfinite(height := float(heights[position]))}
    best: list[int] = []
    while left and len(best) < most:
        bar = max(left.values()) - same
        best.append(next(position for position, height in left.items() if height >= bar))
        del left[best[-1]]
    return best
