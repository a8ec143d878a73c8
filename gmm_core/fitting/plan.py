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
ToPlanProgress = Callable[[Progress], Progress]
"""A function that converts the progress of one fit of a plan into the progress of the whole plan."""


def unchanged(progress: Progress) -> Progress:
    """Return the progress unchanged, for a plan of one fit."""
    return progress


@dataclass(frozen=True, eq=False)
class PlannedFit:
    """One fit of a plan.

    Parameters
    ----------
    request : FitRequest
        The fit to run.
    to_plan_progress : (Progress) -> Progress, or None
        Converts its progress into that of the whole plan; None for a fit too short to report progress.
    """

    request: FitRequest
    to_plan_progress: ToPlanProgress | None = unchanged


@dataclass(frozen=True, eq=False)
class FitOutcome:
    """The outcome of one fit of a plan.

    Parameters
    ----------
    result : Fit or ExplorerError
        The fit, or the error that explains why there is none.
    stopped : bool
        True if the fit was stopped; the plan must then end with what it has.
    """

    result: Fit | ExplorerError
    stopped: bool = False

    @property
    def fit(self) -> Fit | None:
        """The fit; None if there is none."""
        return self.result if isinstance(self.result, Fit) else None

    @property
    def refusal(self) -> str:
        """The sentence that explains why there is no fit; empty if there is one."""
        return str(self.result) if isinstance(self.result, ExplorerError) else ""

    def required(self) -> Fit:
        """Return the fit, or raise the error that explains why there is none."""
        if isinstance(self.result, ExplorerError):
            raise self.result
        return self.result


Plan: TypeAlias = Generator[PlannedFit, FitOutcome, Value]
"""A generator that yields the fits to run, is sent the outcome of each, and returns the result."""


def run_plan(plan: Plan[Value]) -> Generator[Progress, None, Value]:
    """Run the fits of a plan: yield their progress after some iterations each, and return the plan's result.

    `StopFitting`, thrown into the generator or raised at a checkpoint, ends the fit with the restarts done so far.
    An `ExplorerError` of a fit becomes its outcome; what the plan itself raises is raised here.
    """
    outcome: FitOutcome | None = None
    while True:
        try:
            planned = next(plan) if outcome is None else plan.send(outcome)
        except StopIteration as finished:
            value: Value = finished.value
            return value
        stopped = False
        try:
            assembly = Assembly.of(planned.request)
            with one_blas_thread():
                try:
                    with closing(run_restarts(assembly.phases())) as steps:
                        for progress in steps:
                            if planned.to_plan_progress is not None:
                                yield planned.to_plan_progress(progress)
                except StopFitting:
                    stopped = True
                    assembly.stop()
                outcome = FitOutcome(assembly.fit(), stopped)
            del assembly, steps  # free their rows before the next fit makes its own
        except ExplorerError as error:
            outcome = FitOutcome(error, stopped)
