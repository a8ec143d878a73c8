"""Comparison of two hard labellings as partitions: the numbering of the components does not matter."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_rand_score

from gmm_core.arrays import BoolArray, IntArray


def counterparts(labels: IntArray, other: IntArray, n_components: int) -> IntArray:
    """For each component of `labels` (N,), the corresponding component of `other` (N,), shape (K,).

    It is the one-to-one pairing under which the most rows agree.

    Source: Kuhn, The Hungarian method for the assignment problem (1955).
    """
    shared = np.bincount(labels * n_components + other, minlength=n_components**2)
    _, columns = linear_sum_assignment(-shared.reshape(n_components, n_components))
    return np.asarray(columns)


def differing_rows(labels: IntArray, other: IntArray, n_components: int) -> BoolArray:
    """True for each row that the two partitions put into components that do not correspond, shape (N,)."""
    return np.asarray(counterparts(labels, other, n_components)[labels] != other)


def adjusted_rand_index(labels: IntArray, other: IntArray) -> float:
    """The adjusted Rand index of two partitions (N,): 1 if they are equal, about 0 if they agree only by chance.

    Source: Hubert and Arabie, Comparing partitions (1985).
    """
    return float(adjusted_rand_score(labels, other))
