"""Fits that are made one after another: a plan says what is fitted next, by what came of the fits before."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from gmm_core.engines.threads import one_blas_thread
from gmm_core.errors import ExplorerError
from gmm_core.fitting.assembly import Assembly
from gmm_core.fitting.progress import Progress, StopFitting
from gmm_core.fitting.request import FitRequest
from gmm_core.fitting.result import Fit
from gmm_core.fitting.scheduler import run_restarts

Value = TypeVar("Value")
Within = Callable[[Progress], Progress]
"""What the progress of one fit is as that of the whole."""


def alone(progress: Progress) -> Progress:
    """The progress of a fit that is the whole."""
    return progress


@dataclass(frozen=True, eq=False)
class Stage:
    """One fit of a plan.

    Parameters
    ----------
    request : FitRequest
        What is fitted.
    within : (Progress) -> Progress, or None
        What its progress is as that of the whole; None where it is too short to be told of.
    """

    request: FitRequest
    within: Within | None = alone


@dataclass(frozen=True, eq=False)
class Outcome:
    """What came of a stage.

    Parameters
    ----------
    found : Fit or ExplorerError
        The fit, or why there is none.
    stopped : bool
        Whether it was stopped: the plan is then to end with what there is.
    """

    found: Fit | ExplorerError
    stopped: bool = False

    @property
    def fit(self) -> Fit | None:
        """The fit, if there is one."""
        return self.found if isinstance(self.found, Fit) else None

    @property
    def refusal(self) -> str:
        """Why there is no fit, in a sentence; empty if there is one."""
        return str(self.found) if isinstance(self.found, ExplorerError) else ""

    def required(self) -> Fit:
        """The fit; raises the reason where there is none."""
        if isinstance(self.found, ExplorerError):
            raise self.found
        return self.found


Plan: TypeAlias = Generator[Stage, Outcome, Value]
"""Yields the stages, is sent the outcome of each, and returns what comes of all."""


def carried_out(plan: Plan[Value]) -> Generator[Progress, None, Value]:
    """Make the fits of a plan: yields their progress some iterations at a time, returns what the plan does.

    `StopFitting`, thrown into it or raised at a checkpoint, ends the stage with the restarts done so far. Raises what
    the plan raises; an `ExplorerError` of a fit is the outcome of its stage.
    """
    outcome: Outcome | None = None
    while True:
        try:
            stage = next(plan) if outcome is None else plan.send(outcome)
        except StopIteration as finished:
            value: Value = finished.value
            return value
        stopped = False
        try:
            assembly = Assembly.of(stage.request)
            with one_blas_thread():
                try:
                    with closing(run_restarts(assembly.phases())) as steps:
                        for progress in steps:
                            if stage.within is not None:
                                yield stage.within(progress)
                except StopFitting:
                    stopped = True
                    assembly.stop()
                outcome = Outcome(assembly.fit(), stopped)
            del assembly, steps  # whose rows are gone before the next stage has its own
        except ExplorerError as error:
            outcome = Outcome(error, stopped)
