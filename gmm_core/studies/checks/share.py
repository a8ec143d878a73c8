"""A share of the rows, in words that keep all and nearly all apart."""

from __future__ import annotations


def share_in_words(share: float) -> str:
    """A share as "34.2 %" or "0.93 %": three digits, and more where these would make nearly all "100 %"."""
    percentage = 100 * share
    exact = next(digits for digits in range(3, 18) if share >= 1 or f"{percentage:.{digits}g}" != "100")
    return f"{percentage:.{exact}g} %"
