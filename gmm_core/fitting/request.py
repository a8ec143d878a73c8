"""All that is asked of a fit, as one frozen value: of which rows, what model, from where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.arrays import FloatArray
from gmm_core.engines.choice import AUTOMATIC
from gmm_core.fitting.specification import FitSpecification
from gmm_core.rows.distinct_rows import CanonicalRows
from gmm_core.rows.matrix import as_matrix, names_in_sentences
from gmm_core.rows.weights import as_row_weights
from gmm_core.starts.kinds import SPLITS, GivenLabels, Start, random_starts


@dataclass(frozen=True, eq=False)
class GivenRows:
    """The rows of a fit as they were given; validated and put in order once, when that is first asked for.

    Parameters
    ----------
    X : (N, D)
        Rows of finite numbers.
    columns : sequence of str, optional
        Names for error messages.
    sample_weight : (N,), optional
        How often each row counts, ≥ 0.
    """

    X: ArrayLike
    columns: Sequence[str] | None = None
    sample_weight: ArrayLike | None = None

    def validated(self) -> tuple[FloatArray, FloatArray | None]:
        """The rows (N, D) in float64 and their weights (N,), if any; raises `DataError` where they are none."""
        rows = as_matrix(self.X, self.columns)
        return rows, None if self.sample_weight is None else as_row_weights(self.sample_weight, len(rows))

    @cached_property
    def canonical(self) -> CanonicalRows:
        """Every different row once, in an order of their own; what is kept of the validated rows."""
        return CanonicalRows.of(*self.validated())

    def some(self, most: int, seed: int, stream: int) -> GivenRows:
        """All rows, or `most` of the different ones drawn at random, with their weights.

        `stream` sets the random numbers apart from others of the same seed.
        """
        canonical = self.canonical
        if len(canonical.rows) <= most:
            return self
        rng = np.random.default_rng(np.random.SeedSequence([seed, stream]))
        drawn = np.sort(rng.choice(len(canonical.rows), most, replace=False))
        weights = None if canonical.weights is None else canonical.weights[drawn]
        return GivenRows(canonical.rows[drawn], sample_weight=weights)

    def names(self, n_columns: int) -> list[str]:
        """What sentences call so many columns."""
        return names_in_sentences(n_columns, self.columns)


@dataclass(frozen=True, eq=False)
class FitRequest:
    """All that is asked of a fit; see `gmm_core.fitting.fit.fitting`.

    `replace` makes another request of the same rows, which are not validated again.

    Parameters
    ----------
    rows : GivenRows
        With their weights and the names of their columns.
    specification : FitSpecification
        The model and how it is sought.
    starts : sequence of Start or None
        Where the restarts begin; None for the random starts of the specification.
    engine : str
        A name of `ENGINES`, or `AUTOMATIC`.
    keep_order : bool
        Leave the components in the order of the start, not in the canonical one.
    """

    rows: GivenRows
    specification: FitSpecification
    starts: Sequence[Start] | None = None
    engine: str = AUTOMATIC
    keep_order: bool = False

    @property
    def grows(self) -> bool:
        """Whether the fit of one component fewer is asked for too, and starts from it."""
        return self.starts is None and self.specification.init == SPLITS

    def in_order(self) -> tuple[CanonicalRows, list[Start]]:
        """The rows in their canonical order, and the starts, whose labels follow it.

        Equal rows that labels tell apart are different ones. Labels that fit no rows make a start that fails.
        """
        specification = self.specification
        if self.starts is None:
            random = random_starts(specification.init, specification.n_init, specification.seed)
            return self.rows.canonical, [*random]
        if not any(isinstance(start, GivenLabels) for start in self.starts):
            return self.rows.canonical, [*self.starts]
        rows, weights = self.rows.validated()
        starts = [
            start.for_rows(len(rows)) if isinstance(start, GivenLabels) else start for start in self.starts
        ]
        labels = [np.asarray(start.labels) for start in starts if isinstance(start, GivenLabels)]
        canonical = CanonicalRows.of(rows, weights, labels)
        return canonical, [
            start.of_rows(canonical.positions) if isinstance(start, GivenLabels) else start
            for start in starts
        ]
