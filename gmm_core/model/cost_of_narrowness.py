"""The penalty for narrow components: the score that ranks restarts, short runs, splits and optima is log L minus it.

Similar penalised likelihoods: Ciuperca, Ridolfi and Idier, Penalized maximum likelihood estimator for normal mixtures,
Scandinavian Journal of Statistics 30 (2003); Chen, Tan and Zhang, Inference for normal mixtures in mean and variance,
Statistica Sinica 18 (2008). Those penalise every mixture; this penalty is 0 for a mixture without narrow components.
`benchmarks.restart_score` measures it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gmm_core.arrays import FloatArray, inverses_of_triangular
from gmm_core.model.mixture import Mixture

NARROW = 1e-3
"""A component of many rows is narrow if its variance in some direction is below this share of the pooled variance."""
ROWS_MORE = 2
"""A narrow component pays for D + this many usual rows; one with no more rows gains nothing by being narrow."""
USUAL = 0.95
"""The weight of a usual value is this quantile of the weights of a column's distinct values; likewise for rows."""
MAX_ROWS = 20_000
"""At most about this many rows, evenly spaced, determine the usual values of a column and their rounding."""
ACCURATE = 1e-9
"""Eigenvalues below this share of the largest are computed from the inverse matrix, which is more accurate."""
ROUNDING = 1e-13
"""Added to the diagonal of the pooled correlation matrix, so that it is positive definite despite rounding."""


@dataclass(frozen=True, eq=False)
class CostOfNarrowness:
    """½ Σ_k Σ_j c(w, τ_k / max(λ_kj, ρ_kj)) + c(v_kj, ρ_kj / λ_kj); c(w, x) = min(π_k W, P w) max(0, log x), in nats.

    λ_kj are the eigenvalues of Σ_k relative to the pooled covariance Σ_k π_k Σ_k of the mixture; they do not depend on
    units, axes or the means. P = D + 2; w is the weight of a usual row, and m_k = π_k W / w the number of usual rows in
    component k. τ_k = 1 if m_k ≤ P, τ if m_k ≥ 2 P, and τ^(m_k / P − 1) in between.

    The narrowness of a component raises the log-density of each of its rows by ½ Σ_j log(1 / λ_kj). A component of at
    most P rows gains nothing by it, since in any data some P rows lie nearly on a plane. A component of more rows pays
    for P of them, and only for what is narrower than τ. If the values of a column are rounded, each stands for many
    rows. So for what is narrower than the rounding, of variance ρ_kj relative to the pooled one, a component pays for P
    usual values of weight v_kj each: a value that is merely common then does not become a component of its own.
    Components with the same mean and covariance count as one.

    Parameters
    ----------
    total : float
        W, the sum of the rows' weights.
    usual_row : float
        w, in the same unit: the cost and the log-likelihood are proportional to the weights alike.
    usual : (D,)
        The weight of a usual value of each column.
    rounding : (D,)
        The variance of rounding in each column: the squared median distance of neighbouring values, divided by 12.
    narrow : float
        τ, the relative variance below which a component of many rows is narrow.
    """

    total: float
    usual_row: float
    usual: FloatArray
    rounding: FloatArray
    narrow: float = NARROW

    @classmethod
    def of_rows(cls, rows: FloatArray, weights: FloatArray | None) -> CostOfNarrowness:
        """The cost for distinct rows (N, D) with weights (N,); None for weights of 1."""
        each = np.ones(len(rows)) if weights is None else weights
        step = -(-len(rows) // MAX_ROWS)
        usual, rounding = _values(rows[::step], each[::step])
        usual_row = float(np.sort(each)[int(USUAL * (len(each) - 1))])
        if step > 1:  # only one row in `step` was counted; values of a single row stay as they are
            usual = usual_row + np.maximum(0.0, usual - usual_row) * step
        return cls(float(each.sum()), usual_row, usual, rounding)

    def rescaled(self, total: float) -> CostOfNarrowness:
        """The same cost for log-likelihoods scaled to a total weight of `total`."""
        scale = total / self.total
        return replace(self, total=total, usual_row=scale * self.usual_row, usual=scale * self.usual)

    @property
    def least_weight(self) -> FloatArray:
        """The least weight at which rows with equal values in a column gain by being a component of their own, (D,)."""
        return (len(self.usual) + ROWS_MORE) * self.usual

    def of(self, mixture: Mixture) -> float:
        """The cost of a mixture in the units of the rows, in nats; 0 without narrow components."""
        if self._is_certainly_nothing(mixture):
            return 0.0
        mixture = _of_different_components(mixture)
        paying = mixture.n_features + ROWS_MORE
        variances, along = relative_variances(mixture, self.rounding)
        held = mixture.weights[:, None] * self.total
        bounds = self.narrow ** np.clip(held / (paying * self.usual_row) - 1.0, 0.0, 1.0)
        rounding = along @ self.rounding
        usual = along @ (self.usual * self.rounding) / np.maximum(rounding, np.finfo(np.float64).tiny)
        as_rows = np.minimum(held, paying * self.usual_row)
        as_values = np.minimum(held, paying * np.maximum(usual, self.usual_row))
        cost = as_rows * np.maximum(0.0, np.log(bounds / np.maximum(variances, rounding)))
        cost += as_values * np.maximum(0.0, np.log(np.maximum(rounding, variances) / variances))
        return float(0.5 * cost.sum())

    def _is_certainly_nothing(self, mixture: Mixture) -> bool:
        """True only if the cost is 0; a fast test that may return False even if it is."""
        enough = 2.0 * (mixture.n_features + ROWS_MORE) * self.usual_row
        if mixture.weights.min() * self.total < enough:
            return False
        return is_nowhere_narrow(mixture, self.narrow, self.rounding)


def is_nowhere_narrow(mixture: Mixture, narrow: float = NARROW, rounding: FloatArray | None = None) -> bool:
    """True only if all λ_kj ≥ `narrow` (see `relative_variances`), and none is narrower than `rounding` (D,).

    A fast test by bounds, which may return False even so: λ_kj ≥ 1 / tr(Σ_k⁻¹ Σ̄), and no variance of component k is
    below that of rounding r if tr(Σ_k⁻¹ diag r) ≤ 1. For diagonal covariances it compares the variances themselves.
    """
    if mixture.is_diagonal:
        variances, pooled_variances = _variances(mixture, 0.0 if rounding is None else rounding)
        bounds = (
            narrow * pooled_variances if rounding is None else np.maximum(narrow * pooled_variances, rounding)
        )
        return bool((variances >= bounds).all())
    precisions = mixture.whitening.transpose(0, 2, 1) @ mixture.whitening
    pooled = np.einsum("k,kij->ij", mixture.weights, mixture.covariances)
    if rounding is not None:
        if (np.diagonal(precisions, axis1=1, axis2=2) @ rounding).max() > 1.0:
            return False
        pooled = pooled + np.diag(rounding)
    return bool((precisions * pooled).sum(axis=(1, 2)).max() * narrow <= 1.0)


def _values(rows: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The weight of a usual value (D,) and the variance of rounding (D,) of each column of rows (N, D)."""
    if not (weights == weights[0]).all():
        usual, rounding = np.array([_of_weighted(column, weights) for column in rows.T]).T
        return usual, rounding
    ordered = np.sort(np.ascontiguousarray(rows.T), axis=1)  # sorting values alone is fast
    gaps = np.diff(ordered, axis=1)
    differ = (gaps > 0.0).all(axis=1)
    usual, rounding = np.full(len(gaps), weights[0]), np.zeros(len(gaps))
    rounding[differ] = _variance_of_rounding(gaps[differ])
    for column in np.flatnonzero(~differ):
        usual[column], rounding[column] = _of_equal(gaps[column], float(weights[0]))
    return usual, rounding


def _of_equal(gaps: FloatArray, weight: float) -> tuple[float, float]:
    """The weight of a usual value and the variance of rounding, from the gaps (N − 1,) of values of one weight."""
    last = np.flatnonzero(gaps)  # the last of each run of equal values but the final one
    numbers = np.diff(np.concatenate([[-1], last, [len(gaps)]]))
    return _usual(numbers * weight), float(_variance_of_rounding(gaps[last]))


def _of_weighted(column: FloatArray, weights: FloatArray) -> tuple[float, float]:
    """The weight of a usual value and the variance of rounding, for values (N,) with weights (N,)."""
    order = np.argsort(column, kind="stable")
    ordered = column[order]
    gaps = np.diff(ordered)
    first = np.concatenate([[0], np.flatnonzero(gaps) + 1])
    return _usual(np.add.reduceat(weights[order], first)), float(_variance_of_rounding(gaps[gaps > 0.0]))


def _usual(weights: FloatArray) -> float:
    return float(np.sort(weights)[int(USUAL * (len(weights) - 1))])


def _variance_of_rounding(gaps: FloatArray) -> FloatArray:
    """The squared median, divided by 12, of gaps (…, M) between neighbouring values, shape (…); 0 if M = 0."""
    n_gaps = gaps.shape[-1]
    if not n_gaps:
        return np.zeros(gaps.shape[:-1])
    middle = [(n_gaps - 1) // 2, n_gaps // 2]
    distances: FloatArray = np.partition(gaps, middle, axis=-1)[..., middle].mean(axis=-1)
    return distances**2 / 12


def relative_variances(mixture: Mixture, rounding: FloatArray | float = 0.0) -> tuple[FloatArray, FloatArray]:
    """The variances of each component relative to the pooled covariance Σ̄ = Σ_k π_k Σ_k.

    Parameters
    ----------
    mixture : Mixture
        K components of D features.
    rounding : (D,) or float
        Added to the diagonal of Σ̄.

    Returns
    -------
    (K, D)
        The eigenvalues λ_kj > 0 of Σ_k relative to Σ̄, ascending.
    (K, D, D)
        The squared coefficients of the directions u_kj, with u_kjᵀ Σ̄ u_kj = 1 and u_kjᵀ Σ_k u_kj = λ_kj; the last axis
        runs over the features.
    """
    if mixture.is_diagonal:
        return _relative_variances_of_diagonal(mixture, rounding)
    covariances = mixture.covariances
    pooled = np.einsum("k,kij->ij", mixture.weights, covariances) + rounding * np.eye(mixture.n_features)
    deviations = np.sqrt(np.diagonal(pooled))
    scales = deviations[:, None] * deviations[None, :]
    factor = np.linalg.cholesky(pooled / scales + ROUNDING * np.eye(len(pooled)))
    inverse = inverses_of_triangular(factor[None])[0]
    values, vectors = np.linalg.eigh(inverse @ (covariances / scales) @ inverse.T)
    along = np.square(inverse.T @ vectors).transpose(0, 2, 1) / np.diagonal(pooled)
    if (
        values.min() < ACCURATE * values.max()
    ):  # eigh loses small eigenvalues among large ones, but finds their inverses, which are large
        whitening = mixture.whitening
        inverses = np.linalg.eigvalsh(whitening @ pooled @ whitening.transpose(0, 2, 1))[:, ::-1]
        values = np.where(values < ACCURATE * values[:, -1:], 1.0 / inverses, values)
    return values, along


def _relative_variances_of_diagonal(
    mixture: Mixture, rounding: FloatArray | float
) -> tuple[FloatArray, FloatArray]:
    """See `relative_variances`: of diagonal covariances the directions are the axes, in another order."""
    variances, pooled = _variances(mixture, rounding)
    relative = variances / pooled
    order = np.argsort(relative, axis=1, kind="stable")
    return np.take_along_axis(relative, order, axis=1), np.diag(1.0 / pooled)[order]


def _variances(mixture: Mixture, rounding: FloatArray | float) -> tuple[FloatArray, FloatArray]:
    """The diagonals of Σ_k (K, D), and of Σ̄ + diag r (D,)."""
    variances = np.diagonal(mixture.covariances, axis1=1, axis2=2)
    return variances, mixture.weights @ variances + rounding


def _of_different_components(mixture: Mixture) -> Mixture:
    """The same density, with components of equal mean and covariance merged."""
    k = mixture.n_components
    if len(set(mixture.means[:, 0].tolist())) == k:  # a fast test, which nearly always succeeds
        return mixture
    places = np.concatenate([mixture.means, mixture.covariances.reshape(k, -1)], axis=1)
    _, first, group = np.unique(places, axis=0, return_index=True, return_inverse=True)
    if len(first) == k:
        return mixture
    weights = np.bincount(group.ravel(), mixture.weights).astype(np.float64)
    return Mixture(weights, mixture.means[first], mixture.covariances[first])
