"""Tables that a spreadsheet may open: no text in them is a formula, and every number stays a number."""

from __future__ import annotations

import codecs
import io
from typing import Any

import pandas as pd

STARTS_OF_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins with one of these is, or becomes, a formula in one of the common spreadsheets."""
ROWS_AT_ONCE = 20_000
"""So many rows are text at the same time, so that a large table is not held twice more."""
MARK = "'"
"""Tells a spreadsheet that text follows."""


def neutralized(table: pd.DataFrame) -> pd.DataFrame:
    """The same table with `'` before each text that a spreadsheet would take for a formula.

    Texts are those of cells, of the names of columns and of the index; numbers, dates, truth values and gaps are left
    as they are, so that −3.5 stays a number and only the text "-3.5" is marked. The table itself is not changed.

    Source: OWASP, CSV injection (owasp.org/www-community/attacks/CSV_Injection).
    """
    columns = [
        _marked_column(column) if _may_hold_text(column) else column
        for column in (table.iloc[:, position] for position in range(table.shape[1]))
    ]
    # By position, since names may repeat.
    result = pd.concat(columns, axis=1) if columns else table.copy()
    result.columns = _marked_index(table.columns)
    result.index = _marked_index(table.index)
    return result


def csv(table: pd.DataFrame, *, index: bool = False, decimal_comma: bool = False) -> bytes:
    """The neutralised table as CSV in UTF-8, with the mark by which spreadsheets know it.

    With decimal commas there are semicolons between the values, as spreadsheets write and expect it where numbers have
    them.
    """
    signs: dict[str, Any] = {"sep": ";", "decimal": ","} if decimal_comma else {}
    file = io.BytesIO()
    file.write(codecs.BOM_UTF8)
    for first in range(0, max(1, len(table)), ROWS_AT_ONCE):
        rows = neutralized(table.iloc[first : first + ROWS_AT_ONCE])
        text = rows.to_csv(index=index, header=first == 0, lineterminator="\r\n", **signs)
        file.write(text.encode(errors="replace"))
    return file.getvalue()


def _marked(value: Any) -> Any:
    return MARK + value if isinstance(value, str) and value.startswith(STARTS_OF_FORMULAS) else value


def _marked_column(column: pd.Series) -> pd.Series:
    # Not `map`, which makes NaN of a None; and of a category `'-1` may be one already.
    dtype = object if isinstance(column.dtype, pd.CategoricalDtype) else column.dtype
    return pd.Series([_marked(value) for value in column], index=column.index, name=column.name, dtype=dtype)


def _marked_index(index: pd.Index) -> pd.Index:
    names = [_marked(name) for name in index.names]
    marked = index.map(_marked) if _may_hold_text(index) else index
    return marked.set_names(names)


def _may_hold_text(values: pd.Series | pd.Index) -> bool:
    return isinstance(values.dtype, pd.CategoricalDtype) or not (
        pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_datetime64_any_dtype(values.dtype)
    )
