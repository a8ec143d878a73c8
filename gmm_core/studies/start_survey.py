"""The likelihood as a landscape: many climbs of EM from starts of every kind, and the optima they end in."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.errors import FitError, ParameterError
from gmm_core.fitting.narrow_components import NarrowComponent, narrow_components
from gmm_core.fitting.plan import Plan, Stage, carried_out
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

AT_REST = 1e-9
"""A climb goes on until the mean log-likelihood rises by no more than this, in nats per row. At 1e-6 some runs rest
on a ridge from which they would still climb to another partition."""
MAX_ITERATIONS = 5_000
PATH_VALUES = 1 << 20
"""How many numbers all paths together hold at most, unless there are two points of each."""
PATH_POINTS = 64
BATCH = 40
"""Starts that are fitted together, and their histories thinned to paths: all histories would not fit into memory."""


@dataclass(frozen=True, eq=False)
class SurveyedRestart:
    """What is kept of one run.

    Parameters
    ----------
    kind : str
        The kind of start.
    seed : int
        `random_starts(kind, 1, seed)` is its start.
    ending : Ending
        How it ended.
    iterations : int
        M-steps taken.
    log_likelihood : float
        Σ_n log p(x_n) at its end, in nats.
    score : float
        The same less what narrow components cost; see `Run.score`.
    at_floor : (K,)
        Which components ended with a variance held at the floor.
    mixture : Mixture
        The last mixture, in the data's units.
    steps, path : (T,), (T, K, D)
        Where the means were at some of the iterations (see `Run.path`).
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
    """All climbs, and the optima in which they ended, the best one first (see `distinct_optima`).

    Parameters
    ----------
    specification : FitSpecification
        What was climbed with.
    kinds : tuple of str
        The kinds of start.
    asked : int
        How many climbs of each kind were asked for; there are fewer if it was stopped.
    climbs : tuple of Climb
        In the order of their seeds, the kinds in turn; without those that failed or were cut off.
    failed : tuple of str
        The kind of each start whose climb failed.
    optima : tuple of Optimum
        Their `runs` are positions in `climbs`.
    shape : (int, int)
        N and D.
    narrow : tuple of NarrowComponent
        The components of the best optimum whose spread says little.
    """

    specification: FitSpecification
    kinds: tuple[str, ...]
    asked: int
    climbs: tuple[SurveyedRestart, ...]
    failed: tuple[str, ...]
    optima: tuple[Optimum, ...]
    shape: tuple[int, int]
    narrow: tuple[NarrowComponent, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every climb that was asked for came to its own end."""
        return len(self.climbs) + len(self.failed) == self.asked * len(self.kinds)

    @property
    def best(self) -> Optimum | None:
        """The optimum of highest score among those found; None if there is none."""
        return self.optima[0] if self.optima else None

    @property
    def found_once(self) -> int:
        """How many optima a single run found."""
        return sum(len(optimum.runs) == 1 for optimum in self.optima)

    def reach(self, optimum: Optimum | None, kind: str) -> SuccessRate:
        """How many starts of a kind ended in the optimum; a failed one counts as one that did not."""
        starts = sum(survey.kind == kind for survey in self.climbs) + self.failed.count(kind)
        runs = () if optimum is None else optimum.runs
        return SuccessRate(sum(self.climbs[position].kind == kind for position in runs), starts)

    def bic(self, optimum: Optimum) -> float | None:
        """BIC of the optimum; lower is better, and None for one at the variance floor, where it means nothing."""
        count = self.parameter_count
        if optimum.at_floor or count >= self.shape[0]:
            return None
        return bayesian(optimum.log_likelihood, count, self.shape[0])

    @property
    def parameter_count(self) -> int:
        """The free parameters of the model."""
        structure = structure_named(self.specification.covariance_type)
        return structure.parameter_count(self.specification.n_components, self.shape[1])


def surveying(
    X: ArrayLike, specification: FitSpecification, kinds: Sequence[str], count: int
) -> Generator[Progress, None, StartSurvey]:
    """Climb from `count` starts of each of the `kinds`, with the seeds 0, 1, 2, …, the kinds in turn.

    Yields, stops and raises as `fitting.fit.fitting` does; every kind has had its share when it is stopped. Restarts,
    kind and seed of the specification play no part, and its tolerance and iterations only where they let EM climb
    further than `AT_REST` and `MAX_ITERATIONS`. `ParameterError` if there is no kind.
    """
    return carried_out(planned_survey(FitRequest(GivenRows(X), patient(specification)), kinds, count))


def planned_survey(request: FitRequest, kinds: Sequence[str], count: int) -> Plan[StartSurvey]:
    """The fits of a survey, a batch of starts at a time, and what is kept of them."""
    if not kinds or count < 1:
        raise ParameterError("No start is asked for: choose at least one kind and one restart.")
    asked, (X, _) = request.specification, request.rows.validated()
    starts = [(kind, seed) for seed in range(count) for kind in kinds]
    n_rows, n_features = X.shape
    most = int(np.clip(PATH_VALUES // (len(starts) * asked.n_components * n_features), 2, PATH_POINTS))
    climbs: list[SurveyedRestart] = []
    failed: list[str] = []
    trouble: FitError | None = None
    for first in range(0, len(starts), BATCH):
        batch = starts[first : first + BATCH]
        of_batch = replace(request, starts=[start_of(kind, seed) for kind, seed in batch])
        outcome = yield Stage(of_batch, partial(_within, first=first, n_starts=len(starts)))
        if isinstance(outcome.found, FitError):  # not one of them ended in a mixture
            trouble = outcome.found
            failed += [] if outcome.stopped else [kind for kind, _ in batch]
            runs: tuple[Run, ...] = ()
        else:
            runs = outcome.required().runs
        for run in runs:
            kind, seed = batch[run.number]
            if run.ending is Ending.FAILED:
                failed.append(kind)
            elif run.ending is not Ending.STOPPED:
                climbs.append(_surveyed(run, seed, most))
        if outcome.stopped:
            break
    if trouble is not None and not climbs:
        raise trouble
    optima = distinct_optima(X, climbs)
    shape = n_rows, n_features
    narrow = _narrow(X, climbs[optima[0].runs[0]]) if optima else ()
    return StartSurvey(asked, tuple(kinds), count, tuple(climbs), tuple(failed), optima, shape, narrow)


def _narrow(X: ArrayLike, survey: SurveyedRestart) -> tuple[NarrowComponent, ...]:
    canonical = CanonicalRows.of(as_matrix(X), None)
    rows = Rows(canonical.rows, canonical.weights)
    return narrow_components(rows, survey.mixture, survey.at_floor, canonical.unit)


def _within(progress: Progress, first: int, n_starts: int) -> Progress:
    """The progress of a batch as that of all starts."""
    run = first + progress.run
    return replace(progress, run=run, n_runs=n_starts, share=run / n_starts)


def patient(specification: FitSpecification) -> FitSpecification:
    """What is asked of every climb: the model of the specification, and to climb until it is at rest.

    Two specifications that ask the same of a survey become equal.
    """
    return replace(
        specification,
        n_init=1,
        init=MIXED,
        seed=0,
        tolerance=min(specification.tolerance, AT_REST),
        max_iterations=max(specification.max_iterations, MAX_ITERATIONS),
        sampling=False,
    )


def start_of(kind: str, seed: int) -> RandomStart:
    """The start that a fit of one restart of this kind takes with this seed."""
    return random_starts(kind, 1, seed)[0]


def _surveyed(run: Run, seed: int, most: int) -> SurveyedRestart:
    steps, path = run.path(most)
    return SurveyedRestart(
        run.kind,
        seed,
        run.ending,
        run.n_iterations,
        run.log_likelihood,
        run.score,
        run.at_floor,
        run.mixture,
        steps,
        path,
    )
