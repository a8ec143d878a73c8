"""What random starts look at: few rows, each different one once with its weight, in an order of their own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gmm_core.arrays import FloatArray, IntArray, column_range
from gmm_core.model.cost_of_narrowness import CostOfNarrowness

START_ROWS = 20_000
"""Random starts look at no more rows than this, drawn at random: a start need not be exact, and stays cheap."""
FAR = 0.5
"""How far beyond the drawn rows a row is far: so many times the width of their range."""
MAX_FAR = 1_000
"""So many far rows come along at most; where there are more, some of them are drawn."""
DIGITS = 9
"""How many decimals of whitened rows, of variance 1, are kept."""


@dataclass(frozen=True, eq=False)
class StartRows:
    """Different rows (M, D) in ascending order, with their weights (M,) and the weight that stands for one row.

    A row of weight 3 and the same row three times are one and the same here, wherever they stand in the data.
    """

    rows: FloatArray
    weights: FloatArray
    row_weight: float

    @classmethod
    def all(cls, rows: FloatArray, sample_weight: FloatArray | None) -> StartRows | None:
        """All rows, where they are no more than `START_ROWS`, whatever their weights; None otherwise."""
        n_rows = len(rows)
        if n_rows > START_ROWS:
            return None
        total = float(n_rows if sample_weight is None else sample_weight.sum())
        weights = np.ones(n_rows) if sample_weight is None else sample_weight
        return cls._merged(rows, weights, min(1.0, total / n_rows))

    @classmethod
    def drawn(
        cls,
        rows: FloatArray,
        sample_weight: FloatArray | None,
        n_components: int,
        rng: np.random.Generator,
        n_drawn: int = START_ROWS,
    ) -> StartRows:
        """`n_drawn` rows drawn by weight, K different ones among them if there are, and rows that lie far from these.

        One row is drawn from each of `n_drawn` equal parts of the total weight, so a weighted row and its
        repetitions in the same place are drawn alike. A few far rows may be a component of their own and would hardly
        ever be drawn: they come along, with the weight that they have beside the others.
        """
        n_rows = len(rows)
        total = float(n_rows if sample_weight is None else sample_weight.sum())
        place = (np.arange(n_drawn) + rng.random(n_drawn)) * (total / n_drawn)
        ends = np.arange(1.0, n_rows + 1) if sample_weight is None else np.cumsum(sample_weight)
        chosen = np.minimum(np.searchsorted(ends, place, side="right"), n_rows - 1)
        if len(distinct_rows(rows[chosen], n_components)) < n_components:
            needed = distinct_rows(rows, n_components)
            chosen[: len(needed)] = needed
        far = _far_from(rows, rows[chosen])
        weights = np.ones(len(far)) if sample_weight is None else sample_weight[far]
        together = np.concatenate([np.ones(n_drawn), weights * (n_drawn / total)])
        return cls._merged(rows[np.concatenate([chosen, far])], together, 1.0)

    @property
    def fewest_for_covariance(self) -> float:
        """The weight that a group of rows must have for a covariance of its own."""
        return (self.rows.shape[1] + 2) * self.row_weight

    @cached_property
    def cost(self) -> CostOfNarrowness:
        """What narrow components cost on these rows."""
        return CostOfNarrowness.of_rows(self.rows, self.weights)

    @cached_property
    def centre(self) -> FloatArray:
        """The mean of the rows, shape (D,)."""
        centre: FloatArray = self.weights @ self.rows / self.weights.sum()
        return centre

    @cached_property
    def whitened(self) -> FloatArray:
        """Principal components in unit variance; directions without variance are left out, unless all are.

        Rounded, for of few rows in many directions all are equally far apart, and rounding would tell which is nearer.
        """
        centred = self.rows - self.centre
        values, vectors = np.linalg.eigh((centred.T * self.weights) @ centred / self.weights.sum())
        kept = values > 1e-12 * values[-1]
        if not kept.any():
            return centred
        return np.round(np.ascontiguousarray(centred @ (vectors[:, kept] / np.sqrt(values[kept]))), DIGITS)

    @classmethod
    def _merged(cls, rows: FloatArray, weights: FloatArray, row_weight: float) -> StartRows:
        order = np.lexsort(rows.T[::-1])
        ordered = rows[order]
        first = np.ones(len(rows), dtype=np.bool_)
        first[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
        positions = np.flatnonzero(first)
        return cls(ordered[positions], np.add.reduceat(weights[order], positions), row_weight)


def _far_from(rows: FloatArray, drawn: FloatArray) -> IntArray:
    """The positions of rows (N, D) that lie far outside the range of the drawn ones (M, D), at most `MAX_FAR`.

    Far is further than `FAR` times the width of that range beyond its end, in some column; the farthest are taken.
    """
    lowest, highest = column_range(drawn)
    width = highest - lowest
    lowest_of_all, highest_of_all = column_range(rows)
    beyond = np.maximum(lowest - lowest_of_all, highest_of_all - highest)
    farness = np.zeros(len(rows))
    for column in np.flatnonzero(beyond > FAR * width):
        values = rows[:, column]
        outside = np.maximum(lowest[column] - values, values - highest[column])
        is_far = outside > FAR * width[column]
        unit = width[column] or beyond[column]
        farness[is_far] = np.maximum(farness[is_far], outside[is_far] / unit)
    far = np.flatnonzero(farness)
    return far[np.argsort(-farness[far], kind="stable")[:MAX_FAR]]


def distinct_rows(rows: FloatArray, wanted: int) -> IntArray:
    """The positions of the first `wanted` rows that differ from one another, or of all there are."""
    seen: dict[bytes, int] = {}
    for position, row in enumerate(rows):
        seen.setdefault((row + 0.0).tobytes(), position)  # adding zero turns −0 into 0, which has other bytes
        if len(seen) == wanted:
            break
    return np.fromiter(seen.values(), dtype=np.int64)
