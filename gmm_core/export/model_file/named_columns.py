"""Named columns: takes the values of a model's columns from a table, by name."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.arrays import FloatArray
from gmm_core.errors import DataError
from gmm_core.wording import capital, column_named, counted, listed, quoted

if TYPE_CHECKING:
    import pandas as pd


def named_values(X: ArrayLike | pd.DataFrame, columns: Sequence[str]) -> FloatArray:
    """The values (N, D) of the columns, NaN where a value is missing.

    Parameters
    ----------
    X : ArrayLike or pd.DataFrame
        A DataFrame (of pandas or Polars) that contains the columns, in any order and possibly among others, or an array
        (N, D) with the columns in this order.
    columns : sequence of str
        The D names.

    Raises
    ------
    DataError
        If columns are missing (all of them are named), occur twice, or hold something other than numbers, or where rows
        do not have D values.
    """
    polars = sys.modules.get("polars")
    if polars is not None and isinstance(X, polars.DataFrame):
        import pandas as pd

        X = pd.DataFrame({name: X[name].to_numpy() for name in X.columns})
    pandas = sys.modules.get("pandas")  # whoever made a DataFrame has imported it
    if pandas is not None and isinstance(X, pandas.DataFrame):
        return _from_table(X, columns)
    try:
        rows = np.array(X, dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise DataError(
            f"The rows are no numbers: pass rows of {counted(len(columns), 'number')} each."
        ) from problem
    if rows.ndim != 2 or rows.shape[1] != len(columns):
        raise DataError(
            f"The model has the {counted(len(columns), 'column')} {listed(columns)}, but the rows have the shape "
            f"{rows.shape}: pass rows of {counted(len(columns), 'number')} each."
        )
    return rows


def _from_table(table: pd.DataFrame, columns: Sequence[str]) -> FloatArray:
    from gmm_core.rows.column_values import float_values, holds_numbers  # needs pandas, which arrays do not

    names = [str(name) for name in table.columns]
    absent = [name for name in columns if name not in names]
    if absent:
        raise DataError(_absence(absent, names, [name for name in names if name not in columns]))
    values = np.empty((len(table), len(columns)))
    for position, name in enumerate(columns):
        if names.count(name) > 1:
            raise DataError(f"Two columns share the name {quoted(name)}: give each column its own name.")
        column = table.iloc[:, names.index(name)]
        if column.isna().all():
            values[:, position] = np.nan
        elif holds_numbers(column):
            values[:, position] = float_values(column)
        else:
            raise DataError(
                f"{capital(column_named(name))} holds something other than numbers: mend it, or have it read as "
                "numbers."
            )
    return values


def _absence(absent: Sequence[str], names: Sequence[str], others: Sequence[str]) -> str:
    """The sentence that names the missing columns and, if there is one, the column most similar to the first."""
    lacking = f"The table lacks the model's {'column' if len(absent) == 1 else 'columns'} {listed(absent)}"
    lowered = {name.casefold(): name for name in others}
    close = get_close_matches(absent[0].casefold(), list(lowered), n=1, cutoff=0.75)
    if close:
        return f"{lacking}: rename {quoted(lowered[close[0]])}, if that is {quoted(absent[0])}."
    return f"{lacking}: it has {listed(names)}." if names else f"{lacking}: it has no columns."
