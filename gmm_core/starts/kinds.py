"""Starting mixtures of EM: a table of random kinds, and starts that the user gives (labels, means, a mixture)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.arrays import IntArray
from gmm_core.errors import ParameterError
from gmm_core.model.mixture import Mixture
from gmm_core.rows.start_sample import StartRows
from gmm_core.starts.assignments import (
    Partition,
    k_means_on_raw_rows,
    k_means_plus_plus,
    random_points,
    random_responsibilities,
    started,
)
from gmm_core.starts.beginning import Beginning
from gmm_core.starts.groups_apart import k_means_or_apart
from gmm_core.starts.k_means import from_labels
from gmm_core.starts.problem import FitProblem
from gmm_core.starts.short_runs import best_short_run

Chosen = Callable[[FitProblem, StartRows, np.random.Generator], Beginning]
"""(the problem with K components, M ≥ K different rows of it, rng) -> where the restart begins."""


@dataclass(frozen=True)
class StartKind:
    """A kind of random start.

    Parameters
    ----------
    name : str
        Its name, as `init` of a fit takes it.
    summary : str
        What it does, in one phrase.
    chosen : (problem, rows, rng) -> Beginning
        Makes a beginning from a problem, a sample of its rows and random numbers.
    """

    name: str
    summary: str
    chosen: Chosen


def _of_partition(partition: Partition) -> Chosen:
    return lambda problem, sample, rng: Beginning.at(started(problem, sample, partition, rng))


def _k_means(problem: FitProblem, sample: StartRows, rng: np.random.Generator) -> Beginning:
    return Beginning.at(k_means_or_apart(problem, sample, rng))


STARTS: dict[str, StartKind] = {
    kind.name: kind
    for kind in (
        StartKind(
            "k-means",
            "k-means on whitened rows, their principal components in unit variance; within groups that stand far "
            "apart, if that scores higher",
            _k_means,
        ),
        StartKind(
            "random points",
            "K data points drawn at random; each row goes to the nearest",
            _of_partition(random_points),
        ),
        StartKind(
            "k-means++",
            "K data points drawn far apart; each row goes to the nearest",
            _of_partition(k_means_plus_plus),
        ),
        StartKind(
            "random responsibilities",
            "every different row split among the components at random",
            _of_partition(random_responsibilities),
        ),
    )
}
"""The plain kinds: each makes one starting mixture, without comparing runs of EM."""
SHORT_RUNS = StartKind(
    "short runs",
    "the best of many short runs of EM, which begin with k-means, with points drawn far apart or at random, and with "
    "slices",
    best_short_run,
)
RAW_K_MEANS = StartKind(
    "k-means on raw rows",
    "k-means on the rows as they are, so that units matter",
    _of_partition(k_means_on_raw_rows),
)
ALL_STARTS = {kind.name: kind for kind in (STARTS["k-means"], RAW_K_MEANS, *STARTS.values(), SHORT_RUNS)}
"""All kinds by name, in the order of menus: the two kinds of k-means are neighbours."""
MIXED = "mixed"
"""Restarts take the kinds of `MIXTURE_OF_KINDS` in turn, because restarts of one kind tend to find the same optimum."""
MIXTURE_OF_KINDS = (
    *("short runs", "short runs", "random responsibilities", "short runs"),
    *("short runs", "short runs", "k-means", "short runs"),
    *("short runs", "short runs", "random points", "short runs"),
    *("short runs", "short runs", "k-means++", "short runs"),
)
"""Kinds in the order in which restarts take them, over and over. Short runs find the best optimum most often
(`benchmarks/results/optima.md`); the other kinds cost little in comparison. Random responsibilities come early: on easy
data they alone start far enough from the optimum for EM to show many iterations."""
SPLITS = "splits"
"""Restarts as in `MIXED`, and further ones from a fit with one component fewer: its most promising splits, and a copy
with one component twice, so that more components never have a lower likelihood (see `gmm_core.starts.splits`)."""


class Start(Protocol):
    """The start of one restart of EM."""

    @property
    def kind(self) -> str:
        """The name of this kind of start."""

    def beginning(self, problem: FitProblem) -> Beginning:
        """Where the restart begins.

        Raises `ParameterError` if the start does not fit the problem, for instance its number of components.
        """


@dataclass(frozen=True)
class RandomStart:
    """A random start.

    Parameters
    ----------
    kind : str
        A name of `ALL_STARTS`.
    seed : int
        The seed of the fit.
    index : int
        The number of the restart: its random numbers are those of child `index` of the seed (NumPy's `SeedSequence`).
    """

    kind: str
    seed: int
    index: int

    def beginning(self, problem: FitProblem) -> Beginning:
        """See `Start.beginning`."""
        rng = np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(self.index,)))
        return ALL_STARTS[self.kind].chosen(problem, problem.rows.sample(problem.n_components, rng), rng)


@dataclass(frozen=True, eq=False)
class GivenLabels:
    """Start from a hard label 0 … K−1 for every row, shape (N,): the first M-step uses exactly this partition."""

    labels: ArrayLike
    kind: str = "given labels"

    def beginning(self, problem: FitProblem) -> Beginning:
        """See `Start.beginning`."""
        labels = self.checked(len(problem.rows))
        missing = np.setdiff1d(np.arange(problem.n_components), labels)
        if missing.size or labels.min() < 0 or labels.max() >= problem.n_components:
            raise ParameterError(
                f"Start labels must use every number from 0 to {problem.n_components - 1} and no other."
            )
        statistics = problem.rows.moments(lambda _, place: from_labels(labels[place], problem.n_components))
        return Beginning.at(problem.model.m_step(statistics)[0])

    def checked(self, n_rows: int) -> IntArray:
        """The labels as an array (N,); raises `ParameterError` unless they are one whole number for each of N rows."""
        labels = np.asarray(self.labels)
        if labels.shape != (n_rows,) or not np.issubdtype(labels.dtype, np.integer):
            raise ParameterError(
                f"Start labels must be one whole number for each of the {n_rows} rows, but have the shape "
                f"{labels.shape} and type {labels.dtype}."
            )
        return labels

    def for_rows(self, n_rows: int) -> Start:
        """Return this start if it has one label for each of N rows, else a start that fails with the reason."""
        try:
            self.checked(n_rows)
        except ParameterError as refusal:
            return RefusedStart(refusal, self.kind)
        return self

    def of_rows(self, positions: IntArray) -> GivenLabels:
        """The labels of the rows at these positions, in their order."""
        return GivenLabels(np.asarray(self.labels)[positions], self.kind)


@dataclass(frozen=True, eq=False)
class RefusedStart:
    """A start that proved invalid before its restart began: `beginning` raises `refusal`, so that the restart fails."""

    refusal: ParameterError
    kind: str

    def beginning(self, problem: FitProblem) -> Beginning:
        """See `Start.beginning`."""
        raise self.refusal


@dataclass(frozen=True, eq=False)
class GivenMeans:
    """Start from K means in the data's units, shape (K, D), with equal weights and the covariance of all rows."""

    means: ArrayLike
    kind: str = "given means"

    def beginning(self, problem: FitProblem) -> Beginning:
        """See `Start.beginning`."""
        means = np.asarray(self.means, dtype=np.float64)
        if means.shape != (problem.n_components, problem.rows.n_features) or not np.isfinite(means).all():
            raise ParameterError(
                f"Start means must be {problem.n_components} rows of {problem.rows.n_features} finite numbers, "
                f"but have the shape {means.shape}."
            )
        centres = (means - problem.standardization.center) / problem.standardization.scale
        statistics = problem.rows.moments(lambda rows, _: np.ones((len(rows), 1)))
        pooled, _ = problem.model.m_step(statistics)
        weights = np.full(problem.n_components, 1.0 / problem.n_components)
        covariances = np.repeat(pooled.covariances, problem.n_components, axis=0)
        return Beginning.at(Mixture(weights, centres, covariances))


@dataclass(frozen=True, eq=False)
class GivenMixture:
    """Start from a given mixture in the data's units, unchanged."""

    given: Mixture
    kind: str = "given mixture"

    def beginning(self, problem: FitProblem) -> Beginning:
        """See `Start.beginning`."""
        if (self.given.n_components, self.given.n_features) != (
            problem.n_components,
            problem.rows.n_features,
        ):
            raise ParameterError(
                f"The starting mixture has {self.given.n_components} components of {self.given.n_features} features, "
                f"but the fit has {problem.n_components} of {problem.rows.n_features}: make them agree."
            )
        return Beginning.at(problem.standardization.mixture(self.given))


def random_starts(kind: str, n_init: int, seed: int) -> list[RandomStart]:
    """Return `n_init` starts of one kind, or of several kinds in turn (`MIXED`, `SPLITS`).

    The random numbers of start i depend on `seed` and i alone, so that asking for more starts keeps the earlier ones.
    Raises `ParameterError` for an unknown kind.
    """
    require_kind(kind)
    kinds = (kind,) if kind in ALL_STARTS else MIXTURE_OF_KINDS
    return [RandomStart(kinds[index % len(kinds)], seed, index) for index in range(n_init)]


def require_kind(kind: str) -> None:
    """Raise `ParameterError` if no kind of start has that name."""
    if kind not in (MIXED, SPLITS, *ALL_STARTS):
        raise ParameterError(
            f"There is no start named {kind!r}: choose one of {', '.join([MIXED, SPLITS, *ALL_STARTS])}."
        )
