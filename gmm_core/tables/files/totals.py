"""Totals: detects a last row that holds the sums of the rows above, as in spreadsheets and pivot tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from gmm_core.arrays import FloatArray, safe_unit
from gmm_core.rows.column_values import float_values, holds_numbers
from gmm_core.tables.cells.numerals import Reading
from gmm_core.tables.cells.pattern import Pattern
from gmm_core.wording import quoted

FEWEST_ROWS = 3
"""Fewest rows above the last one for which its values can be taken for sums."""
_WORD = Pattern(
    "(?i)(grand |overall )?(totals?|sum|gesamt(summe|ergebnis)?|summen?|insgesamt|totaux|somme|totale|totaal)"
    r"[^\pL\pN_]*"
)
"""A word for totals, in English, German, French, Italian or Dutch."""


def totals_of(table: pd.DataFrame, readings: Sequence[Reading]) -> str | None:
    """A sentence if the last row holds sums of the rows above; None if it is a row of data.

    It holds sums if one of its cells is a word such as “total” and in some column the last number is the sum of the
    others; or, without any text, if it has an empty cell and this is so in all of its columns with numbers, at least
    two.
    """
    if len(table) <= FEWEST_ROWS:
        return None
    summed = [_is_sum(values) for values in _numbers(readings) if np.isfinite(values[-1])]
    texts = [cell.strip() for cell in table.iloc[-1] if isinstance(cell, str) and _is_text(cell)]
    word = next((text for text in texts if _WORD.matches(text)), None)
    if word is not None and any(summed):
        return f"The last row, {quoted(word)}, holds sums of the rows above and was left out."
    if not texts and len(summed) > 1 and all(summed) and table.iloc[-1].isna().any():
        return "The last row holds the sums of the rows above and was left out."
    return None


def _is_text(cell: str) -> bool:
    return any(character.isalpha() for character in cell)


def _numbers(readings: Sequence[Reading]) -> Iterator[FloatArray]:
    for reading in readings:
        values = reading.values if reading.nearly is None else reading.nearly.numbers
        if holds_numbers(values):
            yield float_values(values)


def _is_sum(values: FloatArray) -> bool:
    """True if the last value is the sum of the others, up to rounding: half a cent where they have fractions."""
    unit = safe_unit(values[np.isfinite(values)])
    last, others = values[-1] / unit, values[:-1][np.isfinite(values[:-1])] / unit
    if len(others) < FEWEST_ROWS or not others.any():
        return False
    cents = 0.005 / unit if (others * unit % 1 != 0).any() else 0.0
    return bool(abs(last - others.sum()) <= 1e-9 * np.abs(others).sum() + cents)
