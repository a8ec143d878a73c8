"""What an E-step costs, in multiplications: by it work is shared out, bounded and given to threads."""

from __future__ import annotations

COST_OF_DENSITY = 30
"""What a row costs for each component besides its products, counted in them: power, largest, share."""


def cost_of_expectation(shape: tuple[int, ...], n_components: int) -> int:
    """Multiplications of an E-step over rows of that shape (N, D)."""
    return shape[0] * n_components * (COST_OF_DENSITY + shape[1] ** 2)
