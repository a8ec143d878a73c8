"""What a running fit tells, and what it is told."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True)
class Progress:
    """Where a running fit is: restart `run` of `n_runs`, after `iteration` M-steps on the same rows.

    Parameters
    ----------
    run, n_runs, iteration : int
        The restart, from 0; how many there are; its M-steps so far.
    mean_log_likelihood : float
        Of its mixture, in nats per row, in standard units.
    share : float
        How much of the fit's stages is done, 0 to 1; within a restart it stands still.
    on_sample : bool
        Whether the restarts still look for an optimum on a sample of the rows.
    """

    run: int
    n_runs: int
    iteration: int
    mean_log_likelihood: float
    share: float = 0.0
    on_sample: bool = False


class StopFitting(Exception):
    """Thrown into `fitting`: end now, keep what is done."""


def at_its_end(steps: Generator[Progress, None, Value]) -> Value:
    """What a computation returns when nobody stops it."""
    while True:
        try:
            next(steps)
        except StopIteration as finished:
            value: Value = finished.value
            return value
