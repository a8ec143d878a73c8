"""Rows: parses the body of a text file into a table, after checking that all its rows have the same length."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from gmm_core.errors import DataError
from gmm_core.tables.cells.notation import CATEGORY_WORDS, MISSING_MARKERS, PROGRAMS_MARKERS, is_number
from gmm_core.tables.cells.numerals import CODE
from gmm_core.tables.cells.pattern import BytesPattern, literal
from gmm_core.tables.files.delimiter import Record, records
from gmm_core.tables.files.dialect import Dialect
from gmm_core.tables.files.lines_to_skip import SkippedLines
from gmm_core.tables.files.options import ReadLimits
from gmm_core.wording import counted, quoted, were

_ZERO_IN_FRONT = BytesPattern("[^0-9.:/+-]0[0-9]")
"""A leading zero: a zero before a digit, but not in a fraction, a time or a date."""


_BESIDE = "[\\s,;|\"'\x1f]"
_CATEGORY_WORD = BytesPattern(
    f"(?:^|{_BESIDE})(?:{'|'.join(map(literal, sorted(filter(str.isascii, CATEGORY_WORDS))))})(?:{_BESIDE}|$)"
    r"|\xe2\x80[\x93\x94]|\x96|\x97"
)
"""What may be one of CATEGORY_WORDS between delimiters, or a long dash."""
ROWS_AT_ONCE = 50_000
"""Rows that are parsed at a time while words are looked for."""


@dataclass(frozen=True, eq=False)
class Rows:
    """A table whose columns are numbered from 0, and one sentence for each kind of line that was skipped.

    Parameters
    ----------
    table : pd.DataFrame
        Columns of text still hold the words of CATEGORY_WORDS.
    notes : tuple of str
        What was skipped.
    words_for_missing : frozenset of str
        The words of CATEGORY_WORDS that stand in columns of numbers; only looked for if columns of text hold some.
    """

    table: pd.DataFrame
    notes: tuple[str, ...]
    words_for_missing: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Count:
    """The number of rows and of blank lines, the line where the last row begins, and the lines that are not rows."""

    rows: int
    last_begins: int
    blank_lines: int
    skipped: SkippedLines


def read_rows(
    body: bytes,
    encoding: str,
    dialect: Dialect,
    limits: ReadLimits,
    missing: Sequence[str] = (),
    as_text: Sequence[int] = (),
) -> Rows:
    """Parse the body of a file, which begins with the first row of data.

    A column becomes numbers if all its cells are written with the dialect's decimal sign and without separators of
    thousands; whole numbers with leading zeros and everything else stay text. MISSING_MARKERS are missing values in
    columns of numbers, the texts in `missing` in all columns. The columns at the positions `as_text` stay text. Lines
    that are not rows are left out.

    Raises
    ------
    DataError
        If there is no row, there are too many rows or values, a row does not have the dialect's number of fields or
        never ends, or a value is longer than the csv module accepts. Line numbers in the sentence are counted from the
        beginning of the file.
    """
    count = _counted(body, encoding, dialect, limits)
    body = count.skipped.removed_from(body, encoding)

    def parsed(columns: list[int], markers: frozenset[str] = MISSING_MARKERS, **types: Any) -> Any:
        return pd.read_csv(
            io.BytesIO(body),
            sep=r"\s+" if dialect.delimiter.is_white_space else dialect.delimiter.sign,
            header=None,
            names=list(range(dialect.width)),
            usecols=columns,
            index_col=False,
            decimal="," if dialect.decimal_sign.comma else ".",
            encoding=encoding,
            na_values=sorted(markers | set(missing)),
            keep_default_na=False,
            skipinitialspace=True,
            low_memory=False,
            **types,
        )

    try:
        # pandas is fast, but would fill short rows; so the csv module has checked the length of each row before.
        table = parsed(
            list(range(dialect.width - dialect.ends_with_delimiter)), dtype=dict.fromkeys(as_text, "str")
        )
        table = _with_codes(table, body, parsed)
        if dialect.comma_at_end:
            table = _joined_at_end(table, parsed(list(range(dialect.width - 2, dialect.width)), dtype="str"))
        words_for_missing = _restore_words(table, body, parsed)
    except pd.errors.ParserError as problem:
        raise DataError(
            f"The row that begins in line {count.last_begins:,} never ends: look for a quotation mark without its "
            "pair."
        ) from problem
    if len(table) != count.rows:
        raise DataError(
            f"The file can be read as {count.rows:,} or as {len(table):,} rows: look for quotation marks and "
            "line breaks within values, and save the file again."
        )
    blank = count.blank_lines
    lines = "1 blank line" if blank == 1 else f"{blank:,} blank lines"
    on_blank = [f"{lines} between the rows {were(blank)} left out."] if blank else []
    return Rows(table, (*on_blank, *count.skipped.notes()), words_for_missing)


def _joined_at_end(table: pd.DataFrame, ends: pd.DataFrame) -> pd.DataFrame:
    """The table with its last two columns, which are also given as text, as one column of numbers with fractions."""
    whole, fraction = (ends.iloc[:, position].str.strip() for position in (0, 1))
    joined = (whole + "." + fraction).where(whole.notna() | fraction.notna())
    numbers = pd.to_numeric(joined, errors="coerce")
    readable = fraction.isna() == whole.isna()
    readable &= fraction.isna() | fraction.str.isdecimal().fillna(False).astype(bool)
    readable &= numbers.notna() | joined.isna()
    if not readable.all():
        row = int((~readable).argmax())
        raise DataError(
            f"Row {row + 1:,} has no decimal comma in its last column, as the others have: "
            f"{quoted(whole.iloc[row])} and {quoted(fraction.iloc[row])} are no number, so mend it."
        )
    return table.iloc[:, :-2].assign(**{"last": numbers}).set_axis(range(table.shape[1] - 1), axis="columns")


def _restore_words(table: pd.DataFrame, body: bytes, parsed: Callable[..., Any]) -> frozenset[str]:
    """Parse columns of text again with the words that were taken for missing, and find these in columns of numbers."""
    if not _CATEGORY_WORD.occurs_in(body):
        return frozenset()
    gaps = [column for column in table.columns if table[column].isna().any()]
    numbers = [
        column for column in gaps if table[column].dtype.kind in "iufb" and table[column].notna().any()
    ]
    others = [column for column in gaps if column not in numbers]
    if others:
        texts = parsed(others, PROGRAMS_MARKERS, dtype="str")
        for column in others:
            table[column] = texts[column]
    candidates = {word for column in others for word in table[column].unique() if word in CATEGORY_WORDS}
    found: set[str] = set()
    if candidates and numbers:
        with parsed(numbers, PROGRAMS_MARKERS, dtype="str", chunksize=ROWS_AT_ONCE) as pieces:
            for piece in pieces:
                for column in piece.columns:
                    found |= candidates & {str(text).strip() for text in piece[column].dropna().unique()}
                if found == candidates:
                    break
    return frozenset(found)


def _with_codes(table: pd.DataFrame, body: bytes, parsed: Callable[..., Any]) -> pd.DataFrame:
    """The table with columns of codes parsed again as text: whole numbers, some with leading zeros, such as 01234."""
    if not _ZERO_IN_FRONT.occurs_in(b"\n" + body):
        return table
    whole = [
        column
        for column in table.columns
        if table[column].dtype.kind in "iuf" and bool((table[column].dropna() % 1 == 0).all())
    ]
    if not whole:
        return table
    texts = parsed(whole, dtype="str")
    for column in whole:
        if CODE.matching(texts[column].str.strip()).any():
            table[column] = texts[column]
    return table


def _counted(body: bytes, encoding: str, dialect: Dialect, limits: ReadLimits) -> _Count:
    count = blank_lines = last_begins = last_ends = 0
    skipped = SkippedLines([] if any(map(is_number, dialect.header)) else list(dialect.header), dialect.width)
    lines = io.TextIOWrapper(io.BytesIO(body), encoding=encoding, newline="")
    try:
        for record in records(lines, dialect.delimiter):
            if skipped.takes(record):
                last_ends = record.last_line
                if skipped.below is not None and skipped.too_many_below:
                    raise _ragged(skipped.below, dialect)
                continue
            too_much = dialect.ends_with_delimiter and record.fields[-1].strip() != ""
            if len(record.fields) != dialect.width or too_much:
                raise _ragged(skipped.below or record, dialect)
            if skipped.below is not None:
                raise _ragged(skipped.below, dialect)
            count += 1
            blank_lines += record.first_line - last_ends - 1
            last_begins, last_ends = record.first_line, record.last_line
            if count * dialect.width > limits.cells:
                raise DataError(
                    f"The file has more than the {limits.cells:,} values that are read at most: leave out columns or "
                    "take a random sample of the rows."
                )
            if count > limits.rows:
                raise DataError(
                    f"The file has more than the {limits.rows:,} rows that are read at most: take a random "
                    "sample of them."
                )
    except csv.Error as problem:
        raise DataError(
            f"A value in the row that begins in line {dialect.data_line + last_ends + 1:,} has more than "
            f"{csv.field_size_limit():,} characters: look for a quotation mark without its pair, or shorten it."
        ) from problem
    if count == 0 and skipped.below is not None:
        raise _ragged(skipped.below, dialect)
    if count == 0:
        raise DataError("The file has a header and no rows below it: add the data and choose it again.")
    return _Count(count, dialect.data_line + last_begins, blank_lines, skipped)


def _ragged(record: Record, dialect: Dialect) -> DataError:
    expected, actual = dialect.width, len(record.fields)
    if dialect.ends_with_delimiter:
        expected -= 1
        actual -= record.fields[-1].strip() == ""
    first, last = (dialect.data_line + line for line in (record.first_line, record.last_line))
    place = f"Line {first:,}" if first == last else f"The row of lines {first:,} to {last:,}"
    return DataError(
        f"{place} has {counted(actual, 'value')} where {expected:,} are expected (delimiter: "
        f"{dialect.delimiter.name}): mend it, or put text that holds a delimiter between quotation marks."
    )
