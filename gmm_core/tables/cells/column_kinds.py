"""What a column of a table holds: its kind."""

from __future__ import annotations

import math
from enum import StrEnum

import numpy as np
import pandas as pd

from gmm_core.arrays import FloatArray
from gmm_core.rows.column_values import LARGEST_EXACT_WHOLE_NUMBER, float_values, holds_numbers


class ColumnKind(StrEnum):
    """The kinds of column, in words that can stand on screen."""

    NUMBER = "number"
    WHOLE_NUMBER = "whole number"
    CONSTANT = "constant"
    EMPTY = "empty"
    BOOLEAN = "true or false"
    TEXT = "text"
    DATE = "date"
    OTHER = "other"


NUMERIC_KINDS = frozenset({ColumnKind.NUMBER, ColumnKind.WHOLE_NUMBER})
CATEGORICAL_KINDS = frozenset({ColumnKind.BOOLEAN, ColumnKind.TEXT})

# What pandas' infer_dtype says of the values that are not missing, where a column's dtype is object.
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


def holds_rounded_integers(column: pd.Series) -> bool:
    """Whether a column holds integers that float64 cannot tell from their neighbours."""
    integers = pd.api.types.is_integer_dtype(column.dtype) or (
        pd.api.types.is_object_dtype(column.dtype)
        and pd.api.types.infer_dtype(column, skipna=True) == "integer"
    )
    if not integers:
        return False
    present = column.dropna()
    # The extremes decide, as Python integers: they may lie beyond int64.
    return bool(len(present)) and (
        int(present.max()) > LARGEST_EXACT_WHOLE_NUMBER or int(present.min()) < -LARGEST_EXACT_WHOLE_NUMBER
    )


def column_kind(column: pd.Series) -> ColumnKind:
    """The kind of a column; a number needs two distinct finite values, otherwise it is constant or empty."""
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


def safe_unit(values: FloatArray) -> float:
    """The power of two just below the largest magnitude: divided by it, values can be squared and summed.

    The squares of 1e200 overflow and those of 1e-200 vanish. Dividing by a power of two rounds nothing, so
    that values of ordinary size give the same bits as without.
    """
    largest = float(np.abs(values).max(initial=0.0))
    return math.ldexp(1.0, math.frexp(largest)[1] - 1) if largest > 0 else 1.0
