"""The array types of the core, and a few array functions that NumPy lacks."""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

LARGEST_EXACT_WHOLE_NUMBER = 2**53
"""The largest whole number up to which float64 represents every whole number exactly."""

INVERTED_AT_ONCE = 16
"""Larger triangular matrices are inverted by halves, which costs a third of a general inverse."""


def read_only(values: ArrayLike | NDArray[Any]) -> FloatArray:
    """The values as a read-only, C-contiguous float64 array; not copied if they already are one."""
    array = np.ascontiguousarray(values, dtype=np.float64)
    if array.flags.writeable:
        if array is values or array.base is not None:
            array = array.copy()
        array.setflags(write=False)
    return array


def safe_unit(values: FloatArray) -> float:
    """The power of two just below the largest magnitude; values divided by it can be squared and summed.

    Otherwise the square of 1e200 overflows and that of 1e-200 is 0. Dividing by a power of two does not round, so
    that results for values of ordinary size are the same to the last bit.
    """
    largest = float(np.abs(values).max(initial=0.0))
    return math.ldexp(1.0, math.frexp(largest)[1] - 1) if largest > 0 else 1.0


def column_range(rows: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The least and the largest value of each column of rows (N, D), N ≥ 1, shapes (D,) and (D,)."""
    n_rows, n_features = rows.shape
    together = max(
        1, min(n_rows, 256 // max(1, n_features))
    )  # many short rows at once: NumPy is slow along an axis of few columns
    whole = n_rows - n_rows % together
    wide = rows[:whole].reshape(whole // together, together * n_features)
    left = rows[whole:]
    lowest = np.concatenate([wide.min(axis=0).reshape(together, n_features), left]).min(axis=0)
    highest = np.concatenate([wide.max(axis=0).reshape(together, n_features), left]).max(axis=0)
    return lowest, highest


def by_first_appearance(codes: IntArray) -> IntArray:
    """Renumber whole numbers ≥ 0 (N,) as 0, 1, … in the order of their first appearance; shape (N,)."""
    first = np.full(int(codes.max(initial=-1)) + 1, len(codes))
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    number = np.empty(len(first), dtype=np.int64)
    number[np.argsort(first, kind="stable")] = np.arange(len(first))
    return number[codes]


def inverses_of_triangular(factors: FloatArray) -> FloatArray:
    """The inverses of lower triangular matrices (K, D, D) with nothing but zeros above their diagonals."""
    n = factors.shape[-1]
    if n <= INVERTED_AT_ONCE:
        # Elimination never exchanges rows of an upper triangular matrix: what is left is the substitution.
        return np.ascontiguousarray(np.linalg.inv(factors.swapaxes(1, 2)).swapaxes(1, 2))
    half = n // 2
    inverses = np.zeros_like(factors)
    inverses[:, :half, :half] = first = inverses_of_triangular(factors[:, :half, :half])
    inverses[:, half:, half:] = last = inverses_of_triangular(factors[:, half:, half:])
    inverses[:, half:, :half] = -last @ (factors[:, half:, :half] @ first)
    return inverses
