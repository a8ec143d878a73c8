"""The name and the colour of each optimum, which are the same in every figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ui.figures.base.palette import COLOURS, INK

COLOUR_NUMBERS = (0, 1, 2, 4, 5, 6, 7, 9)
"""The colour numbers of optima; the palette's greys are kept for other optima."""
MAX_SHOWN = len(COLOUR_NUMBERS)
"""The largest number of optima with a colour of their own."""
MAX_DECIMALS = 5
"""The largest number of decimals of a log-likelihood."""


@dataclass(frozen=True)
class OptimumStyle:
    """The name and the colour of an optimum.

    Parameters
    ----------
    name : str
        A letter, A for the best.
    colour : str
        A colour of its own, or the text colour.
    distinct : bool
        True if the colour is its own.
    """

    name: str
    colour: str
    distinct: bool


def style(position: int, *, degenerate: bool = False) -> OptimumStyle:
    """The style of the optimum at `position`, the best first; the first eight have colours unless degenerate."""
    distinct = position < MAX_SHOWN and not degenerate
    return OptimumStyle(letter(position), COLOURS[COLOUR_NUMBERS[position]] if distinct else INK, distinct)


def letter(position: int) -> str:
    """The name of the optimum at a position: A to Z, then AA and so on."""
    before, last = divmod(position, 26)
    return (letter(before - 1) if before else "") + chr(ord("A") + last)


def log_likelihood_texts(log_likelihoods: Sequence[float]) -> list[str]:
    """Log-likelihoods as text, with as many decimals, from one on, as distinguish different ones."""
    for decimals in range(1, MAX_DECIMALS + 1):
        texts = [f"{value:,.{decimals}f}".replace("-", "−") for value in log_likelihoods]
        if len(set(texts)) == len(set(log_likelihoods)):
            break
    return texts if log_likelihoods else []
