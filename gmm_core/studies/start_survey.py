"""Survey of starting points: many restarts of EM from starts of several kinds, and the optima in which they end."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.errors import FitError, ParameterError
from gmm_core.fitting.narrow_components import NarrowComponent, narrow_components
from gmm_core.fitting.plan import Plan, PlannedFit, run_plan
from gmm_core.fitting.progress import Progress
from gmm_core.fitting.request import FitRequest, GivenRows
from gmm_core.fitting.restart_result import Ending, Run
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import structure_named
from gmm_core.model.criteria import bayesian
from gmm_core.model.mixture import Mixture
from gmm_core.rows.distinct_rows import CanonicalRows
from gmm_core.rows.matrix import as_matrix
from gmm_core.rows.rows import Rows
from gmm_core.starts.kinds import MIXED, RandomStart, random_starts
from gmm_core.studies.optima import Optimum, distinct_optima
from gmm_core.studies.success_rate import SuccessRate

TOLERANCE = 1e-9
"""A restart goes on until an iteration raises the mean log-likelihood by no more than this, in nats per row. At 1e-6
some would stop on a plateau, from which further iterations lead to another partition."""
MAX_ITERATIONS = 5_000
"""The largest number of M-steps of each restart."""
PATH_VALUES = 1 << 20
"""The largest number of values that all paths hold together; a path has at least two points even so."""
PATH_POINTS = 64
"""The largest number of points of a path."""
BATCH = 40
"""The number of starts that are fitted together before their histories are reduced to paths, to bound the memory."""


@dataclass(frozen=True, eq=False)
class SurveyedRestart:
    """The summary of one restart.

    Parameters
    ----------
    kind : str
        The kind of start.
    seed : int
        The seed of the start, which is `random_starts(kind, 1, seed)[0]`.
    ending : Ending
        How the restart ended.
    iterations : int
        The number of M-steps.
    log_likelihood : float
        Σ_n log p(x_n) of the last mixture, in nats.
    score : float
        The log-likelihood minus the penalty for narrow components, in nats; see `Run.score`.
    at_floor : (K,) of bool
        True for each component that ended with a variance held at the floor.
    mixture : Mixture
        The last mixture, in the data's units.
    steps, path : (T,), (T, K, D)
        Some of the iterations, and the means at each of them in the data's units; see `Run.path`.
    """

    kind: str
    seed: int
    ending: Ending
    iterations: int
    log_likelihood: float
    score: float
    at_floor: tuple[bool, ...]
    mixture: Mixture
    steps: IntArray
    path: FloatArray


@dataclass(frozen=True, eq=False)
class StartSurvey:
    """All restarts of a survey, and the distinct optima in which they ended.

    Parameters
    ----------
    specification : FitSpecification
        The specification of each restart.
    kinds : tuple of str
        The kinds of start.
    n_starts : int
        The number of restarts requested for each kind; a stopped survey has fewer.
    restarts : tuple of SurveyedRestart
        The restarts that neither failed nor were stopped, in the order of their seeds and then of `kinds`.
    failed : tuple of str
        The kind of start of each restart that failed.
    optima : tuple of Optimum
        The distinct optima, the best one first; their `runs` are positions in `restarts`.
    shape : (int, int)
        N and D.
    narrow : tuple of NarrowComponent
        The components of the best optimum whose covariance is not a reliable estimate.
    """

    specification: FitSpecification
    kinds: tuple[str, ...]
    n_starts: int
    restarts: tuple[SurveyedRestart, ...]
    failed: tuple[str, ...]
    optima: tuple[Optimum, ...]
    shape: tuple[int, int]
    narrow: tuple[NarrowComponent, ...] = ()

    @property
    def complete(self) -> bool:
        """True if every requested restart has ended or failed, so that the survey was not stopped."""
        return len(self.restarts) + len(self.failed) == self.n_starts * len(self.kinds)

    @property
    def best(self) -> Optimum | None:
        """The optimum of highest score; None if no restart ended in one."""
        return self.optima[0] if self.optima else None

    @property
    def n_reached_once(self) -> int:
        """The number of optima in which only a single restart ended."""
        return sum(len(optimum.runs) == 1 for optimum in self.optima)

    def success_rate(self, optimum: Optimum | None, kind: str) -> SuccessRate:
        """The success rate of a kind of start: how many restarts ended in the optimum, of all including failed ones."""
        starts = sum(restart.kind == kind for restart in self.restarts) + self.failed.count(kind)
        runs = () if optimum is None else optimum.runs
        return SuccessRate(sum(self.restarts[position].kind == kind for position in runs), starts)

    def bic(self, optimum: Optimum) -> float | None:
        """The BIC of the optimum, lower is better; None where BIC means nothing.

        That is if a component has a variance held at the floor, or there are no fewer parameters than rows.
        """
        count = self.parameter_count
        if optimum.at_floor or count >= self.shape[0]:
            return None
        return bayesian(optimum.log_likelihood, count, self.shape[0])

    @property
    def parameter_count(self) -> int:
        """The number of free parameters of the model."""
        structure = structure_named(self.specification.covariance_type)
        return structure.parameter_count(self.specification.n_components, self.shape[1])


def surveying(
    X: ArrayLike, specification: FitSpecification, kinds: Sequence[str], count: int
) -> Generator[Progress, None, StartSurvey]:
    """Run EM on the rows X (N, D) from `count` starts of each of the `kinds`, with the seeds 0, 1, 2, ….

    The kinds take turns, so a stopped survey has about as many restarts of each. Of the specification, `n_init`, `init`
    and `seed` are ignored; tolerance and largest number of iterations count only if they allow more iterations than
    `TOLERANCE` and `MAX_ITERATIONS`. Yields, stops and raises as `fitting.fit.fitting` does; raises `ParameterError`
    also if no start is requested.
    """
    return run_plan(
        planned_survey(FitRequest(GivenRows(X), survey_specification(specification)), kinds, count)
    )


def planned_survey(request: FitRequest, kinds: Sequence[str], count: int) -> Plan[StartSurvey]:
    """The plan of a survey: it fits a batch of starts at a time, and keeps a summary of each restart."""
    if not kinds or count < 1:
        raise ParameterError("No start is asked for: choose at least one kind and one restart.")
    specification, (X, _) = request.specification, request.rows.validated()
    starts = [(kind, seed) for seed in range(count) for kind in kinds]
    n_rows, n_features = X.shape
    most = int(
        np.clip(PATH_VALUES // (len(starts) * specification.n_components * n_features), 2, PATH_POINTS)
    )
    restarts: list[SurveyedRestart] = []
    failed: list[str] = []
    trouble: FitError | None = None
    for first in range(0, len(starts), BATCH):
        batch = starts[first : first + BATCH]
        of_batch = replace(request, starts=[start_of(kind, seed) for kind, seed in batch])
        outcome = yield PlannedFit(of_batch, partial(_within, first=first, n_starts=len(starts)))
        if isinstance(outcome.result, FitError):  # every restart of the batch failed
            trouble = outcome.result
            failed += [] if outcome.stopped else [kind for kind, _ in batch]
            runs: tuple[Run, ...] = ()
        else:
            runs = outcome.required().runs
        for run in runs:
            kind, seed = batch[run.number]
            if run.ending is Ending.FAILED:
                failed.append(kind)
            elif run.ending is not Ending.STOPPED:
                restarts.append(_summary(run, seed, most))
        if outcome.stopped:
            break
    if trouble is not None and not restarts:
        raise trouble
    optima = distinct_optima(X, restarts)
    return StartSurvey(
        specification=specification,
        kinds=tuple(kinds),
        n_starts=count,
        restarts=tuple(restarts),
        failed=tuple(failed),
        optima=optima,
        shape=(n_rows, n_features),
        narrow=_narrow(X, restarts[optima[0].runs[0]]) if optima else (),
    )


def _narrow(X: ArrayLike, restart: SurveyedRestart) -> tuple[NarrowComponent, ...]:
    canonical = CanonicalRows.of(as_matrix(X), None)
    rows = Rows(canonical.rows, canonical.weights)
    return narrow_components(rows, restart.mixture, restart.at_floor, canonical.unit)


def _within(progress: Progress, first: int, n_starts: int) -> Progress:
    """Convert the progress of a batch, whose first start has the number `first`, into that of the whole survey."""
    run = first + progress.run
    return replace(progress, run=run, n_runs=n_starts, share=run / n_starts)


def survey_specification(specification: FitSpecification) -> FitSpecification:
    """The specification of each restart of a survey: the given model, with limits that let EM run to the end.

    The tolerance is at most `TOLERANCE`, and the largest number of M-steps at least `MAX_ITERATIONS`. Specifications
    that differ only in what a survey ignores become equal.
    """
    return replace(
        specification,
        n_init=1,
        init=MIXED,
        seed=0,
        tolerance=min(specification.tolerance, TOLERANCE),
        max_iterations=max(specification.max_iterations, MAX_ITERATIONS),
        sampling=False,
    )


def start_of(kind: str, seed: int) -> RandomStart:
    """The start of a fit with a single restart of this kind and seed."""
    return random_starts(kind, 1, seed)[0]


def _summary(run: Run, seed: int, most: int) -> SurveyedRestart:
    steps, path = run.path(most)
    return SurveyedRestart(
        kind=run.kind,
        seed=seed,
        ending=run.ending,
        iterations=run.n_iterations,
        log_likelihood=run.log_likelihood,
        score=run.score,
        at_floor=run.at_floor,
        mixture=run.mixture,
        steps=steps,
        path=path,
    )
