"""How much a difference of BIC says."""

from __future__ import annotations

STEPS = (
    (2.0, "not worth more than a bare mention"),
    (6.0, "positive evidence"),
    (10.0, "strong evidence"),
)
BEYOND = "very strong evidence"


def strength(gap: float) -> str:
    """What a difference of BIC ≥ 0 says for the model of the lower one.

    Source: Kass and Raftery, Bayes Factors (1995), section 3.2, on 2 log B ≈ ΔBIC.
    """
    return next((words for limit, words in STEPS if gap < limit), BEYOND)
