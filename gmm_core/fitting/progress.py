"""The progress that a running fit reports, and the exception that stops it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeVar

Value = TypeVar("Value")
"""The result of a generator."""


@dataclass(frozen=True)
class Progress:
    """The progress of a running fit.

    Parameters
    ----------
    run, n_runs, iteration : int
        The number of the restart, from 0; how many restarts there are; the M-steps of this one on the same rows.
    mean_log_likelihood : float
        The mean log-likelihood of the restart's current mixture, in nats per row, in standard units.
    share : float
        The share of the whole fit that is done, from 0 to 1; it changes only when a restart ends.
    on_sample : bool
        True if the restarts still run on a sample of the rows.
    """

    run: int
    n_runs: int
    iteration: int
    mean_log_likelihood: float
    share: float = 0.0
    on_sample: bool = False


class StopFitting(Exception):
    """Throw this into `fitting` to end the fit at once with the restarts done so far."""


def run_to_end(steps: Generator[Progress, None, Value]) -> Value:
    """Run a generator to its end and return its result."""
    while True:
        try:
            next(steps)
        except StopIteration as finished:
            value: Value = finished.value
            return value
