"""Units: removes what is written around the numbers of a column: a currency, a unit, a percent or a trailing minus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from gmm_core.tables.cells.pattern import Pattern, literal
from gmm_core.wording import listed

CURRENCIES = (
    *("US$", "R$", "A$", "C$", "$", "€", "£", "¥", "₹", "₩", "₽", "₺", "₪", "₫", "₱", "₴", "฿"),
    *(
        "AUD",
        "BRL",
        "CAD",
        "CHF",
        "CNY",
        "CZK",
        "DKK",
        "EUR",
        "GBP",
        "HUF",
        "INR",
        "JPY",
        "KRW",
        "MXN",
        "NOK",
    ),
    *("NZD", "PLN", "SEK", "TRY", "USD", "ZAR", "Kč", "kr", "zł", "Ft"),
)
"""Signs and codes of currencies, before or after a number."""
UNITS = (
    *(
        "kg",
        "g",
        "mg",
        "µg",
        "μg",
        "lb",
        "lbs",
        "oz",
        "km",
        "m",
        "cm",
        "mm",
        "µm",
        "μm",
        "nm",
        "mi",
        "ft",
        "in",
    ),
    *("s", "ms", "µs", "μs", "ns", "sec", "min", "h", "hr", "hrs", "days", "years", "yrs"),
    *(
        "°C",
        "°F",
        "°",
        "℃",
        "Pa",
        "hPa",
        "kPa",
        "MPa",
        "bar",
        "mbar",
        "psi",
        "mV",
        "V",
        "kV",
        "mA",
        "kW",
        "MW",
    ),
    *(
        "W",
        "Wh",
        "kWh",
        "MWh",
        "J",
        "kJ",
        "kcal",
        "Hz",
        "kHz",
        "MHz",
        "GHz",
        "dB",
        "L",
        "l",
        "mL",
        "ml",
        "µL",
        "μL",
    ),
    *(
        "mol",
        "mmol",
        "ppm",
        "ppb",
        "rpm",
        "m/s",
        "km/h",
        "mph",
        "kB",
        "KB",
        "MB",
        "GB",
        "m²",
        "km²",
        "m³",
        "pcs",
    ),
)
"""Units after a number, with or without a space; not the letters of codes, such as the B of 12B."""
_UNIT = "|".join(literal(unit) for unit in sorted(UNITS, key=len, reverse=True))
_CURRENCY = "|".join(literal(sign) for sign in CURRENCIES)
_SPACE = "[ \u00a0\u202f]?"
_NUMBER = "[0-9.,](?:[0-9.,'’ \u00a0\u2009\u202f]*[0-9.,])?(?:[eE][+-]?[0-9]{1,4})?"
"""Digits in any notation, without a sign; which notation it is is decided afterwards."""
_MARKED_CELL = Pattern(
    f"(?P<open>[(])?(?P<sign>[+-])?{_SPACE}(?P<before>{_CURRENCY})?{_SPACE}(?P<second>[+-])?(?P<inner>[(])?"
    f"(?P<number>{_NUMBER}){_SPACE}(?P<after>{_CURRENCY}|{_UNIT}|%)?(?P<minus>-)?(?P<close>[)])?"
)
"""A cell with a number and everything that may be around it."""
_SIGNED = Pattern(f"[+-]?{_NUMBER}")
"""A cell with a number and its sign only."""
_LOOKED_AT = 100
"""Cells at the beginning of a column that are examined: if none has a number with a mark, the column is text."""


@dataclass(frozen=True)
class MarkedNumber:
    """A cell's number and the marks around it: a unit, a currency, a percent sign, or signs of a negative number.

    Parameters
    ----------
    number : str
        The digits and their sign, as text.
    unit : str
        The unit, currency or percent sign; "" if there is none.
    negative : bool
        True if parentheses or a trailing minus made it negative.
    """

    number: str
    unit: str
    negative: bool


def marked_number(cell: str) -> MarkedNumber | None:
    """The number and the marks of a cell; None if it has no marks, or unknown ones.

    Known are €5, 5 €, -$5, $-5, 12 %, 5 kg, (5), $(5) and 5-; the last three are negative numbers as accountants and
    SAP write them.
    """
    return _marked_number(_MARKED_CELL.parts(cell))


def _marked_number(parts: dict[str, str] | None) -> MarkedNumber | None:
    if parts is None:
        return None
    signs = [sign for sign in (parts["sign"], parts["second"]) if sign]
    opened = [parts[name] for name in ("open", "inner") if parts[name]]
    negative = bool(opened)
    closed = bool(parts["close"])
    if (
        len(opened) != closed
        or (parts["before"] and parts["after"])
        or (parts["inner"] and not parts["before"])
    ):
        return None
    behind = bool(parts["minus"])
    if len(signs) + negative + behind > 1:
        return None
    unit = parts["before"] or parts["after"]
    if not unit and not negative and not behind:
        return None
    sign = "-" if negative or behind or signs == ["-"] else ""
    return MarkedNumber(sign + parts["number"], unit, negative or behind)


@dataclass(frozen=True, eq=False)
class UnmarkedColumn:
    """A column without the marks around its numbers.

    Parameters
    ----------
    cells : (N,)
        Text.
    unit : str
        The unit of all values; "" if there is none.
    marked_negative : bool
        True if parentheses or a trailing minus made some number negative.
    """

    cells: pd.Series
    unit: str
    marked_negative: bool

    def notes(self, name: str) -> list[str]:
        """What was removed around the numbers of the column of this name, one sentence each."""
        notes = []
        if self.unit == "%":
            notes.append(f"{listed([name])} is in percent: 12 % was read as 12.")
        elif self.unit:
            notes.append(f"{listed([name])} is in {self.unit}, which was left out of its numbers.")
        if self.marked_negative:
            notes.append(f"In {listed([name])}, numbers in parentheses or with a minus behind are negative.")
        return notes


def without_marks(cells: pd.Series) -> UnmarkedColumn | None:
    """A column of text without the marks around its numbers; None if there are none, or if its units differ.

    Some numbers may lack the unit that others have; but not with percentages, since 0.12 and 12 % may be the same.
    """
    present = cells.dropna()
    if not any(_MARKED_CELL.matches(cell) for cell in present.head(_LOOKED_AT)):
        return None
    different = present.drop_duplicates()
    marked = dict(zip(different, map(_marked_number, _MARKED_CELL.all_parts(different)), strict=True))
    known = [each for each in marked.values() if each is not None]
    units = {each.unit for each in known if each.unit}
    if not known or len(units) > 1:
        return None
    unit = next(iter(units), "")
    if unit == "%" and any(_lacks_unit(cell, each) for cell, each in marked.items()):
        return None
    numbers = {cell: cell if each is None else each.number for cell, each in marked.items()}
    return UnmarkedColumn(cells.map(numbers, na_action="ignore"), unit, any(each.negative for each in known))


def _lacks_unit(cell: str, marked: MarkedNumber | None) -> bool:
    return _SIGNED.matches(cell) if marked is None else not marked.unit


def has_number_mark(cell: str, patterns: Sequence[Pattern]) -> bool:
    """True if a cell is a number in one of the patterns with a currency, percent or negative mark.

    A unit does not count: 100 m may be the name of a race.
    """
    marked = marked_number(cell)
    return (
        marked is not None
        and marked.unit not in UNITS
        and any(pattern.matches(marked.number) for pattern in patterns)
    )
