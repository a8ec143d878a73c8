"""The name and the look of each optimum, the same in every figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ui.figures.base.palette import COLOURS, INK

COLOUR_NUMBERS = (0, 1, 2, 4, 5, 6, 7, 9)
"""The places of the palette that optima take: its greys are left to what is not an optimum of its own."""
MAX_SHOWN = len(COLOUR_NUMBERS)
MAX_DECIMALS = 5


@dataclass(frozen=True)
class OptimumStyle:
    """Name and colour of an optimum.

    Parameters
    ----------
    name : str
        A letter: A is the best.
    colour : str
        A colour of its own, or that of the ink.
    distinct : bool
        Whether the colour is its own.
    """

    name: str
    colour: str
    distinct: bool


def style(position: int, *, degenerate: bool = False) -> OptimumStyle:
    """The look of the optimum at `position`, from the best down; the first eight have colours, sound ones only."""
    distinct = position < MAX_SHOWN and not degenerate
    return OptimumStyle(letter(position), COLOURS[COLOUR_NUMBERS[position]] if distinct else INK, distinct)


def letter(position: int) -> str:
    """The name of the optimum at a position: A to Z, then AA and so on."""
    before, last = divmod(position, 26)
    return (letter(before - 1) if before else "") + chr(ord("A") + last)


def log_likelihood_texts(log_likelihoods: Sequence[float]) -> list[str]:
    """Log-likelihoods as text, with one decimal, or as many more as tell different ones apart."""
    for decimals in range(1, MAX_DECIMALS + 1):
        texts = [f"{value:,.{decimals}f}".replace("-", "−") for value in log_likelihoods]
        if len(set(texts)) == len(set(log_likelihoods)):
            break
    return texts if log_likelihoods else []
