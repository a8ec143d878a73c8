"""Text columns: reads the columns of a text file, after detecting its encoding and dialect."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from gmm_core.tables.cells.decimal_sign import proven_by_the_rest
from gmm_core.tables.cells.notation import (
    DECIMAL_COMMA,
    DECIMAL_POINT,
    WHERE_COMMAS_ARE_DECIMAL,
    WHERE_POINTS_ARE_DECIMAL,
)
from gmm_core.tables.cells.numerals import Reading, read_column
from gmm_core.tables.cells.pattern import Pattern
from gmm_core.tables.cells.words import with_categories
from gmm_core.tables.files.body import read_rows
from gmm_core.tables.files.delimiter import DELIMITERS, NO_DELIMITER, Delimiter
from gmm_core.tables.files.dialect import Dialect, recognised_dialect
from gmm_core.tables.files.encoding import EncodedText, recognised_text
from gmm_core.tables.files.header import ROW_NAMES, column_names
from gmm_core.tables.files.note import Note, OptionChange
from gmm_core.tables.files.options import SUMMARIES, ReadLimits, ReadOptions
from gmm_core.tables.files.spreadsheet_safety import unmarked, unmarked_column
from gmm_core.tables.files.summaries import LastRows, summaries_of
from gmm_core.wording import listed, name_for_none, were

SAMPLED_BYTES = 1 << 20
"""Bytes at the beginning of a file from which its dialect is detected, at most."""
_QUOTED_LINE = Pattern('"(?:[^"]|"")*"')
"""A line that is a single quoted field."""
NOTE_ON_QUOTED_LINES = "Every line stood between quotation marks, which were taken off."
USUAL_DELIMITERS = (DELIMITERS[0], NO_DELIMITER)
"""The delimiters that need no note: the comma, and none."""


@dataclass(frozen=True, eq=False)
class ReadColumns:
    """The columns of a file.

    Parameters
    ----------
    columns : mapping of str to Reading
        By their names, in the file's order.
    used_options : ReadOptions
        How the file is written, given or detected.
    notes : tuple of str
        What is unusual, one sentence each.
    one_value_to_a_row : bool
        True if no delimiter was found.
    positions : mapping of str to int
        The position of each column in the rows of the file.
    """

    columns: dict[str, Reading]
    used_options: ReadOptions
    notes: tuple[str | Note, ...] = ()
    one_value_to_a_row: bool = False
    positions: Mapping[str, int] = field(default_factory=dict)


def text_columns(content: bytes, options: ReadOptions, limits: ReadLimits) -> ReadColumns:
    """Read the columns of a text file.

    Raises
    ------
    DataError
        If the file is not text, has rows of unequal length, or exceeds a limit.
    """
    text, lines, dialect = recognised(content, options, limits.columns)
    body = text.content[len("".join(lines[: dialect.data_line]).encode(text.encoding)) :]
    if options.decimal_comma is None:
        proven = proven_by_the_rest(dialect.decimal_sign, body, dialect.delimiter.sign)
        dialect = replace(dialect, decimal_sign=proven)
    rows = read_rows(body, text.encoding, dialect, limits, options.missing)
    sign = dialect.decimal_sign
    notations = WHERE_COMMAS_ARE_DECIMAL if sign.comma else WHERE_POINTS_ARE_DECIMAL

    def read(table: pd.DataFrame) -> list[Reading]:
        return [read_column(column, notations, options.missing) for _, column in table.items()]

    readings = read(rows.table)
    last = LastRows() if SUMMARIES in options.rules_off else summaries_of(rows.table, readings)
    if last.count:
        readings = read(rows.table.iloc[: -last.count].copy())
    columns, positions, notes_on_names = _named(readings, dialect)
    as_text = {positions[name]: name for name in options.as_text if name in positions}
    if as_text:
        cells = read_rows(body, text.encoding, dialect, limits, options.missing, tuple(as_text)).table
        for position, name in as_text.items():
            kept = cells[position].iloc[: len(readings[position].values)]
            columns[name] = Reading(unmarked_column(kept.str.strip()))
    columns, notes_on_words = with_categories(columns, rows.words_for_missing, options)
    used_options = replace(
        options,
        encoding=text.written,
        delimiter=dialect.delimiter.name,
        decimal_comma=sign.comma,
        header=dialect.names is not None,
    )
    notes: tuple[str | Note | None, ...] = (
        text.note,
        _note_on_delimiter(dialect.delimiter),
        *dialect.notes,
        *rows.notes,
        last.note,
        *notes_on_names,
        *_notes_on_notations(columns, dialect),
        _note_on_decimal_sign(columns, dialect),
        _note_on_grouped(columns, positions, dialect),
        *notes_on_words,
    )
    return ReadColumns(
        columns,
        used_options,
        tuple(note for note in notes if note),
        dialect.delimiter is NO_DELIMITER,
        positions,
    )


def recognised(
    content: bytes, options: ReadOptions, most_columns: int | None = None
) -> tuple[EncodedText, list[str], Dialect]:
    """Detect encoding and dialect: the file's text, its first lines, and its dialect. Raises as `text_columns`."""
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
    """True if every line as a whole is between quotation marks, as when a CSV was saved as CSV a second time."""
    filled = [line.strip() for line in lines if line.strip()]
    return all(_QUOTED_LINE.matches(line) for line in filled)


def _unquoted(text: EncodedText) -> bytes:
    lines = io.StringIO(text.content.decode(text.encoding), newline=None)
    return "".join(line.strip()[1:-1].replace('""', '"') + "\n" for line in lines).encode(text.encoding)


def _first_lines(text: EncodedText) -> tuple[list[str], bool]:
    """The complete lines within the first SAMPLED_BYTES, with line ends, and True if these are the whole file."""
    sample = text.content[:SAMPLED_BYTES].decode(text.encoding, errors="ignore")
    lines = list(io.StringIO(sample, newline=""))
    whole = len(text.content) <= SAMPLED_BYTES
    return (lines if whole or len(lines) == 1 else lines[:-1]), whole


def _named(
    readings: list[Reading], dialect: Dialect
) -> tuple[dict[str, Reading], dict[str, int], list[str | Note]]:
    """The columns by their names, without those that have neither a name nor values; their positions; and notes."""
    if dialect.names is None:
        names = list(map(name_for_none, range(1, len(readings) + 1)))
        return dict(zip(names, readings, strict=True)), {name: n for n, name in enumerate(names)}, []
    positions = [
        position
        for position, (name, reading) in enumerate(zip(dialect.names, readings, strict=True))
        if name.strip() or reading.values.notna().any() or reading.words is not None
    ]
    named = [(unmarked(dialect.names[position]), readings[position]) for position in positions]
    notes: list[str | Note] = []
    if len(named) > 1 and _is_nameless_index(*named[0]):
        named[0] = (ROW_NAMES, named[0][1])
        notes.append("The first column has no name and no value twice, so it was taken as row names.")
    names, notes_on_names = column_names([name for name, _ in named])
    note = _note_on_left_out(
        len(readings) - len(named),
        "column with neither name nor values",
        "columns with neither name nor values",
    )
    columns = {name: reading for name, (_, reading) in zip(names, named, strict=True)}
    notes += [*([note] if note else []), *notes_on_names]
    return columns, dict(zip(names, positions, strict=True)), notes


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
    """True if a column has fractions; a dtype of floats alone may come from missing values among whole numbers."""
    return pd.api.types.is_float_dtype(values.dtype) and bool((values.dropna() % 1 != 0).any())


def _note_on_decimal_sign(columns: Mapping[str, Reading], dialect: Dialect) -> Note | None:
    """A sentence on the choice of the decimal sign, if the file leaves open whether 1.234 is 1234; else None.

    There is no choice where commas are the delimiter.
    """
    if dialect.decimal_sign.certain or dialect.delimiter.sign == ",":
        return None
    if not any(reading.notation or reading.values.dtype.kind in "fiu" for reading in columns.values()):
        return None
    sign, other = (",", ".") if dialect.decimal_sign.comma else (".", ",")
    return Note(
        f"Nothing in the file tells whether 1{sign}234 is one and a bit or a thousand and more: the decimal sign "
        f"was taken to be {'a comma' if sign == ',' else 'a point'} and not “{other}”.",
        OptionChange(f"Read 1{sign}234 as 1234", "decimal_comma", not dialect.decimal_sign.comma),
    )


def _note_on_grouped(
    columns: Mapping[str, Reading], positions: Mapping[str, int], dialect: Dialect
) -> Note | None:
    """A note on the columns whose points or commas group thousands only because other columns prove it; else None."""
    names = [
        name
        for name, position in positions.items()
        if position in dialect.decimal_sign.grouped and columns[name].notation is not None
    ]
    if not names:
        return None
    sign = "." if dialect.decimal_sign.comma else ","
    return Note(
        f"In {listed(names)}, 1{sign}234 was read as 1234, since the numbers of other columns show that "
        f"{'points' if sign == '.' else 'commas'} group thousands.",
        OptionChange(f"Read 1{sign}234 as one and a bit", "decimal_comma", not dialect.decimal_sign.comma),
    )
