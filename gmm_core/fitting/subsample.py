"""Fits very many rows in two phases: all restarts on a sample of the rows, then the best few on all rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np

from gmm_core.fitting.progress import StopFitting
from gmm_core.fitting.restart import FitContext, Restart, RestartState
from gmm_core.fitting.restart_result import Ending
from gmm_core.fitting.scheduler import Phase
from gmm_core.fitting.specification import FitSpecification
from gmm_core.rows.rows import Rows
from gmm_core.starts.kinds import RandomStart, Start
from gmm_core.starts.problem import FitProblem
from gmm_core.starts.splits import SplitStart, TwinStart

FEWEST_SAMPLED = 20_000
"""The fewest rows that a sample has."""
ROWS_PER_PARAMETER = 30
"""A sample has this many rows per free parameter of the model, so that its optima are near those of all rows."""
MIN_ROWS_PER_SAMPLED = 4.75
"""A sample is taken if there are at least this many distinct rows per sampled row.

Less than 5, so that 100,000 rows are still sampled if a few of them are equal."""
CONTINUED = 3
"""How many restarts usually continue on all rows; of n restarts about log n beat all earlier ones."""
EQUAL_DENSITY = 0.01
"""Two restarts reached the same optimum if the root mean square difference of their log-densities, in nats, is less."""
SAMPLING = 1
"""The key that separates the sample's random numbers from those of the restarts."""


def sample_size(problem: FitProblem, specification: FitSpecification, starts: Sequence[Start]) -> int | None:
    """How many rows to draw for the sample.

    None if all rows are to be used from the beginning: they are few, sampling is off, or a start is the caller's own.
    """
    parameters = problem.structure.parameter_count(problem.n_components, problem.rows.n_features)
    size = max(FEWEST_SAMPLED, ROWS_PER_PARAMETER * parameters)
    given = not all(isinstance(start, RandomStart | SplitStart | TwinStart) for start in starts)
    return (
        None
        if given or not specification.sampling or len(problem.rows) < MIN_ROWS_PER_SAMPLED * size
        else size
    )


def sampled(problem: FitProblem, size: int, seed: int) -> FitProblem:
    """The same problem on `size` rows drawn by weight, each distinct one once with its weight."""
    rng = np.random.default_rng(np.random.SeedSequence([seed, SAMPLING]))
    drawn = problem.rows.drawn(problem.n_components, rng, size)
    return replace(problem, rows=Rows.of_sample(drawn))


def phases(restarts: Sequence[Restart], whole: FitContext, sample: FitContext | None) -> Iterator[Phase]:
    """Yield the phases of a fit: all restarts on the sample, then the best on all rows; without a sample, one phase.

    A phase must have ended before the next is requested.
    """
    if sample is None:
        yield Phase(restarts, whole)
        return
    _ = sample.problem.cost  # cached here, so that several threads do not compute it at once
    yield Phase(restarts, sample, Restart.begin_on_sample, (0.0, 0.5))
    chosen = worth_continuing(restarts, sample.problem)
    for restart in restarts:
        if restart not in chosen and not restart.failed:
            restart.leave_behind()
    yield Phase(chosen or restarts, whole, Restart.go_on_with_all_rows, (0.5, 1.0))


def stop(restarts: Sequence[Restart], whole: FitContext, sample: FitContext | None) -> None:
    """Stop the restarts that have begun and not ended.

    If no restart has reached all rows, evaluate the best one of the sample on all rows once, so that there is a result.
    """
    for restart in restarts:
        if restart.state in (RestartState.UNDER_WAY, RestartState.SETTLED_ON_SAMPLE):
            restart.stop()
    if sample is None or not all(restart.recorder.on_sample for restart in restarts if restart.done):
        return
    going = [restart for restart in restarts if restart.ending is Ending.STOPPED]
    for restart in worth_continuing(going, sample.problem)[:1]:
        restart.go_on_with_all_rows(whole)
        with suppress(StopFitting):  # the fit is being stopped already
            restart.advance()
        if restart.is_under_way:
            restart.stop()


def worth_continuing(restarts: Sequence[Restart], sample: FitProblem) -> list[Restart]:
    """The restarts to continue on all rows, best first: those whose score on the sample beats every earlier one.

    The choice of a restart does not depend on later ones, so that more restarts never give a lower score. A restart
    that reached the same optimum as the best before it is not continued.
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
