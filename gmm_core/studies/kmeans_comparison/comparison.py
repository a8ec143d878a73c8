"""K-means and a mixture fitted to the same rows, the time that each takes, and measures of how they differ."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.fitting.fit import Fit, fitting
from gmm_core.fitting.progress import Progress, StopFitting
from gmm_core.fitting.specification import FitSpecification
from gmm_core.geometry.agreement import adjusted_rand_index, counterparts
from gmm_core.model.criteria import bayesian
from gmm_core.studies.kmeans_comparison.kmeans import KMeansPartition
from gmm_core.studies.sure_rows import share_sure
from gmm_core.tables.preparation import UNLABELLED

WARMING_ROWS = 8
"""The number of rows of a first call of K-means, which is not timed."""


@dataclass(frozen=True)
class Farthest:
    """The least likely row under the mixture, as K-means and the mixture see it.

    Parameters
    ----------
    row : int
        The position of the row.
    cluster, component : int
        The row's cluster by K-means and its component by the mixture, counted from 0.
    distances_of_cluster : float
        The distance to the centre of its cluster, divided by the root mean square distance of that cluster's rows.
    tail : float
        The share of its component that lies as far out or farther: P(χ²_D ≥ its squared Mahalanobis distance).
    responsibility : float
        The responsibility of its component.
    log_density, median_log_density : float
        log p of the row, and the median of log p over all rows, in nats.
    """

    row: int
    cluster: int
    component: int
    distances_of_cluster: float
    tail: float
    responsibility: float
    log_density: float
    median_log_density: float


@dataclass(frozen=True, eq=False)
class KMeansComparison:
    """K-means and a mixture, fitted to the same rows with the same K and number of restarts.

    Parameters
    ----------
    X : (N, D)
        The rows, in the units of the fit.
    kmeans : KMeansPartition
        The result of K-means; its clusters are numbered as the components that they have most rows in common with.
    fit : Fit
        The fit of the mixture.
    seconds_of_kmeans, seconds_of_mixture : float
        The seconds that each took.
    labels : (N,) or None
        True labels as text, `UNLABELLED` for a row without one; None if there are none.
    """

    X: FloatArray
    kmeans: KMeansPartition
    fit: Fit
    seconds_of_kmeans: float
    seconds_of_mixture: float
    labels: NDArray[np.str_] | None

    @cached_property
    def responsibilities(self) -> FloatArray:
        """The responsibilities r_nk of the mixture, shape (N, K)."""
        return self.fit.mixture.responsibilities(self.X)

    @cached_property
    def components(self) -> IntArray:
        """The component of largest responsibility for each row, shape (N,)."""
        return np.asarray(self.responsibilities.argmax(axis=1))

    @cached_property
    def agreement(self) -> float:
        """The adjusted Rand index of the K-means clusters and the components."""
        return adjusted_rand_index(self.kmeans.labels, self.components)

    @cached_property
    def agreement_with_labels(self) -> tuple[float, float] | None:
        """The adjusted Rand index of K-means, and that of the mixture, with the true labels, over rows that have one.

        None if there are fewer than two different true labels.
        """
        if self.labels is None:
            return None
        known = self.labels != UNLABELLED
        if len(np.unique(self.labels[known])) < 2:
            return None
        _, true = np.unique(self.labels[known], return_inverse=True)
        return (
            adjusted_rand_index(self.kmeans.labels[known], true),
            adjusted_rand_index(self.components[known], true),
        )

    @cached_property
    def share_sure(self) -> float:
        """The share of rows whose largest responsibility exceeds `SURE`."""
        return share_sure(self.responsibilities)

    @cached_property
    def share_moved(self) -> float:
        """The share of rows whose K-means cluster does not correspond to their component."""
        return float(np.mean(self.kmeans.labels != self.components))

    @cached_property
    def elongation(self) -> float:
        """The ratio of longest to shortest axis of the most elongated component: max_k √(λ_max / λ_min).

        Only components with a reliable covariance count, as for `size_ratio`.
        """
        eigenvalues = np.linalg.eigvalsh(self._covariances)
        return float(np.sqrt(eigenvalues[:, -1] / eigenvalues[:, 0]).max())

    @cached_property
    def size_ratio(self) -> float:
        """The ratio of the spreads |Σ|^(1/2D) of the widest and the narrowest component."""
        _, log_determinants = np.linalg.slogdet(self._covariances)
        return float(np.exp(np.ptp(log_determinants) / (2 * self.X.shape[1])))

    @property
    def n_compared(self) -> int:
        """The number of components with a reliable covariance, whose shapes are compared; K if there is none."""
        return len(self._covariances)

    @property
    def _covariances(self) -> FloatArray:
        says_little = np.array(self.fit.says_little)
        return self.fit.mixture.covariances[~says_little if not says_little.all() else slice(None)]

    @cached_property
    def bic_of_kmeans(self) -> float | None:
        """The BIC of the mixture that corresponds to K-means (`KMeansPartition.as_mixture`); None if there is none."""
        mixture = self.kmeans.as_mixture()
        if mixture is None:
            return None
        log_likelihood = float(mixture.log_density(self.X).sum())
        return bayesian(log_likelihood, self.kmeans.parameter_count, len(self.X))

    @cached_property
    def farthest(self) -> Farthest:
        """The row of smallest density under the mixture, as both methods see it."""
        mixture, densities = self.fit.mixture, self.fit.mixture.log_density(self.X)
        row = int(densities.argmin())
        cluster, component = int(self.kmeans.labels[row]), int(self.components[row])
        distances = self.kmeans.distances(self.X)
        typical = np.sqrt(np.square(distances[self.kmeans.labels == cluster]).mean())
        whitened = mixture.whitening[component] @ (self.X[row] - mixture.means[component])
        return Farthest(
            row=row,
            cluster=cluster,
            component=component,
            distances_of_cluster=float(distances[row] / typical) if typical > 0 else 0.0,
            tail=float(chi2.sf(whitened @ whitened, df=self.X.shape[1])),
            responsibility=float(self.responsibilities[row, component]),
            log_density=float(densities[row]),
            median_log_density=float(np.median(densities)),
        )


def comparing(
    X: FloatArray,
    specification: FitSpecification,
    *,
    columns: Sequence[str] | None = None,
    labels: NDArray[np.str_] | None = None,
) -> Generator[Progress, None, KMeansComparison]:
    """Fit K-means and a mixture to rows X (N, D): yields the progress of both, returns the comparison.

    The measured seconds exclude the time that the caller takes between two steps of progress. If the caller throws
    `StopFitting`, the restarts done so far are compared. Raises what `fitting` raises.

    Parameters
    ----------
    X : (N, D)
        The rows.
    specification : FitSpecification
        The specification of the mixture; K-means has the same K, seed and number of restarts.
    columns : sequence of str or None
        The names of the D columns; None for default names.
    labels : (N,) or None
        True labels as text, `UNLABELLED` for a row without one.
    """
    kmeans, seconds_of_kmeans, stopped = yield from _clustering(X, specification)
    steps = fitting(X, specification, columns=columns)
    seconds, has_begun = 0.0, False
    while True:
        begun = perf_counter()
        try:
            # If K-means was stopped, the mixture still takes one step, so that there is something to compare.
            progress = steps.throw(StopFitting()) if stopped and has_begun else next(steps)
        except StopIteration as finished:
            seconds += perf_counter() - begun
            fit: Fit = finished.value
            break
        seconds += perf_counter() - begun
        has_begun = True
        if not stopped:
            try:
                yield replace(progress, share=(1 + progress.share) / 2)
            except StopFitting:
                stopped = True
    components = fit.mixture.labels(X)
    order = counterparts(components, kmeans.labels, specification.n_components)
    return KMeansComparison(
        X,
        kmeans.reordered(order),
        fit,
        seconds_of_kmeans=seconds_of_kmeans,
        seconds_of_mixture=seconds,
        labels=labels,
    )


def _clustering(
    X: FloatArray, specification: FitSpecification
) -> Generator[Progress, None, tuple[KMeansPartition, float, bool]]:
    """Run the restarts of K-means and yield the progress after each.

    Returns the best restart, the seconds that all took, and True if they were stopped.
    """
    n_init = specification.n_init
    # The first call in a process also loads and inspects libraries, so it is not timed.
    KMeansPartition.of(X[:WARMING_ROWS], 1, 1, specification.seed)
    restarts = KMeansPartition.restarts(X, specification.n_components, n_init, specification.seed)
    done: list[KMeansPartition] = []
    seconds = 0.0
    while len(done) < n_init:
        begun = perf_counter()
        done.append(next(restarts))
        seconds += perf_counter() - begun
        share = len(done) / (2 * n_init)
        try:
            yield Progress(len(done) - 1, n_init, done[-1].iterations, 0.0, share)
        except StopFitting:
            return min(done, key=lambda each: each.inertia), seconds, True
    return min(done, key=lambda each: each.inertia), seconds, False
