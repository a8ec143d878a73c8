"""mclust's start: hierarchical clustering by the likelihood of Gaussians with covariances of their own (VVV)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmm_core.arrays import FloatArray, IntArray


def scaled_principal_components(X: FloatArray) -> FloatArray:
    """What mclust hands to its hierarchical clustering by default (hcUse = "SVD"), shape (N, D).

    With Z = U diag(s) Vᵀ the standardised data: Z V diag(s)^(−½).
    """
    standardized = (X - X.mean(axis=0)) / X.std(axis=0, ddof=1)
    _, singular_values, axes = np.linalg.svd(standardized, full_matrices=False)
    return np.asarray(standardized @ axes.T / np.sqrt(singular_values))


def hierarchical_labels(X: FloatArray, n_components: int) -> IntArray:
    """Labels 0 … K−1 (N,) after merging N single rows down to K groups, each time the pair that costs least.

    The cost is the rise of Σ_k n_k log( |W_k / n_k| + (tr W_k + a) / n_k ) with W_k the scatter of group k about its
    mean, a = tr W / (N D) of all rows, and the determinant counted where n_k > D. N² costs are kept: for small N.

    Source: Fraley (1998), Algorithms for model-based Gaussian hierarchical clustering, SIAM Journal on Scientific
    Computing 20, 270–281; with mclust's constants α = β = 1.
    """
    n_rows, n_features = X.shape
    groups = _Groups(np.ones(n_rows), X.copy(), np.zeros((n_rows, n_features, n_features)))
    offset = float(np.square(X - X.mean(axis=0)).sum()) / (n_rows * n_features)
    terms = groups.terms(offset)
    labels = np.arange(n_rows)
    costs = np.full((n_rows, n_rows), np.inf)  # of the pairs (i, j) with i > j that still stand apart
    for group in range(1, n_rows):
        before = np.arange(group)
        costs[group, before] = groups.joined(group, before).terms(offset) - terms[group] - terms[before]
    for _ in range(n_rows - n_components):
        gone, kept = divmod(int(costs.argmin()), n_rows)
        groups.replace(kept, groups.joined(gone, np.array([kept])))
        terms[kept] = groups.at(np.array([kept])).terms(offset)[0]
        labels[labels == gone] = kept
        costs[gone, :] = costs[:, gone] = np.inf
        others = np.setdiff1d(labels, [kept])
        joined = groups.joined(kept, others).terms(offset)
        costs[np.maximum(others, kept), np.minimum(others, kept)] = joined - terms[kept] - terms[others]
    return np.asarray(np.unique(labels, return_inverse=True)[1])


@dataclass(frozen=True, eq=False)
class _Groups:
    """Sizes n (G,), means (G, D) and scatters W (G, D, D) of groups of rows."""

    counts: FloatArray
    means: FloatArray
    scatters: FloatArray

    def at(self, positions: IntArray) -> _Groups:
        return _Groups(self.counts[positions], self.means[positions], self.scatters[positions])

    def joined(self, one: int, others: IntArray) -> _Groups:
        """One group put together with each of the others: W = W_i + W_j + n_i n_j / (n_i + n_j) d dᵀ."""
        rest = self.at(others)
        counts = self.counts[one] + rest.counts
        apart = rest.means - self.means[one]
        share = rest.counts / counts
        between = (self.counts[one] * share)[:, None, None] * apart[:, :, None] * apart[:, None, :]
        return _Groups(
            counts, self.means[one] + share[:, None] * apart, self.scatters[one] + rest.scatters + between
        )

    def replace(self, position: int, group: _Groups) -> None:
        self.counts[position], self.means[position] = group.counts[0], group.means[0]
        self.scatters[position] = group.scatters[0]

    def terms(self, offset: float) -> FloatArray:
        """n log( |W / n| + (tr W + a) / n ) of each group, (G,)."""
        per_row = (np.trace(self.scatters, axis1=1, axis2=2) + offset) / self.counts
        large = self.counts > self.means.shape[1]
        covariances = self.scatters[large] / self.counts[large, None, None]
        per_row[large] += np.maximum(np.linalg.det(covariances), 0.0)
        return self.counts * np.log(per_row)
