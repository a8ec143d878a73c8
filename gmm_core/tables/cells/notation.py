"""Notation: how a file writes numbers: the decimal sign and the separator of thousands."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_lowercase

import pandas as pd

from gmm_core.tables.cells.pattern import PATTERNS, Pattern, literal
from gmm_core.tables.cells.unicode_signs import plain_signs
from gmm_core.tables.cells.units import has_number_mark

MISSING_MARKERS = frozenset(
    {"", "NA", "N/A", "n/a", "#N/A", "na", "nan", "NaN", "NAN", "-", "--", ".", "?", "null", "NULL", "None"}
    # Of spreadsheets, where a formula has no value.
    | {"#NA", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!", "#N/A N/A"}
    # Of databases, of printf on Windows, of printed tables and of Stata.
    | {"<NA>", "(null)", "\\N", "NaT", "Null", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN"}
    | {"n.a.", "N.A.", "n.a", "k.A.", "k. A.", "missing", "Missing", "MISSING", "\u2013", "\u2014", "---"}
    | {f".{letter}" for letter in ascii_lowercase}
)
"""Cells with one of these texts are missing values."""

CATEGORY_WORDS = frozenset(
    {"NA", "N/A", "n/a", "na", "-", "--", ".", "?", "None", "n.a.", "N.A.", "n.a", "k.A.", "k. A."}
    | {"missing", "Missing", "MISSING", "\u2013", "\u2014", "---"}
    | {f".{letter}" for letter in ascii_lowercase}
)
"""The markers that can also be a category in a column of text; the others are written by programs only."""
PROGRAMS_MARKERS = MISSING_MARKERS - CATEGORY_WORDS
"""The markers that are missing values in every column."""

_SIGN = "[+-]?"
_EXPONENT = "(?:[eE][+-]?[0-9]{1,4}|[dD][+-][0-9]{2,3})?"  # D+03 as FORTRAN writes it
"""An optional exponent; D+03 as FORTRAN writes it."""
_INFINITE = "[+-]?(?:inf|Inf|INF|infinity|Infinity)"
_SPACES = " \u00a0\u2009\u202f"
"""Spaces that separate thousands: ASCII, no-break, thin and narrow no-break."""


@dataclass(frozen=True)
class Notation:
    """A way to write numbers.

    Parameters
    ----------
    name : str
        Completes the sentence “Numbers are written with ...”.
    pattern : str
        Of a whole cell, in RE2's syntax.
    thousands : str
        The characters that may separate thousands.
    decimal : str
        The decimal sign.
    """

    name: str
    pattern: str
    thousands: str
    decimal: str

    @classmethod
    def plain(cls, name: str, decimal: str) -> Notation:
        """The notation of digits with a decimal sign and an optional exponent."""
        sign = literal(decimal)
        digits = f"(?:[0-9]+{sign}?[0-9]*|{sign}[0-9]+)"
        return cls(name, f"{_SIGN}{digits}{_EXPONENT}|{_INFINITE}", "", decimal)

    @classmethod
    def grouped(cls, name: str, thousands: str, decimal: str) -> Notation:
        """The notation with separators of thousands; numbers without separators match too."""
        digits = f"(?:[1-9][0-9]{{0,2}}(?:[{thousands}][0-9]{{3}})+|[0-9]+)"
        return cls(name, f"{_SIGN}{digits}(?:{literal(decimal)}[0-9]*)?|{_INFINITE}", thousands, decimal)

    @property
    def whole(self) -> Pattern:
        """The compiled pattern of a whole cell."""
        return PATTERNS.get(self.pattern) or Pattern(self.pattern)

    def numbers(self, cells: pd.Series) -> pd.Series:
        """The float64 values of cells that all match the pattern or are missing."""
        plain = cells
        for sign in self.thousands:
            plain = plain.str.replace(sign, "", regex=False)
        if "[dD]" in self.pattern:
            for sign in "dD":
                plain = plain.str.replace(sign, "e", regex=False)
        return plain.str.replace(self.decimal, ".", regex=False).astype("float64")


DECIMAL_POINT = Notation.plain("a decimal point", ".")
DECIMAL_COMMA = Notation.plain("a decimal comma", ",")
POINTS_AND_COMMA = Notation.grouped("points between thousands and a decimal comma", ".", ",")
COMMAS_AND_POINT = Notation.grouped("commas between thousands", ",", ".")
OTHERS = (
    Notation(
        "commas between thousands, lakhs and crores",
        f"{_SIGN}(?:[1-9][0-9]?(?:,[0-9]{{2}})*,[0-9]{{3}}|[0-9]+)(?:[.][0-9]*)?|{_INFINITE}",
        ",",
        ".",
    ),
    Notation.grouped("spaces between thousands and a decimal comma", _SPACES, ","),
    Notation.grouped("spaces between thousands", _SPACES, "."),
    Notation.grouped("apostrophes between thousands", "'’", "."),
)
"""Further notations, tried last whatever the decimal sign of the file is."""

WHERE_POINTS_ARE_DECIMAL = (DECIMAL_POINT, COMMAS_AND_POINT, DECIMAL_COMMA, POINTS_AND_COMMA, *OTHERS)
"""Notations in the order in which they are tried if the file has decimal points.

The first notation that fits a column is used. A column of 1,234 and 2,345 fits two of them.
"""
WHERE_COMMAS_ARE_DECIMAL = (DECIMAL_COMMA, POINTS_AND_COMMA, DECIMAL_POINT, COMMAS_AND_POINT, *OTHERS)
"""Notations in the order in which they are tried if the file has decimal commas."""

_PATTERNS = tuple(notation.whole for notation in WHERE_POINTS_ARE_DECIMAL)
_ANY_NUMBER = Pattern("|".join(f"(?:{notation.pattern})" for notation in WHERE_POINTS_ARE_DECIMAL))


def is_number(cell: str) -> bool:
    """True if a cell is a number in any notation, optionally with a currency, a percent sign or a trailing minus."""
    stripped = plain_signs(cell.strip())
    return _ANY_NUMBER.matches(stripped) or has_number_mark(stripped, _PATTERNS)


def is_missing(cell: str) -> bool:
    """True if a cell is a marker of a missing value."""
    return cell.strip() in MISSING_MARKERS
