"""Fits K components also from the fit of K − 1, so that adding a component never lowers the best score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gmm_core.fitting.best_restart import best_run
from gmm_core.fitting.plan import FitOutcome, Plan, PlannedFit, ToPlanProgress, unchanged
from gmm_core.fitting.request import FitRequest
from gmm_core.fitting.result import Fit
from gmm_core.model.mixture import Mixture
from gmm_core.starts.kinds import random_starts
from gmm_core.starts.splits import SplitStart, TwinStart, most_promising, split_starts

MAX_SPLITS = 3
"""How many of the K − 1 split starts are run to the end; the others end after a few trial iterations."""
TRIAL_ITERATIONS, TRIAL_ROWS = 5, 5_000
"""The trial of a split start: the number of iterations, and the most rows, drawn at random, that they use."""
TRIAL = 3
"""The key that separates the random numbers of that draw from the others of the same seed."""
ROUNDING = 1e-12
"""Scores that differ by less than this relative amount count as equal: one density may give both, by rounding."""


@dataclass(frozen=True, eq=False)
class SmallerFit:
    """The result of the fit with one component fewer.

    Parameters
    ----------
    mixture : Mixture
        The fitted mixture, in the data's units.
    score : float
        Its score, in nats; see `Run.score`.
    """

    mixture: Mixture
    score: float

    @classmethod
    def of(cls, fit: Fit) -> SmallerFit:
        """Take the mixture and the score of the fit's best restart."""
        return cls(fit.mixture, fit.best.score)


def plan_of_fit(request: FitRequest, to_plan_progress: ToPlanProgress = unchanged) -> Plan[FitOutcome]:
    """The plan of a request: a nested fit if `request.grows`, otherwise one fit from the request's starts."""
    if request.grows:
        return (yield from fitting_nested(request, to_plan_progress=to_plan_progress))
    return (yield PlannedFit(request, to_plan_progress))


def fitting_nested(
    request: FitRequest, smaller: SmallerFit | None = None, to_plan_progress: ToPlanProgress = unchanged
) -> Plan[FitOutcome]:
    """The plan of a nested fit: random restarts, and starts that split a component of the fit with K − 1 components.

    The fit of K − 1 components is nested in the same way. The score (`Run.score`) of the result is no lower than that
    of the smaller fit. If neither the random restarts nor the splits reach it, a start with one component duplicated
    does, since it has the same density; if EM makes the duplicate narrow, it is taken without iterations.
    A fit that is stopped before the splits returns its best random restart.

    Parameters
    ----------
    request : FitRequest
        The rows and the model; its own starts are not used.
    smaller : SmallerFit, optional
        The result for one component fewer, on the same rows and specification; it is fitted if absent.
    to_plan_progress : (Progress) -> Progress
        Converts the progress of this fit into that of the whole.
    """
    specification, k = request.specification, request.specification.n_components
    parts = 1 if k == 1 else 2 if smaller is not None else 3

    def part(number: int) -> ToPlanProgress:
        return lambda progress: to_plan_progress(replace(progress, share=(number + progress.share) / parts))

    random = random_starts(specification.init, specification.n_init, specification.seed)
    outcome = yield PlannedFit(replace(request, starts=random), part(0))
    best_fit = outcome.fit
    if best_fit is None or outcome.stopped or k == 1:
        return outcome
    if smaller is None:
        fewer = replace(specification, n_components=k - 1)
        outcome = yield from fitting_nested(
            replace(request, specification=fewer, keep_order=False), to_plan_progress=part(1)
        )
        if outcome.fit is None or outcome.stopped:
            return FitOutcome(best_fit, outcome.stopped)
        smaller = SmallerFit.of(outcome.fit)
    splits = split_starts(smaller.mixture, specification.seed)
    if len(splits) > MAX_SPLITS:
        outcome = yield PlannedFit(_trial(request, splits), None)
        if outcome.stopped:
            return FitOutcome(best_fit, stopped=True)
        splits = _most_promising(splits, outcome.fit)
    if splits:
        outcome = yield PlannedFit(replace(request, starts=splits), part(parts - 1))
        best_fit = _joined(best_fit, outcome.fit)
    twin = replace(request, starts=[TwinStart(smaller.mixture)])
    as_it_is = replace(twin, specification=replace(specification, max_iterations=0))
    for last in (twin, as_it_is):
        if outcome.stopped or best_fit.best.score >= smaller.score - ROUNDING * abs(smaller.score):
            break
        outcome = yield PlannedFit(last, part(parts - 1))
        best_fit = _joined(best_fit, outcome.fit)
    return FitOutcome(best_fit, outcome.stopped)


def _trial(request: FitRequest, splits: Sequence[SplitStart]) -> FitRequest:
    """The request for the trial: `TRIAL_ITERATIONS` from every split, on at most `TRIAL_ROWS` rows."""
    specification = request.specification
    rows = request.rows.some(TRIAL_ROWS, specification.seed, TRIAL)
    trial = replace(specification, max_iterations=TRIAL_ITERATIONS, sampling=False)
    return replace(request, rows=rows, specification=trial, starts=splits)


def _most_promising(splits: Sequence[SplitStart], tried: Fit | None) -> list[SplitStart]:
    """The splits with the highest scores in the trial, highest first; empty if no trial ended in a mixture."""
    if tried is None:
        return []
    scores = [run.score for run in tried.runs]
    return [splits[position] for position in most_promising(scores, MAX_SPLITS)]


def _joined(first: Fit, more: Fit | None) -> Fit:
    """Combine two fits: the restarts of both, and the answer of the one with the better restart."""
    if more is None:
        return first
    runs = (*first.runs, *(replace(run, number=len(first.runs) + run.number) for run in more.runs))
    best = best_run(runs)
    answer = first if best < len(first.runs) else more
    return replace(answer, specification=first.specification, runs=runs, best_index=best)
