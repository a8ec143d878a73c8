"""Header: detects whether the first row of a file names its columns, and makes these names unique."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from gmm_core.tables.cells.notation import is_missing, is_number
from gmm_core.tables.cells.pattern import Pattern
from gmm_core.wording import counted, listed, name_for_none, one_line, unique, were

LONGEST_COLUMN_NAME = 80
"""Most characters of a column's name; longer names are cut."""
LONGEST_EVENLY_SPACED = 18
"""Most digits of evenly spaced numbers in a header, such as years; Python refuses to parse thousands of digits."""
ROW_NAMES = "row names"
"""The name of a first column that the header does not name."""
_IN_QUOTES = Pattern("'[^']*'")
"""A name between single quotation marks."""


def has_header(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """True if the first row names the columns, False if it is a row of data.

    Rows of one kind: a row of texts names the columns; a row of numbers does not, unless it is 0, 1, 2, … above
    fractions, as pandas writes unnamed columns. Mixed rows: the row names the columns if a text is above a column of
    numbers; or if its numbers are evenly spaced, as years are, no cell is a marker of missing values, and no text
    occurs again in the column below it.
    """
    texts = [position for position, cell in enumerate(first) if not is_number(cell) and not is_missing(cell)]
    numbers = [cell.strip() for cell in first if is_number(cell)]
    if not texts:
        return bool(numbers) and _counts_columns(first, below)
    columns = {position: [row[position] for row in below if position < len(row)] for position in texts}
    if len(texts) == len(first) or any(_is_mostly_numbers(columns[position]) for position in texts):
        return True
    says_missing = any(is_missing(cell) and cell.strip() for cell in first)
    recurs = any(first[position] in columns[position] for position in texts)
    return not says_missing and not recurs and (not numbers or _evenly_spaced(numbers))


def _evenly_spaced(numbers: Sequence[str]) -> bool:
    if len(numbers) < 2 or not all(number.isascii() and number.isdecimal() for number in numbers):
        return False
    if len(max(numbers, key=len)) > LONGEST_EVENLY_SPACED:
        return False
    steps = {int(after) - int(before) for before, after in pairwise(numbers)}
    return steps == {1} or (len(steps) == 1 and len(numbers) > 2 and min(steps) > 0)


def _counts_columns(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    counted_from_zero = [cell.strip() for cell in first]
    without_index = counted_from_zero[1:] if counted_from_zero[0] == "" else counted_from_zero
    return (
        bool(without_index)
        and without_index == [str(number) for number in range(len(without_index))]
        and any(is_number(cell) and not cell.strip().isdecimal() for row in below for cell in row)
    )


def _is_mostly_numbers(cells: Sequence[str]) -> bool:
    present = [cell for cell in cells if not is_missing(cell)]
    return bool(present) and 2 * sum(map(is_number, present)) > len(present)


def is_second_header(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """True if the row below the names holds their units or a second part of the names.

    No cell of it may be a number or a marker of missing values, at least one has to be a text above a column of mostly
    numbers, and no text may occur again in the column below it.
    """
    if any(is_number(cell) for cell in row):
        return False
    columns = [[each[position] for each in below if position < len(each)] for position in range(len(row))]
    texts = [position for position, cell in enumerate(row) if cell.strip() and not is_missing(cell)]
    return any(_is_mostly_numbers(columns[position]) for position in texts) and not any(
        cell.strip() and (is_missing(cell) or cell in columns[position]) for position, cell in enumerate(row)
    )


def with_second_header(names: Sequence[str], second: Sequence[str]) -> tuple[list[str], str]:
    """The names, joined with the texts of the second row if they are not unique without, and a note on that row."""
    texts = [one_line(cell, LONGEST_COLUMN_NAME) for cell in second]
    second_names = listed([text for text in texts if text])
    if len(set(names)) < len(names) and len(names) == len(texts):
        joined = [f"{name} {text}".strip() for name, text in zip(names, texts, strict=True)]
        return joined, f"The names go on in the second row: {second_names}."
    return list(
        names
    ), f"The row below the names, with {second_names}, holds no values and was left out, as units are."


def is_title(rows: Sequence[Sequence[str]]) -> bool:
    """True if the first row is empty, or is a single text above a row of names, like a spreadsheet's title."""
    filled = [cell for cell in rows[0] if cell.strip()]
    if len(rows[0]) < 2 or len(rows) < 2:
        return False
    if not filled:
        return True
    if len(filled) > 1 or is_number(filled[0]):
        return False
    names, *below = [row for row in rows[1:] if any(cell.strip() for cell in row)] or [[]]
    if len(names) != len(rows[0]):
        return False
    # The title may be in a column of its own, left of the table; columns that are empty below it do not count.
    used = [
        position
        for position in range(len(names))
        if any(position < len(row) and row[position].strip() for row in (names, *below))
    ]
    below = [[row[position] for position in used if position < len(row)] for row in below]
    names = [names[position] for position in used]
    return (
        len(names) > 1
        and not any(is_number(cell) or is_missing(cell) for cell in names)
        and has_header(names, below)
    )


def column_names(fields: Sequence[str]) -> tuple[list[str], list[str]]:
    """A unique name for every column, on one line of at most LONGEST_COLUMN_NAME characters, and notes on changes."""
    written = [" ".join(field.split()) for field in fields]
    if all(_IN_QUOTES.matches(name) for name in written):
        written = [name[1:-1] for name in written]
    shortened = [one_line(field, LONGEST_COLUMN_NAME) for field in written]
    named = [name or name_for_none(position) for position, name in enumerate(shortened, start=1)]
    names = unique(named)
    blank = [name for name, short in zip(names, shortened, strict=True) if not short]
    changed = [
        name
        for name, before, short in zip(names, written, shortened, strict=True)
        if short != before and short
    ]
    repeated = [name for name, before in zip(names, named, strict=True) if name != before]
    notes = []
    if blank:
        notes.append(f"{counted(len(blank), 'column')} had no name: now {listed(blank)}.")
    if changed:
        notes.append(
            f"{counted(len(changed), 'column name')} {were(len(changed))} cleaned: now {listed(changed)}."
        )
    if repeated:
        count = len(repeated)
        notes.append(f"{counted(count, 'column name')} {were(count)} there before: now {listed(repeated)}.")
    return names, notes
