"""A fit that starts from one of fewer components too, so that more components never end lower by what judges them."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.canonical_rows import CanonicalRows
from gmm_core.data.matrix import as_matrix
from gmm_core.engines.choice import AUTOMATIC
from gmm_core.errors import ExplorerError
from gmm_core.fitted import Fit
from gmm_core.initialization import Start, random_starts
from gmm_core.judgement import best_run
from gmm_core.mixture import Mixture
from gmm_core.progress import Progress
from gmm_core.restarts import fitting_from
from gmm_core.row_weights import as_row_weights
from gmm_core.specification import FitSpecification
from gmm_core.splits import SplitStart, TwinStart, most_promising, split_starts
from gmm_core.stage import stage

MOST_SPLITS = 3
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


def growing(
    X: ArrayLike,
    specification: FitSpecification,
    columns: Sequence[str] | None = None,
    engine: str = AUTOMATIC,
    sample_weight: ArrayLike | None = None,
    keep_order: bool = False,
    smaller: Smaller | None = None,
) -> Generator[Progress, None, Fit]:
    """The best of random restarts and of starts from the fit with one component fewer, which is grown the same way.

    This one's score (`Run.score`) is no lower than that one's: if neither the random restarts nor the splits get there,
    a twin of one component does, whose density is the same; and if EM makes a twin narrow, the twin stays as it is.
    Yields, stops and raises as `gmm_core.fit.fitting` does; what is stopped before the splits is the best random
    restart.

    Parameters
    ----------
    smaller : Smaller, optional
        The fit of one component fewer, from the same rows and specification, where it is there already.
    """
    parts = 1 if specification.n_components == 1 else 2 if smaller is not None else 3

    def from_starts(
        starts: Sequence[Start], part: int, asked: FitSpecification = specification
    ) -> Generator[Progress, None, tuple[Fit | ExplorerError, bool]]:
        steps = fitting_from(
            X,
            asked,
            starts,
            columns=columns,
            engine=engine,
            sample_weight=sample_weight,
            keep_order=keep_order,
        )
        return stage(steps, lambda progress: replace(progress, share=(part + progress.share) / parts))

    random = random_starts(specification.init, specification.n_init, specification.seed)
    found, stopped = yield from from_starts(random, 0)
    if isinstance(found, ExplorerError):
        raise found
    if stopped or specification.n_components == 1:
        return found
    if smaller is None:
        fewer = replace(specification, n_components=specification.n_components - 1)
        grown, stopped = yield from stage(
            growing(X, fewer, columns, engine, sample_weight),
            lambda progress: replace(progress, share=(1 + progress.share) / parts),
        )
        if stopped or isinstance(grown, ExplorerError):
            return found
        smaller = Smaller.of(grown)
    splits = _best_splits(X, specification, smaller, sample_weight)
    if splits:
        from_splits, stopped = yield from from_starts(splits, parts - 1)
        found = _joined(found, from_splits)
    for asked in (specification, replace(specification, max_iterations=0)):
        if stopped or found.best.score >= smaller.score - ROUNDING * abs(smaller.score):
            break
        from_twin, stopped = yield from from_starts([TwinStart(smaller.mixture)], parts - 1, asked)
        found = _joined(found, from_twin)
    return found


def _best_splits(
    X: ArrayLike, specification: FitSpecification, smaller: Smaller, sample_weight: ArrayLike | None
) -> list[SplitStart]:
    """The splits of highest score after a few iterations, the highest first."""
    splits = split_starts(smaller.mixture, specification.seed)
    if len(splits) <= MOST_SPLITS:
        return splits
    given = as_matrix(X)
    canonical = CanonicalRows.of(
        given, None if sample_weight is None else as_row_weights(sample_weight, len(given))
    )
    rows, weights = canonical.rows, canonical.weights
    if len(rows) > TRIAL_ROWS:
        rng = np.random.default_rng(np.random.SeedSequence([specification.seed, TRIAL]))
        chosen = np.sort(rng.choice(len(rows), TRIAL_ROWS, replace=False))
        rows, weights = rows[chosen], None if weights is None else weights[chosen]
    trial = replace(specification, max_iterations=TRIAL_ITERATIONS, sampling=False)
    steps = fitting_from(rows, trial, splits, sample_weight=weights)
    try:
        while True:
            next(steps)
    except StopIteration as finished:
        tried: Fit = finished.value
    except ExplorerError:  # not one of them is a mixture, so none is worth a climb
        return []
    heights = [run.score for run in tried.runs]
    return [splits[position] for position in most_promising(heights, MOST_SPLITS)]


def _joined(found: Fit, more: Fit | ExplorerError) -> Fit:
    """All restarts of both, and the better answer."""
    if isinstance(more, ExplorerError):
        return found
    runs = (*found.runs, *(replace(run, number=len(found.runs) + run.number) for run in more.runs))
    best = best_run(runs)
    answer = found if best < len(found.runs) else more
    return replace(answer, specification=found.specification, runs=runs, best_index=best)
