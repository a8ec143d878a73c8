"""Spreadsheet safety: writes tables in which a spreadsheet takes no text for a formula, and numbers stay numbers."""

from __future__ import annotations

import codecs
import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from gmm_core.arrays import LARGEST_EXACT_WHOLE_NUMBER
from gmm_core.tables.cells.pattern import Pattern, literal

SIGNS = "=+-@＝＋－＠"
"""A cell that begins with one of these characters is a formula in some common spreadsheet."""
SEPARATORS = ",;|\t\r\n"
"""Characters at which some spreadsheet splits a line into cells, whatever the file's own delimiter is."""
_MAY_BEGIN = Pattern(rf"(?:^|[{SEPARATORS}])[^0-9A-Za-z]*[{literal(SIGNS)}]|^[\t\r\n]")
"""Where a formula may begin: at the start or after a separator, without ASCII digits or letters before its sign."""
_QUOTED = Pattern(rf'[{SEPARATORS}"]')
"""A text that has to be quoted in CSV."""
_UNSEEN = frozenset(
    map(chr, [*range(0x20), *range(0x7F, 0xA1), 0xAD, *range(0x200B, 0x2010), *range(0x2028, 0x2030)])
) | frozenset('"\u2060\u2061\u2062\u2063\u2064\ufeff')
"""Characters that may precede the sign of a formula, beside white space: invisible ones and quotation marks."""
ROWS_AT_ONCE = 20_000
"""Rows that are converted to text at a time, which bounds the memory for a large table."""
MARK = "'"
"""At the beginning of a cell: spreadsheets take the rest of the cell for text."""
_MAY_BE_MARKED = Pattern(rf"(?:^|[{SEPARATORS}])'")
"""Where a MARK may be: at the start or after a separator."""


def neutralized(table: pd.DataFrame) -> pd.DataFrame:
    """A copy of the table with `'` before every text that a spreadsheet would take for a formula.

    Marked are texts in cells, column names and the index, also after a separator within a text. Numbers, dates, truth
    values and missing values stay as they are: the number −3.5 is not marked, the text "-3.5" is.

    Source
    ------
    OWASP, CSV injection (owasp.org/www-community/attacks/CSV_Injection).
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


def csv(
    table: pd.DataFrame,
    *,
    index: bool = False,
    decimal_comma: bool = False,
    units: Mapping[str, str] | None = None,
) -> bytes:
    """The neutralised table as CSV in UTF-8, with the byte order mark by which spreadsheets recognise UTF-8.

    With decimal commas the delimiter is a semicolon, as in spreadsheets of countries that write numbers so. A text that
    contains any of SEPARATORS is quoted, which keeps it one cell for a program that splits at the file's delimiter; a
    program that splits at another separator finds the `'` after it. Whole numbers are written as such, also in a column
    of floats, which it is if values are missing. The names of columns in `units` are followed by their units.
    """
    table = _with_whole_numbers(table)
    if units:
        table = table.set_axis(
            [with_unit(str(name), units.get(str(name), "")) for name in table.columns], axis="columns"
        )
    separator = ";" if decimal_comma else ","
    signs: dict[str, Any] = {"sep": ";", "decimal": ","} if decimal_comma else {}
    file = io.BytesIO()
    file.write(codecs.BOM_UTF8)
    for first in range(0, max(1, len(table)), ROWS_AT_ONCE):
        rows = neutralized(table.iloc[first : first + ROWS_AT_ONCE])
        columns = [rows.iloc[:, position] for position in range(rows.shape[1])]
        names: list[object] = list(rows.columns)
        if index:
            columns.insert(0, rows.index.to_series())
            names.insert(0, "" if rows.index.name is None else rows.index.name)
        lines = [separator.join(map(_field, names))] if first == 0 else []
        lines += map(separator.join, zip(*(_fields(column, signs) for column in columns), strict=True))
        text = "".join(f"{line}\r\n" for line in lines)
        file.write(text.encode(errors="replace"))
    return file.getvalue()


def with_unit(name: str, unit: str) -> str:
    """The name with its unit behind it, unless there is none or the name says it: price ($), Marge %."""
    return name if not unit or unit in name else f"{name} ({unit})"


def _with_whole_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """The table with columns of floats as integers where all values are whole or missing."""
    columns = [table.iloc[:, position] for position in range(table.shape[1])]
    if not any(map(_is_whole, columns)):
        return table
    return pd.concat([column.astype("Int64") if _is_whole(column) else column for column in columns], axis=1)


def _is_whole(column: pd.Series) -> bool:
    if not pd.api.types.is_float_dtype(column.dtype):
        return False
    present = column.dropna()
    return (
        not present.empty
        and bool((present.abs() <= LARGEST_EXACT_WHOLE_NUMBER).all())
        and bool((present % 1 == 0).all())
    )


def _marked(value: Any) -> Any:
    return _marked_text(value) if isinstance(value, str) and _MAY_BEGIN.occurs_in(value) else value


def _marked_text(text: str) -> str:
    """The text with the mark wherever a formula begins; one pass from its end to its beginning."""
    marked: list[str] = []
    sign_follows = False
    for place in range(len(text) - 1, -1, -1):
        character = text[place]
        if character in SIGNS:
            sign_follows = True
        elif not (character in _UNSEEN or character.isspace()):
            sign_follows = False
        marked.append(character)
        begins = place == 0 or text[place - 1] in SEPARATORS
        if begins and (sign_follows or (place == 0 and character in "\t\r\n")):
            marked.append(MARK)
    return "".join(reversed(marked))


def unmarked(text: str) -> str:
    """Undo `neutralized`: remove each `'` before what would be a formula.

    A `'` that was in such a place before is removed too, since the two cannot be told apart.
    """
    if not _MAY_BE_MARKED.occurs_in(text):
        return text
    characters: list[str] = []
    sign_follows = False
    for place in range(len(text) - 1, -1, -1):
        character = text[place]
        begins = place == 0 or text[place - 1] in SEPARATORS
        formula = sign_follows or (place == 0 and bool(characters) and characters[-1] in "\t\r\n")
        if character == MARK and begins and formula:
            continue
        if character in SIGNS:
            sign_follows = True
        elif not (character in _UNSEEN or character.isspace()):
            sign_follows = False
        characters.append(character)
    return "".join(reversed(characters))


def unmarked_column(column: pd.Series) -> pd.Series:
    """A column of text with `unmarked` applied to every cell."""
    marked = _MAY_BE_MARKED.occurring_in(column)
    return column.map(unmarked, na_action="ignore") if marked.any() else column


def _fields(column: pd.Series, signs: dict[str, Any]) -> list[str]:
    """The cells of a column as they are written in the file."""
    if column.empty:
        return []
    texts = [isinstance(value, str) for value in column] if _may_hold_text(column) else [False] * len(column)
    others = column.where(~np.array(texts)) if any(texts) else column
    written = others.to_csv(index=False, header=False, lineterminator="\n", **signs).split("\n")
    return [
        _field(value) if is_text else "" if other == '""' else other
        for value, is_text, other in zip(column, texts, written, strict=False)
    ]


def _field(text: object) -> str:
    cell = str(text)
    return '"' + cell.replace('"', '""') + '"' if _QUOTED.occurs_in(cell) else cell


def _marked_column(column: pd.Series) -> pd.Series:
    # Not `map`, which turns None into NaN; and not a category, since `'-1` may exist as a category already.
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
