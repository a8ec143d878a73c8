"""Column kinds: what a column of a table holds."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import pandas as pd

from gmm_core.arrays import LARGEST_EXACT_WHOLE_NUMBER, FloatArray
from gmm_core.rows.column_values import float_values, holds_numbers


class ColumnKind(StrEnum):
    """The kinds of column; the values are their names on screen."""

    NUMBER = "number"
    WHOLE_NUMBER = "whole number"
    CONSTANT = "constant"
    EMPTY = "empty"
    BOOLEAN = "true or false"
    TEXT = "text"
    DATE = "date"
    OTHER = "other"


NUMERIC_KINDS = frozenset({ColumnKind.NUMBER, ColumnKind.WHOLE_NUMBER})
"""The kinds of column that can be fitted."""
CATEGORICAL_KINDS = frozenset({ColumnKind.BOOLEAN, ColumnKind.TEXT})
"""The kinds of column that name groups."""

_KIND_OF_OBJECTS = {
    "empty": ColumnKind.EMPTY,
    "boolean": ColumnKind.BOOLEAN,
    "string": ColumnKind.TEXT,
    "categorical": ColumnKind.TEXT,
    "date": ColumnKind.DATE,
    "datetime": ColumnKind.DATE,
    "datetime64": ColumnKind.DATE,
    "period": ColumnKind.DATE,
}
"""The kind of a column of dtype object, by what pandas' infer_dtype finds in it, missing values aside."""


def holds_rounded_integers(column: pd.Series) -> bool:
    """True if a column holds integers beyond 2⁵³, which float64 cannot tell from their neighbours."""
    integers = pd.api.types.is_integer_dtype(column.dtype) or (
        pd.api.types.is_object_dtype(column.dtype)
        and pd.api.types.infer_dtype(column, skipna=True) == "integer"
    )
    if not integers:
        return False
    present = column.dropna()
    # Compared as Python integers, since the extremes may be beyond int64.
    return bool(len(present)) and (
        int(present.max()) > LARGEST_EXACT_WHOLE_NUMBER or int(present.min()) < -LARGEST_EXACT_WHOLE_NUMBER
    )


def column_kind(column: pd.Series) -> ColumnKind:
    """The kind of a column; one of numbers with fewer than two distinct finite values is constant or empty."""
    if column.isna().all():
        return ColumnKind.EMPTY
    if holds_numbers(column):
        return _kind_of_numbers(float_values(column))
    if pd.api.types.is_bool_dtype(column.dtype):
        return ColumnKind.BOOLEAN
    if isinstance(column.dtype, (pd.CategoricalDtype, pd.StringDtype)):
        return ColumnKind.TEXT
    return _KIND_OF_OBJECTS.get(pd.api.types.infer_dtype(column, skipna=True), ColumnKind.OTHER)


def _kind_of_numbers(values: FloatArray) -> ColumnKind:
    finite = values[np.isfinite(values)]
    if not finite.size:
        return ColumnKind.EMPTY
    if finite.min() == finite.max():
        return ColumnKind.CONSTANT
    return ColumnKind.WHOLE_NUMBER if bool((finite == np.rint(finite)).all()) else ColumnKind.NUMBER
