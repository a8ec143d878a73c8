"""Numerals: reads a column of text as numbers, dates or truth values if all its cells are; otherwise says why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from gmm_core.arrays import BoolArray
from gmm_core.rows.column_values import float_values, holds_numbers
from gmm_core.tables.cells.dates import compact_dates, days, read_dates
from gmm_core.tables.cells.notation import CATEGORY_WORDS, PROGRAMS_MARKERS, Notation
from gmm_core.tables.cells.pattern import Pattern
from gmm_core.tables.cells.unicode_signs import with_plain_signs, without_text_marks
from gmm_core.tables.cells.units import UnmarkedColumn, without_marks
from gmm_core.tables.files.spreadsheet_safety import unmarked_column
from gmm_core.wording import capital, column_named, one_line, quoted

MOSTLY_NUMBERS = 0.5
"""From this share of numbers on, a column of text is probably a column of numbers with some wrong cells."""
TRUTH_VALUES = {"true": True, "false": False}
"""The texts of a column of truth values, in lower case."""
_LOOKED_AT = 100
"""Cells at the beginning of a column of text that are examined to describe it."""
CODE = Pattern("0[0-9]+")
"""A whole number with a leading zero, such as the postal code 01234."""
TIME = Pattern(
    r"(?P<minus>-?)(?:(?P<days>[0-9]{1,6}) days?,? )?(?P<hours>[0-9]{1,6}):(?P<minutes>[0-5][0-9]):"
    r"(?P<seconds>[0-5][0-9](?:[.,][0-9]{1,9})?)"
)
"""A time of day or a span of time, h:mm:ss."""
_DIGITS = Pattern("[0-9]+")
_BEGINS_AS_NUMBER = Pattern(r"[^\pL\pN_\s]?[+-]?[0-9].*")
"""Text that begins with a number, possibly after a symbol, and continues with anything: 1.5±0.1."""


@dataclass(frozen=True, eq=False)
class NearlyNumbers:
    """A column of text that is mostly numbers.

    Parameters
    ----------
    odd : int
        Number of cells that are not numbers.
    present : int
        Number of cells that are not missing.
    row : int
        The row of the first odd cell, counted from 1.
    cell : str
        Its text, cut.
    numbers : (N,)
        As float64, NaN where a cell is missing or odd.
    """

    odd: int
    present: int
    row: int
    cell: str
    numbers: pd.Series

    @property
    def share(self) -> str:
        """The share of values that are not numbers, as text: 2 of its 40 values (5 %)."""
        return f"{self.odd:,} of its {self.present:,} values ({100.0 * self.odd / self.present:.2g} %)"

    def note(self, name: str) -> str:
        """The sentence for a column of this name that stays text."""
        return f"{capital(column_named(name))} stays text because {self.share} {self._odd_ones}."

    def note_on_request(self, name: str) -> str:
        """The sentence for a column of this name that is turned into numbers on request."""
        return f"In {column_named(name)}, {self.share} {self._odd_ones}, and count as missing."

    @property
    def _odd_ones(self) -> str:
        verb = "is no number" if self.odd == 1 else "are no numbers"
        return f"{verb}, the first in row {self.row:,}: {quoted(self.cell)}"


@dataclass(frozen=True, eq=False)
class Reading:
    """A column as it was read: numbers, dates, truth values, or text.

    Parameters
    ----------
    values : (N,)
        Of the kind that was recognised.
    notation : Notation or None
        Of numbers that were read from text.
    unmarked : UnmarkedColumn or None
        What was removed around these numbers, such as a unit.
    nearly : NearlyNumbers or None
        Of text that is mostly numbers.
    dates : bool
        True if the values are dates.
    either_date : bool
        True if the values are text that could be dates with either the day or the month first.
    codes : (N,) or None
        The values as float64, if they are text of whole numbers some of which have leading zeros.
    unread : str or None
        An example of the cells, if the values are text that mostly begins with numbers.
    seconds : (N,) or None
        The values in seconds, if they are text of times h:mm:ss.
    words : pd.Series or None
        The cells that hold one of CATEGORY_WORDS; they are missing in `values`.
    """

    values: pd.Series
    notation: Notation | None = None
    unmarked: UnmarkedColumn | None = None
    nearly: NearlyNumbers | None = None
    dates: bool = False
    either_date: bool = False
    codes: pd.Series | None = None
    unread: str | None = None
    seconds: pd.Series | None = None
    words: pd.Series | None = None

    @property
    def is_text(self) -> bool:
        """True if the values are text that has nothing of numbers, such as categories and names."""
        return isinstance(self.values.dtype, pd.StringDtype) and not (
            self.either_date
            or self.nearly is not None
            or self.codes is not None
            or self.seconds is not None
            or self.unread is not None
        )

    def with_words(self, words: frozenset[str]) -> Reading:
        """The column in which these of its words are values."""
        if self.words is None:
            return self
        kept = self.words[self.words.isin(words)]
        values = self.values.copy()
        values[kept.index] = kept
        return replace(self, values=values)

    @property
    def on_request(self) -> str | None:
        """What a column holds that can be turned into numbers on request; None if it cannot."""
        if self.dates:
            return "dates"
        if self.codes is not None:
            return "codes"
        if self.seconds is not None:
            return "times"
        return None if self.nearly is None else "mostly numbers"

    @property
    def numbers_on_request(self) -> pd.Series | None:
        """The numbers (N,) that the column is turned into on request; None if it cannot."""
        if self.dates:
            return pd.Series(days(self.values), index=self.values.index)
        if self.seconds is not None:
            return self.seconds
        return self.codes if self.nearly is None else self.nearly.numbers


def read_column(column: pd.Series, notations: Sequence[Notation], missing: Sequence[str] = ()) -> Reading:
    """Read a column of a file, as text or typed.

    Text becomes numbers in the first of the `notations` in which every cell is a number, otherwise dates or truth
    values if all its cells are, otherwise it stays text. White space and quotes that mark cells as text are removed
    first, and MISSING_MARKERS and the texts in `missing` become missing values; `Reading.words` are those among them
    that may be categories.
    """
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return Reading(column, dates=True)
    if not isinstance(column.dtype, pd.StringDtype):
        values = without_values(column, missing)
        dates = compact_dates(values)
        return Reading(values) if dates is None else Reading(dates, dates=True)
    text = unmarked_column(without_text_marks(column.str.strip()))
    text = text.mask(text.isin(PROGRAMS_MARKERS | set(missing)))
    said = text[text.isin(CATEGORY_WORDS)]
    if said.empty:
        return _read_text(text, notations, missing)
    return replace(_read_text(text.mask(text.isin(CATEGORY_WORDS)), notations, missing), words=said)


def _read_text(text: pd.Series, notations: Sequence[Notation], missing: Sequence[str]) -> Reading:
    present = text.notna().to_numpy()
    if not present.any():
        return Reading(text)
    cells = with_plain_signs(text)
    plain = _best(cells, present, notations)
    if plain.matching[present].all():
        numbers = without_values(plain.notation.numbers(cells), missing)
        if cells.str.startswith("0", na=False).any() and _are_codes(cells[present]):
            return Reading(text, codes=numbers)
        return Reading(numbers, plain.notation)
    unmarked = without_marks(cells)
    if unmarked is None:
        return _not_numbers(text, cells, present, plain)
    best = _best(unmarked.cells, present, notations)
    if best.matching[present].all():
        return Reading(best.notation.numbers(unmarked.cells), best.notation, unmarked)
    return _not_numbers(text, unmarked.cells, present, best)


def _are_codes(cells: pd.Series) -> bool:
    return bool(_DIGITS.matching(cells).all() and CODE.matching(cells).any())


def read_categories(column: pd.Series, notations: Sequence[Notation], missing: Sequence[str] = ()) -> Reading:
    """Read a column of categories: as text if these are mostly numbers, or times; else it stays as it is."""
    categories = column.cat.categories.to_series().reset_index(drop=True)
    if not isinstance(categories.dtype, pd.StringDtype) or categories.empty:
        return read_column(column, notations, missing)
    read = read_column(categories, notations, missing)
    if read.notation is None and read.nearly is None and read.codes is None and read.seconds is None:
        return read_column(column, notations, missing)
    return read_column(column.astype("str"), notations, missing)


def without_values(column: pd.Series, missing: Sequence[str]) -> pd.Series:
    """The column with the texts, or the numbers that are written as such, in `missing` replaced by missing values."""
    if missing and isinstance(column.dtype, pd.StringDtype):
        return column.mask(column.isin(missing))
    wanted = {value for value in map(_as_number, missing) if value is not None}
    if not wanted or not holds_numbers(column):
        return column
    values = pd.Series(float_values(column), index=column.index)
    gone = values.isin(wanted)
    return values.mask(gone) if gone.any() else column


def _as_number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


@dataclass(frozen=True, eq=False)
class _Best:
    """The notation in which most cells are numbers, and a mask (N,) of these cells."""

    notation: Notation
    matching: BoolArray


def _best(cells: pd.Series, present: BoolArray, notations: Sequence[Notation]) -> _Best:
    best = _Best(notations[0], np.zeros(len(cells), dtype=bool))
    for notation in notations:
        matching = notation.whole.matching(cells)
        if matching.sum() > best.matching.sum():
            best = _Best(notation, matching)
        if matching[present].all():
            break
    return best


def _seconds(text: pd.Series) -> pd.Series | None:
    """The seconds of a column of times h:mm:ss, missing cells aside; None if some cell is none."""
    present = text.dropna()
    if not TIME.matches(str(present.iloc[0])) or not TIME.matching(present).all():
        return None
    seconds = [
        (-1.0 if parts["minus"] else 1.0)
        * (
            86_400.0 * int(parts["days"] or 0)
            + 3_600.0 * int(parts["hours"])
            + 60.0 * int(parts["minutes"])
            + float(parts["seconds"].replace(",", "."))
        )
        for parts in TIME.all_parts(present)
        if parts is not None
    ]
    return pd.Series(seconds, index=present.index, dtype="float64").reindex(text.index)


def _not_numbers(text: pd.Series, cells: pd.Series, present: BoolArray, best: _Best) -> Reading:
    lowered = text.str.lower()
    if lowered.dropna().isin(TRUTH_VALUES).all():
        truths = lowered.map(TRUTH_VALUES, na_action="ignore")
        return Reading(truths.astype("bool" if present.all() else "boolean"))
    seconds = _seconds(text)
    if seconds is not None:
        return Reading(text, seconds=seconds)
    dates = read_dates(text)
    if dates is not None:
        if dates.values is None:
            return Reading(text, either_date=True)
        return Reading(dates.values, dates=True)
    if best.matching.sum() < MOSTLY_NUMBERS * present.sum():
        first_cells = text[present].head(_LOOKED_AT)
        begins = first_cells[_BEGINS_AS_NUMBER.matching(with_plain_signs(first_cells))]
        mostly = len(begins) >= MOSTLY_NUMBERS * len(first_cells)
        return Reading(text, unread=one_line(begins.iloc[0], 20) if mostly else None)
    odd = present & ~best.matching
    first = int(np.argmax(odd))
    numbers = best.notation.numbers(cells.where(pd.Series(best.matching, index=cells.index)))
    counts = int(odd.sum()), int(present.sum())
    return Reading(text, nearly=NearlyNumbers(*counts, first + 1, one_line(text.iloc[first], 20), numbers))
