"""K-means by scikit-learn, and the mixture that corresponds to its result."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.engines.threads import one_openmp_thread
from gmm_core.model.mixture import Mixture


@dataclass(frozen=True, eq=False)
class KMeansPartition:
    """The result of K-means: the partition of N rows by their nearest centre.

    Parameters
    ----------
    centers : (K, D)
        The mean of each cluster.
    labels : (N,)
        The position of the nearest centre of each row.
    inertia : float
        Σ_n |x_n − c(n)|², which K-means minimises, in squared units of the rows.
    iterations : int
        The number of iterations of Lloyd's algorithm.
    """

    centers: FloatArray
    labels: IntArray
    inertia: float
    iterations: int

    @classmethod
    def of(cls, X: FloatArray, n_clusters: int, n_init: int, seed: int) -> KMeansPartition:
        """The result of smallest inertia among `n_init` restarts by k-means++ on rows X (N, D)."""
        return min(cls.restarts(X, n_clusters, n_init, seed), key=lambda each: each.inertia)

    @classmethod
    def restarts(cls, X: FloatArray, n_clusters: int, n_init: int, seed: int) -> Iterator[KMeansPartition]:
        """Yield the result of each restart by k-means++ in turn.

        Each runs on one thread: for the few rows of a page, several threads would mostly wait for one another.
        """
        random_state = np.random.RandomState(seed)
        for _ in range(n_init):
            with one_openmp_thread(), warnings.catch_warnings():
                # The warning of fewer distinct rows than clusters, which the mixture's own check reports.
                warnings.simplefilter("ignore", ConvergenceWarning)
                fitted = KMeans(n_clusters, n_init=1, random_state=random_state).fit(X)
            labels = fitted.labels_.astype(np.intp)
            yield cls(fitted.cluster_centers_, labels, float(fitted.inertia_), int(fitted.n_iter_))

    @property
    def n_clusters(self) -> int:
        """K, the number of clusters."""
        return len(self.centers)

    @cached_property
    def spread(self) -> float:
        """σ with σ² = inertia / (N·D): the standard deviation that all clusters share, in the units of the rows."""
        return float(np.sqrt(self.inertia / (len(self.labels) * self.centers.shape[1])))

    def distances(self, X: FloatArray) -> FloatArray:
        """The distance |x_n − c(n)| of each row of X (N, D) to its own centre, shape (N,)."""
        return np.asarray(np.linalg.norm(X - self.centers[self.labels], axis=1))

    def as_mixture(self) -> Mixture | None:
        """The mixture that corresponds to this result: the centres as means, equal weights, covariance σ² I for all.

        None if σ is 0, which means that every row lies on a centre. K-means is the limit of EM for such mixtures with
        hard assignments. Source: Bishop, Pattern Recognition and Machine Learning (2006), section 9.3.2.
        """
        if self.spread == 0.0:
            return None
        n_clusters, n_features = self.centers.shape
        covariances = np.broadcast_to(
            self.spread**2 * np.eye(n_features), (n_clusters, n_features, n_features)
        )
        return Mixture(np.full(n_clusters, 1.0 / n_clusters), self.centers, covariances)

    @property
    def parameter_count(self) -> int:
        """K·D + 1: the free parameters of `as_mixture`, which are the centres and one variance."""
        return self.centers.size + 1

    def reordered(self, order: IntArray) -> KMeansPartition:
        """The same partition renumbered: cluster k of the result is cluster `order[k]` of this one."""
        position = np.empty_like(order)
        position[order] = np.arange(len(order))
        return KMeansPartition(self.centers[order], position[self.labels], self.inertia, self.iterations)
