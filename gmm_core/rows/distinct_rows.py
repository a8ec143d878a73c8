"""Sorts and merges the rows of a fit, so that a fit does not depend on their order or on repetition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gmm_core.arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class CanonicalRows:
    """The distinct rows of a data set in ascending order, with their weights.

    Parameters
    ----------
    rows : (M, D)
        Every distinct row once, sorted by the first column, then the next; 0 and −0 are equal.
    weights : (M,) or None
        Their weights > 0, scaled so that their sum is M; None if all are equal.
    total_weight : float
        The sum of the weights as given; without weights, the number of rows given.
    positions : (M,)
        The position of one of the given rows that were merged into each; those merged have the same labels.
    """

    rows: FloatArray
    weights: FloatArray | None
    total_weight: float
    positions: IntArray

    @classmethod
    def of(
        cls, rows: FloatArray, sample_weight: FloatArray | None, labels: Sequence[IntArray] = ()
    ) -> CanonicalRows:
        """Sort and merge rows; rows of weight 0 are left out.

        Parameters
        ----------
        rows : (N, D)
            Finite numbers.
        sample_weight : (N,) or None
            The weights ≥ 0; None if each row counts once.
        labels : sequence of (N,)
            Equal rows are merged only if they agree in all of these.
        """
        weighted = None if sample_weight is None or sample_weight.all() else np.flatnonzero(sample_weight)
        if weighted is not None and sample_weight is not None:
            rows, sample_weight = rows[weighted], sample_weight[weighted]
            labels = [values[weighted] for values in labels]
        order, first = ascending(rows, labels)
        positions = order if first.all() else order[first]
        weights, total_weight = _merged_weights(sample_weight, order, first)
        ordered = rows[positions]
        ordered += 0.0  # turns −0 into 0
        return cls(ordered, weights, total_weight, positions if weighted is None else weighted[positions])

    @property
    def unit(self) -> float:
        """The part of `total_weight` that a weight of 1 in `weights` stands for: `total_weight` / M."""
        return self.total_weight / len(self.rows)


def ascending(rows: FloatArray, labels: Sequence[IntArray] = ()) -> tuple[IntArray, BoolArray]:
    """Sort rows by the first column, then the next, and last by labels.

    Usually the first column differs in all rows; each further column sorts only the rows that are still equal.

    Returns
    -------
    (N,)
        The positions of the rows in ascending order.
    (N,)
        True for each row, in that order, that differs from the one before it.
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
    """True for each value that differs from the one before it, and for the first."""
    changes = np.ones(len(values), dtype=np.bool_)
    changes[1:] = values[1:] != values[:-1]
    return changes


def _merged_weights(
    sample_weight: FloatArray | None, order: IntArray, first: BoolArray
) -> tuple[FloatArray | None, float]:
    """The weights of the merged rows divided by their mean, None if all are equal; and their sum before that."""
    if sample_weight is None and first.all():
        return None, float(len(order))
    each = np.ones(len(order)) if sample_weight is None else sample_weight[order]
    # Equal rows are added in ascending order of weight, so that the sum's bytes do not depend on their order.
    each = each[np.lexsort((each, np.cumsum(first)))]
    sums = np.add.reduceat(each, np.flatnonzero(first))
    total = float(sums.sum())
    if sums.min() == sums.max():
        return None, total
    merged: FloatArray = sums / total * len(sums)
    return merged, total
