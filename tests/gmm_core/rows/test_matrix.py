"""as_matrix takes every array-like of real numbers and refuses everything else with one sentence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse

from gmm_core.errors import DataError
from gmm_core.rows.matrix import as_matrix

NAN = float("nan")
INFINITY = float("inf")

ACCEPTED: dict[str, tuple[Any, list[list[float]]]] = {
    "nested lists": ([[1, 2], [3, 4]], [[1, 2], [3, 4]]),
    "int8": (np.array([[1, -2]], dtype=np.int8), [[1, -2]]),
    "uint64 beyond int64": (np.array([[2**63]], dtype=np.uint64), [[2.0**63]]),
    "integers beyond 2**53 are rounded": (np.array([[2**53 + 1]]), [[2.0**53]]),
    "float16": (np.array([[0.5]], dtype=np.float16), [[0.5]]),
    "long double": (np.array([[0.5]], dtype=np.longdouble), [[0.5]]),
    "Fortran order": (np.asfortranarray([[1.0, 2.0], [3.0, 4.0]]), [[1, 2], [3, 4]]),
    "every second row": (np.arange(8.0).reshape(4, 2)[::2], [[0, 1], [4, 5]]),
    "big endian": (np.array([[1.5]], dtype=">f8"), [[1.5]]),
    "numbers as objects": (np.array([[1, 2.5], [Decimal("0.25"), 4]], dtype=object), [[1, 2.5], [0.25, 4]]),
    "an unmasked masked array": (np.ma.array([[1, 2]], mask=False), [[1, 2]]),
    "a table": (pd.DataFrame({"a": [1, 2], "b": [0.5, 1.5]}), [[1, 0.5], [2, 1.5]]),
    "a table of nullable dtypes": (
        pd.DataFrame({"a": pd.array([1, 2], dtype="Int64"), "b": pd.array([0.5, 1], dtype="Float64")}),
        [[1, 0.5], [2, 1]],
    ),
    "a polars table": (
        pl.DataFrame({"a": [1, 2], "b": [Decimal("0.5"), Decimal("1.5")]}),
        [[1, 0.5], [2, 1.5]],
    ),
    "a table with sparse columns": (pd.DataFrame({"a": pd.arrays.SparseArray([0.0, 1.0])}), [[0], [1]]),
    "a sum that overflows": (np.array([[1e308], [1e308]]), [[1e308], [1e308]]),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_real_numbers_in_any_dress_become_a_float64_matrix(case: str) -> None:
    given, expected = ACCEPTED[case]
    with np.errstate(over="ignore"):
        matrix = as_matrix(given)
    assert matrix.dtype == np.float64
    assert type(matrix) is np.ndarray
    assert matrix.flags.c_contiguous
    assert matrix.tolist() == expected


REFUSED: dict[str, tuple[Any, str]] = {
    "one dimension": (
        np.zeros(5),
        "X holds 5 values in one dimension where a matrix of N rows and D columns is needed: Reshape your "
        "data with X.reshape(-1, 1) if it is one column, or with X.reshape(1, -1) if it is one row.",
    ),
    "a series": (pd.Series([1.0, 2.0]), "Reshape your data"),
    "a scalar": (
        3.0,
        "X has 0 dimensions where a matrix of N rows and D columns is needed: reshape it to two.",
    ),
    "three dimensions": (np.zeros((2, 2, 2)), "X has 3 dimensions"),
    "no rows": (np.zeros((0, 2)), "X has no rows, shape=(0, 2): pass at least one row of numbers."),
    "no columns": (np.zeros((3, 0)), "X has 0 feature(s) (shape=(3, 0)) while a minimum of 1 is required."),
    "an empty table": (pd.DataFrame({"a": []}), "X has no rows, shape=(0, 1)"),
    "rows of different lengths": (
        [[1, 2], [3]],
        "X is not a matrix, since its rows differ in length: pass N rows of D numbers each.",
    ),
    "sparse": (scipy.sparse.csr_matrix(np.eye(2)), "A sparse matrix cannot be fitted: pass X.toarray()"),
    "complex": (
        np.array([[1 + 2j]]),
        "Complex data not supported: take X.real or X.imag of column 1 (X[:, 0]).",
    ),
    "text": (
        np.array([["1", "2"]]),
        "Column 1 (X[:, 0]) holds something other than numbers: leave it out, or convert it to float64 "
        "first.",
    ),
    "bytes": (np.array([[b"1"]]), "Column 1 (X[:, 0]) holds something other than numbers"),
    "text among objects": (
        np.array([[1, "a"]], dtype=object),
        "Column 2 (X[:, 1]) holds something other than numbers",
    ),
    "a dictionary among objects": (
        np.array([[{}, 1]], dtype=object),
        "Column 1 (X[:, 0]) holds something other",
    ),
    "true or false": (
        np.array([[True, False]]),
        "Column 1 (X[:, 0]) holds true or false, which no Gaussian describes",
    ),
    "dates": (
        np.array([["2020-01-01"]], dtype="datetime64[D]"),
        "Column 1 (X[:, 0]) holds dates or durations",
    ),
    "text in a table": (
        pd.DataFrame({"a": [1.0], "species": ["Adelie"]}),
        "Column “species” holds something other than numbers",
    ),
    "text in a polars table": (
        pl.DataFrame({"a": [1.0], "species": ["Adelie"]}),
        "Column “species” holds something other than numbers",
    ),
    "dates in a polars table": (
        pl.DataFrame({"a": [1.0], "day": [date(2020, 1, 1)]}),
        "Column “day” holds dates or durations",
    ),
    "a missing value in a polars table": (
        pl.DataFrame({"a": [1, None]}),
        "Column “a” has missing values (NaN), which affects 1 of 2 rows",
    ),
    "complex in a table": (
        pd.DataFrame({"a": [1j]}),
        "Complex data not supported: take X.real or X.imag of column “a”",
    ),
    "NaN": (
        np.array([[1, NAN], [2, 3], [4, NAN]]),
        "Column 2 (X[:, 1]) has missing values (NaN), which affects 2 of 3 rows: "
        "leave these out or fill them in.",
    ),
    "infinite": (
        np.array([[1, 2], [-INFINITY, 3]]),
        "Column 1 (X[:, 0]) has infinite values (inf), which affects 1 of 2 rows: "
        "leave these out or fill them in.",
    ),
    "a whole number beyond float64": (
        [[10**400], [1], [INFINITY]],
        "Column 1 (X[:, 0]) holds 1 number beyond 1.8e+308, the largest of float64: divide the column by a power of "
        "ten, or leave this row out.",
    ),
    "decimals beyond float64": (
        pd.DataFrame({"a": [1, 2], "b": [Decimal("1e400"), Decimal("-1e400")]}),
        "Column “b” holds 2 numbers beyond 1.8e+308",
    ),
    "a long double beyond float64": (
        np.array([[1, 2], [3, np.longdouble("1e400")]]),
        "Column 2 (X[:, 1]) holds 1 number beyond 1.8e+308",
    ),
    "a long double without end": (
        np.array([[INFINITY]], dtype=np.longdouble),
        "Column 1 (X[:, 0]) has infinite values (inf)",
    ),
    "a name that stands for none": (
        pd.DataFrame({"column 1": ["a"]}),
        "Column 1 holds something other than numbers",
    ),
    "both": (
        np.array([[NAN, 2], [1, INFINITY], [1, -INFINITY]]),
        "Column 1 (X[:, 0]) and 1 other column have missing values (NaN) and infinite values (inf), which "
        "affects 3 of 3 rows: leave these out or fill them in.",
    ),
    "masked": (
        np.ma.array([[1, 2], [3, 4]], mask=[[False, True], [False, False]]),
        "Column 2 (X[:, 1]) has missing values (NaN), which affects 1 of 2 rows",
    ),
    "masked objects": (
        np.ma.array(np.array([[1, 2]], dtype=object), mask=[[False, True]]),
        "Column 2 (X[:, 1]) has missing values (NaN), which affects 1 of 1 row",
    ),
    "a missing nullable integer": (
        pd.DataFrame({"a": pd.array([1, None], dtype="Int64")}),
        "Column “a” has missing values (NaN), which affects 1 of 2 rows",
    ),
    "None among objects": (
        np.array([[1, None]], dtype=object),
        "Column 2 (X[:, 1]) has missing values (NaN)",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_anything_else_is_refused_with_one_sentence(case: str) -> None:
    given, sentence = REFUSED[case]
    with pytest.raises(DataError) as refusal:
        as_matrix(given)
    assert sentence in str(refusal.value)
    assert str(refusal.value).endswith(".")


def test_given_column_names_stand_in_the_sentence() -> None:
    with pytest.raises(DataError, match="Column “waiting” has missing"):
        as_matrix(np.array([[1.0, NAN]]), columns=["eruptions", "waiting"])


def test_a_long_or_hostile_column_name_is_cut_and_kept_on_one_line() -> None:
    with pytest.raises(DataError) as refusal:
        as_matrix(pd.DataFrame({"a\n\x00b" * 100: [NAN]}))
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 200


def test_a_float64_matrix_is_not_copied_and_nothing_is_written_to() -> None:
    given = np.arange(6.0).reshape(3, 2)
    given.setflags(write=False)
    assert as_matrix(given) is given


def test_a_masked_array_is_not_written_to() -> None:
    given = np.ma.array([[1.0, 2.0]], mask=[[False, True]])
    with pytest.raises(DataError):
        as_matrix(given)
    assert given.data.tolist() == [[1.0, 2.0]]
