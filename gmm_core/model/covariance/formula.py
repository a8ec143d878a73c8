"""Formulas as trees of MathML elements, which the browser builds.

A leaf is a string; an inner node is a tuple of its tag and its children.
"""

from __future__ import annotations

from typing import TypeAlias

Formula: TypeAlias = "str | tuple[Formula, ...]"


def row(*parts: Formula) -> Formula:
    """The parts in a row."""
    return ("mrow", *parts)


def word(letters: str) -> Formula:
    """A word in upright letters, such as diag or tr."""
    return ("word", letters)


def sub(base: Formula, index: Formula) -> Formula:
    """The base with a subscript."""
    return ("msub", base, index)


def power(base: Formula, exponent: Formula) -> Formula:
    """The base with a superscript."""
    return ("msup", base, exponent)


def fraction(above: Formula, below: Formula) -> Formula:
    """The fraction above / below."""
    return ("mfrac", above, below)


def sum_over(index: Formula) -> Formula:
    """The sign ∑ with its index below."""
    return ("munder", "∑", index)


SIGMA_K, W_K, N_K = sub("Σ", "k"), sub("W", "k"), sub("N", "k")
"""The covariance, the within-scatter and the count of component k."""
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
"""The maximisation problem of the M-step, for families whose solution has no closed formula."""
