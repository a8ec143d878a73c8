"""The text of a share of the rows as a percentage that distinguishes all from nearly all."""

from __future__ import annotations


def share_in_words(share: float) -> str:
    """A share as text, "34.2 %" or "0.93 %": three digits, and more if a share below 1 would be rounded to "100 %"."""
    percentage = 100 * share
    exact = next(digits for digits in range(3, 18) if share >= 1 or f"{percentage:.{digits}g}" != "100")
    return f"{percentage:.{exact}g} %"
