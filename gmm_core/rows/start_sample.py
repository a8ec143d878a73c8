"""The rows that random starts use: at most some 20,000, sorted, with equal ones merged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from gmm_core.arrays import FloatArray, IntArray, column_range
from gmm_core.model.cost_of_narrowness import CostOfNarrowness

START_ROWS = 20_000
"""The most rows that random starts draw: a start need not be exact, and must be cheap."""
FAR = 0.5
"""A row is far if it lies beyond the range of the drawn rows, in some column, by more than this share of its width."""
MAX_FAR = 1_000
"""At most this many far rows, the farthest, are added to those drawn."""
DIGITS = 9
"""The number of decimals to which whitened rows (variance 1) are rounded."""


@dataclass(frozen=True, eq=False)
class StartRows:
    """Distinct rows in ascending order with their weights, so that weighting and repetition are equivalent.

    Parameters
    ----------
    rows : (M, D)
        The distinct rows.
    weights : (M,)
        Their weights.
    row_weight : float
        The weight that counts as one row.
    complete : bool
        True if these are all rows, not a draw.
    """

    rows: FloatArray
    weights: FloatArray
    row_weight: float
    complete: bool = False

    @classmethod
    def all(cls, rows: FloatArray, sample_weight: FloatArray | None) -> StartRows | None:
        """The sample of all rows; None if there are more than `START_ROWS`."""
        n_rows = len(rows)
        if n_rows > START_ROWS:
            return None
        total = float(n_rows if sample_weight is None else sample_weight.sum())
        weights = np.ones(n_rows) if sample_weight is None else sample_weight
        return replace(cls._merged(rows, weights, min(1.0, total / n_rows)), complete=True)

    @classmethod
    def drawn(
        cls,
        rows: FloatArray,
        sample_weight: FloatArray | None,
        n_components: int,
        rng: np.random.Generator,
        n_drawn: int = START_ROWS,
    ) -> StartRows:
        """Draw rows by weight, and add rows that lie far from the drawn ones.

        One row is drawn from each of `n_drawn` equal parts of the total weight, so a weighted row and its consecutive
        repetitions are drawn alike. A few far rows may form a component of their own but are seldom drawn; so they are
        added, with weights in proportion to the drawn ones.

        Parameters
        ----------
        rows : (N, D)
            The rows to draw from.
        sample_weight : (N,) or None
            Their weights; None if each counts once.
        n_components : int
            K; at least K of the drawn rows are distinct if the data has K distinct rows.
        rng : numpy.random.Generator
            The source of randomness.
        n_drawn : int
            How many rows are drawn, before equal ones are merged.
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

    def thinned(self, n: int) -> FloatArray:
        """About n of the rows, evenly spaced in their order."""
        return self.rows[:: max(1, len(self.rows) // n)]

    @property
    def fewest_for_covariance(self) -> float:
        """The smallest weight of a group of rows that gets its own covariance: that of D + 2 rows."""
        return (self.rows.shape[1] + 2) * self.row_weight

    @cached_property
    def cost(self) -> CostOfNarrowness:
        """The penalty for narrow components on these rows."""
        return CostOfNarrowness.of_rows(self.rows, self.weights)

    @cached_property
    def centre(self) -> FloatArray:
        """The weighted mean of the rows, shape (D,)."""
        centre: FloatArray = self.weights @ self.rows / self.weights.sum()
        return centre

    @cached_property
    def whitened(self) -> FloatArray:
        """The principal components scaled to variance 1, without directions of no variance; shape (M, ≤ D).

        If no direction has variance, the centred rows. Values are rounded to `DIGITS` decimals: few rows in many
        directions are all equally far apart, and rounding errors would otherwise decide which of them are nearest.
        """
        centred = self.rows - self.centre
        values, vectors = np.linalg.eigh((centred.T * self.weights) @ centred / self.weights.sum())
        varying = values > 1e-12 * values[-1]
        if not varying.any():
            return centred
        return np.round(
            np.ascontiguousarray(centred @ (vectors[:, varying] / np.sqrt(values[varying]))), DIGITS
        )

    @classmethod
    def _merged(cls, rows: FloatArray, weights: FloatArray, row_weight: float) -> StartRows:
        order = np.lexsort(rows.T[::-1])
        ordered = rows[order]
        first = np.ones(len(rows), dtype=np.bool_)
        first[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
        positions = np.flatnonzero(first)
        return cls(ordered[positions], np.add.reduceat(weights[order], positions), row_weight)


def _far_from(rows: FloatArray, drawn: FloatArray) -> IntArray:
    """The positions of the rows (N, D) that are far from the drawn ones (M, D), the farthest first, at most `MAX_FAR`.

    A row is far if some value lies beyond the range of the drawn ones by more than `FAR` times its width.
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
    """The positions of the first `wanted` distinct rows, or of all distinct rows if there are fewer."""
    seen: dict[bytes, int] = {}
    for position, row in enumerate(rows):
        seen.setdefault((row + 0.0).tobytes(), position)  # adding 0 turns −0, which has other bytes, into 0
        if len(seen) == wanted:
            break
    return np.fromiter(seen.values(), dtype=np.int64)
