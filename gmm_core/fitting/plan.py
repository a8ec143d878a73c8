"""Runs several fits one after another; a plan chooses the next fit from the outcomes of those before."""

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
"""The result of a plan."""
Within = Callable[[Progress], Progress]
"""Converts the progress of one fit of a plan into the progress of the whole plan."""


def alone(progress: Progress) -> Progress:
    """Return the progress unchanged, for a plan of one fit."""
    return progress


@dataclass(frozen=True, eq=False)
class Stage:
    """One fit of a plan.

    Parameters
    ----------
    request : FitRequest
        The fit to run.
    within : (Progress) -> Progress, or None
        Converts its progress into that of the whole plan; None for a fit too short to report progress.
    """

    request: FitRequest
    within: Within | None = alone


@dataclass(frozen=True, eq=False)
class Outcome:
    """The outcome of a stage.

    Parameters
    ----------
    found : Fit or ExplorerError
        The fit, or the error that explains why there is none.
    stopped : bool
        True if the stage was stopped; the plan must then end with what it has.
    """

    found: Fit | ExplorerError
    stopped: bool = False

    @property
    def fit(self) -> Fit | None:
        """The fit; None if there is none."""
        return self.found if isinstance(self.found, Fit) else None

    @property
    def refusal(self) -> str:
        """The sentence that explains why there is no fit; empty if there is one."""
        return str(self.found) if isinstance(self.found, ExplorerError) else ""

    def required(self) -> Fit:
        """Return the fit, or raise the error that explains why there is none."""
        if isinstance(self.found, ExplorerError):
            raise self.found
        return self.found


Plan: TypeAlias = Generator[Stage, Outcome, Value]
"""A generator that yields stages, is sent the outcome of each, and returns the result."""


def carried_out(plan: Plan[Value]) -> Generator[Progress, None, Value]:
    """Run the fits of a plan: yield their progress after some iterations each, and return the plan's result.

    `StopFitting`, thrown into the generator or raised at a checkpoint, ends the stage with the restarts done so far.
    An `ExplorerError` of a fit becomes the outcome of its stage; what the plan itself raises is raised here.
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
            del assembly, steps  # free their rows before the next stage makes its own
        except ExplorerError as error:
            outcome = Outcome(error, stopped)
