"""A fit that starts from one of fewer components too, so that more components never end lower by what judges them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gmm_core.fitting.best_restart import best_run
from gmm_core.fitting.plan import Outcome, Plan, Stage, Within, alone
from gmm_core.fitting.request import FitRequest
from gmm_core.fitting.result import Fit
from gmm_core.model.mixture import Mixture
from gmm_core.starts.kinds import random_starts
from gmm_core.starts.splits import SplitStart, TwinStart, most_promising, split_starts

MAX_SPLITS = 3
"""How many of the K − 1 splits are climbed from; the others are left after a few iterations."""
TRIAL_ITERATIONS, TRIAL_ROWS = 5, 5_000
"""What a split is tried on: so many iterations over at most so many rows, drawn at random."""
TRIAL = 3
"""Sets the random numbers of that draw apart from the others of the same seed."""
ROUNDING = 1e-12
"""The share of a score by which two of the same density may differ."""


@dataclass(frozen=True, eq=False)
class Smaller:
    """What is needed of the fit of one component fewer.

    Parameters
    ----------
    mixture : Mixture
        In the data's units.
    score : float
        What it is judged by; see `Run.score`.
    """

    mixture: Mixture
    score: float

    @classmethod
    def of(cls, fit: Fit) -> Smaller:
        """Of a fit."""
        return cls(fit.mixture, fit.best.score)


def fits(request: FitRequest, within: Within = alone) -> Plan[Outcome]:
    """The fit of a request: from its starts, or grown where that is asked for."""
    if request.grows:
        return (yield from fitting_nested(request, within=within))
    return (yield Stage(request, within))


def fitting_nested(
    request: FitRequest, smaller: Smaller | None = None, within: Within = alone
) -> Plan[Outcome]:
    """The best of random restarts and of starts from the fit with one component fewer, which is grown the same way.

    This one's score (`Run.score`) is no lower than that one's: if neither the random restarts nor the splits get there,
    a twin of one component does, whose density is the same; and if EM makes a twin narrow, the twin stays as it is.
    What is stopped before the splits is the best random restart.

    Parameters
    ----------
    smaller : Smaller, optional
        The fit of one component fewer, from the same rows and specification, where it is there already.
    within : (Progress) -> Progress
        What the progress of this fit is as that of the whole.
    """
    specification, k = request.specification, request.specification.n_components
    parts = 1 if k == 1 else 2 if smaller is not None else 3

    def part(number: int) -> Within:
        return lambda progress: within(replace(progress, share=(number + progress.share) / parts))

    random = random_starts(specification.init, specification.n_init, specification.seed)
    outcome = yield Stage(replace(request, starts=random), part(0))
    found = outcome.fit
    if found is None or outcome.stopped or k == 1:
        return outcome
    if smaller is None:
        fewer = replace(specification, n_components=k - 1)
        outcome = yield from fitting_nested(
            replace(request, specification=fewer, keep_order=False), within=part(1)
        )
        if outcome.fit is None or outcome.stopped:
            return Outcome(found, outcome.stopped)
        smaller = Smaller.of(outcome.fit)
    splits = split_starts(smaller.mixture, specification.seed)
    if len(splits) > MAX_SPLITS:
        outcome = yield Stage(_trial(request, splits), None)
        if outcome.stopped:
            return Outcome(found, stopped=True)
        splits = _most_promising(splits, outcome.fit)
    if splits:
        outcome = yield Stage(replace(request, starts=splits), part(parts - 1))
        found = _joined(found, outcome.fit)
    twin = replace(request, starts=[TwinStart(smaller.mixture)])
    as_it_is = replace(twin, specification=replace(specification, max_iterations=0))
    for last in (twin, as_it_is):
        if outcome.stopped or found.best.score >= smaller.score - ROUNDING * abs(smaller.score):
            break
        outcome = yield Stage(last, part(parts - 1))
        found = _joined(found, outcome.fit)
    return Outcome(found, outcome.stopped)


def _trial(request: FitRequest, splits: Sequence[SplitStart]) -> FitRequest:
    """A few iterations from every split, over no more than some rows."""
    asked = request.specification
    rows = request.rows.some(TRIAL_ROWS, asked.seed, TRIAL)
    trial = replace(asked, max_iterations=TRIAL_ITERATIONS, sampling=False)
    return replace(request, rows=rows, specification=trial, starts=splits)


def _most_promising(splits: Sequence[SplitStart], tried: Fit | None) -> list[SplitStart]:
    """The splits of highest score after the trial, the highest first; none where no trial ended in a mixture."""
    if tried is None:
        return []
    heights = [run.score for run in tried.runs]
    return [splits[position] for position in most_promising(heights, MAX_SPLITS)]


def _joined(found: Fit, more: Fit | None) -> Fit:
    """All restarts of both, and the better answer."""
    if more is None:
        return found
    runs = (*found.runs, *(replace(run, number=len(found.runs) + run.number) for run in more.runs))
    best = best_run(runs)
    answer = found if best < len(found.runs) else more
    return replace(answer, specification=found.specification, runs=runs, best_index=best)
