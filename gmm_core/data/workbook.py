"""Workbook: a sheet of an Excel file as the CSV that Excel itself might have written of it."""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import openpyxl

from gmm_core.data.options import ReadLimits
from gmm_core.data.packing import require_small_members
from gmm_core.data.wording import listed, quoted
from gmm_core.data.workbook_size import require_small_workbook
from gmm_core.errors import DataError


@dataclass(frozen=True)
class SheetText:
    """A sheet as CSV in UTF-8 with commas between values, its name, and the names of all sheets with cells."""

    content: bytes
    sheet: str
    sheets: tuple[str, ...]


def sheet_text(content: bytes, sheet: str | None, limits: ReadLimits) -> SheetText:
    """The sheet of this name, by default the first that is visible and has cells.

    Numbers are written with every digit, dates as 2020-01-31, formulas as the value they had when the file was
    saved. Rows and columns without any value are left out.

    Raises DataError where the workbook is damaged, has no such sheet, no cell, or too many.
    """
    require_small_members(content, limits.unpacked_bytes)
    require_small_workbook(content, limits)
    try:
        with warnings.catch_warnings():
            # It warns of styles and extensions that it does not know; only values are read here.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(
                io.BytesIO(content), read_only=True, data_only=True, keep_links=False
            )
            try:
                return _chosen(book, sheet, limits)
            finally:
                book.close()
    except DataError:
        raise
    # Whatever a damaged file breaks in the library, it is the file that is wrong.
    except Exception as problem:
        raise DataError("The Excel workbook is damaged: open it in Excel and save it again.") from problem


def _chosen(book: Any, asked: str | None, limits: ReadLimits) -> SheetText:
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
    names = tuple(sheet.title for sheet in sheets)
    if asked is not None and asked not in names:
        raise DataError(f"The workbook has no sheet {quoted(asked)}: choose one of {listed(names)}.")
    for sheet in sheets:
        if asked in (None, sheet.title):
            rows = _cells(sheet, limits)
            if rows:
                return SheetText(_as_csv(rows), sheet.title, names)
    where = "The workbook" if asked is None else f"The sheet {quoted(asked)}"
    raise DataError(f"{where} is empty: it needs a row of column names and rows of numbers below.")


def _cells(sheet: Any, limits: ReadLimits) -> list[tuple[Any, ...]]:
    """The rows of a sheet from the first to the last with a value, as wide as its widest."""
    # Many programs write a wrong size of the sheet; without it, cells are taken as they come.
    sheet.reset_dimensions()
    rows: list[tuple[Any, ...]] = []
    cells = 0
    for row in sheet.iter_rows(values_only=True):
        cells += max(len(row), 1)
        if cells > limits.workbook_cells:
            raise DataError(
                f"The sheet has more than the {limits.workbook_cells:,} cells that are read of a workbook at "
                "most: save it as CSV."
            )
        if any(value is not None and value != "" for value in row):
            rows.append(row)
    return rows


def _as_csv(rows: Sequence[tuple[Any, ...]]) -> bytes:
    width = max(map(len, rows))
    filled = [
        any(position < len(row) and row[position] not in (None, "") for row in rows)
        for position in range(width)
    ]
    kept = [position for position in range(width) if filled[position]]
    text = io.StringIO()
    writer = csv.writer(text)
    for row in rows:
        writer.writerow(_texts(row[position] if position < len(row) else None for position in kept))
    return text.getvalue().encode("utf-8", errors="replace")


def _texts(values: Iterable[Any]) -> list[str]:
    return [_text(value) for value in values]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, datetime):
        return str(value.date()) if value.time() == time() else value.isoformat(sep=" ")
    return str(value)
