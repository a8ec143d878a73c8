"""Starting points of EM: a table of random kinds, and the ones that a person gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike
from sklearn.cluster import KMeans, kmeans_plusplus

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.covariance.floor import raised_to_floor
from gmm_core.covariance.structure import CovarianceStructure
from gmm_core.em import maximization
from gmm_core.errors import ParameterError
from gmm_core.mixture import Mixture
from gmm_core.standardization import Standardization
from gmm_core.statistics import SufficientStatistics
from gmm_core.threads import one_openmp_thread

START_ROWS = 20_000
"""Random starts look at no more rows than this, drawn at random: a start need not be exact, and stays cheap."""

Partition = Callable[[FloatArray, int, np.random.Generator], FloatArray]


@dataclass(frozen=True)
class StartKind:
    """A way to start: (rows (N, D), K, rng) -> responsibilities (N, K), from which an M-step makes a mixture."""

    name: str
    summary: str
    partition: Partition


def _from_labels(labels: IntArray, n_components: int) -> FloatArray:
    return np.eye(n_components)[labels]


def _whitened(rows: FloatArray) -> FloatArray:
    """Principal components in unit variance; directions without variance are left out."""
    centred = rows - rows.mean(axis=0)
    values, vectors = np.linalg.eigh(centred.T @ centred / len(rows))
    kept = values > 1e-12 * values[-1]
    return np.ascontiguousarray(centred @ (vectors[:, kept] / np.sqrt(values[kept])))


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(2**31 - 1))


def _k_means(rows: FloatArray, n_components: int, rng: np.random.Generator) -> FloatArray:
    k_means = KMeans(n_components, n_init=1, max_iter=100, random_state=_seed(rng))
    with one_openmp_thread():
        return _from_labels(k_means.fit_predict(_whitened(rows)), n_components)


def _k_means_plus_plus(rows: FloatArray, n_components: int, rng: np.random.Generator) -> FloatArray:
    centres, _ = kmeans_plusplus(rows, n_components, random_state=_seed(rng))
    return _nearest(rows, centres)


def _random_points(rows: FloatArray, n_components: int, rng: np.random.Generator) -> FloatArray:
    shuffled = rows[rng.permutation(len(rows))]
    return _nearest(rows, shuffled[distinct_rows(shuffled, n_components)])


def _random_responsibilities(rows: FloatArray, n_components: int, rng: np.random.Generator) -> FloatArray:
    return rng.dirichlet(np.ones(n_components), size=len(rows))


def _nearest(rows: FloatArray, centres: FloatArray) -> FloatArray:
    distances = np.stack([np.square(rows - centre).sum(axis=1) for centre in centres])
    return _from_labels(distances.argmin(axis=0), len(centres))


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
            "every row split among the components at random",
            _random_responsibilities,
        ),
    )
}
MIXED = "mixed"
"""Restarts that take the kinds of `STARTS` in turn: restarts of one kind tend to find one optimum."""


class Start(Protocol):
    """Where one restart of EM begins."""

    @property
    def kind(self) -> str:
        """The name of this kind of start."""

    def mixture(
        self,
        rows: FloatArray,
        n_components: int,
        structure: CovarianceStructure,
        floor: float,
        standardization: Standardization,
    ) -> Mixture:
        """The starting mixture in standard units, for standardised rows (N, D)."""


@dataclass(frozen=True)
class RandomStart:
    """A row of `STARTS` with its own seed."""

    kind: str
    seed: np.random.SeedSequence

    def mixture(
        self,
        rows: FloatArray,
        n_components: int,
        structure: CovarianceStructure,
        floor: float,
        standardization: Standardization,
    ) -> Mixture:
        """See `Start.mixture`."""
        rng = np.random.default_rng(self.seed)
        chosen = _drawn_rows(rows, n_components, rng)
        responsibilities = STARTS[self.kind].partition(chosen, n_components, rng)
        if not responsibilities.any(axis=0).all():  # a group came out empty: K distinct rows never do
            responsibilities = _random_points(chosen, n_components, rng)
        statistics = SufficientStatistics.from_responsibilities(chosen, responsibilities)
        return _cautious_maximization(statistics, structure, floor)


@dataclass(frozen=True, eq=False)
class GivenLabels:
    """A hard label 0 … K−1 for every row: the first M-step is taken from that partition as it stands."""

    labels: ArrayLike
    kind: str = "given labels"

    def mixture(
        self,
        rows: FloatArray,
        n_components: int,
        structure: CovarianceStructure,
        floor: float,
        standardization: Standardization,
    ) -> Mixture:
        """See `Start.mixture`."""
        labels = np.asarray(self.labels)
        if labels.shape != (len(rows),) or not np.issubdtype(labels.dtype, np.integer):
            raise ParameterError(
                f"Start labels must be one whole number for each of the {len(rows)} rows, but have the shape "
                f"{labels.shape} and type {labels.dtype}."
            )
        missing = np.setdiff1d(np.arange(n_components), labels)
        if missing.size or labels.min() < 0 or labels.max() >= n_components:
            raise ParameterError(
                f"Start labels must use every number from 0 to {n_components - 1} and no other."
            )
        statistics = SufficientStatistics.from_responsibilities(rows, _from_labels(labels, n_components))
        return maximization(statistics, structure, floor)[0]


@dataclass(frozen=True, eq=False)
class GivenMeans:
    """K means in the data's units, shape (K, D); equal weights, and the covariance of rows about their nearest mean."""

    means: ArrayLike
    kind: str = "given means"

    def mixture(
        self,
        rows: FloatArray,
        n_components: int,
        structure: CovarianceStructure,
        floor: float,
        standardization: Standardization,
    ) -> Mixture:
        """See `Start.mixture`."""
        means = np.asarray(self.means, dtype=np.float64)
        if means.shape != (n_components, rows.shape[1]) or not np.isfinite(means).all():
            raise ParameterError(
                f"Start means must be {n_components} rows of {rows.shape[1]} finite numbers, but have the shape "
                f"{means.shape}."
            )
        centres = (means - standardization.center) / standardization.scale
        statistics = SufficientStatistics.from_responsibilities(rows, np.ones((len(rows), 1)))
        pooled, _ = maximization(statistics, structure, floor)
        weights = np.full(n_components, 1.0 / n_components)
        return Mixture(weights, centres, np.repeat(pooled.covariances, n_components, axis=0))


@dataclass(frozen=True, eq=False)
class GivenMixture:
    """A mixture in the data's units, taken as it is."""

    given: Mixture
    kind: str = "given mixture"

    def mixture(
        self,
        rows: FloatArray,
        n_components: int,
        structure: CovarianceStructure,
        floor: float,
        standardization: Standardization,
    ) -> Mixture:
        """See `Start.mixture`."""
        if (self.given.n_components, self.given.n_features) != (n_components, rows.shape[1]):
            raise ParameterError(
                f"The starting mixture has {self.given.n_components} components of {self.given.n_features} features, "
                f"but the fit has {n_components} of {rows.shape[1]}: make them agree."
            )
        return standardization.mixture(self.given)


def random_starts(kind: str, n_init: int, seed: int) -> list[RandomStart]:
    """`n_init` starts of one kind, or of all kinds in turn (`MIXED`).

    Start i has a seed of its own, derived from `seed` and i alone: asking for more starts keeps the earlier ones.
    """
    if kind != MIXED and kind not in STARTS:
        raise ParameterError(
            f"There is no start named {kind!r}: choose one of {', '.join([MIXED, *STARTS])}."
        )
    kinds = list(STARTS) if kind == MIXED else [kind]
    seeds = np.random.SeedSequence(seed).spawn(n_init)
    return [RandomStart(kinds[index % len(kinds)], child) for index, child in enumerate(seeds)]


def distinct_rows(rows: FloatArray, wanted: int) -> IntArray:
    """The positions of the first `wanted` rows that differ from one another, or of all there are."""
    seen: dict[bytes, int] = {}
    for position, row in enumerate(rows):
        seen.setdefault((row + 0.0).tobytes(), position)  # adding zero turns −0 into 0, which has other bytes
        if len(seen) == wanted:
            break
    return np.fromiter(seen.values(), dtype=np.int64)


def _drawn_rows(rows: FloatArray, n_components: int, rng: np.random.Generator) -> FloatArray:
    """At most `START_ROWS` rows, among them K that differ, so that every kind of start finds K places."""
    if len(rows) <= START_ROWS:
        return rows
    drawn = rng.choice(len(rows), START_ROWS, replace=False)
    if len(distinct_rows(rows[drawn], n_components)) < n_components:
        drawn[:n_components] = distinct_rows(rows, n_components)
    return rows[drawn]


def _cautious_maximization(
    statistics: SufficientStatistics, structure: CovarianceStructure, floor: float
) -> Mixture:
    """The M-step of a rough partition, in which a group too small to have a covariance takes the pooled one.

    A group of one or two rows would start as a spike that EM can only sharpen: a singularity, not a cluster.
    """
    within, counts = statistics.within_scatter(), statistics.counts
    small = counts < statistics.origin.shape[1] + 2
    if small.all():  # the origin is the mean of all rows, so the scatter about it is the total one
        within = np.repeat(statistics.scatter.sum(axis=0, keepdims=True), len(counts), axis=0)
        within *= (counts / statistics.total)[:, None, None]
    elif small.any():
        pooled = within[~small].sum(axis=0) / counts[~small].sum()
        within = np.where(small[:, None, None], pooled * counts[:, None, None], within)
    covariances, _ = raised_to_floor(structure.update(within, counts, None), floor)
    return Mixture(statistics.weights(), statistics.means(), covariances)
