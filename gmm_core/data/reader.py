"""Reader: a CSV file of any make becomes a data set, or one sentence says why it cannot."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PureWindowsPath

import numpy as np
import pandas as pd

from gmm_core.data.columns import float_values
from gmm_core.data.dataset import Dataset
from gmm_core.data.delimiter import DELIMITERS, NO_DELIMITER, Delimiter
from gmm_core.data.dialect import Dialect, recognised_dialect
from gmm_core.data.encoding import EncodedText, recognised_text
from gmm_core.data.header import column_names
from gmm_core.data.notation import DECIMAL_POINT, WHERE_COMMAS_ARE_DECIMAL, WHERE_POINTS_ARE_DECIMAL
from gmm_core.data.numerals import Reading, read_column
from gmm_core.data.rows import read_rows
from gmm_core.data.wording import listed, one_line, quoted, were
from gmm_core.errors import DataError

SAMPLED_BYTES = 1 << 20
LONGEST_FILE_NAME = 80
USUAL_DELIMITERS = (DELIMITERS[0], NO_DELIMITER)


@dataclass(frozen=True)
class ReadLimits:
    """How much is read at most: rows, columns, and bytes of the file."""

    rows: int = 1_000_000
    columns: int = 2_000
    bytes: int = 50_000_000


DEFAULT_LIMITS = ReadLimits()


def read_csv(content: bytes, name: str, limits: ReadLimits = DEFAULT_LIMITS) -> Dataset:
    """The table in the bytes of a CSV file.

    Encoding, delimiter, decimal sign, header and lines above it are found out; everything unusual stands in
    the data set's notes. `name` becomes the data set's name, without folders and control characters, and is
    used for nothing else.

    Raises DataError with one sentence where the file is empty, no text, too large, ragged, or has no column
    of numbers that differ.
    """
    if len(content) > limits.bytes:
        raise DataError(
            f"The file has more than the {limits.bytes / 1e6:,.3g} MB that are read at most: leave out "
            "columns or take a random sample of the rows."
        )
    if not content.strip():
        raise DataError("The file is empty: choose one with a row of column names and rows of numbers below.")
    text = recognised_text(content)
    lines, whole = _first_lines(text)
    dialect = recognised_dialect(lines, whole)
    if dialect.width > limits.columns:
        raise DataError(
            f"The file has more than the {limits.columns:,} columns that are read at most: leave some out."
        )
    body = text.content[len("".join(lines[: dialect.data_line]).encode(text.encoding)) :]
    rows = read_rows(body, text.encoding, dialect, limits.rows)
    notations = WHERE_COMMAS_ARE_DECIMAL if dialect.decimal_comma else WHERE_POINTS_ARE_DECIMAL
    readings = [read_column(column, notations) for _, column in rows.table.items()]
    columns, notes_on_names = _named(readings, dialect)
    table = pd.DataFrame({column: reading.values for column, reading in columns.items()})
    dataset = Dataset.of(_plain_name(name), table, "Read from a CSV file.")
    _require_numbers(dataset, columns, dialect)
    notes = (
        text.note,
        _note_on_delimiter(dialect.delimiter),
        *dialect.notes,
        _note_on_left_out(rows.blank_lines, "blank line between the rows", "blank lines between the rows"),
        *notes_on_names,
        *_notes_on_numbers(columns),
        _note_on_incomplete_rows(dataset),
    )
    return replace(dataset, notes=tuple(note for note in notes if note))


def _first_lines(text: EncodedText) -> tuple[list[str], bool]:
    """The lines at the beginning, with their ends, and whether they are all; no line that was cut."""
    sample = text.content[:SAMPLED_BYTES].decode(text.encoding, errors="ignore")
    lines = list(io.StringIO(sample, newline=""))
    whole = len(text.content) <= SAMPLED_BYTES
    return (lines if whole or len(lines) == 1 else lines[:-1]), whole


def _named(readings: list[Reading], dialect: Dialect) -> tuple[dict[str, Reading], list[str]]:
    """The columns by their names, without those that have neither name nor values, and notes on changes."""
    if dialect.names is None:
        return {f"column {number}": reading for number, reading in enumerate(readings, start=1)}, []
    kept = [
        (name, reading)
        for name, reading in zip(dialect.names, readings, strict=True)
        if name.strip() or reading.values.notna().any()
    ]
    names, notes = column_names([name for name, _ in kept])
    note = _note_on_left_out(
        len(readings) - len(kept),
        "column with neither name nor values",
        "columns with neither name nor values",
    )
    columns = {name: reading for name, (_, reading) in zip(names, kept, strict=True)}
    return columns, [note, *notes] if note else notes


def _require_numbers(dataset: Dataset, columns: Mapping[str, Reading], dialect: Dialect) -> None:
    if dataset.numeric_columns:
        return
    for name, reading in columns.items():
        if reading.nearly is not None:
            raise DataError(
                f"No column is all numbers: {quoted(name)}, for one, has {quoted(reading.nearly.cell)} "
                f"in row {reading.nearly.row:,}."
            )
    if dialect.delimiter is NO_DELIMITER and dataset.categorical_columns:
        raise DataError(
            "The file is one column of text: separate the values of a row by commas, semicolons or tabs."
        )
    raise DataError("No column holds two different numbers: a mixture needs at least one such column.")


def _note_on_delimiter(delimiter: Delimiter) -> str | None:
    return None if delimiter in USUAL_DELIMITERS else f"Values are separated by {delimiter.plural}."


def _note_on_left_out(count: int, one: str, many: str) -> str | None:
    return f"{count:,} {one if count == 1 else many} {were(count)} left out." if count else None


def _notes_on_numbers(columns: Mapping[str, Reading]) -> Iterator[str]:
    written: dict[str, list[str]] = {}
    for name, reading in columns.items():
        if reading.notation is not None and reading.notation is not DECIMAL_POINT:
            written.setdefault(reading.notation.name, []).append(name)
    for notation, names in written.items():
        yield f"Numbers are written with {notation} in {listed(names)}."
    for name, reading in columns.items():
        if reading.nearly is not None:
            yield reading.nearly.note(name)


def _note_on_incomplete_rows(dataset: Dataset) -> str | None:
    complete = np.ones(len(dataset.table), dtype=bool)
    for name in dataset.numeric_columns:
        complete &= np.isfinite(float_values(dataset.table[name]))
    return None if complete.any() else "No row has a value in every column of numbers: choose fewer of them."


def _plain_name(name: str) -> str:
    return one_line(PureWindowsPath(name).name, LONGEST_FILE_NAME) or "data"
