"""Delimiter: the sign between the values of a row; detecting it, and splitting a text into rows by it."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from gmm_core.tables.cells.notation import is_missing, is_number
from gmm_core.tables.cells.pattern import Pattern

SAMPLED_RECORDS = 500
"""Rows at the beginning of a file from which its dialect is detected, at most."""
SAMPLED_CELLS = 20_000
"""Cells of these rows that are looked at, at most."""
COMMENT_SIGNS = ("#", "%", "//")
"""A line that begins with one of these is a comment."""


@dataclass(frozen=True)
class Delimiter:
    """The sign between two values of a row; white space means any run of spaces and tabs.

    Parameters
    ----------
    name, plural : str
        In words, for sentences and as the key of an option.
    sign : str
        The character itself; a space for white space.
    """

    name: str
    plural: str
    sign: str

    @property
    def is_white_space(self) -> bool:
        """True if a run of spaces and tabs counts as one delimiter."""
        return self.sign == " "


DELIMITERS = (
    Delimiter("comma", "commas", ","),
    Delimiter("semicolon", "semicolons", ";"),
    Delimiter("tab", "tabs", "\t"),
    Delimiter("vertical bar", "vertical bars", "|"),
    Delimiter("white space", "white space", " "),
)
"""The delimiters that are detected; where several fit equally well, the first is taken."""
NO_DELIMITER = Delimiter("none", "nothing", "\x1f")
"""One value per row. The sign is the unit separator, a control character that hardly ever occurs in text."""

BY_NAME = {delimiter.name: delimiter for delimiter in (*DELIMITERS, NO_DELIMITER)}
"""The delimiters by their names."""

_UNPARTED = Pattern(r"[+-]?[0-9][0-9.,]*\s*[;,|\t ]\s*[0-9.,;|\t +-]*")
"""A cell that another delimiter would split: numbers with a delimiter between or after them, such as 5;2 or 1.0,"""
_RULE = Pattern(r"[:+|]?[-=+|]{3,}[:+|]?")
"""One field of a drawn rule."""
_DECIMAL_COMMA = Pattern(r"[+-]?[0-9]+(,[0-9]+)?")
"""A number without separators of thousands, with or without a decimal comma."""


@dataclass(frozen=True)
class Record:
    """A row as it is written in the file: the numbers of its first and last line, counted from 1, and its fields."""

    first_line: int
    last_line: int
    fields: list[str]


def records(lines: Iterable[str], delimiter: Delimiter) -> Iterator[Record]:
    """The rows of a text without its blank lines; a quoted field may contain delimiters and line breaks.

    Raises
    ------
    csv.Error
        If a field is longer than the csv module allows, as after a quotation mark that is never closed.
    """
    latest = ""

    def remembered() -> Iterator[str]:
        nonlocal latest
        for latest in lines:
            yield latest.replace("\t", " ").strip(" \r\n") if delimiter.is_white_space else latest

    reader = csv.reader(remembered(), delimiter=delimiter.sign, skipinitialspace=True)
    first_line = 1
    for fields in reader:
        if len(fields) > 1 or latest.strip(" \t\r\n"):
            yield Record(first_line, reader.line_num, fields)
        first_line = reader.line_num + 1


def is_ruled(fields: Sequence[str]) -> bool:
    """True if a row is a drawn rule, such as ----+---- or |---|:--:| below a header of databases, SAP or Markdown."""
    filled = [field.strip() for field in fields if field.strip()]
    return bool(filled) and all(_RULE.matches(field) and ("-" in field or "=" in field) for field in filled)


def sampled_records(lines: Sequence[str], delimiter: Delimiter) -> list[Record]:
    """The first rows of a text without its ruled lines, up to SAMPLED_RECORDS or to a row that cannot be read."""
    sample: list[Record] = []
    try:
        for record in islice(records(lines, delimiter), SAMPLED_RECORDS):
            if not is_ruled(record.fields):
                sample.append(record)
    except csv.Error:
        # No error here: reading the whole file will fail at the same row, and name its line.
        return sample
    return sample


def most_common_width(sample: Sequence[Record]) -> int:
    """The number of fields that most rows have; where two numbers are equally common, the first that occurs."""
    return Counter(len(record.fields) for record in sample).most_common(1)[0][0]


def likely_delimiter(lines: Sequence[str]) -> Delimiter:
    """Detect the delimiter: the one that splits most rows into the same number of fields, at least two.

    Fields that look like several numbers count against a delimiter. Among equals, the one with more fields that are
    numbers is taken.
    """
    if _is_column_of_decimal_commas(lines):
        return NO_DELIMITER
    best, best_score = NO_DELIMITER, (0.0, 0.0)
    for delimiter in DELIMITERS:
        score = _score(sampled_records(lines, delimiter), delimiter)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _is_column_of_decimal_commas(lines: Sequence[str]) -> bool:
    """True if the file is one column of numbers with decimal commas, so that 1,5 is one value and not two.

    Every line below the column's name has to be a number or missing. If the first line has a comma, the column has no
    name; then some value has to be missing, since otherwise the commas may as well be delimiters.
    """
    cells = [line.strip().strip('"') for line in lines if line.strip()]
    with_comma = [cell for cell in cells if "," in cell]
    if not with_comma or not all(_DECIMAL_COMMA.matches(cell) for cell in with_comma):
        return False
    if "," in cells[0]:
        return len(with_comma) < len(cells) and all("," in cell or is_missing(cell) for cell in cells)
    return all(_DECIMAL_COMMA.matches(cell) or is_missing(cell) for cell in cells[1:])


def _score(sample: Sequence[Record], delimiter: Delimiter) -> tuple[float, float]:
    parted = [record for record in sample if len(record.fields) > 1]
    if not parted:
        return (0.0, 0.0)
    width = most_common_width(parted)
    fitting = [record for record in parted if len(record.fields) == width]
    cells = [
        cell.strip() for cell in islice(chain.from_iterable(row.fields for row in fitting), SAMPLED_CELLS)
    ]
    numbers = [is_number(cell) for cell in cells]
    unparted = [not number and _UNPARTED.matches(cell) for cell, number in zip(cells, numbers, strict=True)]
    consistency = len(fitting) / len(sample) * (1.0 - sum(unparted) / len(cells))
    # Sentences contain spaces, so rows that white space splits unequally are no table. Rows that another delimiter
    # splits unequally are a table with a mistake, which shall be named.
    least = 0.5 if delimiter.is_white_space else 0.1
    mostly_parted = 2 * len(parted) >= len(sample)
    if consistency < least or not mostly_parted:
        return (0.0, 0.0)
    present = sum(not is_missing(cell) for cell in cells)
    return (round(consistency, 6), sum(numbers) / max(present, 1))
