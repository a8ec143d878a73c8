"""Counts, lists and names of components as text, for legends, notes and text alternatives."""

from __future__ import annotations

from collections.abc import Sequence

from gmm_core.number_text import percent, whole

_NUMBERS = (
    "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
).split()


def counted_in_digits(count: int, noun: str) -> str:
    """A count with its noun, in digits: “1 iteration”, “12 iterations”."""
    return f"{whole(count)} {noun}{'' if count == 1 else 's'}"


def counted(count: int, noun: str) -> str:
    """A count with its noun, in words: “Three components”."""
    spoken = _NUMBERS[count] if 0 <= count < len(_NUMBERS) else whole(count)
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
