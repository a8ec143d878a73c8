"""The rows that belong to one component almost surely, and their share as text: all is told apart from nearly all."""

from __future__ import annotations

from gmm_core.arrays import FloatArray

SURE = 0.95
"""A row is sure if its largest responsibility exceeds this."""


def share_sure(responsibilities: FloatArray) -> float:
    """The share of the rows whose largest responsibility exceeds `SURE`, given the responsibilities (N, K)."""
    return float((responsibilities.max(axis=1) > SURE).mean())


def share_in_words(share: float) -> str:
    """A share as text, "34.2 %" or "0.93 %": three digits, and more if a share below 1 would be rounded to "100 %"."""
    percentage = 100 * share
    exact = next(digits for digits in range(3, 18) if share >= 1 or f"{percentage:.{digits}g}" != "100")
    return f"{percentage:.{exact}g} %"
