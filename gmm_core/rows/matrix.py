"""Validates any array-like and converts it to the (N, D) float64 matrix of a fit."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, TypeGuard

import numpy as np
import pandas as pd
import scipy.sparse

from gmm_core.arrays import BoolArray, FloatArray
from gmm_core.errors import DataError
from gmm_core.rows.column_values import float_values, holds_numbers
from gmm_core.wording import capital, column_named, counted


def as_matrix(X: object, columns: Sequence[str] | None = None) -> FloatArray:
    """Return the values of X as a C-contiguous (N, D) float64 matrix of finite numbers, with N and D at least 1.

    Parameters
    ----------
    X : array-like (N, D)
        A NumPy array of any real dtype, a masked array (masked values are missing), a pandas DataFrame (nullable
        dtypes too), a polars DataFrame or nested sequences.
    columns : sequence of str, optional
        D names for error messages; by default those of the DataFrame.

    Returns
    -------
    (N, D)
        X itself, not a copy, if it already is such a matrix.

    Raises
    ------
    DataError
        If X is not two-dimensional, is empty or sparse, or if a column holds text, complex numbers, Booleans, dates,
        numbers beyond float64, missing or infinite values. The message names the first such column and says what to
        do; for missing and infinite values it counts the rows.
    """
    if scipy.sparse.issparse(X):
        raise DataError("A sparse matrix cannot be fitted: pass X.toarray(), if it fits into memory.")
    if _is_polars_frame(X):
        X = pd.DataFrame({name: X[name].to_numpy() for name in X.columns})
    if isinstance(X, pd.DataFrame):
        names = [column_named(name) for name in (X.columns if columns is None else columns)]
        _require_two_dimensions(X.shape)
        return _finite(_from_frame(X, names), names)
    array = _as_array(X)
    _require_two_dimensions(array.shape)
    names = names_in_sentences(array.shape[1], columns)
    return _finite(_from_array(array, names), names)


def names_in_sentences(n_columns: int, columns: Sequence[str] | None) -> list[str]:
    """The names of the columns of a matrix for use in sentences: as given, or made from the position."""
    if columns is not None:
        return [column_named(name) for name in columns]
    return [f"column {position + 1} (X[:, {position}])" for position in range(n_columns)]


def _is_polars_frame(X: object) -> TypeGuard[Any]:
    """True if X is a polars DataFrame. Polars is not imported: whoever made the frame has imported it."""
    polars = sys.modules.get("polars")
    return polars is not None and isinstance(X, polars.DataFrame)


def _as_array(X: object) -> np.ndarray:
    if isinstance(X, np.ndarray):
        return X
    try:
        return np.asarray(X)
    except ValueError as problem:
        raise DataError(
            "X is not a matrix, since its rows differ in length: pass N rows of D numbers each."
        ) from problem


def _require_two_dimensions(shape: tuple[int, ...]) -> None:
    if len(shape) == 1:
        raise DataError(
            f"X holds {counted(shape[0], 'value')} in one dimension where a matrix of N rows and D columns "
            "is needed: Reshape your data with X.reshape(-1, 1) if it is one column, or with "
            "X.reshape(1, -1) if it is one row."
        )
    if len(shape) != 2:
        raise DataError(
            f"X has {counted(len(shape), 'dimension')} where a matrix of N rows and D columns is needed: "
            "reshape it to two."
        )
    if shape[0] == 0:
        raise DataError(f"X has no rows, shape=({shape[0]}, {shape[1]}): pass at least one row of numbers.")
    if shape[1] == 0:
        raise DataError(f"X has 0 feature(s) (shape=({shape[0]}, 0)) while a minimum of 1 is required.")


def _from_frame(frame: pd.DataFrame, names: Sequence[str]) -> FloatArray:
    matrix = np.empty(frame.shape, dtype=np.float64)
    for position, name in enumerate(names):
        column = frame.iloc[:, position]
        if not holds_numbers(column):
            raise _not_numbers(name, column.dtype)
        matrix[:, position] = float_values(column)
        if column.dtype == object:
            _require_in_range(column.to_numpy(), matrix[:, position], name)
    return matrix


def _from_array(array: np.ndarray, names: Sequence[str]) -> FloatArray:
    mask = np.ma.getmaskarray(array) if np.ma.isMaskedArray(array) else None
    array = np.asarray(array)
    if array.dtype.kind == "O":
        if mask is not None:
            array = array.copy()
            array[mask] = None
        return _from_frame(pd.DataFrame(array, dtype=object), names)
    if array.dtype.kind not in "iuf":
        raise _not_numbers(names[0], array.dtype)
    with np.errstate(over="ignore"):  # a long double beyond float64 becomes infinite, and is reported below
        matrix = np.ascontiguousarray(array, dtype=np.float64)
    if array.dtype.itemsize > matrix.dtype.itemsize:
        for position, name in enumerate(names):
            _require_in_range(array[:, position], matrix[:, position], name)
    return matrix if mask is None else np.where(mask, np.nan, matrix)


def _require_in_range(values: np.ndarray, floats: FloatArray, name: str) -> None:
    """Raise `DataError` if a finite value (N,) became infinite by the conversion to float64."""
    infinite = np.flatnonzero(np.isinf(floats))
    beyond = sum(abs(values[row]) != np.inf for row in infinite)
    if beyond:
        which = "this row" if beyond == 1 else "these rows"
        raise DataError(
            f"{capital(name)} holds {counted(beyond, 'number')} beyond {np.finfo(np.float64).max:.2g}, the largest of "
            f"float64: divide the column by a power of ten, or leave {which} out."
        )


def _not_numbers(name: str, dtype: Any) -> DataError:
    if pd.api.types.is_complex_dtype(dtype):
        return DataError(f"Complex data not supported: take X.real or X.imag of {name}.")
    if pd.api.types.is_bool_dtype(dtype):
        return DataError(
            f"{capital(name)} holds true or false, which no Gaussian describes: leave it out, or pass it as 0 "
            "and 1 if that is meant."
        )
    if pd.api.types.is_datetime64_any_dtype(dtype) or pd.api.types.is_timedelta64_dtype(dtype):
        return DataError(
            f"{capital(name)} holds dates or durations: turn them into numbers first, such as days."
        )
    return DataError(
        f"{capital(name)} holds something other than numbers: leave it out, or convert it to float64 first."
    )


def _finite(matrix: FloatArray, names: Sequence[str]) -> FloatArray:
    if np.isfinite(
        matrix.sum()
    ):  # one pass without a temporary array of N x D; if the sum overflows, the values are checked below
        return matrix
    finite = np.isfinite(matrix)
    if finite.all():
        return matrix
    affected = ~finite.all(axis=1)
    columns = np.flatnonzero(~finite.all(axis=0))
    others = "" if len(columns) == 1 else f" and {counted(len(columns) - 1, 'other column')}"
    what = _what_is_not_finite(matrix[:, columns], finite[:, columns])
    raise DataError(
        f"{capital(names[columns[0]])}{others} {'has' if len(columns) == 1 else 'have'} {what}, which affects "
        f"{np.count_nonzero(affected):,} of {counted(len(matrix), 'row')}: leave these out or fill them in."
    )


def _what_is_not_finite(values: FloatArray, finite: BoolArray) -> str:
    missing = bool(np.isnan(values).any())
    infinite = bool(np.isinf(values[~finite]).any())
    return " and ".join(
        wording
        for wording, applies in (("missing values (NaN)", missing), ("infinite values (inf)", infinite))
        if applies
    )
