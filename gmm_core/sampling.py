"""Very many rows: restarts look for optima on a sample of them, and the best few go on with all."""

from __future__ import annotations

from collections.abc import Generator, Sequence

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.climbing import climbing
from gmm_core.initialization import RandomStart, Start
from gmm_core.problem import FitProblem
from gmm_core.progress import Progress, StopFitting
from gmm_core.restart import Restart, Slope
from gmm_core.run import Ending
from gmm_core.specification import FitSpecification
from gmm_core.splits import SplitStart, TwinStart
from gmm_core.start_rows import StartRows

FEWEST_SAMPLED = 20_000
ROWS_PER_PARAMETER = 30
"""A sample has so many rows for each free parameter of the model, so that its optima are those of all rows."""
WORTH_WHILE = 4.75
"""A sample is taken where there are at least this many times as many different rows; not 5, so that of 100,000 rows
a few may be equal without making the fit twice as slow."""
MOST_CONTINUED = 3
"""How many restarts go on with all rows at most."""
CLEARLY = 3.0
"""Standard errors by which a restart has to fall behind on the sample to be left there."""
SAME = 0.01
"""Two restarts have found the same where their log-densities differ by less than this, in root mean square."""
SAMPLING = 1
"""Sets the sample's random numbers apart from those of the restarts."""


def sample_size(problem: FitProblem, specification: FitSpecification, starts: Sequence[Start]) -> int | None:
    """How many rows to draw; None where all are few enough, or where a start is given and is to be followed."""
    parameters = problem.structure.parameter_count(problem.n_components, problem.rows.shape[1])
    size = max(FEWEST_SAMPLED, ROWS_PER_PARAMETER * parameters)
    given = not all(isinstance(start, RandomStart | SplitStart | TwinStart) for start in starts)
    return None if given or not specification.sampling or len(problem.rows) < WORTH_WHILE * size else size


def sampled(problem: FitProblem, size: int, seed: int) -> FitProblem:
    """The same problem on rows drawn by weight, each different one once."""
    rng = np.random.default_rng(np.random.SeedSequence([seed, SAMPLING]))
    drawn = StartRows.drawn(problem.rows, problem.sample_weight, problem.n_components, rng, size)
    return FitProblem(
        drawn.rows,
        problem.n_components,
        problem.structure,
        problem.regularization,
        problem.standardization,
        drawn.weights,
        problem.compiled,
    )


def climbing_by_sample(
    restarts: Sequence[Restart], sample: Slope, whole: Slope
) -> Generator[Progress, None, None]:
    """Bring every restart to its ending on the sample, and those worth it on all rows; yields every iteration.

    Stopped on the sample, the best restart so far is looked at on all rows once, so that there is an answer.
    """
    for restart in restarts:
        restart.recorder.begin_on_sample()
    try:
        yield from climbing(restarts, sample, on_sample=True, shares=(0.0, 0.5))
    except StopFitting:
        chosen = _handed_over(restarts, sample.problem, Ending.STOPPED)
        for restart in chosen[:1]:
            next(restart.steps(whole), None)
        raise
    chosen = _handed_over(restarts, sample.problem, Ending.LEFT_BEHIND)
    yield from climbing(chosen or restarts, whole, shares=(0.5, 1.0))


def _handed_over(restarts: Sequence[Restart], sample: FitProblem, others: Ending) -> list[Restart]:
    """The restarts to go on with; the other ones have that ending."""
    chosen = worth_continuing(restarts, sample)
    for restart in restarts:
        restart.recorder.go_on_with_all_rows()
        if restart in chosen:
            restart.ending = None
        elif restart.recorder.has_begun and not restart.failed:
            restart.ending = others
    return chosen


def worth_continuing(restarts: Sequence[Restart], sample: FitProblem) -> list[Restart]:
    """The restarts to go on with, best first: different optima, none clearly behind the best of them on the sample.

    Restarts with a component at the floor follow only where there is no other. A restart is clearly behind if the
    mean difference of log-densities to the best is more than `CLEARLY` of its standard errors over the rows.
    """
    valid = [restart for restart in restarts if not restart.failed and restart.recorder.has_begun]
    sound = [restart for restart in valid if not restart.recorder.at_floor] or valid
    chosen: list[Restart] = []
    densities: list[FloatArray] = []
    for restart in sorted(sound, key=lambda one: -one.recorder.log_likelihood):
        density = restart.recorder.last.log_density(sample.rows)
        if densities and _clearly_behind(densities[0] - density, sample.sample_weight):
            break
        if any(_mean(np.square(other - density), sample.sample_weight) < SAME**2 for other in densities):
            continue
        chosen.append(restart)
        densities.append(density)
        if len(chosen) == MOST_CONTINUED:
            break
    return chosen


def _clearly_behind(differences: FloatArray, weights: FloatArray | None) -> bool:
    mean = _mean(differences, weights)
    n_rows = len(differences) if weights is None else weights.sum()
    return mean > CLEARLY * np.sqrt(_mean(np.square(differences - mean), weights) / n_rows)


def _mean(values: FloatArray, weights: FloatArray | None) -> float:
    return float(np.average(values, weights=weights))
