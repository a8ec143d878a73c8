"""The strength of evidence of a BIC difference, in words."""

from __future__ import annotations

STEPS = (
    (2.0, "not worth more than a bare mention"),
    (6.0, "positive evidence"),
    (10.0, "strong evidence"),
)
"""(upper limit of the BIC difference, its strength in words), ascending."""
BEYOND = "very strong evidence"
"""The strength of a BIC difference at or above the last limit of `STEPS`."""


def strength(gap: float) -> str:
    """The strength of the evidence for the model with the lower BIC, where `gap` ≥ 0 is the difference.

    Source: Kass and Raftery, Bayes Factors (1995), section 3.2, on 2 log B ≈ ΔBIC.
    """
    return next((words for limit, words in STEPS if gap < limit), BEYOND)
