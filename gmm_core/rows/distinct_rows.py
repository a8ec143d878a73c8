"""The rows of a fit in an order of their own, each different one once, so that order and repetition do not matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gmm_core.arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class CanonicalRows:
    """Different rows in ascending order, and how often each counts.

    Parameters
    ----------
    rows : (M, D)
        Every different row once, by its first value, then the next; 0 and −0 are one value.
    weights : (M,) or None
        Their weights > 0, with the sum M whatever unit they were given in; None where all count alike.
    total_weight : float
        The sum of the weights as they were given; without any, how many rows there were.
    positions : (M,)
        Where each row was found: the rows that were merged into it have the same labels.
    """

    rows: FloatArray
    weights: FloatArray | None
    total_weight: float
    positions: IntArray

    @classmethod
    def of(
        cls, rows: FloatArray, sample_weight: FloatArray | None, labels: Sequence[IntArray] = ()
    ) -> CanonicalRows:
        """Of rows (N, D) and their weights (N,); equal rows stay apart where one of the `labels` (N,) tells them apart.

        A row of weight 0 is no row.
        """
        kept = None if sample_weight is None or sample_weight.all() else np.flatnonzero(sample_weight)
        if kept is not None and sample_weight is not None:
            rows, sample_weight = rows[kept], sample_weight[kept]
            labels = [values[kept] for values in labels]
        order, first = ascending(rows, labels)
        positions = order if first.all() else order[first]
        weights, total_weight = _merged_weights(sample_weight, order, first)
        ordered = rows[positions]
        ordered += 0.0  # turns −0 into 0
        return cls(ordered, weights, total_weight, positions if kept is None else kept[positions])

    @property
    def unit(self) -> float:
        """How much of the weights as they were given a weight of 1 stands for here."""
        return self.total_weight / len(self.rows)


def ascending(rows: FloatArray, labels: Sequence[IntArray] = ()) -> tuple[IntArray, BoolArray]:
    """The order (N,) of rows by one column after another, then by labels; and which (N,) differ from the one before.

    Most often the first column tells all rows apart; the others sort only such rows as are still alike.
    """
    columns = [*rows.T, *labels]
    order = np.argsort(columns[0], kind="stable")
    first = _changes(columns[0][order])
    for column in columns[1:]:
        if first.all():
            break
        alike = ~first
        alike[:-1] |= alike[1:]
        places = np.flatnonzero(alike)
        rows_alike = order[places]
        groups, values = np.cumsum(first)[places], column[rows_alike]
        resorted = np.lexsort((values, groups))
        order[places] = rows_alike[resorted]
        first[places] |= _changes(values[resorted])
    return order, first


def _changes(values: FloatArray) -> BoolArray:
    """Which of the values differs from the one before; the first one does."""
    changes = np.ones(len(values), dtype=np.bool_)
    changes[1:] = values[1:] != values[:-1]
    return changes


def _merged_weights(
    sample_weight: FloatArray | None, order: IntArray, first: BoolArray
) -> tuple[FloatArray | None, float]:
    """The weights of the merged rows over their mean, None where all are alike; and the sum before that."""
    if sample_weight is None and first.all():
        return None, float(len(order))
    each = np.ones(len(order)) if sample_weight is None else sample_weight[order]
    # Equal rows in ascending order of weight, so that the sum has the same bytes however they stood.
    each = each[np.lexsort((each, np.cumsum(first)))]
    sums = np.add.reduceat(each, np.flatnonzero(first))
    total = float(sums.sum())
    if sums.min() == sums.max():
        return None, total
    merged: FloatArray = sums / total * len(sums)
    return merged, total
