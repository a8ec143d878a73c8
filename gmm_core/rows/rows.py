"""The rows of a fit and their weights; all other code sees the data through passes, samples and the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from operator import add
from typing import TypeVar

import numpy as np

from gmm_core.arrays import BoolArray, FloatArray, column_range
from gmm_core.engines.choice import engine_named
from gmm_core.engines.protocol import Engine
from gmm_core.model.cost_of_narrowness import CostOfNarrowness
from gmm_core.model.statistics import SufficientStatistics
from gmm_core.rows.blocks import over_blocks
from gmm_core.rows.distinct_rows import ascending
from gmm_core.rows.start_sample import START_ROWS, StartRows, distinct_rows

Part = TypeVar("Part")
"""The result of one block of a pass, and of several combined."""
Values = TypeVar("Values", bound=np.ndarray)
"""An array (N,) with one value for each row."""

BLOCK_VALUES = 1 << 18
"""The number of values per block of a pass (2 MiB as float64), so that a block's work arrays stay in cache."""


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows (N, D) of a fit, with weights > 0 (N,), or None if each counts once.

    `reduce` passes over all rows, in blocks; the E-steps run in an `engine`; code that compares rows with one another
    takes a `sample`.
    """

    _values: FloatArray
    _weights: FloatArray | None = None

    def __len__(self) -> int:
        return len(self._values)

    @property
    def shape(self) -> tuple[int, int]:
        """N and D."""
        n_rows, n_features = self._values.shape
        return n_rows, n_features

    @property
    def n_features(self) -> int:
        """D."""
        return self._values.shape[1]

    @cached_property
    def total_weight(self) -> float:
        """N, or the sum of the weights."""
        return float(len(self) if self._weights is None else self._weights.sum())

    @property
    def least_weight(self) -> float:
        """The weight of the lightest row."""
        return 1.0 if self._weights is None else float(self._weights.min())

    @property
    def first(self) -> FloatArray:
        """The first row (D,): sums of differences from it stay accurate even if the data is far from zero."""
        return self._values[0]

    # Passes over all rows.

    def reduce(
        self,
        of_block: Callable[[FloatArray, FloatArray | None], Part],
        together: Callable[[Part, Part], Part] = add,
        *,
        block_rows: int | None = None,
        shared: bool = False,
    ) -> Part:
        """Pass over all rows in blocks, and combine the results in the order of the blocks.

        Parameters
        ----------
        of_block : (rows (B, D), weights (B,) or None) -> Part
            The function of one block.
        together : (Part, Part) -> Part
            Combines the results of two blocks; by default their sum.
        block_rows : int, optional
            B, the rows per block; by default `BLOCK_VALUES` / D.
        shared : bool
            True to let threads share the blocks.
        """
        size = block_rows or max(1, BLOCK_VALUES // self.n_features)
        return over_blocks(
            len(self), size, lambda block: of_block(*self._block(block)), together, shared=shared
        )

    @cached_property
    def mean(self) -> FloatArray:
        """Σ_n w_n x_n / Σ_n w_n, shape (D,)."""
        total = self.reduce(lambda rows, weights: rows.sum(axis=0) if weights is None else weights @ rows)
        mean: FloatArray = total / self.total_weight
        return mean

    @cached_property
    def range(self) -> tuple[FloatArray, FloatArray]:
        """The smallest and the largest value of each column, (D,) and (D,)."""
        return self.reduce(
            lambda rows, _: column_range(rows),
            lambda one, other: (np.minimum(one[0], other[0]), np.maximum(one[1], other[1])),
        )

    def moments(self, responsibilities: Callable[[FloatArray, slice], FloatArray]) -> SufficientStatistics:
        """The moments of given responsibilities about the mean of the rows.

        `responsibilities` is a function of a block of rows (B, D) and its slice that returns (B, K).
        """
        centre = self.mean

        def of_block(block: slice) -> SufficientStatistics:
            rows, weights = self._block(block)
            return SufficientStatistics.from_responsibilities(
                rows, responsibilities(rows, block), weights, centre
            )

        return over_blocks(len(self), max(1, BLOCK_VALUES // self.n_features), of_block, add)

    @cached_property
    def cost(self) -> CostOfNarrowness:
        """The penalty for narrow components on these rows."""
        return CostOfNarrowness.of_rows(self._values, self._weights)

    def engine(self, name: str) -> Engine:
        """The engine of that name, which runs the E-steps over these rows."""
        return engine_named(name, self._values, self._weights)

    # Values for each row.

    def of_each(self, function: Callable[[FloatArray], Values]) -> Values:
        """The values (N,) of a function of the rows (N, D)."""
        return function(self._values)

    def average(self, values: FloatArray) -> float:
        """The weighted mean of values (N,), one for each row."""
        return float(np.average(values, weights=self._weights))

    # Other rows.

    def changed(self, change: Callable[[FloatArray], FloatArray]) -> Rows:
        """The rows that a function of all rows (N, D) returns, with the same weights."""
        return Rows(change(self._values), self._weights)

    def where(self, chosen: BoolArray) -> Rows:
        """The rows for which the mask (N,) is true, with their weights."""
        return Rows(self._values[chosen], None if self._weights is None else self._weights[chosen])

    def n_different(self, most: int | None = None) -> int:
        """The number of distinct rows; counting stops at `most`."""
        if most is not None:
            return len(distinct_rows(self._values, most))
        return int(ascending(self._values)[1].sum()) if len(self) else 0

    @property
    def medians(self) -> FloatArray:
        """The median of each column (D,), every row counted once."""
        return np.asarray(np.median(self._values, axis=0))

    # Samples.

    def sample(self, n_components: int, rng: np.random.Generator) -> StartRows:
        """The rows that a random start uses: all distinct ones, or about `START_ROWS` drawn by `rng` if there are more.

        They include K different rows if the data has K.
        """
        return self._all_for_starts or self.drawn(n_components, rng, START_ROWS)

    def drawn(self, n_components: int, rng: np.random.Generator, n_drawn: int) -> StartRows:
        """`n_drawn` rows drawn by weight, with equal ones merged; see `StartRows.drawn`."""
        return StartRows.drawn(self._values, self._weights, n_components, rng, n_drawn)

    def some(self, most: int, seed: int, stream: int) -> Rows:
        """Return all rows, or `most` of them drawn at random, in order and with their weights.

        `stream` separates the random numbers from others of the same seed.
        """
        if len(self) <= most:
            return self
        rng = np.random.default_rng(np.random.SeedSequence([seed, stream]))
        chosen = np.sort(rng.choice(len(self), most, replace=False))
        return Rows(self._values[chosen], None if self._weights is None else self._weights[chosen])

    @classmethod
    def of_sample(cls, sample: StartRows) -> Rows:
        """The rows of a sample, with their weights."""
        return cls(sample.rows, sample.weights)

    @cached_property
    def _all_for_starts(self) -> StartRows | None:
        return StartRows.all(self._values, self._weights)

    def _block(self, block: slice) -> tuple[FloatArray, FloatArray | None]:
        return self._values[block], None if self._weights is None else self._weights[block]
