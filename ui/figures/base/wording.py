"""Numbers as text, for legends, notes and text alternatives."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gmm_core.studies.sure_rows import share_in_words

_NUMBERS = (
    "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
).split()


def percent(share: float) -> str:
    """A share as text: 0.342 is “34 %”, 0.0042 is “0.42 %”; almost 0 is “under 0.01 %”, and almost 1 is not “100 %”."""
    if 0 < share < 0.0001:
        return "under 0.01 %"
    if 0.9999 < share < 1:
        return "over 99.99 %"
    if 0.995 <= share < 1:
        return share_in_words(share)
    return f"{100 * share:.2g} %" if 0 < share < 0.0995 else f"{100 * share:.0f} %"


def number(value: float, digits: int = 4) -> str:
    """A value as text with a few significant digits and a real minus sign, without an exponent if that is short."""
    text = f"{value:,.0f}" if abs(value) >= 10**digits else f"{value:,.{digits}g}"
    return text.replace("-", "−")


def tenths(value: float | None) -> str:
    """A log-likelihood or a criterion as text with one decimal; a dash for None."""
    return "—" if value is None else f"{value:,.1f}".replace("-", "−")


def scientific(value: float, digits: int = 3) -> str:
    """A value as `number` writes it or, if it is very small or large, as “4.1 × 10⁻⁷”."""
    if value == 0 or 1e-3 <= abs(value) < 1e15 or not math.isfinite(value):
        return number(value, digits)
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    shown = mantissa.rstrip("0").rstrip(".").replace("-", "−")
    return f"10{raised}" if shown == "1" else f"{shown} × 10{raised}"


def duration(seconds: float) -> str:
    """A duration as text in a suitable unit: “40 s”, “3 minutes”."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} minutes"


def counted_in_digits(count: int, noun: str) -> str:
    """A count with its noun, in digits: “1 iteration”, “12 iterations”."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def counted(count: int, noun: str) -> str:
    """A count with its noun, in words: “Three components”."""
    spoken = _NUMBERS[count] if 0 <= count < len(_NUMBERS) else f"{count:,}"
    return f"{spoken} {noun if count == 1 else noun + 's'}".capitalize()


def listed(words: Sequence[str]) -> str:
    """Words as a list: “50 %, 90 % and 95 %”."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def component_name(position: int, weight: float) -> str:
    """The name of the component at a position (from 0) in legends and on axes, with its weight π_k."""
    return f"{position + 1} · {percent(weight)}"


def weights_in_words(weights: Sequence[float]) -> str:
    """The number of components and their weights, as the beginning of a sentence."""
    count = counted(len(weights), "component")
    if len(weights) == 1:
        return f"{count}, which holds all points"
    largest, smallest = percent(max(weights)), percent(min(weights))
    if largest == smallest:
        return f"{count}, each of which holds {largest} of the points"
    return f"{count}; the largest holds {largest} and the smallest {smallest} of the points"
