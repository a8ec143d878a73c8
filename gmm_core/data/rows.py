"""Rows: the body of a text file as a table, once every row is known to have as many values as the others."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import pandas as pd

from gmm_core.data.delimiter import Record, records
from gmm_core.data.dialect import Dialect
from gmm_core.data.notation import MISSING_MARKERS
from gmm_core.data.wording import counted
from gmm_core.errors import DataError


@dataclass(frozen=True, eq=False)
class Rows:
    """A table whose columns are numbered from 0, and how many blank lines were between its rows."""

    table: pd.DataFrame
    blank_lines: int


@dataclass(frozen=True)
class _Count:
    """How many rows there are, how many blank lines between them, and in which line the last row begins."""

    rows: int
    blank_lines: int
    last_begins: int


def read_rows(body: bytes, encoding: str, dialect: Dialect, most_rows: int) -> Rows:
    """The rows of a file's body, which begins with the first row of data.

    Columns of numbers with the dialect's decimal sign and nothing between thousands are numbers; all others are
    text.

    Raises DataError where there is no row, more than `most_rows`, one that has not as many fields as the
    dialect says, or one that never ends; lines are counted from the beginning of the file.
    """
    count = _counted(body, encoding, dialect, most_rows)
    try:
        # pandas would fill short rows and reads a million rows fast; csv sees each row's length.
        table = pd.read_csv(
            io.BytesIO(body),
            sep=r"\s+" if dialect.delimiter.is_white_space else dialect.delimiter.sign,
            header=None,
            names=list(range(dialect.width)),
            usecols=list(range(dialect.width - dialect.ends_with_delimiter)),
            index_col=False,
            decimal="," if dialect.decimal_sign.comma else ".",
            encoding=encoding,
            na_values=sorted(MISSING_MARKERS),
            keep_default_na=False,
            skipinitialspace=True,
            low_memory=False,
        )
    except pd.errors.ParserError as problem:
        raise _never_ending(count.last_begins) from problem
    if len(table) != count.rows:
        raise DataError(
            f"The file can be read as {count.rows:,} or as {len(table):,} rows: look for quotation marks and "
            "line breaks within values, and save the file again."
        )
    return Rows(table, count.blank_lines)


def _counted(body: bytes, encoding: str, dialect: Dialect, most_rows: int) -> _Count:
    count = blank_lines = last_begins = last_ends = 0
    lines = io.TextIOWrapper(io.BytesIO(body), encoding=encoding, newline="")
    try:
        for record in records(lines, dialect.delimiter):
            surplus = dialect.ends_with_delimiter and record.fields[-1].strip() != ""
            if len(record.fields) != dialect.width or surplus:
                raise _ragged(record, dialect)
            count += 1
            blank_lines += record.first_line - last_ends - 1
            last_begins, last_ends = record.first_line, record.last_line
            if count > most_rows:
                raise DataError(
                    f"The file has more than the {most_rows:,} rows that are read at most: take a random "
                    "sample of them."
                )
    except csv.Error as problem:
        raise _never_ending(dialect.data_line + last_ends + 1) from problem
    if count == 0:
        raise DataError("The file has a header and no rows below it: add the data and choose it again.")
    return _Count(count, blank_lines, dialect.data_line + last_begins)


def _ragged(record: Record, dialect: Dialect) -> DataError:
    expected, found = dialect.width, len(record.fields)
    if dialect.ends_with_delimiter:
        expected -= 1
        found -= record.fields[-1].strip() == ""
    first, last = (dialect.data_line + line for line in (record.first_line, record.last_line))
    place = f"Line {first:,}" if first == last else f"The row of lines {first:,} to {last:,}"
    return DataError(
        f"{place} has {counted(found, 'value')} where {expected:,} are expected (delimiter: "
        f"{dialect.delimiter.name}): mend it, or put text that holds a delimiter between quotation marks."
    )


def _never_ending(line: int) -> DataError:
    return DataError(
        f"The row that begins in line {line:,} never ends: look for a quotation mark without its pair."
    )
