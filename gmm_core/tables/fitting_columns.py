"""Fitting columns: checks that the chosen columns of a data set can be fitted; each error names the column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.errors import DataError
from gmm_core.rows.column_values import float_values
from gmm_core.tables.cells.column_kinds import ColumnKind
from gmm_core.tables.dataset import Dataset
from gmm_core.wording import capital, column_named, counted, listed, quoted

MAX_COLUMNS = 200
"""Most columns of one fit."""
FEWEST_ROWS = 2
"""Fewest rows of one fit."""


def require_fitting_columns(dataset: Dataset, columns: Sequence[str]) -> None:
    """Raise DataError unless 1 to MAX_COLUMNS different columns are chosen, each of which can be fitted."""
    if not columns:
        if not dataset.numeric_columns:
            raise DataError(
                "No column holds numbers that differ, so there is nothing to fit: use other data."
            )
        raise DataError(f"No column is chosen: choose at least one of {listed(dataset.numeric_columns)}.")
    if len(columns) > MAX_COLUMNS:
        raise DataError(f"{len(columns):,} columns are chosen: choose {MAX_COLUMNS} at most.")
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise DataError(f"{listed(twice)} is chosen twice: choose each column once.")
    for name in columns:
        _require_fitting_column(dataset, name)


def _require_fitting_column(dataset: Dataset, name: str) -> None:
    """Raise DataError unless this column of the data set holds numbers that differ."""
    if name not in dataset.kinds:
        raise DataError(
            f"There is no {column_named(name)} in this data: choose among {listed(dataset.numeric_columns)}."
        )
    if name == dataset.label_column:
        raise DataError(
            f"{capital(column_named(name))} holds the true labels, which are not fitted: leave it out."
        )
    kind = dataset.kinds[name]
    if kind is ColumnKind.CONSTANT:
        values = float_values(dataset.table[name])
        _refuse_constant(name, values[np.isfinite(values)])
    if kind is ColumnKind.EMPTY:
        raise DataError(f"{capital(column_named(name))} has no finite value: leave it out.")
    if name not in dataset.numeric_columns:
        raise DataError(
            f"{capital(column_named(name))} is not numeric but holds {_contents_in_words(kind)}: leave it out."
        )


def _contents_in_words(kind: ColumnKind) -> str:
    """What a column of this kind holds, as the object of a sentence."""
    return {ColumnKind.BOOLEAN: "true or false", ColumnKind.DATE: "dates", ColumnKind.TEXT: "text"}.get(
        kind, "something else"
    )


def _refuse_constant(name: str, values: FloatArray, which_rows: str = "every row") -> NoReturn:
    """Raise DataError for a column that has the same value in all rows."""
    raise DataError(
        f"{capital(column_named(name))} is {values[0]:.6g} in {which_rows}, so that a Gaussian has no width "
        "along it: leave it out."
    )


def require_complete_rows(values: FloatArray, columns: Sequence[str], complete: int) -> None:
    """Raise DataError if fewer than FEWEST_ROWS rows are complete, and name the column with the fewest values.

    Parameters
    ----------
    values : (N, D)
        The values of the chosen columns, before rows are left out or filled.
    columns : sequence of str
        Their D names.
    complete : int
        How many rows are complete.
    """
    if complete >= FEWEST_ROWS:
        return
    filled = np.isfinite(values).sum(axis=0)
    emptiest = int(np.argmin(filled))
    has = "No row has" if complete == 0 else "Only one row has"
    raise DataError(
        f"{has} a value in all of the {counted(len(columns), 'chosen column')}: leave out columns with many "
        f"missing values, such as {quoted(columns[emptiest])} with {counted(int(filled[emptiest]), 'value')}."
    )


def require_variation(original: FloatArray, columns: Sequence[str]) -> None:
    """Raise DataError if a column has the same value in every complete row (N, D)."""
    constant = np.flatnonzero(original.min(axis=0) == original.max(axis=0))
    if len(constant):
        position = int(constant[0])
        _refuse_constant(columns[position], original[:, position], "every complete row")


def require_scaled(X: FloatArray, columns: Sequence[str]) -> None:
    """Raise DataError if the scaled values (N, D) of a column are not finite, or all equal."""
    broken = np.flatnonzero(~np.isfinite(X).all(axis=0) | (X.min(axis=0) == X.max(axis=0)))
    if len(broken):
        raise DataError(
            f"The numbers of {column_named(columns[broken[0]])} are too large or too close together to be "
            "scaled: change its unit or leave it out."
        )
