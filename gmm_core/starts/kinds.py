"""Starting points of EM: a table of random kinds, and the ones that a person gives."""

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
from gmm_core.starts.groups_apart import k_means_or_apart
from gmm_core.starts.k_means import from_labels
from gmm_core.starts.problem import FitProblem
from gmm_core.starts.short_runs import best_short_run

Chosen = Callable[[FitProblem, StartRows, np.random.Generator], Mixture]


@dataclass(frozen=True)
class StartKind:
    """A way to start: the mixture that it makes of a problem, some different rows of it, and random numbers."""

    name: str
    summary: str
    chosen: Chosen


def _of_partition(partition: Partition) -> Chosen:
    return lambda problem, sample, rng: started(problem, sample, partition, rng)


STARTS: dict[str, StartKind] = {
    kind.name: kind
    for kind in (
        StartKind(
            "k-means",
            "k-means on whitened rows, their principal components in unit variance; within groups that stand far "
            "apart, if that scores higher",
            k_means_or_apart,
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
"""The plain ones, from which EM climbs as it comes."""
SHORT_RUNS = StartKind(
    "short runs",
    "the best of many short runs of EM goes on; they begin with k-means, with points drawn far apart or at random, and "
    "with slices, and one component of the best is tried elsewhere",
    best_short_run,
)
RAW_K_MEANS = StartKind(
    "k-means on raw rows",
    "k-means on the rows as they are, so that units matter",
    _of_partition(k_means_on_raw_rows),
)
ALL_STARTS = {kind.name: kind for kind in (STARTS["k-means"], RAW_K_MEANS, *STARTS.values(), SHORT_RUNS)}
"""The ones on offer, the two k-means side by side."""
MIXED = "mixed"
"""Restarts that take kinds in turn, as in `MIXTURE_OF_KINDS`: restarts of one kind tend to find one optimum."""
MIXTURE_OF_KINDS = (
    *("short runs", "short runs", "random responsibilities", "short runs"),
    *("short runs", "short runs", "k-means", "short runs"),
    *("short runs", "short runs", "random points", "short runs"),
    *("short runs", "short runs", "k-means++", "short runs"),
)
"""Short runs find the best optimum most often (`benchmarks/results/optima.md`), the others cost little beside them;
random responsibilities come early, for on easy data they alone have a climb to show."""
SPLITS = "splits"
"""Restarts as `MIXED`, and further ones from the fit of one component fewer, made in the same way: its likeliest
splits and a twin, so that more components never score a lower likelihood (see `gmm_core.starts.splits`)."""


class Start(Protocol):
    """Where one restart of EM begins."""

    @property
    def kind(self) -> str:
        """The name of this kind of start."""

    def mixture(self, problem: FitProblem) -> Mixture:
        """The starting mixture in standard units."""


@dataclass(frozen=True)
class RandomStart:
    """A row of `ALL_STARTS` with random numbers of its own: those of child `index` of a seed."""

    kind: str
    seed: int
    index: int

    def mixture(self, problem: FitProblem) -> Mixture:
        """See `Start.mixture`."""
        rng = np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(self.index,)))
        return ALL_STARTS[self.kind].chosen(problem, problem.rows.sample(problem.n_components, rng), rng)


@dataclass(frozen=True, eq=False)
class GivenLabels:
    """A hard label 0 … K−1 for every row: the first M-step is taken from that partition as it stands."""

    labels: ArrayLike
    kind: str = "given labels"

    def mixture(self, problem: FitProblem) -> Mixture:
        """See `Start.mixture`."""
        labels = self.checked(len(problem.rows))
        missing = np.setdiff1d(np.arange(problem.n_components), labels)
        if missing.size or labels.min() < 0 or labels.max() >= problem.n_components:
            raise ParameterError(
                f"Start labels must use every number from 0 to {problem.n_components - 1} and no other."
            )
        statistics = problem.rows.moments(lambda _, place: from_labels(labels[place], problem.n_components))
        return problem.model.m_step(statistics)[0]

    def checked(self, n_rows: int) -> IntArray:
        """The labels (N,), or `ParameterError` where they are not one whole number for each of N rows."""
        labels = np.asarray(self.labels)
        if labels.shape != (n_rows,) or not np.issubdtype(labels.dtype, np.integer):
            raise ParameterError(
                f"Start labels must be one whole number for each of the {n_rows} rows, but have the shape "
                f"{labels.shape} and type {labels.dtype}."
            )
        return labels

    def for_rows(self, n_rows: int) -> Start:
        """Itself where there is a label for each of N rows; otherwise a start that fails and says so."""
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
    """A start that was found unfit before its restart began, which then fails for that reason."""

    refusal: ParameterError
    kind: str

    def mixture(self, problem: FitProblem) -> Mixture:
        """See `Start.mixture`."""
        raise self.refusal


@dataclass(frozen=True, eq=False)
class GivenMeans:
    """K means in the data's units, shape (K, D); equal weights, and the covariance of all rows."""

    means: ArrayLike
    kind: str = "given means"

    def mixture(self, problem: FitProblem) -> Mixture:
        """See `Start.mixture`."""
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
        return Mixture(weights, centres, np.repeat(pooled.covariances, problem.n_components, axis=0))


@dataclass(frozen=True, eq=False)
class GivenMixture:
    """A mixture in the data's units, taken as it is."""

    given: Mixture
    kind: str = "given mixture"

    def mixture(self, problem: FitProblem) -> Mixture:
        """See `Start.mixture`."""
        if (self.given.n_components, self.given.n_features) != (
            problem.n_components,
            problem.rows.n_features,
        ):
            raise ParameterError(
                f"The starting mixture has {self.given.n_components} components of {self.given.n_features} features, "
                f"but the fit has {problem.n_components} of {problem.rows.n_features}: make them agree."
            )
        return problem.standardization.mixture(self.given)


def random_starts(kind: str, n_init: int, seed: int) -> list[RandomStart]:
    """`n_init` starts of one kind, or of several in turn (`MIXED`, `SPLITS`).

    Start i has a seed of its own, derived from `seed` and i alone: asking for more starts keeps the earlier ones.
    """
    require_kind(kind)
    kinds = (kind,) if kind in ALL_STARTS else MIXTURE_OF_KINDS
    return [RandomStart(kinds[index % len(kinds)], seed, index) for index in range(n_init)]


def require_kind(kind: str) -> None:
    """Raise `ParameterError` where no starts have that name."""
    if kind not in (MIXED, SPLITS, *ALL_STARTS):
        raise ParameterError(
            f"There is no start named {kind!r}: choose one of {', '.join([MIXED, SPLITS, *ALL_STARTS])}."
        )
