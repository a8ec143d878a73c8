"""Starts for rows in groups that lie far apart, or with many equal values, which K-means on all rows does not separate.

A single far row, or a code for a missing value, sets the scale of its column, where all other clusters look like one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gmm_core.arrays import BoolArray, FloatArray, IntArray, by_first_appearance
from gmm_core.em.iteration import Position
from gmm_core.errors import ExplorerError
from gmm_core.model.cost_of_narrowness import CostOfNarrowness
from gmm_core.model.mixture import Mixture
from gmm_core.rows.start_sample import StartRows
from gmm_core.starts.assignments import k_means, started
from gmm_core.starts.k_means import from_labels
from gmm_core.starts.problem import FitProblem

GAP = 4.0
"""A gap in a column separates groups if it is more than this many times as wide as the widest group."""
ROUNDING = 1e-9
"""The relative rounding error allowed in sums of gaps."""
TRIAL_ITERATIONS = 10
"""The iterations of EM after which two starts are compared."""


def k_means_or_apart(problem: FitProblem, sample: StartRows, rng: np.random.Generator) -> Mixture:
    """The start from k-means on whitened rows, or from k-means within groups that lie far apart if that scores higher.

    The scores are compared after `TRIAL_ITERATIONS` iterations of EM from each.
    """
    plain = started(problem, sample, k_means, rng)
    # The penalty on all rows is cached, so it is not computed again for a sample that contains them all.
    cost = problem.cost if len(sample.rows) == len(problem.rows) else sample.cost
    within = within_groups_apart(problem, sample, cost, rng)
    return plain if within is None else better_start(problem, sample, (plain, within), cost)


def within_groups_apart(
    problem: FitProblem, sample: StartRows, cost: CostOfNarrowness, rng: np.random.Generator
) -> Mixture | None:
    """The start from k-means within each of the groups that lie far apart; None if there is only one group."""
    enough = len(sample.rows) > problem.n_components
    groups = groups_apart(sample, problem.n_components, cost) if enough else None
    if groups is None:
        return None
    labels = _k_means_within(problem, sample, groups, int(rng.integers(2**31 - 1)))
    responsibilities = from_labels(labels, problem.n_components)
    return problem.starting.rough_m_step(problem.model, sample, responsibilities)[0]


def better_start(
    problem: FitProblem, sample: StartRows, starts: Sequence[Mixture], cost: CostOfNarrowness
) -> Mixture:
    """The start of highest score after `TRIAL_ITERATIONS` iterations of EM; the first of equals."""
    return max(starts, key=lambda start: _score_after_trial(problem, sample, start, cost))


def groups_apart(sample: StartRows, most: int, cost: CostOfNarrowness) -> IntArray | None:
    """The group 0, 1, … of each row, shape (M,), with `most` groups at most; None if there is only one.

    First the columns are cut at wide gaps, the column with the relatively widest gaps first. Then the rows that share a
    value of great weight in a column become a group: more weight than `CostOfNarrowness.least_weight`.
    """
    groups = np.zeros(len(sample.rows), dtype=np.int64)
    ordered = np.sort(np.ascontiguousarray(sample.rows.T), axis=1)
    promising = np.flatnonzero(_may_be_wide(np.diff(ordered, axis=1), most)).tolist()
    cuts = {position: _cut(ordered[position], most) for position in promising}
    for position in sorted(cuts, key=lambda position: -cuts[position][0]):
        width, ends = cuts[position]
        if width <= GAP:
            break
        pieces = np.searchsorted(ordered[position][ends], sample.rows[:, position], side="left")
        joined = by_first_appearance(groups * most + pieces)
        if joined.max() < most:
            groups = joined
    heaviest = float(sample.weights.max())
    for column, in_order, least in zip(sample.rows.T, ordered, cost.least_weight, strict=True):
        if not _may_be_heavy(in_order, heaviest, least):
            continue
        values, places = np.unique(column, return_inverse=True)
        weights = np.bincount(places, sample.weights)
        for value in np.argsort(-weights, kind="stable")[: np.count_nonzero(weights > least)]:
            joined = by_first_appearance(2 * groups + (places == value))
            if len(values) > 1 and joined.max() < most:
                groups = joined
    return groups if groups.any() else None


def _cut(ordered: FloatArray, most: int) -> tuple[float, IntArray]:
    """Choose how many of the widest gaps to cut ordered values (M,) at, `most` pieces at most.

    Returns
    -------
    float, (C,) of int
        The largest ratio of narrowest cut gap to widest piece, over 1, 2, … cuts; and the position of the last value
        before each of those cuts.
    """
    gaps = np.diff(ordered)
    widest = np.argsort(-gaps, kind="stable")[: most - 1]
    best, best_ends = 0.0, np.zeros(0, dtype=np.int64)
    for n_cuts in range(1, len(widest) + 1):
        ends = np.sort(widest[:n_cuts])
        first, last = ordered[np.r_[0, ends + 1]], ordered[np.r_[ends, len(ordered) - 1]]
        widest_piece = float((last - first).max())
        if widest_piece > 0 and gaps[widest[n_cuts - 1]] > best * widest_piece:
            best, best_ends = float(gaps[widest[n_cuts - 1]]) / widest_piece, ends
    return best, best_ends


def _may_be_wide(gaps: FloatArray, most: int) -> BoolArray:
    """True for each column, gaps (D, M − 1), whose ratio of `_cut` may exceed `GAP`.

    The bound is cheap: c cuts leave c + 1 pieces, of which the widest is at least as wide as their mean.
    """
    n_gaps = gaps.shape[1]
    n_cuts = min(most - 1, n_gaps)
    if n_cuts < 1:
        return np.zeros(len(gaps), dtype=np.bool_)
    widest = np.sort(np.partition(gaps, n_gaps - n_cuts, axis=1)[:, n_gaps - n_cuts :], axis=1)[:, ::-1]
    pieces = (gaps.sum(axis=1)[:, None] - widest.cumsum(axis=1)) / np.arange(2, n_cuts + 2)
    wide: BoolArray = (widest > (1.0 - ROUNDING) * GAP * pieces).any(axis=1)
    return wide


def _may_be_heavy(ordered: FloatArray, heaviest: float, least: float) -> bool:
    """False if no value of a sorted column (M,) can weigh more than `least`, with rows of `heaviest` at most."""
    times = (
        int(min(least / heaviest * (1.0 - ROUNDING), float(len(ordered)))) + 1
    )  # it must occur as often at least
    return bool((ordered[times - 1 :] == ordered[: len(ordered) - times + 1]).any())


def _k_means_within(problem: FitProblem, sample: StartRows, groups: IntArray, seed: int) -> IntArray:
    """Labels (M,) of k-means within each group on its own whitened rows; the K components are shared out by weight."""
    members = [np.flatnonzero(groups == group) for group in range(int(groups.max()) + 1)]
    n_of = np.ones(len(members), dtype=np.int64)
    weights = np.array([sample.weights[rows].sum() for rows in members])
    n_rows = np.array([len(rows) for rows in members])
    few = sample.rows.shape[1] + 1
    while n_of.sum() < problem.n_components:
        # A group of few rows gets a second component only if no other group can take one.
        room = np.where(n_of >= n_rows, 0.0, np.where(n_rows > few, 1.0, 1e-9))
        n_of[np.argmax(room * weights / n_of)] += 1
    labels = np.empty(len(groups), dtype=np.int64)
    for rows, n, first in zip(members, n_of, np.cumsum(n_of) - n_of, strict=True):
        own = StartRows(np.ascontiguousarray(sample.rows[rows]), sample.weights[rows], sample.row_weight)
        within = (
            problem.starting.k_means_labels(own.whitened, own.weights, int(n), seed)
            if n > 1
            else np.zeros(len(rows), dtype=np.int64)
        )
        labels[rows] = first + within
    return by_first_appearance(labels)


def _score_after_trial(
    problem: FitProblem, sample: StartRows, start: Mixture, cost: CostOfNarrowness
) -> float:
    engine = problem.starting.engine(sample)
    chunks = engine.iterations(problem.model, Position(start), -np.inf, TRIAL_ITERATIONS)
    try:
        last = next(chunk for chunk in chunks if chunk.last >= TRIAL_ITERATIONS)
    except ExplorerError:  # EM fails from this start, so it loses the comparison
        return -np.inf
    mixture = Mixture.unchecked(last.weights[-1], last.means[-1], last.covariances[-1])
    return float(last.log_likelihoods[-1]) - cost.of(mixture)
