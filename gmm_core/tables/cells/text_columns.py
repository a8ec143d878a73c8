"""Text columns: the table of a text file, column by column, once its encoding and dialect are known."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from gmm_core.tables.cells.notation import (
    DECIMAL_COMMA,
    DECIMAL_POINT,
    WHERE_COMMAS_ARE_DECIMAL,
    WHERE_POINTS_ARE_DECIMAL,
)
from gmm_core.tables.cells.numerals import Reading, read_column
from gmm_core.tables.cells.pattern import Pattern
from gmm_core.tables.files.body import read_rows
from gmm_core.tables.files.delimiter import DELIMITERS, NO_DELIMITER, Delimiter
from gmm_core.tables.files.dialect import Dialect, recognised_dialect
from gmm_core.tables.files.encoding import EncodedText, recognised_text
from gmm_core.tables.files.header import ROW_NAMES, column_names
from gmm_core.tables.files.options import ReadLimits, ReadOptions
from gmm_core.tables.files.spreadsheet_safety import unmarked
from gmm_core.tables.files.totals import totals_of
from gmm_core.wording import listed, name_for_none, were

SAMPLED_BYTES = 1 << 20
_QUOTED_LINE = Pattern('"(?:[^"]|"")*"')
NOTE_ON_QUOTED_LINES = "Every line stood between quotation marks, which were taken off."
USUAL_DELIMITERS = (DELIMITERS[0], NO_DELIMITER)


@dataclass(frozen=True, eq=False)
class ReadColumns:
    """The columns of a file by their names, how it is written, and what was unusual, a sentence each."""

    columns: dict[str, Reading]
    found: ReadOptions
    notes: tuple[str, ...] = ()
    one_value_to_a_row: bool = False


def text_columns(content: bytes, options: ReadOptions, limits: ReadLimits) -> ReadColumns:
    """The columns of a text file; raises DataError where it is no text, ragged or beyond a limit."""
    text, lines, dialect = recognised(content, options, limits.columns)
    body = text.content[len("".join(lines[: dialect.data_line]).encode(text.encoding)) :]
    rows = read_rows(body, text.encoding, dialect, limits, options.missing)
    sign = dialect.decimal_sign
    notations = WHERE_COMMAS_ARE_DECIMAL if sign.comma else WHERE_POINTS_ARE_DECIMAL

    def read(table: pd.DataFrame) -> list[Reading]:
        return [read_column(column, notations, options.missing) for _, column in table.items()]

    readings = read(rows.table)
    totals = totals_of(rows.table, readings)
    if totals is not None:
        readings = read(rows.table.iloc[:-1].copy())
    columns, notes_on_names = _named(readings, dialect)
    found = replace(
        options,
        encoding=text.written,
        delimiter=dialect.delimiter.name,
        decimal_comma=sign.comma,
        header=dialect.names is not None,
    )
    notes = (
        text.note,
        _note_on_delimiter(dialect.delimiter),
        *dialect.notes,
        *rows.notes,
        totals,
        *notes_on_names,
        *_notes_on_notations(columns, dialect),
        _note_on_decimal_sign(columns, dialect),
    )
    return ReadColumns(
        columns, found, tuple(note for note in notes if note), dialect.delimiter is NO_DELIMITER
    )


def recognised(
    content: bytes, options: ReadOptions, most_columns: int | None = None
) -> tuple[EncodedText, list[str], Dialect]:
    """The file's text, its first lines, and how it writes its table; errors as `text_columns`."""
    text = recognised_text(content, options.encoding)
    lines, whole = _first_lines(text)
    dialect = recognised_dialect(lines, whole, options, most_columns)
    if dialect.width == 1 and _are_quoted(lines):
        unquoted = replace(text, content=_unquoted(text))
        inner_lines, whole = _first_lines(unquoted)
        inner = recognised_dialect(inner_lines, whole, options, most_columns)
        if inner.width > 1:
            return unquoted, inner_lines, replace(inner, notes=(*inner.notes, NOTE_ON_QUOTED_LINES))
    return text, lines, dialect


def _are_quoted(lines: Sequence[str]) -> bool:
    """Whether every line as a whole stands between quotation marks, as after a CSV was saved as CSV once more."""
    filled = [line.strip() for line in lines if line.strip()]
    return all(_QUOTED_LINE.matches(line) for line in filled)


def _unquoted(text: EncodedText) -> bytes:
    lines = io.StringIO(text.content.decode(text.encoding), newline=None)
    return "".join(line.strip()[1:-1].replace('""', '"') + "\n" for line in lines).encode(text.encoding)


def _first_lines(text: EncodedText) -> tuple[list[str], bool]:
    """The lines at the beginning, with their ends, and whether they are all; no line that was cut."""
    sample = text.content[:SAMPLED_BYTES].decode(text.encoding, errors="ignore")
    lines = list(io.StringIO(sample, newline=""))
    whole = len(text.content) <= SAMPLED_BYTES
    return (lines if whole or len(lines) == 1 else lines[:-1]), whole


def _named(readings: list[Reading], dialect: Dialect) -> tuple[dict[str, Reading], list[str]]:
    """The columns by their names, without those that have neither name nor values, and notes on changes."""
    if dialect.names is None:
        return {name_for_none(number): reading for number, reading in enumerate(readings, start=1)}, []
    kept = [
        (unmarked(name), reading)
        for name, reading in zip(dialect.names, readings, strict=True)
        if name.strip() or reading.values.notna().any()
    ]
    notes = []
    if len(kept) > 1 and _is_nameless_index(*kept[0]):
        kept[0] = (ROW_NAMES, kept[0][1])
        notes.append("The first column has no name and no value twice, so it was taken as row names.")
    names, notes_on_names = column_names([name for name, _ in kept])
    note = _note_on_left_out(
        len(readings) - len(kept),
        "column with neither name nor values",
        "columns with neither name nor values",
    )
    columns = {name: reading for name, (_, reading) in zip(names, kept, strict=True)}
    return columns, [*notes, *([note] if note else []), *notes_on_names]


def _is_nameless_index(name: str, reading: Reading) -> bool:
    return not name.strip() and bool(reading.values.notna().all()) and reading.values.is_unique


def _note_on_delimiter(delimiter: Delimiter) -> str | None:
    return None if delimiter in USUAL_DELIMITERS else f"Values are separated by {delimiter.plural}."


def _note_on_left_out(count: int, one: str, many: str) -> str | None:
    return f"{count:,} {one if count == 1 else many} {were(count)} left out." if count else None


def _notes_on_notations(columns: Mapping[str, Reading], dialect: Dialect) -> Iterator[str]:
    written: dict[str, list[str]] = {}
    for name, reading in columns.items():
        if reading.notation not in (None, DECIMAL_POINT):
            written.setdefault(reading.notation.name, []).append(name)
        elif dialect.decimal_sign.comma and _has_fractions(reading.values):
            written.setdefault(DECIMAL_COMMA.name, []).append(name)
    for notation, names in written.items():
        yield f"Numbers are written with {notation} in {listed(names)}."


def _has_fractions(values: pd.Series) -> bool:
    """Whether a column has a number with a decimal sign; whole ones beside missing values are floats too."""
    return pd.api.types.is_float_dtype(values.dtype) and bool((values.dropna() % 1 != 0).any())


def _note_on_decimal_sign(columns: Mapping[str, Reading], dialect: Dialect) -> str | None:
    """Where nothing in the file tells 1.234 from 1234, the choice is said, unless commas part the values."""
    if dialect.decimal_sign.certain or dialect.delimiter.sign == ",":
        return None
    sign, other = (",", ".") if dialect.decimal_sign.comma else (".", ",")
    if all(
        reading.notation is None and reading.values.dtype.kind not in "fiu" for reading in columns.values()
    ):
        return None
    return (
        f"Nothing in the file tells whether 1{sign}234 is one and a bit or a thousand and more: the decimal sign "
        f"was taken to be {'a comma' if sign == ',' else 'a point'} and not “{other}”."
    )
