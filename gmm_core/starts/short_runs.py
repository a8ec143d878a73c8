"""Short runs as a start: the best of many short runs of EM that begin with partitions of several kinds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice

import numpy as np

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.engines.expectation_cost import cost_of_expectation
from gmm_core.model.cost_of_narrowness import CostOfNarrowness
from gmm_core.model.mixture import Mixture
from gmm_core.rows.start_sample import StartRows
from gmm_core.starts.beginning import Beginning
from gmm_core.starts.component_moves import divided_otherwise, moved
from gmm_core.starts.groups_apart import better_start, k_means_or_apart, within_groups_apart
from gmm_core.starts.k_means import nearest_labels
from gmm_core.starts.problem import FitProblem
from gmm_core.starts.trial_runs import Trials

STAGES = ((16, 10), (8, 20), (4, 50), (2, 100))
"""Stages of short runs: (the largest number of runs in this stage, how many further iterations each takes at most).

Each stage keeps the best of the distinct runs so far; a run at rest (`AT_REST`) takes no more iterations.
"""
AGREED, SHARE_AGREED = 3, 0.15
"""The search ends once this many runs, and this share of them, have ended in the best optimum."""
ROUNDS, TIMES_THE_BEST = 8, 32
"""The largest number of rounds of new runs; they end earlier once all runs together have taken this many times the
iterations of the best one: where EM is done after few iterations, so is the search."""
STAGES_OF_MOVES = ((9, 10), (4, 20), (2, 50))
"""As `STAGES`, for runs that begin with partitions close to that of the best run (see `component_moves`)."""
MOVES_PER_COMPONENT, IN_VAIN, TIMES_FOR_MOVES, TIMES_THE_BEST_WITH_MOVES = 2, 3, 4, 48
"""The largest number of rounds of such runs, for each component; how many of them in succession may leave the score as
it is; how many times the iterations that the budget allows they may take together; and, as `TIMES_THE_BEST`, how many
times the iterations of the best run after which no further round begins."""
AT_REST = 1e-6
"""A run is at rest once an iteration gains no more than this, in nats per row."""
ALIKE = 1e-5
"""Runs whose mean log-likelihoods differ by no more than this, in nats per row, count as the same optimum."""
EQUAL_DENSITY, FEWEST_ITERATIONS, ROWS_FOR_DENSITY = 0.08, 50, 200
"""A run that was dropped after at least `FEWEST_ITERATIONS` is on its way to the optimum of the winner if their
log-densities differ by no more than `EQUAL_DENSITY` nats, as the root mean square over some `ROWS_FOR_DENSITY` rows."""
HARDLY_ANY = 10
"""A run that is at rest after fewer iterations shows nothing: of runs of the same optimum a longer one is kept."""
COST, TIMES_EXPECTATION = 400_000_000, 50
"""The budget of a start's short runs: `COST` multiplications, or those of `TIMES_EXPECTATION` E-steps over all rows if
these are more. If it allows fewer than two runs, the start is k-means."""
FEWEST_ROWS, ROWS_PER_PARAMETER = 1_000, 10
"""Short runs use at most max(`FEWEST_ROWS`, `ROWS_PER_PARAMETER` · free parameters) rows, drawn at random: a sample is
enough to rank them."""

Labels = Callable[[FitProblem, StartRows, np.random.Generator], IntArray]
"""(the problem with K components, M > K different rows of it, rng) -> a label 0 … K − 1 for each row."""


def best_short_run(problem: FitProblem, sample: StartRows, rng: np.random.Generator) -> Beginning:
    """The short run of highest score; runs that need a floor or lose a component are left out.

    If it ran on all rows, the restart repeats it from its partition, so that its iterations are seen; it then is as
    far as the short run was. If it ran on a sample, the restart goes on from its last mixture.

    If groups of rows lie far apart, k-means within each group is tried too, and the start of higher score is taken.
    If no short run is left, or they would exceed the budget, the start is that of `k_means_or_apart`.

    Source: Biernacki, Celeux and Govaert, Choosing starting values for the EM algorithm for getting the highest
    likelihood in multivariate Gaussian mixture models (2003), section 3.2: short runs, then a long one ("em-EM").
    Poor runs end early by successive halving: Jamieson and Talwalkar, Non-stochastic best arm identification and
    hyperparameter optimization (2016).
    """
    k, d = problem.n_components, problem.rows.n_features
    enough = max(FEWEST_ROWS, ROWS_PER_PARAMETER * problem.structure.parameter_count(k, d))
    few = sample
    if enough < len(sample.rows):
        few = StartRows.drawn(sample.rows, sample.weights, k, rng, enough)
    budget = max(COST, TIMES_EXPECTATION * cost_of_expectation(problem.rows.shape, k))
    # The M-step multiplies D² times per row and component, as the E-step does.
    affordable = budget // (cost_of_expectation((len(few.rows), d), k) + len(few.rows) * k * d**2)
    n_runs = min(STAGES[0][0], STAGES[0][0] * affordable // _iterations(STAGES))
    if n_runs < 2 or not 1 < k < len(few.rows):
        return Beginning.at(k_means_or_apart(problem, sample, rng))
    # The penalty on all rows is cached, so it is not computed again for a sample that contains them all.
    cost = problem.cost if len(few.rows) == len(problem.rows) else few.cost
    found = _best_of(problem, few, n_runs, affordable, cost, rng)
    within = within_groups_apart(problem, few, cost, rng)
    if found is None:
        return Beginning.at(k_means_or_apart(problem, sample, rng))
    if within is not None and better_start(problem, few, (found.mixture, within), cost) is within:
        return Beginning.at(within)
    if not few.complete:
        return Beginning.at(found.mixture)
    first = problem.starting.trials(problem.model, few, found.labels[None]).mixture(0)
    return Beginning(first, found.mixture, found.n_iterations)


def _iterations(stages: Sequence[tuple[int, int]]) -> int:
    """The largest number of iterations that all runs of these stages take together."""
    return sum(runs * length for runs, length in stages)


def _best_of(
    problem: FitProblem,
    sample: StartRows,
    n_runs: int,
    affordable: int,
    cost: CostOfNarrowness,
    rng: np.random.Generator,
) -> Winner | None:
    """The best short run, from rounds of `n_runs` runs and then of runs close to the best; None if no run is left.

    The rounds together take about `affordable` iterations at most, the moves `TIMES_FOR_MOVES` times as many.
    """
    best: Winner | None = None
    taken = 0
    alike = ALIKE * float(sample.weights.sum())
    for n_rounds in range(max(1, min(ROUNDS, affordable // _iterations(STAGES)))):
        enough = max(AGREED, SHARE_AGREED * (n_rounds + 1) * n_runs)
        labels = [partition(problem, sample, rng) for partition in islice(cycle(PARTITIONS), n_runs)]
        other = _winner(problem, sample, np.array(labels), cost, STAGES)
        if other is not None:
            best = other if best is None else best.better(other, alike)
        if best is None or best.times_found >= enough:
            return best
        taken += 0 if other is None else other.n_taken
        if taken >= TIMES_THE_BEST * best.n_iterations:
            break
    if best is None or problem.n_components < 3:
        return best
    affordable_moves = TIMES_FOR_MOVES * affordable // _iterations(STAGES_OF_MOVES)
    n_moves = min(MOVES_PER_COMPONENT * problem.n_components, affordable_moves)
    return _after_moves(best, problem, sample, n_moves=n_moves, n_taken=taken, cost=cost, rng=rng)


def _after_moves(
    best: Winner,
    problem: FitProblem,
    sample: StartRows,
    *,
    n_moves: int,
    n_taken: int,
    cost: CostOfNarrowness,
    rng: np.random.Generator,
) -> Winner:
    """The best short run after up to `n_moves` rounds of runs that begin close to the best so far.

    Runs have taken `n_taken` iterations before.
    """
    alike, in_vain = ALIKE * float(sample.weights.sum()), 0
    for n_done in range(n_moves):
        if n_done == 0:
            partitions = moved(best.mixture, sample)
        else:
            partitions = divided_otherwise(best.mixture, sample, STAGES_OF_MOVES[0][0], rng)
        other = _winner(problem, sample, partitions, cost, STAGES_OF_MOVES) if len(partitions) else None
        n_taken += 0 if other is None else other.n_taken
        in_vain += 1
        if other is not None and other.score > best.score + alike:
            best, in_vain = other, 0
        if in_vain == IN_VAIN or n_taken >= TIMES_THE_BEST_WITH_MOVES * best.n_iterations:
            break
    return best


@dataclass(frozen=True, eq=False)
class Winner:
    """The best of several short runs.

    Parameters
    ----------
    labels : (M,) of int
        The partition of the rows that it began with.
    n_iterations : int
        The iterations that it has taken.
    mixture : Mixture
        The mixture after the last of them.
    score : float
        The score of that mixture, in nats.
    times_found : int
        The number of runs that ended in the same optimum.
    n_taken : int
        The iterations that all the runs have taken together.
    """

    labels: IntArray
    n_iterations: int
    mixture: Mixture
    score: float
    times_found: int
    n_taken: int

    def better(self, other: Winner, alike: float) -> Winner:
        """The winner of higher score; if the scores differ by no more than `alike`, this one with both counts added."""
        if abs(self.score - other.score) <= alike:
            return replace(self, times_found=self.times_found + other.times_found)
        return max(self, other, key=lambda winner: winner.score)


def _winner(
    problem: FitProblem,
    sample: StartRows,
    labels: IntArray,
    cost: CostOfNarrowness,
    stages: Sequence[tuple[int, int]],
) -> Winner | None:
    """The best of the runs that begin with these partitions, labels of shape (runs, M); None if no run is left.

    Each stage leaves fewer runs: the first selection is by log-likelihood, later ones are by the score, which is log L
    minus the penalty for narrow components.
    """
    starting, total = problem.starting, float(sample.weights.sum())
    trials = starting.trials(problem.model, sample, labels)
    contest = Contest(trials, labels, cost, ALIKE * total)
    (_, n_iterations), *later = stages
    starting.advance(problem.model, sample, trials, contest.left, n_iterations, AT_REST * total)
    for most, n_iterations in later:
        contest.choose(most, by_score=len(contest.left) < len(labels))
        starting.advance(problem.model, sample, trials, contest.left, n_iterations, AT_REST * total)
    contest.choose(1)
    return contest.winner(sample)


class Contest:
    """The selection of the runs that go on to the next stage.

    Runs whose values differ by no more than `alike` count as one optimum, of which only one run is kept. So the choice
    does not depend on rounding, and no two runs of one optimum keep out a run of another.
    """

    def __init__(self, trials: Trials, labels: IntArray, cost: CostOfNarrowness, alike: float) -> None:
        self._trials = trials
        self._labels = labels
        self._cost = cost
        self._alike = alike
        self._scored: dict[int, tuple[float, float]] = {}
        self._dropped: dict[int, int] = {}
        self._times_found = {
            run: 1 for run, reached in enumerate(trials.log_likelihoods.tolist()) if reached > -np.inf
        }

    @property
    def left(self) -> list[int]:
        """The runs that go on, in ascending order."""
        return sorted(self._times_found)

    def choose(self, most: int, *, by_score: bool = True) -> None:
        """Keep at most `most` runs of different optima, the best by score, or by log-likelihood without `by_score`."""
        heights = {run: float(self._trials.log_likelihoods[run]) for run in self.left}
        candidates = [run for run in self.left if heights[run] > -np.inf]
        exact = set() if by_score else set(candidates)
        chosen: dict[int, int] = {}
        while candidates and len(chosen) < most:
            highest = max(heights[run] for run in candidates)
            run = next(run for run in candidates if heights[run] >= highest - self._alike)
            if run not in exact:  # a score is at most the log-likelihood, so few have to be computed
                heights[run] = self.score(run)
                exact.add(run)
                continue
            alike = [other for other in candidates if abs(heights[other] - heights[run]) <= self._alike]
            chosen[self._longest(run, alike)] = sum(self._times_found[other] for other in alike)
            candidates = [other for other in candidates if other not in alike]
        for run in candidates:
            self._dropped[run] = self._times_found[run]
        self._times_found = chosen

    def _longest(self, run: int, alike: Sequence[int]) -> int:
        """`run`, or the longest of those with its log-likelihood if it came to rest within `HARDLY_ANY` iterations.

        All are at the same optimum, and k-means on groups that lie apart leaves EM nothing to do and to show.
        """
        reached, taken = self._trials.log_likelihoods, self._trials.n_iterations
        if taken[run] >= HARDLY_ANY:
            return run
        same = [other for other in alike if abs(reached[other] - reached[run]) <= self._alike]
        return max(same, key=lambda other: int(taken[other]))

    def score(self, run: int) -> float:
        """The log-likelihood of a run minus the penalty for its narrow components, in nats."""
        reached = float(self._trials.log_likelihoods[run])
        if run not in self._scored or self._scored[run][0] != reached:
            self._scored[run] = reached, reached - self._cost.of(self._trials.mixture(run))
        return self._scored[run][1]

    def winner(self, sample: StartRows) -> Winner | None:
        """The first run that is left; None if no run is left.

        Dropped runs of about its density at rows of the sample count as on their way to the same optimum.
        """
        rows = sample.thinned(ROWS_FOR_DENSITY)
        for run in self.left:
            mixture = self._trials.mixture(run)
            density = mixture.log_density(rows)
            times_found = self._times_found[run]
            for other, times in self._dropped.items():
                if self._trials.n_iterations[other] >= FEWEST_ITERATIONS:
                    difference = self._trials.mixture(other).log_density(rows) - density
                    times_found += times * bool(np.square(difference).mean() <= EQUAL_DENSITY**2)
            return Winner(
                self._labels[run],
                int(self._trials.n_iterations[run]),
                mixture,
                self.score(run),
                times_found,
                int(self._trials.n_iterations.sum()),
            )
        return None


def _k_means(problem: FitProblem, sample: StartRows, rng: np.random.Generator) -> IntArray:
    return problem.starting.k_means_labels(sample.rows, sample.weights, problem.n_components, _seed(rng))


def _k_means_on_whitened_rows(problem: FitProblem, sample: StartRows, rng: np.random.Generator) -> IntArray:
    return problem.starting.k_means_labels(sample.whitened, sample.weights, problem.n_components, _seed(rng))


def _far_apart(problem: FitProblem, sample: StartRows, rng: np.random.Generator) -> IntArray:
    return _nearest_to_far_apart(problem, sample.rows, sample.weights, rng)


def _far_apart_on_whitened_rows(problem: FitProblem, sample: StartRows, rng: np.random.Generator) -> IntArray:
    return _nearest_to_far_apart(problem, sample.whitened, sample.weights, rng)


def _nearest_to_far_apart(
    problem: FitProblem, places: FloatArray, weights: FloatArray, rng: np.random.Generator
) -> IntArray:
    positions = problem.starting.far_apart(places, weights, problem.n_components, _seed(rng))
    return nearest_labels(places, places[positions])


def _random_points(problem: FitProblem, sample: StartRows, rng: np.random.Generator) -> IntArray:
    return nearest_labels(sample.rows, sample.rows[drawn(sample.weights, problem.n_components, rng)])


def _random_points_of_whitened_rows(
    problem: FitProblem, sample: StartRows, rng: np.random.Generator
) -> IntArray:
    return nearest_labels(sample.whitened, sample.whitened[drawn(sample.weights, problem.n_components, rng)])


def _slices(problem: FitProblem, sample: StartRows, rng: np.random.Generator) -> IntArray:
    """Labels that cut the whitened rows into K slices of equal weight along a random direction."""
    k = problem.n_components
    along = sample.whitened @ rng.normal(size=sample.whitened.shape[1])
    order = np.argsort(along, kind="stable")
    before = sample.weights[order].cumsum() - 0.5 * sample.weights[order]
    labels = np.empty(len(order), dtype=np.int64)
    labels[order] = np.minimum(k - 1, (before * (k / sample.weights.sum())).astype(np.int64))
    return labels


PARTITIONS: tuple[Labels, ...] = (
    _k_means,
    _k_means_on_whitened_rows,
    _far_apart,
    _random_points,
    _slices,
    _far_apart_on_whitened_rows,
    _random_points_of_whitened_rows,
    _far_apart,
    _random_points,
)
"""The starting partitions of short runs, taken in turn: which one leads to the best optimum depends on the data."""


def drawn(weights: FloatArray, n_points: int, rng: np.random.Generator) -> IntArray:
    """Positions of `n_points` different rows, drawn without replacement in proportion to weight, ascending."""
    # Gumbel top-k: the largest values of log w + Gumbel noise are such a draw.
    return np.sort(np.argsort(-(np.log(weights) + rng.gumbel(size=len(weights))), kind="stable")[:n_points])


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(2**31 - 1))
