"""K-means by scikit-learn, and the mixture that it stands for."""

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
    """The partition of N rows by their nearest centre.

    Parameters
    ----------
    centers : (K, D)
        The mean of each cluster.
    labels : (N,)
        The nearest centre of each row.
    inertia : float
        Σ_n |x_n − c(n)|², what K-means makes small, in squared units of the rows.
    iterations : int
        Of Lloyd's algorithm, in the best of its restarts.
    """

    centers: FloatArray
    labels: IntArray
    inertia: float
    iterations: int

    @classmethod
    def of(cls, X: FloatArray, n_clusters: int, n_init: int, seed: int) -> KMeansPartition:
        """The best of `n_init` starts by k-means++ on rows X (N, D)."""
        return min(cls.restarts(X, n_clusters, n_init, seed), key=lambda each: each.inertia)

    @classmethod
    def restarts(cls, X: FloatArray, n_clusters: int, n_init: int, seed: int) -> Iterator[KMeansPartition]:
        """What each of the starts ended in, one after another.

        On one thread: on rows as few as a page shows, several wait for each other longer than they work.
        """
        random_state = np.random.RandomState(seed)
        for _ in range(n_init):
            with one_openmp_thread(), warnings.catch_warnings():
                # Fewer distinct rows than clusters, which the mixture's own check puts into words.
                warnings.simplefilter("ignore", ConvergenceWarning)
                found = KMeans(n_clusters, n_init=1, random_state=random_state).fit(X)
            labels = found.labels_.astype(np.intp)
            yield cls(found.cluster_centers_, labels, float(found.inertia_), int(found.n_iter_))

    @property
    def n_clusters(self) -> int:
        """K, the number of clusters."""
        return len(self.centers)

    @cached_property
    def spread(self) -> float:
        """σ with σ² = inertia / (N·D): the one standard deviation that all clusters are taken to have."""
        return float(np.sqrt(self.inertia / (len(self.labels) * self.centers.shape[1])))

    def distances(self, X: FloatArray) -> FloatArray:
        """|x_n − c(n)| for rows X (N, D) to their own centre, shape (N,)."""
        return np.asarray(np.linalg.norm(X - self.centers[self.labels], axis=1))

    def as_mixture(self) -> Mixture | None:
        """The mixture that K-means is the hard version of: equal weights, one round covariance σ² I for all.

        None if σ is 0, where every row lies on a centre. Source: Bishop, Pattern Recognition and Machine Learning
        (2006), section 9.3.2.
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
        """K·D centres and one variance: the free numbers of `as_mixture`."""
        return self.centers.size + 1

    def reordered(self, order: IntArray) -> KMeansPartition:
        """The same partition with its clusters in another order."""
        position = np.empty_like(order)
        position[order] = np.arange(len(order))
        return KMeansPartition(self.centers[order], position[self.labels], self.inertia, self.iterations)
