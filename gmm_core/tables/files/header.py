"""Header: detects whether the first row of a file names its columns, and makes these names unique."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from gmm_core.tables.cells.notation import is_missing, is_number
from gmm_core.tables.cells.pattern import Pattern
from gmm_core.tables.files.note import Note, OptionChange, without_rule
from gmm_core.tables.files.options import FURTHER_HEADER, MERGED_HEADS
from gmm_core.wording import counted, listed, name_for_none, one_line, unique, were

LONGEST_COLUMN_NAME = 80
"""Most characters of a column's name; longer names are cut."""
LONGEST_EVENLY_SPACED = 18
"""Most digits of evenly spaced numbers in a header, such as years; Python refuses to parse thousands of digits."""
ROW_NAMES = "row names"
"""The name of a first column that the header does not name."""
ANOTHER_SIZE = 10
"""How many times larger or smaller than the numbers below a name that is a number is."""
FEWEST_BELOW = 2
"""Fewest numbers below such a name."""
_PLAIN = Pattern(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
"""A number in a name, such as a wavelength or a year."""
_IN_QUOTES = Pattern("'[^']*'")
"""A name between single quotation marks."""


def has_header(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """True if the first row names the columns, False if it is a row of data.

    Rows of one kind: a row of texts names the columns; a row of numbers does not, unless it is 0, 1, 2, … above
    fractions, as pandas writes unnamed columns, or rising numbers that are all of another size than those below, such
    as wavelengths above absorbances. Mixed rows: the row names the columns if a text is above a column of numbers; or
    if its numbers are evenly spaced, as years are, or of another size, no cell is a marker of missing values, and no
    text occurs again in the column below it.
    """
    texts = [position for position, cell in enumerate(first) if not is_number(cell) and not is_missing(cell)]
    numbers = [cell.strip() for cell in first if is_number(cell)]
    if not texts:
        return bool(numbers) and (_counts_columns(first, below) or _is_of_another_size(first, below))
    columns = {position: [row[position] for row in below if position < len(row)] for position in texts}
    if len(texts) == len(first) or any(_is_mostly_numbers(columns[position]) for position in texts):
        return True
    says_missing = any(is_missing(cell) and cell.strip() for cell in first)
    recurs = any(first[position] in columns[position] for position in texts)
    return (
        not says_missing
        and not recurs
        and (not numbers or _evenly_spaced(numbers) or _is_of_another_size(first, below))
    )


def note_on_numbers_as_names(first: Sequence[str]) -> Note | None:
    """A note if columns are called by numbers; else None."""
    numbers = [cell.strip() for cell in first if is_number(cell)]
    if not numbers:
        return None
    return Note(
        f"Numbers in the first row, {listed(numbers)}, were taken for names of columns.",
        OptionChange("Read the first row as data", "header", False),
    )


def _evenly_spaced(numbers: Sequence[str]) -> bool:
    values = [_decimal(number) for number in numbers]
    if len(values) < 2 or None in values:
        return False
    steps = {after - before for before, after in pairwise(value for value in values if value is not None)}
    whole = all(number.isascii() and number.isdecimal() for number in numbers)
    return (whole and steps == {1}) or (len(steps) == 1 and len(numbers) > 2 and min(steps) > 0)


def _decimal(cell: str) -> Decimal | None:
    """A number with a point or a comma as its decimal sign; None if it is written otherwise, or long."""
    if not _PLAIN.matches(cell.strip()) or len(cell.strip()) > LONGEST_EVENLY_SPACED:
        return None
    return Decimal(cell.strip().replace(",", "."))


def _is_of_another_size(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """True if the numbers of the first row, at least two, rise and all are of another size than those below them.

    Another size is at least ANOTHER_SIZE times the largest number below, or at most that part of the smallest.
    """
    positions = [position for position, cell in enumerate(first) if is_number(cell)]
    values = [_decimal(first[position]) for position in positions]
    if len(values) < 2 or len(below) < FEWEST_BELOW:
        return False
    for position, value in zip(positions, values, strict=True):
        cells = [row[position] for row in below if position < len(row) and not is_missing(row[position])]
        sizes = [abs(size) for size in map(_decimal, cells) if size is not None]
        if value is None or len(sizes) < max(FEWEST_BELOW, len(cells) // 2):
            return False
        larger, smaller = abs(value) >= ANOTHER_SIZE * max(sizes), ANOTHER_SIZE * abs(value) <= min(sizes)
        if not larger and not smaller:
            return False
    known = [value for value in values if value is not None]
    return all(before < after for before, after in pairwise(known))


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


def with_further_rows(
    names: Sequence[str], rows: Sequence[Sequence[str]], rules_off: Sequence[str] = ()
) -> tuple[list[str], list[Note]]:
    """The names, joined with texts of the rows below them where that is what tells columns apart, and notes on them.

    A head above several columns, behind which the cells are empty, goes to all of these. The other rows are left out
    where the names are unique without them, as units are.
    """
    own, further = list(names), list(rows)
    notes: list[Note] = []
    unused: list[str] = []
    if MERGED_HEADS not in rules_off and _has_merged_heads(own, further[0]):
        heads = [cell.strip() for cell in own if cell.strip()]
        own = _joined(_spread(own, further[0]), further.pop(0))
        notes.append(
            Note(
                f"The heads {listed(heads)} were put before the names of all columns that they stand above.",
                without_rule("Leave the heads where they are", MERGED_HEADS),
            )
        )
    for number, row in enumerate(further, start=1 + len(rows) - len(further)):
        texts = [one_line(cell, LONGEST_COLUMN_NAME) for cell in row]
        filled = listed([text for text in texts if text])
        joined = _joined(own, texts) if len(own) == len(row) else own
        if len(set(own)) < len(own) and len(set(joined)) > len(set(own)):
            own = joined
            which = ("second", "third")[number - 1]
            note = f"The names go on in the {which} row: {filled}."
            notes.append(Note(note, without_rule("Read that row as data", FURTHER_HEADER)))
        else:
            unused.append(filled)
    if unused:
        which = "The row below the names, with" if len(unused) == 1 else "The two rows below the names, with"
        verbs = "holds no values and was" if len(unused) == 1 else "hold no values and were"
        notes.append(
            Note(
                f"{which} {'; '.join(unused)}, {verbs} left out, as units are.",
                without_rule("Read as data", FURTHER_HEADER),
            )
        )
    return own, notes


def _has_merged_heads(names: Sequence[str], below: Sequence[str]) -> bool:
    """True if some head stands above a name, and behind it is an empty cell above another name."""
    if len(names) != len(below):
        return False
    filled = [bool(cell.strip()) for cell in names]
    named = [bool(cell.strip()) for cell in below]
    gaps = [n for n in range(1, len(names)) if not filled[n] and named[n]]
    has_names = all(head or name for head, name in zip(filled, named, strict=True))
    return has_names and any(filled[n - 1] and named[n - 1] for n in gaps)


def _spread(names: Sequence[str], below: Sequence[str]) -> list[str]:
    """The heads, each repeated in the empty cells behind it that have a name below."""
    spread: list[str] = []
    for name, lower in zip(names, below, strict=True):
        spread.append(name if name.strip() or not lower.strip() or not spread else spread[-1])
    return spread


def _joined(names: Sequence[str], texts: Sequence[str]) -> list[str]:
    return [
        name.strip() if name.strip() == text.strip() else f"{name.strip()} {text.strip()}".strip()
        for name, text in zip(names, texts, strict=True)
    ]


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
