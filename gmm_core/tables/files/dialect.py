"""Dialect: how a text file writes its table, detected from its first lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gmm_core.errors import DataError
from gmm_core.tables.cells.decimal_sign import DecimalSign, decimal_sign
from gmm_core.tables.cells.notation import is_missing, is_number
from gmm_core.tables.cells.pattern import Pattern
from gmm_core.tables.files.delimiter import (
    BY_NAME,
    COMMENT_SIGNS,
    DELIMITERS,
    SAMPLED_CELLS,
    Delimiter,
    Record,
    likely_delimiter,
    most_common_width,
    sampled_records,
)
from gmm_core.tables.files.header import (
    ROW_NAMES,
    has_header,
    is_second_header,
    is_title,
    note_on_numbers_as_names,
    with_further_rows,
)
from gmm_core.tables.files.note import Note, without_rule
from gmm_core.tables.files.options import COMMA_AT_END, DETECT_ALL, FURTHER_HEADER, ReadOptions
from gmm_core.wording import quoted, were

ROWS_BELOW_A_TITLE = 50
"""Rows at the beginning of a file that are looked at to tell whether its first row is a title."""
MOST_FURTHER_ROWS = 2
"""Most rows of units and the like below the names."""
_WHOLE, _DIGITS = Pattern("[+-]?[0-9]+"), Pattern("[0-9]+")
"""What stands before and behind a decimal comma."""
_DECLARED_DELIMITER = Pattern(r'(?i)"?sep=(?P<sign>.)"?')
"""The line by which Excel declares the delimiter of a CSV file: sep=;"""


@dataclass(frozen=True)
class Dialect:
    """How a file writes its table.

    Parameters
    ----------
    delimiter : Delimiter
        The sign between values.
    names : tuple of str or None
        The columns' names; None where there is no header.
    width : int
        Number of fields of a row, including the empty last one if `ends_with_delimiter`.
    data_line : int
        Number of lines before the first row of data.
    decimal_sign : DecimalSign
        The decimal sign of its numbers.
    ends_with_delimiter : bool
        True if every row ends with a delimiter.
    notes : tuple of str
        What is unusual, one sentence each.
    header : tuple of str
        The fields of the header as they are written.
    comma_at_end : bool
        True if the last two fields of a row are one number, with a decimal comma between them.
    """

    delimiter: Delimiter
    names: tuple[str, ...] | None
    width: int
    data_line: int
    decimal_sign: DecimalSign
    ends_with_delimiter: bool = False
    notes: tuple[str | Note, ...] = ()
    header: tuple[str, ...] = ()
    comma_at_end: bool = False


@dataclass(frozen=True)
class _Beginning:
    """The lines before the table: their number, the last comment, and the delimiter of a line such as “sep=;”."""

    lines: int
    comment: str | None
    delimiter: Delimiter | None


def recognised_dialect(
    lines: Sequence[str], whole: bool, options: ReadOptions = DETECT_ALL, most_columns: int | None = None
) -> Dialect:
    """Detect the dialect of a file from its first lines.

    Parameters
    ----------
    lines : sequence of str
        The first lines of the file.
    whole : bool
        True if these are all its lines; otherwise the last row may be incomplete and is ignored.
    options : ReadOptions
        Delimiter, decimal sign and header are detected only where the options leave them open.
    most_columns : int or None
        Limit on the fields of a row, checked before the fields are examined, since one line may have millions.

    Raises
    ------
    DataError
        If there is nothing but comments, the options name an unknown delimiter, or a row has more than `most_columns`
        fields.
    """
    beginning = _beginning(lines)
    if options.delimiter is None:
        delimiter = beginning.delimiter or likely_delimiter(lines[beginning.lines :])
    elif options.delimiter in BY_NAME:
        delimiter = BY_NAME[options.delimiter]
    else:
        raise DataError(f"There is no delimiter {quoted(options.delimiter)}: choose one of the list.")
    sample = sampled_records(lines[beginning.lines :], delimiter)
    if not whole and len(sample) > 1:
        sample = sample[:-1]
    if not sample:
        raise DataError("The file has no rows that can be read: save it as CSV with one row to a line.")
    _require_columns(most_common_width(sample), most_columns)
    dialect = _with_header(sample, beginning, delimiter, options)
    _require_columns(dialect.width, most_columns)
    return dialect


def _require_columns(width: int, most: int | None) -> None:
    if most is not None and width > most:
        raise DataError(f"The file has more than the {most:,} columns that are read at most: leave some out.")


def _beginning(lines: Sequence[str]) -> _Beginning:
    comment = None
    for number, line in enumerate(lines):
        text = line.strip()
        declared = _DECLARED_DELIMITER.parts(line.rstrip("\r\n"))
        if declared:
            sign = declared["sign"]
            known = {delimiter.sign: delimiter for delimiter in DELIMITERS}
            return _Beginning(number + 1, comment, known.get(sign))
        if text.startswith(COMMENT_SIGNS):
            said = text.lstrip("".join(COMMENT_SIGNS)).strip()
            # The names are in the last comment, unless that one holds the units of the names above it.
            comment = comment if comment and said.lower().startswith("unit") else said
        elif text:
            return _Beginning(number, comment, None)
    return _Beginning(len(lines), comment, None)


def _with_header(
    sample: Sequence[Record], beginning: _Beginning, delimiter: Delimiter, options: ReadOptions
) -> Dialect:
    rows = [record.fields for record in sample]
    width = most_common_width(sample)
    first = _first_row(rows, width)
    names: list[str] | None = None
    header: tuple[str, ...] = ()
    notes: list[str | Note | None] = [_note_on_skipped(sample, first, beginning)]
    named = has_header(rows[first], rows[first + 1 :]) if options.header is None else options.header
    if named:
        names, first = rows[first], first + 1
        header = tuple(names)
        if options.header is None:
            notes.append(note_on_numbers_as_names(names))
        further: list[Sequence[str]] = []
        while FURTHER_HEADER not in options.rules_off and len(further) < MOST_FURTHER_ROWS:
            if first == len(rows) or not is_second_header(rows[first], rows[first + 1 :]):
                break
            further.append(rows[first])
            first += 1
        if further:
            names, notes_on_rows = with_further_rows(names, further, options.rules_off)
            notes += notes_on_rows
    elif options.header is None and first == 0 and beginning.comment is not None:
        names = _names_in_comment(beginning.comment, delimiter, width)
    data = rows[first:]
    fitting = [row for row in data if len(row) == width]
    comma_at_end = False
    comma_at_end = False
    ends_with_delimiter = names is not None and len(names) == width - 1 and _mostly_end_empty(fitting)
    if names is not None and not fitting:
        width = len(names)
    elif names is not None and len(names) == width + 1 and names[-1].strip() == "":
        names = names[:-1]
    elif ends_with_delimiter:
        notes.append("Every row ends with a delimiter, which was ignored.")
    elif (
        names is not None
        and len(names) == width - 1
        and delimiter.sign == ","
        and COMMA_AT_END not in options.rules_off
        and _end_in_decimal_commas(fitting)
    ):
        comma_at_end = True
        notes.append(
            Note(
                f"The rows have one value more than the header: the last comma is a decimal comma in "
                f"{quoted(names[-1])}.",
                without_rule("Read the first column as row names", COMMA_AT_END),
            )
        )
    elif names is not None and len(names) == width - 1:
        names = [ROW_NAMES, *names]
        notes.append(
            "The rows have one value more than the header, so the first column was taken as row names."
        )
    elif names is not None:
        width = len(names)
    if names is None:
        notes.append("The file has no header: its columns are numbered.")
    columns = zip(*fitting[: max(SAMPLED_CELLS // max(width, 1), 1)], strict=True)
    before = sample[first].first_line - 1 if first < len(sample) else sample[-1].last_line
    return Dialect(
        delimiter=delimiter,
        names=None if names is None else tuple(names),
        width=width,
        data_line=beginning.lines + before,
        decimal_sign=decimal_sign(columns, comma_separates=delimiter.sign == ",")
        if options.decimal_comma is None
        else DecimalSign(options.decimal_comma, certain=True),
        ends_with_delimiter=ends_with_delimiter,
        notes=tuple(note for note in notes if note),
        header=header,
        comma_at_end=comma_at_end,
    )


def _first_row(rows: Sequence[Sequence[str]], width: int) -> int:
    """The position of the header or, if there is none, of the first row of data.

    Rows before it are a preamble: their width is not that of the file. A row of names directly above the data
    is the header whatever its width, which the caller handles.
    """
    first = next(
        (
            position
            for position, row in enumerate(rows)
            if len(row) == width and not is_title(rows[position : position + ROWS_BELOW_A_TITLE])
        ),
        0,
    )
    if first == 0 or has_header(rows[first], rows[first + 1 :]):
        return first
    for position in range(first - 1):
        # Names above numbers are no preamble, though the first rows are shorter or longer than the others.
        names, below = rows[position], rows[position + 1]
        if len(names) == width - 1 and not any(map(is_number, names)) and sum(map(is_number, below)) > 1:
            return position
    above = rows[first - 1]
    filled = [cell for cell in above if cell.strip()]
    if any(is_number(cell) for cell in filled) or not filled:
        return first
    if len(filled) > 1 or (len(above) == width - 1 and _names_rows([row[0] for row in rows[first:]])):
        return first - 1
    return first


def _names_rows(cells: Sequence[str]) -> bool:
    """True if the cells are names of rows: texts, or the numbers 1, 2, 3, ..."""
    counting = [str(number) for number in range(1, len(cells) + 1)]
    return list(cells) == counting or not any(is_number(cell) for cell in cells)


def _end_in_decimal_commas(rows: Sequence[Sequence[str]]) -> bool:
    """True if the last two fields of all rows are the digits before and behind a decimal comma, or empty.

    Not if the first fields are names of rows, which the header may leave out too.
    """
    ends = [(row[-2].strip(), row[-1].strip()) for row in rows]
    return (
        bool(rows)
        and any(whole for whole, _ in ends)
        and all(
            (_WHOLE.matches(whole) and _DIGITS.matches(fraction)) or not (whole or fraction)
            for whole, fraction in ends
        )
        and not _names_rows([row[0] for row in rows])
    )


def _mostly_end_empty(rows: Sequence[Sequence[str]]) -> bool:
    return 2 * sum(row[-1].strip() == "" for row in rows) > len(rows)


def _names_in_comment(comment: str, delimiter: Delimiter, width: int) -> list[str] | None:
    """The names in a comment directly above the data, as NumPy's savetxt writes a header; None if it has no names."""
    sample = sampled_records([comment], delimiter)
    names = sample[0].fields if sample else []
    if len(names) != width or any(is_number(name) or is_missing(name) for name in names):
        return None
    return names


def _note_on_skipped(sample: Sequence[Record], first: int, beginning: _Beginning) -> str | None:
    skipped = beginning.lines + sample[first].first_line - 1
    if skipped == 0:
        return None
    lines = "line" if skipped == 1 else f"{skipped:,} lines"
    return f"The first {lines} of the file came before the table and {were(skipped)} skipped."
