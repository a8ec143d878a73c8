"""Association: which columns of a table vary together most."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gmm_core.arrays import FloatArray

MOST_ROWS = 1_000
"""Rows, evenly spread over the table, from which rank correlations are computed."""
SAME = 0.999
"""The absolute rank correlation from which on a column says the same as another."""


def most_associated(columns: Mapping[str, FloatArray], count: int) -> tuple[str, ...]:
    """The names of the columns with the largest sums of squared rank correlations with all others.

    Groups of rows make the columns that tell them apart vary together, and noise does not. A column that says the same
    as one that is taken before it is taken last.

    Parameters
    ----------
    columns : mapping of str to FloatArray
        The values (N,) of each column by its name, NaN where missing.
    count : int
        How many are wanted.
    """
    names = list(columns)
    n_rows = len(columns[names[0]])
    rows = np.unique(np.linspace(0, n_rows - 1, min(n_rows, MOST_ROWS)).astype(np.int64))
    scores = np.stack([_rank_scores(columns[name][rows]) for name in names])
    squared = np.square(scores @ scores.T)
    np.fill_diagonal(squared, 0.0)
    order = np.argsort(-squared.sum(axis=1), kind="stable").tolist()
    taken: list[int] = []
    for position in order:
        if len(taken) < count and not any(squared[position, other] > SAME**2 for other in taken):
            taken.append(position)
    taken += [position for position in order if position not in taken][: count - len(taken)]
    return tuple(names[position] for position in taken)


def _rank_scores(values: FloatArray) -> FloatArray:
    """The ranks (n,) of the values, centred and of length 1, ties with their mean rank; 0 where a value is missing."""
    present = np.isfinite(values)
    _, inverse, counts = np.unique(values[present], return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks = (ends - (counts - 1) / 2.0)[inverse]
    scores = np.zeros(len(values))
    scores[present] = ranks - ranks.mean() if len(ranks) else ranks
    length = float(np.sqrt(np.square(scores).sum()))
    return scores / length if length > 0 else scores
