"""Numerals: text that is numbers in some notation becomes numbers, and text that nearly is gets a note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gmm_core.data.notation import MISSING_MARKERS, Notation
from gmm_core.data.wording import one_line, quoted

# From this share of numbers on, a column of text is probably one of numbers with some cells gone wrong.
MOSTLY_NUMBERS = 0.5


@dataclass(frozen=True)
class NearlyNumbers:
    """A column of text of which `odd` of `present` cells are no number; the first is in row `row`, from 1."""

    odd: int
    present: int
    row: int
    cell: str

    def note(self, name: str) -> str:
        """The sentence about the column of this name."""
        share = f"{self.odd:,} of its {self.present:,} values ({100.0 * self.odd / self.present:.2g} %)"
        verb = "is no number" if self.odd == 1 else "are no numbers"
        return (
            f"Column {quoted(name)} stays text because {share} {verb}, the first in row {self.row:,}: "
            f"{quoted(self.cell)}."
        )


@dataclass(frozen=True, eq=False)
class Reading:
    """A column as it was read: numbers with their notation, or text, perhaps nearly numbers."""

    values: pd.Series
    notation: Notation | None = None
    nearly: NearlyNumbers | None = None


def read_column(column: pd.Series, notations: Sequence[Notation]) -> Reading:
    """The reading of a column: the first notation in which every cell is a number, otherwise text as it is.

    Cells lose the white space around them, and those that hold a missing marker become missing.
    """
    if not isinstance(column.dtype, pd.StringDtype):
        return Reading(column)
    text = column.str.strip()
    text = text.mask(text.isin(MISSING_MARKERS))
    present = text.notna().to_numpy()
    if not present.any():
        return Reading(text)
    # Typographers' minus, as word processors write it.
    cells = text.str.replace("\u2212", "-", regex=False)
    best = np.zeros(len(cells), dtype=bool)
    for notation in notations:
        matching = cells.str.fullmatch(notation.pattern).fillna(False).to_numpy(dtype=bool)
        if matching[present].all():
            return Reading(notation.numbers(cells), notation)
        if matching.sum() > best.sum():
            best = matching
    if best.sum() < MOSTLY_NUMBERS * present.sum():
        return Reading(text)
    odd = present & ~best
    first = int(np.argmax(odd))
    cell = one_line(text.iloc[first], 20)
    return Reading(text, None, NearlyNumbers(int(odd.sum()), int(present.sum()), first + 1, cell))
