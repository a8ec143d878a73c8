"""What an E-step costs, in multiplications: by it work is shared out, bounded and given to threads."""

from __future__ import annotations

COST_OF_DENSITY = 30
"""What a row costs for each component besides its products, counted in them: power, largest, share."""


def cost_of_expectation(shape: tuple[int, ...], n_components: int) -> int:
    """Multiplications of an E-step over rows of that shape (N, D)."""
    return shape[0] * n_components * (COST_OF_DENSITY + shape[1] ** 2)


SECONDS_OF_RESTART = 0.04
"""What a random start takes with NumPy, about, whatever the rows."""
SECONDS_OF_ITERATION = 2e-4
"""What an iteration takes with NumPy, however few rows there are."""
SECONDS_OF_MULTIPLICATION = 5e-10
"""What each multiplication of an E-step adds to that."""
USUAL_ITERATIONS = 100
"""What a restart is expected to take."""


def seconds_by_numpy(shape: tuple[int, ...], n_components: int, n_restarts: int, n_iterations: int) -> float:
    """Seconds, within a factor of three or so, that restarts with so many iterations in all take with NumPy."""
    iteration = SECONDS_OF_ITERATION + SECONDS_OF_MULTIPLICATION * cost_of_expectation(shape, n_components)
    return n_restarts * SECONDS_OF_RESTART + n_iterations * iteration
