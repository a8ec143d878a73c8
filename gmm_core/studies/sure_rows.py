"""The rows that belong to one component almost surely."""

from __future__ import annotations

from gmm_core.arrays import FloatArray

SURE = 0.95
"""A row is sure if its largest responsibility exceeds this."""


def share_sure(responsibilities: FloatArray) -> float:
    """The share of the rows whose largest responsibility exceeds `SURE`, given the responsibilities (N, K)."""
    return float((responsibilities.max(axis=1) > SURE).mean())
