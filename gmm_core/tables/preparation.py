"""Preparation: makes the matrix that is fitted from the chosen columns of a data set."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.errors import DataError, ParameterError
from gmm_core.rows.column_values import float_values
from gmm_core.tables.cells.column_kinds import holds_rounded_integers
from gmm_core.tables.cells.missing import TREATMENTS, warning_on_filling
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.fitting_columns import (
    require_complete_rows,
    require_fitting_columns,
    require_scaled,
    require_variation,
)
from gmm_core.tables.scaling import SCALINGS
from gmm_core.wording import column_named, counted, listed, quoted, were

__all__ = ["SCALINGS", "Preparation", "PreparedData", "prepare"]

NARROWEST, WIDEST = 1e-130, 1e150
"""Range (maximum − minimum) of a column, in its own units, outside of which its variance may not fit into float64."""
UNLABELLED = "no label"
"""The label of a row whose value in the label column is missing."""


@dataclass(frozen=True)
class Preparation:
    """Which columns are fitted, in which order, and how they are prepared.

    Parameters
    ----------
    columns : tuple of str
        Names of numeric columns, in the order of the features.
    scaling : str
        A key of SCALINGS.
    missing : str
        A key of TREATMENTS.
    label_column : str or None
        The column that rows are coloured by and clusters are compared with; it does not change the fit. None: the data
        set's own true labels, if it has any.
    """

    columns: tuple[str, ...]
    scaling: str = "standard"
    missing: str = "drop"
    label_column: str | None = None


@dataclass(frozen=True, eq=False)
class PreparedData:
    """The matrix that is fitted, and what maps it back to original units; every array is read-only.

    Parameters
    ----------
    X : (N, D)
        (original - center) / scale.
    original : (N, D)
        The same rows in the columns' own units.
    columns : tuple of str
        The D names, in the order of the features.
    center, scale : (D,)
        In the columns' own units.
    rows : (N,)
        Positions of the rows in the data set's table.
    labels : (N,) or None
        The values of the label column, as text; None where there is no such column.
    dropped : int
        Number of rows left out because a value is missing or infinite.
    notes : tuple of str
        What the preparation did, one sentence each.
    digest : str
        SHA-256, in hexadecimal, of everything that X depends on: the data set's digest and the preparation without its
        label column.
    warnings : tuple of str
        What the preparation did that changes the result of the fit, one sentence each.
    medians : (D,) or None
        The values that replace missing ones; None where rows with a missing value are left out.
    """

    X: FloatArray
    original: FloatArray
    columns: tuple[str, ...]
    center: FloatArray
    scale: FloatArray
    rows: IntArray
    labels: NDArray[np.str_] | None
    dropped: int
    notes: tuple[str, ...]
    digest: str
    warnings: tuple[str, ...] = ()
    medians: FloatArray | None = None


def prepare(dataset: Dataset, preparation: Preparation) -> PreparedData:
    """Take the chosen columns, leave incomplete rows out or fill them, and scale each column.

    Raises
    ------
    ParameterError
        If the scaling or the treatment of missing values is unknown.
    DataError
        If no column or more than MAX_COLUMNS are chosen; if a column is unknown, chosen twice, not numeric, constant,
        the true labels, or cannot be scaled in float64; if the label column is unknown; or if fewer than FEWEST_ROWS
        rows are left.
    """
    if preparation.scaling not in SCALINGS:
        raise ParameterError(
            f"There is no scaling {quoted(preparation.scaling)}: choose one of {', '.join(SCALINGS)}."
        )
    if preparation.missing not in TREATMENTS:
        raise ParameterError(
            f"There is no treatment of missing values {quoted(preparation.missing)}: choose one of "
            f"{', '.join(TREATMENTS)}."
        )
    columns = tuple(preparation.columns)
    require_fitting_columns(dataset, columns)
    values = np.column_stack([float_values(dataset.table[name]) for name in columns])
    completed = TREATMENTS[preparation.missing].complete(values)
    rows, original = completed.rows, completed.values
    require_complete_rows(values, columns, len(rows))
    dropped = len(values) - len(rows)
    require_variation(original, columns)
    # Overflow is not an error yet: require_scaled refuses it with the name of the column.
    with np.errstate(all="ignore"):
        scale = SCALINGS[preparation.scaling].measure(original)
        X = (original - scale.center) / scale.scale
    require_scaled(X, columns)
    notes = (
        _note_on_dropped_rows(
            dropped, len(values), preparation.missing, infinite=bool(np.isinf(values).any())
        ),
        _note_on_rounding([name for name in columns if holds_rounded_integers(dataset.table[name])]),
        _note_on_substitution(
            [name for name, other in zip(columns, scale.substituted, strict=True) if other]
        ),
    )
    for array in (X, original, scale.center, scale.scale, rows, completed.medians):
        if array is not None:
            array.setflags(write=False)
    return PreparedData(
        X=X,
        original=original,
        columns=columns,
        center=scale.center,
        scale=scale.scale,
        rows=rows,
        labels=_labels(dataset, preparation.label_column or dataset.label_column, rows),
        dropped=dropped,
        notes=tuple(note for note in notes if note),
        digest=_digest(dataset, preparation),
        warnings=tuple(filter(None, [warning_on_filling(completed, columns)])),
        medians=completed.medians,
    )


def require_own_units(prepared: PreparedData) -> None:
    """Refuse prepared data whose mixture has no float64 covariances in the columns' own units.

    Such data can still be fitted, in the units of the fit.

    Raises
    ------
    DataError
        If the range of a column is not between NARROWEST and WIDEST.
    """
    with np.errstate(over="ignore"):
        spread = prepared.original.max(axis=0) - prepared.original.min(axis=0)
    beyond = np.flatnonzero((spread < NARROWEST) | (spread > WIDEST))
    if len(beyond):
        raise DataError(
            f"The numbers of {column_named(prepared.columns[beyond[0]])} are so large or so close together that their "
            "variance is no number here: change the unit or leave the column out."
        )


def _labels(dataset: Dataset, column: str | None, rows: IntArray) -> NDArray[np.str_] | None:
    if column is None:
        return None
    if column not in dataset.kinds:
        raise DataError(
            f"There is no {column_named(column)} to take labels from: choose one of "
            f"{listed(dataset.label_columns)}."
        )
    labels = dataset.table[column].iloc[rows]
    missing = labels.isna()
    result = np.array(
        [UNLABELLED if gone else str(label) for label, gone in zip(labels, missing, strict=True)]
    )
    result.setflags(write=False)
    return result


def _note_on_dropped_rows(dropped: int, total: int, treatment: str, infinite: bool) -> str | None:
    if dropped == 0:
        return None
    rows = f"{dropped:,} of {counted(total, 'row')} {were(dropped)}"
    lacking = "a chosen column has no" if treatment == "drop" else "no chosen column has a"
    return f"{rows} left out because {lacking} {'finite ' if infinite else ''}value there."


def _note_on_rounding(columns: Sequence[str]) -> str | None:
    if not columns:
        return None
    return f"Whole numbers beyond 9,007,199,254,740,992 in {listed(columns)} were rounded to 16 digits."


def _note_on_substitution(columns: Sequence[str]) -> str | None:
    if not columns:
        return None
    return f"The quartiles of {listed(columns)} are equal, so the standard deviation was taken instead."


def _digest(dataset: Dataset, preparation: Preparation) -> str:
    prepared = [list(preparation.columns), preparation.scaling, preparation.missing]
    content = json.dumps([dataset.digest, *prepared])
    return hashlib.sha256(content.encode()).hexdigest()
