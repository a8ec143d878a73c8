"""Reader: turns the bytes of a CSV, Excel or Parquet file into a data set, or raises one sentence that says why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PureWindowsPath

import numpy as np
import pandas as pd

from gmm_core.errors import DataError
from gmm_core.rows.column_values import float_values, holds_numbers
from gmm_core.tables.cells.column_kinds import ColumnKind
from gmm_core.tables.cells.decimal_sign import decimal_sign
from gmm_core.tables.cells.notation import WHERE_COMMAS_ARE_DECIMAL, WHERE_POINTS_ARE_DECIMAL
from gmm_core.tables.cells.numerals import Reading, read_categories, read_column, without_values
from gmm_core.tables.cells.sentinels import notes_on_sentinels
from gmm_core.tables.cells.text_columns import ReadColumns, text_columns
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.files.delimiter import SAMPLED_CELLS
from gmm_core.tables.files.note import Note, OptionChange, offered_changes, sentences, without_rule
from gmm_core.tables.files.options import (
    CELL_FORMATS,
    DEFAULT_LIMITS,
    DETECT_ALL,
    MEGABYTE,
    ReadLimits,
    ReadOptions,
)
from gmm_core.tables.files.packing import is_open_document, is_workbook, unpacked
from gmm_core.tables.files.parquet import SIGNATURE as PARQUET_SIGNATURE
from gmm_core.tables.files.parquet import parquet_table
from gmm_core.tables.files.workbook import SheetText, sheet_text
from gmm_core.wording import capital, column_named, listed, one_line, quoted, unique, were

LONGEST_FILE_NAME = 80
"""Most characters of the data set's name, and of a column's name in a Parquet file; longer names are cut."""


@dataclass(frozen=True, eq=False)
class OpenedFile:
    """A data set, and how the file that it was read from is written.

    Parameters
    ----------
    dataset : Dataset
        The table that was read.
    used_options : ReadOptions
        The options with which the file was read, given or detected; None for those that its format does not have.
    sheets : tuple of str
        The names of a workbook's sheets that have cells; empty for other formats.
    on_request : mapping of str to str
        The columns that can be turned into numbers, each with what it holds now: “dates”, “codes”, “times” or
        “mostly numbers”.
    changes : mapping of str to OptionChange
        By a sentence of the data set's notes: the change of an option that undoes what the sentence says, or does what
        it proposes.
    """

    dataset: Dataset
    used_options: ReadOptions
    sheets: tuple[str, ...] = ()
    on_request: Mapping[str, str] = field(default_factory=dict)
    changes: Mapping[str, OptionChange] = field(default_factory=dict)


def read_file(
    content: bytes,
    name: str,
    options: ReadOptions = DETECT_ALL,
    limits: ReadLimits = DEFAULT_LIMITS,
    *,
    to_fit: bool = True,
) -> OpenedFile:
    """Read the table in a file: delimited text, an Excel workbook or Parquet, each also compressed.

    Options that are None are detected. Whatever is unusual about the file is told in the data set's notes.

    Parameters
    ----------
    content : bytes
        The bytes of the file.
    name : str
        The file's name; without folders and control characters it becomes the data set's name, and has no other use.
    options : ReadOptions
        How the file is written.
    limits : ReadLimits
        How large a file and its table may be.
    to_fit : bool
        True if the table will be fitted. False if a model that exists is applied to it: then no column has to hold two
        distinct numbers, and the checks and notes about that are left out.

    Raises
    ------
    DataError
        If the file is empty, is no table, exceeds a limit, has rows of unequal length or, with `to_fit`, has no column
        with two distinct numbers.
    """
    if len(content) > limits.bytes:
        raise DataError(
            f"The file has more than the {limits.bytes / MEGABYTE:,.3g} MB that are read at most: leave out "
            "columns or take a random sample of the rows."
        )
    options.require_known_rules()
    packed = unpacked(content, limits.unpacked_bytes)
    content = packed.content
    if not content.strip():
        raise DataError("The file is empty: choose one with a row of column names and rows of numbers below.")
    sheets: tuple[str, ...] = ()
    if is_workbook(content) or is_open_document(content):
        sheet = sheet_text(content, options.sheet, limits, CELL_FORMATS not in options.rules_off)
        # sheet_text wrote UTF-8 and commas; the decimal sign is still open, since text cells may hold decimal commas.
        written = replace(options, encoding="utf-8", delimiter="comma")
        read = text_columns(sheet.content, written, limits)
        used_options = replace(read.used_options, encoding=None, delimiter=None, sheet=sheet.sheet)
        in_text = [
            note_on_numbers_in_text(name)
            for name, reading in read.columns.items()
            if read.positions[name] in sheet.numbers_in_text and holds_numbers(reading.values)
        ]
        if sheet.formatted:
            names = [name for name in read.columns if read.positions[name] in sheet.formatted]
            in_text.append(
                Note(
                    f"{listed(names)} {'is' if len(names) == 1 else 'are'} formatted as percentages or with a "
                    "currency: the numbers were read as they are shown.",
                    without_rule("Read the numbers as they are stored", CELL_FORMATS),
                )
            )
        read = replace(read, used_options=used_options, notes=(*read.notes, *in_text))
        sheets = sheet.sheets
        made = "an Excel workbook" if is_workbook(content) else "an OpenDocument spreadsheet"
        if len(sheets) > 1:
            read = replace(read, notes=(_note_on_sheet(sheet), *read.notes))
    elif content.startswith(PARQUET_SIGNATURE):
        read, made = _parquet_columns(content, options, limits), "a Parquet file"
    else:
        read, made = text_columns(content, options, limits), "a CSV file"
    dataset, notes = _dataset(read, options, name, made, to_fit)
    notes = [packed.note, *notes]
    used_options = replace(read.used_options, as_numbers=tuple(set(options.as_numbers) & set(read.columns)))
    return OpenedFile(
        replace(dataset, notes=sentences(notes)),
        used_options,
        sheets,
        _on_request(read.columns),
        offered_changes(notes),
    )


def _note_on_sheet(sheet: SheetText) -> str | Note:
    note = f"Of the workbook's {len(sheet.sheets):,} sheets, {quoted(sheet.sheet)} was read"
    if sheet.passed_over is None:
        return f"{note}."
    return Note(
        f"{note}, since {quoted(sheet.passed_over)}, before it, holds no table.",
        OptionChange(f"Read {quoted(sheet.passed_over)}", "sheet", sheet.passed_over),
    )


def _parquet_columns(content: bytes, options: ReadOptions, limits: ReadLimits) -> ReadColumns:
    table = parquet_table(content, limits)
    names = unique([one_line(name, LONGEST_FILE_NAME) or "column" for name in table.columns])
    texts = [
        table.iloc[:, position].cat.categories[:SAMPLED_CELLS].astype(str).tolist()
        for position in range(len(names))
        if isinstance(table.iloc[:, position].dtype, pd.CategoricalDtype)
    ]
    comma = decimal_sign(texts, comma_separates=False).comma
    notations = WHERE_COMMAS_ARE_DECIMAL if comma else WHERE_POINTS_ARE_DECIMAL
    columns: dict[str, Reading] = {}
    notes: list[Note] = []
    for position, name in enumerate(names):
        column = table.iloc[:, position]
        if not isinstance(column.dtype, pd.CategoricalDtype) or name in options.as_text:
            columns[name] = read_column(column, notations, options.missing)
            continue
        columns[name] = read_categories(column, notations, options.missing)
        if columns[name].notation is not None:
            notes.append(note_on_numbers_in_text(name))
    used_options = replace(
        options, encoding=None, delimiter=None, decimal_comma=None, header=None, sheet=None
    )
    return ReadColumns(columns, used_options, tuple(notes))


def note_on_numbers_in_text(name: str) -> Note:
    """The note on a column of numbers that the file keeps as text."""
    return Note(
        f"{capital(column_named(name))} holds numbers that the file keeps as text: they were read as numbers.",
        OptionChange(f"Leave {quoted(name)} as text", "as_text", (name,)),
    )


def _on_request(columns: Mapping[str, Reading]) -> dict[str, str]:
    return {name: reading.on_request for name, reading in columns.items() if reading.on_request is not None}


def _dataset(
    read: ReadColumns, options: ReadOptions, name: str, made: str, to_fit: bool
) -> tuple[Dataset, list[str | Note | None]]:
    """The data set, without notes, and the notes."""
    columns = read.columns
    notes: list[str | Note | None] = list(read.notes)
    values = {}
    for column, reading in columns.items():
        numbers = reading.numbers_on_request if column in options.as_numbers else None
        missing = [text for where, text in options.missing_in if where == column]
        values[column] = without_values(reading.values if numbers is None else numbers, missing)
        notes += _notes_on_reading(column, reading, numbers is not None)
    dataset = Dataset.of(_plain_name(name), pd.DataFrame(values), f"Read from {made}.")
    if to_fit:
        _require_numbers(dataset, read)
        notes += _notes_on_columns_left_out(dataset)
        notes += notes_on_sentinels(dataset)
        notes += _note_on_incomplete_rows(dataset)
    units = {
        column: reading.unmarked.unit
        for column, reading in columns.items()
        if reading.unmarked is not None and reading.unmarked.unit
    }
    return replace(dataset, units=units), notes


def _notes_on_reading(name: str, reading: Reading, as_numbers: bool) -> Iterator[str | Note]:
    if reading.unmarked is not None:
        for note in reading.unmarked.notes(name):
            yield Note(note, OptionChange(f"Leave {quoted(name)} as text", "as_text", (name,)))
    if reading.dates:
        yield (
            f"Dates in {quoted(name)} are days since 1 January 1970."
            if as_numbers
            else f"{capital(column_named(name))} holds dates, which become numbers on request only."
        )
    if reading.either_date:
        yield (
            f"{capital(column_named(name))} stays text: its dates fit day before month and month before day, so write "
            "them as 2020-12-31."
        )
    if reading.nearly is not None:
        yield reading.nearly.note_on_request(name) if as_numbers else reading.nearly.note(name)
    if reading.codes is not None and not as_numbers:
        yield (
            f"{capital(column_named(name))} stays text because its numbers have zeros in front, as codes have; they "
            "become numbers on request only."
        )
    if reading.seconds is not None:
        yield (
            f"Times in {quoted(name)} are seconds."
            if as_numbers
            else f"{capital(column_named(name))} holds times, which become seconds on request only."
        )
    if reading.unread is not None:
        yield (
            f"{capital(column_named(name))} stays text: its values begin as numbers do but hold more, such as "
            f"{quoted(reading.unread)}."
        )


def _notes_on_columns_left_out(dataset: Dataset) -> Iterator[str]:
    for kind, what in ((ColumnKind.CONSTANT, "the same number in every row"), (ColumnKind.EMPTY, "no value")):
        names = [name for name in dataset.kinds if dataset.kinds[name] is kind]
        if names:
            has = "has" if len(names) == 1 else "have"
            yield f"{listed(names)} {has} {what} and {were(len(names))} left out of what can be fitted."


def _require_numbers(dataset: Dataset, read: ReadColumns) -> None:
    if dataset.numeric_columns:
        return
    for name, reading in read.columns.items():
        if reading.nearly is not None:
            raise DataError(
                f"No column is all numbers: {quoted(name)}, for one, has {quoted(reading.nearly.cell)} "
                f"in row {reading.nearly.row:,}."
            )
    if read.one_value_to_a_row and dataset.categorical_columns:
        raise DataError(
            "The file is one column of text: separate the values of a row by commas, semicolons or tabs."
        )
    for name, reading in read.columns.items():
        if reading.unread is not None:
            raise DataError(
                f"No column holds two different numbers: the values of {quoted(name)}, for one, begin as numbers do "
                f"but hold more, such as {quoted(reading.unread)}."
            )
    raise DataError("No column holds two different numbers: a mixture needs at least one such column.")


def _note_on_incomplete_rows(dataset: Dataset) -> list[str]:
    complete = np.ones(len(dataset.table), dtype=bool)
    for name in dataset.numeric_columns:
        complete &= np.isfinite(float_values(dataset.table[name]))
    return [] if complete.any() else ["No row has a value in every column of numbers: choose fewer of them."]


def _plain_name(name: str) -> str:
    return one_line(PureWindowsPath(name).name, LONGEST_FILE_NAME) or "data"
