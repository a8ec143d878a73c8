"""Delimiter: what stands between the values of a row, and the rows that it makes of a text."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from gmm_core.tables.cells.notation import is_missing, is_number
from gmm_core.tables.cells.pattern import Pattern

SAMPLED_RECORDS = 500
SAMPLED_CELLS = 20_000
COMMENT_SIGNS = ("#", "%", "//")


@dataclass(frozen=True)
class Delimiter:
    """What stands between two values of a row; white space stands for any run of spaces and tabs."""

    name: str
    plural: str
    sign: str

    @property
    def is_white_space(self) -> bool:
        """Whether a run of signs counts as one."""
        return self.sign == " "


# In the order in which they are preferred where several fit equally well.
DELIMITERS = (
    Delimiter("comma", "commas", ","),
    Delimiter("semicolon", "semicolons", ";"),
    Delimiter("tab", "tabs", "\t"),
    Delimiter("vertical bar", "vertical bars", "|"),
    Delimiter("white space", "white space", " "),
)
# One value to a row: the unit separator is a control character, which text hardly ever has.
NO_DELIMITER = Delimiter("none", "nothing", "\x1f")

BY_NAME = {delimiter.name: delimiter for delimiter in (*DELIMITERS, NO_DELIMITER)}

# Numbers with another delimiter between or behind them: 5;2 or 1.0, are two cells that were not parted.
_UNPARTED = Pattern(r"[+-]?[0-9][0-9.,]*\s*[;,|\t ]\s*[0-9.,;|\t +-]*")
_RULE = Pattern(r"[:+|]?[-=+|]{3,}[:+|]?")
_DECIMAL_COMMA = Pattern(r"[+-]?[0-9]+(,[0-9]+)?")


@dataclass(frozen=True)
class Record:
    """A row as it is written: the numbers of its first and last line, from 1, and its fields."""

    first_line: int
    last_line: int
    fields: list[str]


def records(lines: Iterable[str], delimiter: Delimiter) -> Iterator[Record]:
    """The rows of a text, blank lines left out; a quoted field may hold delimiters and line breaks.

    Raises csv.Error where a field is longer than the csv module allows, as behind an open quotation mark.
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
    """Whether a row is drawn, as databases, SAP and Markdown rule off a header: ----+---- or |---|:--:|."""
    filled = [field.strip() for field in fields if field.strip()]
    return bool(filled) and all(_RULE.matches(field) and ("-" in field or "=" in field) for field in filled)


def sampled_records(lines: Sequence[str], delimiter: Delimiter) -> list[Record]:
    """The first rows of a text, ruled lines left out, up to one that cannot be read."""
    sample: list[Record] = []
    try:
        for record in islice(records(lines, delimiter), SAMPLED_RECORDS):
            if not is_ruled(record.fields):
                sample.append(record)
    except csv.Error:
        # The whole file will be read row by row, and is then refused at the line where this happened.
        return sample
    return sample


def most_common_width(sample: Sequence[Record]) -> int:
    """The number of fields that most rows have, the first such where two are equally common."""
    return Counter(len(record.fields) for record in sample).most_common(1)[0][0]


def likely_delimiter(lines: Sequence[str]) -> Delimiter:
    """The delimiter that parts most rows into equally many fields, two at least, and joins no numbers.

    Where several do, the one whose fields are more often numbers.
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
    """Whether all lines are numbers or missing, some with a comma, so that 1,5 is one value and not two.

    Some line without a comma has to tell that: the name above, or one that is missing where there is no name.
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
    # Words have spaces between them: rows of unequal width are then no table, but with another sign they
    # are one with a mistake, which is to be named.
    least = 0.5 if delimiter.is_white_space else 0.1
    mostly_parted = 2 * len(parted) >= len(sample)
    if consistency < least or not mostly_parted:
        return (0.0, 0.0)
    present = sum(not is_missing(cell) for cell in cells)
    return (round(consistency, 6), sum(numbers) / max(present, 1))
