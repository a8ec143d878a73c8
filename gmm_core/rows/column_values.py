"""Checks whether a column of a table holds numbers, and converts it to float64."""

from __future__ import annotations

from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from gmm_core.arrays import FloatArray


def holds_numbers(column: pd.Series) -> bool:
    """True if every value that is not missing is a real number; Booleans do not count as numbers."""
    dtype = column.dtype
    if isinstance(dtype, pd.SparseDtype):
        dtype = dtype.subtype
    if pd.api.types.is_bool_dtype(dtype) or pd.api.types.is_complex_dtype(dtype):
        return False
    if pd.api.types.is_object_dtype(dtype):
        return all(
            isinstance(value, (Real, Decimal)) and not isinstance(value, bool) for value in column.dropna()
        )
    return bool(pd.api.types.is_numeric_dtype(dtype))


def float_values(column: pd.Series) -> FloatArray:
    """Return the values (N,) of a numeric column (see `holds_numbers`) as float64, with NaN for missing ones.

    Whole numbers beyond 2**53 are rounded to the nearest float64; those beyond its range become infinite.
    """
    if pd.api.types.is_object_dtype(column.dtype):
        return np.array([_as_float(value) for value in column], dtype=np.float64)
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def _as_float(value: Any) -> float:
    if pd.isna(value):
        return float("nan")
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
