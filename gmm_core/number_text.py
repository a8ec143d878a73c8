"""Numbers as text for people, the same in every sentence, table and figure; files and scripts take them as they are.

A true minus, narrow no-break spaces between thousands and before “%”, four significant digits, and powers of ten.
`ui/chart/number_text.js` holds the same rules for what the browser writes.
"""

from __future__ import annotations

import math
from typing import Any

DIGITS = 4
"""Significant digits of a value; counts are written in full."""
THIN = "\u202f"
"""The narrow no-break space, between thousands and before “%”."""
SMALLEST, LARGEST = 1e-3, 1e15
"""Absolute values outside of these are written as powers of ten."""
NOTHING = "–"
"""What is written where there is no number."""
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_WRITTEN = str.maketrans({"-": "−", ",": THIN})


def whole(count: float) -> str:
    """A count in full: “12”, “1 234”, “−5”."""
    return f"{count:,.0f}".translate(_WRITTEN)


def number(value: float, digits: int = DIGITS) -> str:
    """A value with so many significant digits: “0.0123”, “12 346”, “9.7 × 10⁻¹¹”; no digit before the point is lost."""
    if not math.isfinite(value):
        return {math.inf: "∞", -math.inf: "−∞"}.get(value, NOTHING)
    if value == 0:
        return "0"
    if not SMALLEST <= abs(value) < LARGEST:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        return power_of_ten(float(mantissa), int(exponent), digits)
    before = math.floor(math.log10(abs(value))) + 1
    text = f"{value:,.{max(0, digits - before)}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.translate(_WRITTEN)


def in_full(value: Any) -> str:
    """A number that somebody chose, such as a limit or a setting, with all its digits."""
    return number(float(value), 15)


def power_of_ten(mantissa: float, exponent: int, digits: int = DIGITS) -> str:
    """mantissa × 10^exponent, “4.1 × 10⁻⁷”, also beyond the range of a float."""
    shown = f"{mantissa:.{digits}g}".translate(_WRITTEN)
    raised = f"10{str(exponent).translate(_RAISED)}"
    return {"1": raised, "−1": f"−{raised}"}.get(shown, f"{shown}\u00a0×\u00a0{raised}")


def with_decimals(value: float | None, decimals: int) -> str:
    """A value with a fixed number of decimals, for values that are compared by their differences; “–” for None."""
    if value is None or not math.isfinite(value):
        return NOTHING
    text = f"{value:,.{decimals}f}"
    return (text.lstrip("-") if not text.strip("-0.,") else text).translate(_WRITTEN)


def tenths(value: float | None) -> str:
    """A log-likelihood or a criterion, with one decimal: “−1 287.4”; “–” for None."""
    return with_decimals(value, 1)


def index(value: float) -> str:
    """An index of agreement such as ARI, always with three decimals: “1.000”; less than all is never “1.000”."""
    return with_decimals(min(value, 0.999) if 0.999 < value < 1 else value, 3)


def percent(share: float) -> str:
    """A share in percent: “34 %”, “4.2 %”, “99.3 %”; less than all is “>99.9 %” at most, more than none “<0.1 %”."""
    if 0 < share < 0.001:
        return f"<0.1{THIN}%"
    if 0.999 < share < 1:
        return f">99.9{THIN}%"
    percentage = 100 * share
    written = f"{percentage:.2g}" if percentage < 9.95 else f"{percentage:.{0 if percentage < 98.95 else 1}f}"
    return f"{written.removesuffix('.0')}{THIN}%".translate(_WRITTEN)


def exact_percent(share: float) -> str:
    """A share that somebody chose, such as a level or a threshold, in full: “95 %”, “0.01 %”."""
    return f"{number(100 * share, 10)}{THIN}%"


def p_in_words(p: float) -> str:
    """A p-value after the letter p, “= 0.03” or “< 0.001”."""
    return "<\u00a00.001" if p < 0.001 else f"=\u00a0{number(p, 2)}"


def duration(seconds: float) -> str:
    """A duration in a suitable unit: “40 s”, “3 minutes”."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} minutes"
