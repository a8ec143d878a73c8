"""The request for a fit as one frozen value: the rows, the model, the starts and the engine."""

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
    """The rows of a fit as the caller gave them; they are validated and ordered once, on first use.

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
        """Return the rows (N, D) as float64 and their weights (N,) or None; raises `DataError` if either is invalid."""
        rows = as_matrix(self.X, self.columns)
        return rows, None if self.sample_weight is None else as_row_weights(self.sample_weight, len(rows))

    @cached_property
    def canonical(self) -> CanonicalRows:
        """Every distinct row once, in canonical order; the validated copy of the rows is not kept."""
        return CanonicalRows.of(*self.validated())

    def some(self, most: int, seed: int, stream: int) -> GivenRows:
        """Return all rows, or `most` of the distinct ones drawn at random, with their weights.

        `stream` separates the random numbers from others of the same seed.
        """
        canonical = self.canonical
        if len(canonical.rows) <= most:
            return self
        rng = np.random.default_rng(np.random.SeedSequence([seed, stream]))
        drawn = np.sort(rng.choice(len(canonical.rows), most, replace=False))
        weights = None if canonical.weights is None else canonical.weights[drawn]
        return GivenRows(canonical.rows[drawn], sample_weight=weights)

    def names(self, n_columns: int) -> list[str]:
        """The names of the `n_columns` columns for use in sentences."""
        return names_in_sentences(n_columns, self.columns)


@dataclass(frozen=True, eq=False)
class FitRequest:
    """The request for a fit; see `gmm_core.fitting.fit.fitting`.

    A request made by `dataclasses.replace` shares the rows, which are not validated again.

    Parameters
    ----------
    rows : GivenRows
        The rows, their weights and the names of their columns.
    specification : FitSpecification
        The model and how it is fitted.
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
        """True if the fit is nested: it also starts from the fit with one component fewer."""
        return self.starts is None and self.specification.init == SPLITS

    def in_order(self) -> tuple[CanonicalRows, list[Start]]:
        """Return the rows in canonical order, and the starts with their labels in the same order.

        Equal rows with different labels stay separate. A start whose labels do not match the rows fails.
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
