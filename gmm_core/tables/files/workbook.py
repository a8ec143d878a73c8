"""Workbook: converts a sheet of an Excel file to CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from itertools import groupby
from typing import Any

from python_calamine import load_workbook

from gmm_core.errors import DataError
from gmm_core.tables.cells.notation import is_number
from gmm_core.tables.files.opendocument import OpenDocument
from gmm_core.tables.files.options import ReadLimits
from gmm_core.tables.files.packing import is_open_document
from gmm_core.tables.files.workbook_formats import column_units
from gmm_core.tables.files.workbook_parts import SheetParts, WorkbookParts, damaged
from gmm_core.tables.files.workbook_size import require_small_sheet
from gmm_core.wording import listed, quoted

FEWEST_IN_ROW = 3
"""Fewest numbers one below the other by which a column of a table is recognised by itself."""


@dataclass(frozen=True)
class SheetText:
    """A sheet as CSV in UTF-8 with commas as delimiters, its name, and the names of all visible sheets.

    Parameters
    ----------
    passed_over : str or None
        The first sheet with cells, if another one was taken since only that one holds a table.
    numbers_in_text : frozenset of int
        The positions of the columns in `content` that hold texts which are numbers, and no numbers.
    formatted : frozenset of int
        The positions of the columns whose numbers have the unit of their format.
    """

    content: bytes
    sheet: str
    sheets: tuple[str, ...]
    passed_over: str | None = None
    numbers_in_text: frozenset[int] = frozenset()
    formatted: frozenset[int] = frozenset()


def sheet_text(content: bytes, sheet: str | None, limits: ReadLimits, with_units: bool = True) -> SheetText:
    """Convert the sheet of this name, by default the first visible one that holds a table, else that has cells.

    Numbers are written with all digits and, with `with_units`, the unit of their column's format (7.9 %, 12.5 €), dates
    as 2020-01-31, formulas as the values that were saved with them. Rows and columns without values are left out.

    Raises
    ------
    DataError
        If the workbook is damaged, has no such sheet, no cells, or too many cells.
    """
    book = OpenDocument(content, limits) if is_open_document(content) else WorkbookParts(content, limits)
    names = tuple(book.sheets)
    if sheet is not None and sheet not in names:
        raise DataError(f"The workbook has no sheet {quoted(sheet)}: choose one of {listed(names)}.")
    first: SheetText | None = None
    for name in names:
        if sheet in (None, name):
            if isinstance(book, OpenDocument):
                rows = _filled(book.rows(name), book.units(name) if with_units else {})
            else:
                rows = _cells(book.of_sheet(name), limits, with_units)
            if rows and (sheet is not None or holds_table(rows)):
                text, *columns = _as_csv(rows)
                return SheetText(text, name, names, None if first is None else first.sheet, *columns)
            if rows and first is None:
                text, *columns = _as_csv(rows)
                first = SheetText(text, name, names, None, *columns)
    if first is not None:
        return first
    where = "The workbook" if sheet is None else f"The sheet {quoted(sheet)}"
    raise DataError(f"{where} is empty: it needs a row of column names and rows of numbers below.")


def holds_table(rows: Sequence[Sequence[Any]]) -> bool:
    """True if rows of a sheet hold a table and not only text around a few numbers, as a cover does.

    It has a column with at least three numbers one below the other, or two columns with two; or a row of names, not of
    numbers, above two numbers beside or below each other.
    """
    numeric = [[_is_number(value) for value in row] for row in rows]
    runs = [_longest_run([row[position] for row in numeric]) for position in range(len(rows[0]))]
    if max(runs) >= FEWEST_IN_ROW or sum(run >= 2 for run in runs) >= 2:
        return True
    for position, (names, are_numbers) in enumerate(zip(rows, numeric, strict=True)):
        named = [column for column, name in enumerate(names) if name != ""]
        below = sum(row[column] for row in numeric[position + 1 : position + 3] for column in named)
        if below >= 2 and not any(are_numbers):
            return True
    return False


def _is_number(value: Any) -> bool:
    return (
        is_number(value)
        if isinstance(value, str)
        else isinstance(value, int | float) and not isinstance(value, bool)
    )


def _longest_run(flags: Sequence[bool]) -> int:
    return max((sum(1 for _ in run) for flag, run in groupby(flags) if flag), default=0)


def sheet_alone(content: bytes, sheet: str, limits: ReadLimits) -> bytes:
    """A workbook with this sheet alone; raises as `sheet_text`."""
    parts = WorkbookParts(content, limits).of_sheet(sheet)
    require_small_sheet(parts, limits)
    return parts.archive().getvalue()


def _cells(parts: SheetParts, limits: ReadLimits, with_units: bool) -> list[list[Any]]:
    """The rows of a sheet that hold a value, all as long as the longest; with the units of formats if `with_units`."""
    if not parts.sheet:
        return []
    require_small_sheet(parts, limits)
    units = column_units(parts) if with_units else {}
    archive = parts.archive()
    del parts
    try:
        with load_workbook(archive) as book:
            sheet = book.get_sheet_by_index(0)
            rows = sheet.to_python()
            first = 0 if sheet.start is None else sheet.start[1]
    except BaseException as problem:
        # A damaged file can make the library raise anything, Rust panics included; the cause is the file.
        if isinstance(problem, OverflowError) or "TimeDelta" in str(problem):
            raise DataError(
                "The sheet holds a date or a span of time beyond the years 1 to 9999: mend it, or save it as CSV."
            ) from problem
        if isinstance(problem, Exception) or type(problem).__name__ == "PanicException":
            raise damaged() from problem
        raise
    return _filled(rows, {position - first: unit for position, unit in units.items()})


def _filled(rows: list[list[Any]], units: Mapping[int, str]) -> list[list[Any]]:
    """The rows that hold a value, with the units of columns behind their numbers."""
    for row in rows if units else ():
        for position, unit in units.items():
            value = row[position]
            if isinstance(value, int | float) and not isinstance(value, bool):
                row[position] = _with_unit(value, unit)
    return [row for row in rows if any(value != "" for value in row)]


def _with_unit(value: float, unit: str) -> str:
    """A number as it is shown: 0.079 as 7.9 %, without rounding."""
    exact = Decimal(repr(value)).scaleb(2) if unit == "%" else Decimal(repr(value))
    return _Formatted(f"{exact.normalize():f} {unit}")


class _Formatted(str):
    """A number with the unit of its format."""


def _as_csv(rows: Sequence[list[Any]]) -> tuple[bytes, frozenset[int], frozenset[int]]:
    """The rows as CSV without empty columns; the positions of columns with numbers kept as text, and with units."""
    filled = [position for position in range(len(rows[0])) if any(row[position] != "" for row in rows)]
    text = io.StringIO()
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([_text(row[position]) for position in filled])
    in_text, formatted = set(), set()
    for place, position in enumerate(filled):
        cells = [row[position] for row in rows]
        if any(isinstance(cell, _Formatted) for cell in cells):
            formatted.add(place)
        elif not any(isinstance(cell, int | float) for cell in cells) and any(
            isinstance(cell, str) and is_number(cell) for cell in cells
        ):
            in_text.add(place)
    return text.getvalue().encode("utf-8", errors="replace"), frozenset(in_text), frozenset(formatted)


def _text(value: Any) -> str:
    if isinstance(value, float):
        text = repr(value)
        return text.removesuffix(".0") if abs(value) < 2**53 else text
    if isinstance(value, datetime):
        return str(value.date()) if value.time() == time() else value.isoformat(sep=" ")
    return str(value)
