"""Alteration: changes prepared data on purpose: moves clusters apart, stretches a column, adds an outlier."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace

import numpy as np

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.errors import ParameterError
from gmm_core.tables.preparation import UNLABELLED, PreparedData


@dataclass(frozen=True)
class Alteration:
    """Changes to the rows as they are fitted, made in this order.

    Parameters
    ----------
    distance_factor : float
        > 0; each group's mean moves to this many times its distance from the mean of all rows.
    stretch_factor : float
        > 0; the column at `column` is multiplied by it, about its mean, as a change of its unit would do.
    column : int
        The position of the column that is stretched.
    outlier : tuple of float
        D numbers: one more row, in the columns' own units; no row if empty.
    """

    distance_factor: float = 1.0
    stretch_factor: float = 1.0
    column: int = 0
    outlier: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        for name, value in (
            ("distance_factor", self.distance_factor),
            ("stretch_factor", self.stretch_factor),
        ):
            if not 0 < value < np.inf:
                raise ParameterError(f"{name} must be above 0 and finite, but is {value!r}.")
        if not np.isfinite(self.outlier).all():
            raise ParameterError("An outlier needs a finite number in every column.")


UNALTERED = Alteration()
"""No change."""


def altered(prepared: PreparedData, alteration: Alteration, groups: IntArray) -> PreparedData:
    """Prepared data with the same columns and scale, and the changed rows.

    Parameters
    ----------
    prepared : PreparedData
        N rows of D columns.
    alteration : Alteration
        The changes.
    groups : (N,)
        The group of each row, as whole numbers from 0 on; groups are moved apart from one another.

    Raises
    ------
    ParameterError
        If the column or the outlier does not fit the data's columns.
    """
    if alteration == UNALTERED:
        return prepared
    n_features = len(prepared.columns)
    if not 0 <= alteration.column < n_features or len(alteration.outlier) not in (0, n_features):
        raise ParameterError(
            f"The data has {n_features} columns: stretch one of them, and give an outlier a number in each."
        )
    X = prepared.X + (alteration.distance_factor - 1.0) * _from_the_middle(prepared.X, groups)
    middle = X[:, alteration.column].mean()
    X[:, alteration.column] = middle + alteration.stretch_factor * (X[:, alteration.column] - middle)
    original = X * prepared.scale + prepared.center
    rows, labels = prepared.rows, prepared.labels
    if alteration.outlier:
        place = np.asarray(alteration.outlier, dtype=np.float64)
        original = np.vstack([original, place])
        X = np.vstack([X, (place - prepared.center) / prepared.scale])
        rows = np.append(rows, rows.max() + 1)
        labels = None if labels is None else np.append(labels, UNLABELLED)
    for array in (X, original, rows):
        array.setflags(write=False)
    return replace(
        prepared,
        X=X,
        original=original,
        rows=rows,
        labels=labels,
        digest=_digest(prepared, alteration, groups),
    )


def _from_the_middle(X: FloatArray, groups: IntArray) -> FloatArray:
    """For each row, its group's mean minus the mean of all rows, (N, D)."""
    sizes = np.bincount(groups)
    sums = np.stack([np.bincount(groups, weights=column) for column in X.T], axis=1)
    means = sums / np.maximum(sizes, 1)[:, None]
    return np.asarray(means[groups] - X.mean(axis=0))


def _digest(prepared: PreparedData, alteration: Alteration, groups: IntArray) -> str:
    described = [
        prepared.digest,
        alteration.distance_factor,
        alteration.stretch_factor,
        alteration.column,
        list(alteration.outlier),
    ]
    digest = hashlib.sha256(json.dumps(described).encode())
    if alteration.distance_factor != 1.0:
        digest.update(np.ascontiguousarray(groups, dtype=np.int64).tobytes())
    return digest.hexdigest()
