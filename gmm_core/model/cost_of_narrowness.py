"""How narrow the components of a mixture are beside one another, and what that costs a restart when it is judged.

The number that orders restarts, short runs, splits and optima is the score: log L less this cost. Penalised likelihoods
of this kind: Ciuperca, Ridolfi and Idier, Penalized maximum likelihood estimator for normal mixtures, Scandinavian
Journal of Statistics 30 (2003); Chen, Tan and Zhang, Inference for normal mixtures in mean and variance, Statistica
Sinica 18 (2008). Theirs are added to the likelihood of every mixture; this one leaves those alone of which no component
is narrow. `benchmarks.restart_score` measures it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.model.mixture import Mixture

NARROW = 1e-3
"""A component of many rows is narrow where its variance is below this share of the pooled within variance."""
ROWS_MORE = 2
"""D + this many usual rows pay for a narrow component; one of so few gains nothing by its narrowness."""
USUAL = 0.95
"""The weight of a usual value is that which this share of the different values do not exceed."""
MAX_ROWS = 20_000
"""How many rows, evenly spaced, tell what is usual."""
ACCURATE = 1e-9
"""Eigenvalues below this share of the largest are taken from the inverse."""
ROUNDING = 1e-13
"""What keeps a pooled correlation matrix positive definite however flat all components are in one direction."""


@dataclass(frozen=True, eq=False)
class CostOfNarrowness:
    """½ Σ_k Σ_j c(w, τ_k / max(λ_kj, ρ_kj)) + c(v_kj, ρ_kj / λ_kj); c(w, x) = min(π_k W, P w) max(0, log x), in nats.

    λ_kj are the eigenvalues of Σ_k relative to the mixture's own pooled covariance Σ_k π_k Σ_k: the same in any units
    and axes, wherever components lie. P = D + 2, w is the weight of a usual row, and m_k = π_k W / w how many of them
    component k holds. τ_k = 1 where m_k ≤ P, τ where m_k ≥ 2 P, and τ^(m_k / P − 1) in between.

    A row gains ½ Σ_j log(1 / λ_kj) in log-density by the narrowness of its component. So one of no more than P rows, as
    any data has some nearly on a plane, gains nothing by it; one of more rows pays for P of them, and only what goes
    beyond τ. Where the values of a column are rounded to the same few, each stands for many rows: for being narrower
    than rounding, ρ_kj relative to the pooled variance, a component pays for P usual values, of weight v_kj each. So
    none is an atom only because it is the commonest. Components with the same mean and covariance count as one.

    Parameters
    ----------
    total : float
        W, the sum of the rows' weights.
    usual_row : float
        w, in the same unit: weights ten times as large change the log-likelihood and the cost alike.
    usual : (D,)
        The weight of a usual value of each column.
    rounding : (D,)
        The variance that rounding to the values of each column leaves: a twelfth of their usual distance, squared.
    narrow : float
        τ.
    """

    total: float
    usual_row: float
    usual: FloatArray
    rounding: FloatArray
    narrow: float = NARROW

    @classmethod
    def of_rows(cls, rows: FloatArray, weights: FloatArray | None) -> CostOfNarrowness:
        """For different rows (N, D) with these weights (N,)."""
        each = np.ones(len(rows)) if weights is None else weights
        step = -(-len(rows) // MAX_ROWS)
        usual, rounding = _values(rows[::step], each[::step])
        usual_row = float(np.sort(each)[int(USUAL * (len(each) - 1))])
        if step > 1:  # a value stands for as many more rows, unless it is one row's
            usual = usual_row + np.maximum(0.0, usual - usual_row) * step
        return cls(float(each.sum()), usual_row, usual, rounding)

    def rescaled(self, total: float) -> CostOfNarrowness:
        """The same for log-likelihoods that are scaled to this sum of weights."""
        scale = total / self.total
        return replace(self, total=total, usual_row=scale * self.usual_row, usual=scale * self.usual)

    @property
    def least_weight(self) -> FloatArray:
        """What rows with one value in a column, a component by themselves, must weigh to gain by it at all, (D,)."""
        return (len(self.usual) + ROWS_MORE) * self.usual

    def of(self, mixture: Mixture) -> float:
        """What the narrow components of a mixture cost, in the units of the rows."""
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
        """True if every component has rows enough and is wide enough in every direction, by a bound that is quick."""
        enough = 2.0 * (mixture.n_features + ROWS_MORE) * self.usual_row
        if mixture.weights.min() * self.total < enough:
            return False
        return is_nowhere_narrow(mixture, self.narrow, self.rounding)


def is_nowhere_narrow(mixture: Mixture, narrow: float = NARROW, rounding: FloatArray | None = None) -> bool:
    """True only if all λ_kj ≥ `narrow` (see `relative_variances`), and none is narrower than `rounding` (D,).

    A bound that is quick: λ_kj ≥ 1 / tr(Σ_k⁻¹ Σ̄), and a component is nowhere narrower than rounding r where
    tr(Σ_k⁻¹ diag r) ≤ 1. False says nothing.
    """
    precisions = mixture.whitening.transpose(0, 2, 1) @ mixture.whitening
    pooled = np.einsum("k,kij->ij", mixture.weights, mixture.covariances)
    if rounding is not None:
        if (np.diagonal(precisions, axis1=1, axis2=2) @ rounding).max() > 1.0:
            return False
        pooled = pooled + np.diag(rounding)
    return bool((precisions * pooled).sum(axis=(1, 2)).max() * narrow <= 1.0)


def _values(rows: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """For each column of rows (N, D) the weight of a usual value, (D,), and the variance that rounding leaves, (D,)."""
    if not (weights == weights[0]).all():
        return _in_columns([_of_weighted(column, weights) for column in rows.T])
    ordered = np.sort(np.ascontiguousarray(rows.T), axis=1)  # without their rows, ten times as fast
    gaps = np.diff(ordered, axis=1)
    differ = np.all(gaps > 0.0, axis=1)
    one = float(weights[0])
    return _in_columns(
        [
            (one, _variance_of_rounding(of_column)) if different else _of_equal(values, one)
            for values, of_column, different in zip(ordered, gaps, differ.tolist(), strict=True)
        ]
    )


def _in_columns(pairs: list[tuple[float, float]]) -> tuple[FloatArray, FloatArray]:
    usual, rounding = np.array(pairs, dtype=np.float64).T
    return usual, rounding


def _of_equal(ordered: FloatArray, weight: float) -> tuple[float, float]:
    """The same of ordered values (N,), each with this weight."""
    first = _first_of_equals(ordered)
    sums = np.diff(np.append(first, len(ordered))) * weight
    return _usual(sums), _variance_of_rounding(np.diff(ordered[first]))


def _of_weighted(column: FloatArray, weights: FloatArray) -> tuple[float, float]:
    """The same of values (N,) with their weights (N,)."""
    order = np.argsort(column, kind="stable")
    ordered = column[order]
    first = _first_of_equals(ordered)
    return _usual(np.add.reduceat(weights[order], first)), _variance_of_rounding(np.diff(ordered[first]))


def _usual(weights: FloatArray) -> float:
    return float(np.sort(weights)[int(USUAL * (len(weights) - 1))])


def _variance_of_rounding(gaps: FloatArray) -> float:
    """A twelfth of the squared median of gaps (M,) between neighbouring values; 0 where there is but one value."""
    middle = len(gaps) // 2
    if not len(gaps):
        return 0.0
    if len(gaps) % 2:
        distance = float(np.partition(gaps, middle)[middle])
    else:
        distance = float(np.partition(gaps, [middle - 1, middle])[middle - 1 : middle + 1].mean())
    return distance**2 / 12


def _first_of_equals(ordered: FloatArray) -> IntArray:
    """The positions of ordered values (N,) that differ from the one before."""
    return np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))


def relative_variances(mixture: Mixture, rounding: FloatArray | float = 0.0) -> tuple[FloatArray, FloatArray]:
    """The eigenvalues λ_kj > 0 of Σ_k relative to Σ̄ = Σ_k π_k Σ_k, ascending, (K, D), and squares of u_kj, (K, D, D).

    u_kj, columns last, is the combination of columns along which the component is so narrow: of variance 1 by Σ̄ and
    λ_kj by Σ_k. `rounding` (D,) is added to the variances of Σ̄.
    """
    covariances = mixture.covariances
    pooled = np.einsum("k,kij->ij", mixture.weights, covariances) + rounding * np.eye(mixture.n_features)
    deviations = np.sqrt(np.diagonal(pooled))
    scales = deviations[:, None] * deviations[None, :]
    factor = np.linalg.cholesky(pooled / scales + ROUNDING * np.eye(len(pooled)))
    half = np.linalg.solve(factor, covariances / scales)
    values, vectors = np.linalg.eigh(np.linalg.solve(factor, half.transpose(0, 2, 1)))
    along = np.square(np.linalg.solve(factor.T, vectors)).transpose(0, 2, 1) / np.diagonal(pooled)
    if (
        values.min() < ACCURATE * values.max()
    ):  # small ones are lost beside large ones; their inverses are large
        whitening = mixture.whitening
        inverses = np.linalg.eigvalsh(whitening @ pooled @ whitening.transpose(0, 2, 1))[:, ::-1]
        values = np.where(values < ACCURATE * values[:, -1:], 1.0 / inverses, values)
    return values, along


def _of_different_components(mixture: Mixture) -> Mixture:
    """The same density with each component once."""
    k = mixture.n_components
    if len(set(mixture.means[:, 0].tolist())) == k:  # which is quick, and nearly always so
        return mixture
    places = np.concatenate([mixture.means, mixture.covariances.reshape(k, -1)], axis=1)
    _, first, group = np.unique(places, axis=0, return_index=True, return_inverse=True)
    if len(first) == k:
        return mixture
    weights = np.bincount(group.ravel(), mixture.weights).astype(np.float64)
    return Mixture(weights, mixture.means[first], mixture.covariances[first])
