"""Very many rows: restarts look for optima on a sample of them, and the best few go on with all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np

from gmm_core.fitting.progress import StopFitting
from gmm_core.fitting.restart import FitContext, Restart, State
from gmm_core.fitting.restart_result import Ending
from gmm_core.fitting.scheduler import Phase
from gmm_core.fitting.specification import FitSpecification
from gmm_core.rows.rows import Rows
from gmm_core.starts.kinds import RandomStart, Start
from gmm_core.starts.problem import FitProblem
from gmm_core.starts.splits import SplitStart, TwinStart

FEWEST_SAMPLED = 20_000
ROWS_PER_PARAMETER = 30
"""A sample has so many rows for each free parameter of the model, so that its optima are those of all rows."""
MIN_ROWS_PER_SAMPLED = 4.75
"""A sample is taken where there are at least this many times as many different rows; not 5, so that of 100,000 rows
a few may be equal without making the fit twice as slow."""
CONTINUED = 3
"""How many restarts go on with all rows as a rule: of n, some log n beat all before them."""
EQUAL_DENSITY = 0.01
"""Two restarts have found the same where their log-densities differ by less than this, in root mean square."""
SAMPLING = 1
"""Sets the sample's random numbers apart from those of the restarts."""


def sample_size(problem: FitProblem, specification: FitSpecification, starts: Sequence[Start]) -> int | None:
    """How many rows to draw; None where all are few enough, or where a start is given and is to be followed."""
    parameters = problem.structure.parameter_count(problem.n_components, problem.rows.n_features)
    size = max(FEWEST_SAMPLED, ROWS_PER_PARAMETER * parameters)
    given = not all(isinstance(start, RandomStart | SplitStart | TwinStart) for start in starts)
    return (
        None
        if given or not specification.sampling or len(problem.rows) < MIN_ROWS_PER_SAMPLED * size
        else size
    )


def sampled(problem: FitProblem, size: int, seed: int) -> FitProblem:
    """The same problem on rows drawn by weight, each different one once."""
    rng = np.random.default_rng(np.random.SeedSequence([seed, SAMPLING]))
    drawn = problem.rows.drawn(problem.n_components, rng, size)
    return replace(problem, rows=Rows.of_sample(drawn))


def phases(restarts: Sequence[Restart], whole: FitContext, sample: FitContext | None) -> Iterator[Phase]:
    """All restarts on all rows; or all on the sample, where there is one, and then those worth it on all rows.

    Each phase has to be over before the next is asked for.
    """
    if sample is None:
        yield Phase(restarts, whole)
        return
    _ = sample.problem.cost  # before several threads find that it is not there
    yield Phase(restarts, sample, Restart.begin_on_sample, (0.0, 0.5))
    chosen = worth_continuing(restarts, sample.problem)
    for restart in restarts:
        if restart not in chosen and not restart.failed:
            restart.leave_behind()
    yield Phase(chosen or restarts, whole, Restart.go_on_with_all_rows, (0.5, 1.0))


def stop(restarts: Sequence[Restart], whole: FitContext, sample: FitContext | None) -> None:
    """Stop the restarts that have begun and not ended.

    Where all rows had no say yet, they are asked once of the best restart on the sample, so that there is an answer.
    """
    for restart in restarts:
        if restart.state in (State.UNDER_WAY, State.SETTLED_ON_SAMPLE):
            restart.stop()
    if sample is None or not all(restart.recorder.on_sample for restart in restarts if restart.done):
        return
    going = [restart for restart in restarts if restart.ending is Ending.STOPPED]
    for restart in worth_continuing(going, sample.problem)[:1]:
        restart.go_on_with_all_rows(whole)
        with suppress(StopFitting):  # which it was told already
            restart.advance()
        if restart.is_under_way:
            restart.stop()


def worth_continuing(restarts: Sequence[Restart], sample: FitProblem) -> list[Restart]:
    """The restarts to go on with, best first: those that beat every earlier one on the sample.

    Whether one goes on does not depend on those after it, so that more restarts never end lower. One that has found
    the same as the best before it has not beaten it.
    """
    chosen: list[Restart] = []
    highest, best_density = -np.inf, None
    for restart in restarts:
        if restart.failed or not restart.recorder.has_begun or restart.recorder.score <= highest:
            continue
        density = sample.rows.of_each(restart.recorder.last.log_density)
        if best_density is None or sample.rows.average(np.square(best_density - density)) >= EQUAL_DENSITY**2:
            chosen.append(restart)
            highest, best_density = restart.recorder.score, density
    return chosen[::-1]
