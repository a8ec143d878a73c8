"""Starting points of EM: a table of random kinds, and the ones that a person gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike
from sklearn.cluster import KMeans, kmeans_plusplus

from gmm_core.arrays import BoolArray, FloatArray, IntArray
from gmm_core.covariance.regularization import Regularization
from gmm_core.covariance.structure import CovarianceStructure
from gmm_core.em import maximization
from gmm_core.errors import ParameterError
from gmm_core.mixture import Mixture
from gmm_core.problem import FitProblem
from gmm_core.start_rows import StartRows
from gmm_core.statistics import SufficientStatistics
from gmm_core.threads import one_openmp_thread

Partition = Callable[[StartRows, int, np.random.Generator], FloatArray]


@dataclass(frozen=True)
class StartKind:
    """A way to start: (M different rows, K ≤ M, rng) -> responsibilities (M, K), of which an M-step makes a mixture."""

    name: str
    summary: str
    partition: Partition


def _from_labels(labels: IntArray, n_components: int) -> FloatArray:
    return np.eye(n_components)[labels]


def _k_means(sample: StartRows, n_components: int, rng: np.random.Generator) -> FloatArray:
    k_means = KMeans(n_components, n_init=1, max_iter=100, random_state=_seed(rng))
    with one_openmp_thread():
        labels = k_means.fit_predict(sample.whitened, sample_weight=sample.weights)
    return _from_labels(labels, n_components)


def _k_means_plus_plus(sample: StartRows, n_components: int, rng: np.random.Generator) -> FloatArray:
    centres, _ = kmeans_plusplus(
        sample.rows, n_components, sample_weight=sample.weights, random_state=_seed(rng)
    )
    return _nearest(sample.rows, centres)


def _random_points(sample: StartRows, n_components: int, rng: np.random.Generator) -> FloatArray:
    shares = sample.weights / sample.weights.sum()
    centres = rng.choice(sample.rows, n_components, replace=False, p=shares)
    return _nearest(sample.rows, centres)


def _random_responsibilities(sample: StartRows, n_components: int, rng: np.random.Generator) -> FloatArray:
    return rng.dirichlet(np.ones(n_components), size=len(sample.rows))


def _nearest(rows: FloatArray, centres: FloatArray) -> FloatArray:
    distances = np.stack([np.square(rows - centre).sum(axis=1) for centre in centres])
    return _from_labels(distances.argmin(axis=0), len(centres))


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(2**31 - 1))


STARTS: dict[str, StartKind] = {
    kind.name: kind
    for kind in (
        StartKind("k-means", "k-means on whitened data", _k_means),
        StartKind(
            "random points", "K data points drawn at random; each row goes to the nearest", _random_points
        ),
        StartKind(
            "k-means++", "K data points drawn far apart; each row goes to the nearest", _k_means_plus_plus
        ),
        StartKind(
            "random responsibilities",
            "every different row split among the components at random",
            _random_responsibilities,
        ),
    )
}
MIXED = "mixed"
"""Restarts that take the kinds of `STARTS` in turn: restarts of one kind tend to find one optimum."""
SPLITS = "splits"
"""Restarts as `MIXED`, and further ones from the fit of one component fewer, made in the same way: its likeliest
splits and a twin, so that more components never score a lower likelihood (see `gmm_core.splits`)."""


class Start(Protocol):
    """Where one restart of EM begins."""

    @property
    def kind(self) -> str:
        """The name of this kind of start."""

    def mixture(self, problem: FitProblem) -> Mixture:
        """The starting mixture in standard units."""


@dataclass(frozen=True)
class RandomStart:
    """A row of `STARTS` with its own seed."""

    kind: str
    seed: np.random.SeedSequence

    def mixture(self, problem: FitProblem) -> Mixture:
        """See `Start.mixture`."""
        rng = np.random.default_rng(self.seed)
        sample = problem.start_rows(rng)
        enough = len(sample.rows) >= problem.n_components
        partition = STARTS[self.kind].partition if enough else _random_responsibilities
        responsibilities = partition(sample, problem.n_components, rng)
        if not responsibilities.any(axis=0).all():  # a group came out empty: K distinct rows never do
            responsibilities = _random_points(sample, problem.n_components, rng)
        statistics = SufficientStatistics.from_responsibilities(sample.rows, responsibilities, sample.weights)
        return _cautious_maximization(
            statistics, problem.structure, problem.regularization, sample.row_weight
        )


@dataclass(frozen=True, eq=False)
class GivenLabels:
    """A hard label 0 … K−1 for every row: the first M-step is taken from that partition as it stands."""

    labels: ArrayLike
    kind: str = "given labels"

    def mixture(self, problem: FitProblem) -> Mixture:
        """See `Start.mixture`."""
        labels = np.asarray(self.labels)
        if labels.shape != (len(problem.rows),) or not np.issubdtype(labels.dtype, np.integer):
            raise ParameterError(
                f"Start labels must be one whole number for each of the {len(problem.rows)} rows, but have the shape "
                f"{labels.shape} and type {labels.dtype}."
            )
        missing = np.setdiff1d(np.arange(problem.n_components), labels)
        if missing.size or labels.min() < 0 or labels.max() >= problem.n_components:
            raise ParameterError(
                f"Start labels must use every number from 0 to {problem.n_components - 1} and no other."
            )
        responsibilities = _from_labels(labels, problem.n_components)
        statistics = SufficientStatistics.from_responsibilities(
            problem.rows, responsibilities, problem.sample_weight
        )
        return maximization(statistics, problem.structure, problem.regularization)[0]

    def of_rows(self, kept: BoolArray) -> GivenLabels:
        """The labels of the rows that are kept (N,), in their order."""
        labels = np.asarray(self.labels)
        return GivenLabels(labels[kept], self.kind) if labels.shape == kept.shape else self


@dataclass(frozen=True, eq=False)
class GivenMeans:
    """K means in the data's units, shape (K, D); equal weights, and the covariance of all rows."""

    means: ArrayLike
    kind: str = "given means"

    def mixture(self, problem: FitProblem) -> Mixture:
        """See `Start.mixture`."""
        means = np.asarray(self.means, dtype=np.float64)
        if means.shape != (problem.n_components, problem.rows.shape[1]) or not np.isfinite(means).all():
            raise ParameterError(
                f"Start means must be {problem.n_components} rows of {problem.rows.shape[1]} finite numbers, "
                f"but have the shape {means.shape}."
            )
        centres = (means - problem.standardization.center) / problem.standardization.scale
        statistics = SufficientStatistics.from_responsibilities(
            problem.rows, np.ones((len(problem.rows), 1)), problem.sample_weight
        )
        pooled, _ = maximization(statistics, problem.structure, problem.regularization)
        weights = np.full(problem.n_components, 1.0 / problem.n_components)
        return Mixture(weights, centres, np.repeat(pooled.covariances, problem.n_components, axis=0))


@dataclass(frozen=True, eq=False)
class GivenMixture:
    """A mixture in the data's units, taken as it is."""

    given: Mixture
    kind: str = "given mixture"

    def mixture(self, problem: FitProblem) -> Mixture:
        """See `Start.mixture`."""
        if (self.given.n_components, self.given.n_features) != (problem.n_components, problem.rows.shape[1]):
            raise ParameterError(
                f"The starting mixture has {self.given.n_components} components of {self.given.n_features} features, "
                f"but the fit has {problem.n_components} of {problem.rows.shape[1]}: make them agree."
            )
        return problem.standardization.mixture(self.given)


def random_starts(kind: str, n_init: int, seed: int) -> list[RandomStart]:
    """`n_init` starts of one kind, or of all kinds in turn (`MIXED`, `SPLITS`).

    Start i has a seed of its own, derived from `seed` and i alone: asking for more starts keeps the earlier ones.
    """
    if kind not in (MIXED, SPLITS, *STARTS):
        raise ParameterError(
            f"There is no start named {kind!r}: choose one of {', '.join([MIXED, SPLITS, *STARTS])}."
        )
    kinds = [kind] if kind in STARTS else list(STARTS)
    seeds = np.random.SeedSequence(seed).spawn(n_init)
    return [RandomStart(kinds[index % len(kinds)], child) for index, child in enumerate(seeds)]


def _cautious_maximization(
    statistics: SufficientStatistics,
    structure: CovarianceStructure,
    regularization: Regularization,
    row_weight: float,
) -> Mixture:
    """The M-step of a rough partition, in which a group too small to have a covariance takes the pooled one.

    A group of one or two rows would start as a spike that EM can only sharpen: a singularity, not a cluster.
    """
    within, counts = statistics.within_scatter(), statistics.counts
    small = counts < (statistics.origin.shape[1] + 2) * row_weight
    if small.all():  # the origin is the mean of all rows, so the scatter about it is the total one
        within = np.repeat(statistics.scatter.sum(axis=0, keepdims=True), len(counts), axis=0)
        within *= (counts / statistics.total)[:, None, None]
    elif small.any():
        pooled = within[~small].sum(axis=0) / counts[~small].sum()
        within = np.where(small[:, None, None], pooled * counts[:, None, None], within)
    covariances, _ = regularization.applied(structure.update(within, counts, None))
    return Mixture(statistics.weights(), statistics.means(), covariances)
