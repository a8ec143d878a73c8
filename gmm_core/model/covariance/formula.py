"""A formula as a tree of MathML elements, which a browser builds: a sign is a text, else the tag comes first."""

from __future__ import annotations

from typing import TypeAlias

Formula: TypeAlias = "str | tuple[Formula, ...]"


def row(*parts: Formula) -> Formula:
    """One part after the other."""
    return ("mrow", *parts)


def word(letters: str) -> Formula:
    """A word that stands upright: diag, tr."""
    return ("word", letters)


def sub(base: Formula, index: Formula) -> Formula:
    """base_index."""
    return ("msub", base, index)


def power(base: Formula, exponent: Formula) -> Formula:
    """base to the exponent."""
    return ("msup", base, exponent)


def fraction(above: Formula, below: Formula) -> Formula:
    """above / below."""
    return ("mfrac", above, below)


def sum_over(index: Formula) -> Formula:
    """∑ with its index below."""
    return ("munder", "∑", index)


SIGMA_K, W_K, N_K = sub("Σ", "k"), sub("W", "k"), sub("N", "k")
LIKELIEST = row(
    "Σ",
    "=",
    word("arg max"),
    "−½",
    sum_over("k"),
    "(",
    N_K,
    word("log"),
    "|",
    SIGMA_K,
    "|",
    "+",
    word("tr"),
    W_K,
    power(SIGMA_K, "−1"),
    ")",
)
"""What every M-step looks for; of a family whose answer has no formula of its own it is all that can be written."""
