"""Unicode signs: replaces digits, minuses, decimal signs and infinities of Unicode by those of ASCII."""

from __future__ import annotations

import pandas as pd

from gmm_core.tables.cells.pattern import Pattern

_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d", "-"),
        **{chr(zero + digit): str(digit) for zero in (0x0660, 0x06F0, 0xFF10) for digit in range(10)},
        "\u066b": ".",
        "\u066c": ",",
        "\uff0e": ".",
        "\uff0c": ",",
        "\uff0b": "+",
        "∞": "inf",
    }
)
"""From hyphens, minuses, digits and decimal signs of typography, Arabic, Persian and full width to those of ASCII."""
_SPACES = " \u00a0\u202f"
"""Spaces that may be between a sign and its number: ASCII, no-break and narrow no-break."""
_NUMBER_BEGINS = tuple("0123456789.,")
_UNUSUAL = Pattern(r"[^\x00-\x7f]|#|^[+-][ ]")
"""A cell that `plain_signs` may change."""
_INFINITE = "1.#INF"
"""Infinity as C's printf writes it on Windows."""


def plain_signs(cell: str) -> str:
    """A cell with ASCII digits and signs, and no space between a sign and its number."""
    plain = cell if cell.isascii() else cell.translate(_PLAIN)
    if plain[:1] in ("+", "-"):
        number = plain[1:].lstrip(_SPACES)
        plain = plain[0] + number if number.startswith(_NUMBER_BEGINS) else plain
    return plain.replace(_INFINITE, "inf") if "#" in plain else plain


def with_plain_signs(column: pd.Series) -> pd.Series:
    """A column of text with `plain_signs` applied to every cell."""
    unusual = _UNUSUAL.occurring_in(column)
    return column.map(plain_signs, na_action="ignore") if unusual.any() else column


def without_text_marks(column: pd.Series) -> pd.Series:
    """A column without the marks that force text in spreadsheets, if all cells have them: 'a, 'a' and ="a" become a."""
    present = column.dropna()
    if present.empty:
        return column
    if present.str.startswith("'").all():
        return column.str.removeprefix("'").str.removesuffix("'")
    if present.str.startswith('="').all():
        return column.str.removeprefix('="').str.removesuffix('"')
    return column
