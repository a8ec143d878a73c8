"""The cost of an E-step in multiplications, by which work is split among threads and limited, and its time in NumPy."""

from __future__ import annotations

COST_OF_DENSITY = 30
"""The cost per row and component beyond its D² multiplications, in multiplications: exponential, maximum, division."""


def cost_of_expectation(shape: tuple[int, ...], n_components: int) -> int:
    """The number of multiplications of an E-step over rows of shape (N, D) with K components."""
    return shape[0] * n_components * (COST_OF_DENSITY + shape[1] ** 2)


SECONDS_OF_RESTART = 0.25
"""The approximate seconds of one random start with NumPy, for any number of rows: 0.1 to 0.5 for short runs."""
SECONDS_OF_ITERATION = 2e-4
"""The fixed part of an iteration with NumPy, in seconds."""
SECONDS_OF_MULTIPLICATION = 5e-10
"""The seconds that each multiplication of an E-step adds to an iteration with NumPy."""
USUAL_ITERATIONS = 100
"""The number of iterations that a restart is expected to take."""


def seconds_by_numpy(shape: tuple[int, ...], n_components: int, n_restarts: int, n_iterations: int) -> float:
    """Estimate the seconds that restarts take with NumPy, within a factor of about three.

    Parameters
    ----------
    shape : (int, int)
        N and D.
    n_components, n_restarts : int
        K, and the number of restarts.
    n_iterations : int
        The iterations of all restarts together.
    """
    iteration = SECONDS_OF_ITERATION + SECONDS_OF_MULTIPLICATION * cost_of_expectation(shape, n_components)
    return n_restarts * SECONDS_OF_RESTART + n_iterations * iteration
