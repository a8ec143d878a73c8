"""The M-step of any covariance family with a floor of variances, solved through the family's own update."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gmm_core.arrays import BoolArray, FloatArray
from gmm_core.model.covariance.floor import raised_to_floor

Update = Callable[[FloatArray, FloatArray, FloatArray | None], FloatArray]
"""The update of a covariance family; see `CovarianceStructure.update`."""
MAX_STEPS = 300
"""The most iterations of the multipliers."""
REMEMBERED = 6
"""How many earlier points Anderson's extrapolation uses in addition to the current one."""
SETTLED = 1e-9
"""The multipliers, scaled as in `_Dual`, have converged if none changes by more than this."""
GAP_TOLERANCE = 1e-4
"""A last change of up to this is accepted too, and variances below the floor by up to this share.

The rounding of narrow covariances may prevent convergence to `SETTLED`."""
SHORTEST = 1e-6
"""The smallest share of a step that the line search tries."""
ROUNDING = 1e-12
"""A rise of the dual function by less than this relative amount counts as rounding."""
GUARD = 1e-9
"""Variances of the scatter are raised to this share of the floor, so that every update can be computed."""


def above_floor(
    update: Update,
    within_scatter: FloatArray,
    counts: FloatArray,
    current: FloatArray | None,
    floor: float,
) -> tuple[FloatArray, BoolArray] | None:
    """The most likely covariances Σ_k ⪰ ε I of the family of `update`.

    The constraint is Σ_k⁻¹ ⪯ I / ε. With its multipliers M_k ⪰ 0, the Lagrangian of the expected log-likelihood is
    −½ Σ_k [N_k log |Σ_k| + tr((W_k + M_k) Σ_k⁻¹) − tr(M_k) / ε]. Its maximum is the family's own update of the scatter
    W + M, and so belongs to the family. At the solution M_k (Σ_k − ε I) = 0: M is a fixed point of
    M_k ← [M_k + N_k (ε I − Σ_k)]₊, the positive semidefinite part. If raising eigenvalues is the solution, the first
    step reaches it. Otherwise Anderson's extrapolation needs a few more; an extrapolation is accepted if it lowers the
    maximum of the Lagrangian, which is convex in M.

    Parameters
    ----------
    update : Update
        The update of the family.
    within_scatter : (K, D, D)
        W_k.
    counts : (K,)
        N_k.
    current : (K, D, D) or None
        The covariances before the M-step, for updates that iterate.
    floor : float
        ε > 0.

    Returns
    -------
    (K, D, D), (K,), or None
        The covariances, and True for each component that the floor holds; None if none were found.

    Sources: Boyd and Vandenberghe, Convex Optimization (2004), section 5.5.3; Walker and Ni, Anderson acceleration for
    fixed-point iterations, SIAM Journal on Numerical Analysis 49 (2011).
    """
    scatter = raised_to_floor(within_scatter / counts[:, None, None], GUARD * floor)[0]
    dual = _Dual(update, scatter, counts, floor)
    identity = np.eye(scatter.shape[1])
    multipliers = _positive_part(identity - scatter / floor)
    covariances, value = dual.maximum(multipliers, current)
    points: list[FloatArray] = []
    changes: list[FloatArray] = []
    size = np.inf
    for _ in range(MAX_STEPS):
        following = _positive_part(multipliers + identity - covariances / floor)
        change = following - multipliers
        size = float(np.abs(change).max())
        if not size > SETTLED:
            break
        points = [*points[-REMEMBERED:], multipliers.ravel()]
        changes = [*changes[-REMEMBERED:], change.ravel()]
        there, share = _extrapolated(points, changes, following), 1.0
        maximum, reached = dual.maximum(there, covariances)
        while not reached <= value + ROUNDING * abs(value) and share > SHORTEST:
            there = multipliers + share * change
            maximum, reached = dual.maximum(there, covariances)
            share *= 0.3
        if share <= SHORTEST:
            break
        multipliers, covariances, value = there, maximum, reached
    held: BoolArray = multipliers.max(axis=(1, 2)) > SETTLED
    return (
        (covariances, held)
        if size <= GAP_TOLERANCE and _lies_above(covariances, (1.0 - GAP_TOLERANCE) * floor)
        else None
    )


@dataclass(frozen=True, eq=False)
class _Dual:
    """The dual function of the floor: the maximum of the Lagrangian over the family.

    Parameters
    ----------
    update : Update
        The update of the family.
    scatter : (K, D, D)
        W_k / N_k.
    counts : (K,)
        N_k.
    floor : float
        ε.
    """

    update: Update
    scatter: FloatArray
    counts: FloatArray
    floor: float

    def maximum(self, multipliers: FloatArray, current: FloatArray | None) -> tuple[FloatArray, float]:
        """The covariances that maximise the Lagrangian (K, D, D), and its maximum; the latter NaN if there is none.

        `multipliers` (K, D, D) are M_k / (N_k ε).
        """
        each = self.counts[:, None, None]
        scatter = self.scatter + self.floor * multipliers
        covariances = self.update(scatter * each, self.counts, current)
        if not np.isfinite(covariances).all():
            return covariances, np.nan
        traces = np.trace(np.linalg.solve(covariances, scatter) - multipliers, axis1=1, axis2=2)
        log_determinants = np.linalg.slogdet(covariances / self.floor)[1]
        return covariances, -0.5 * float(self.counts @ (log_determinants + traces))


def _lies_above(covariances: FloatArray, floor: float) -> bool:
    """True if no eigenvalue is below the floor; a Cholesky factor tests it more accurately than eigenvalues do."""
    if not np.isfinite(covariances).all():
        return False
    try:
        np.linalg.cholesky(covariances - floor * np.eye(covariances.shape[1]))
    except np.linalg.LinAlgError:
        return False
    return True


def _positive_part(matrices: FloatArray) -> FloatArray:
    """The symmetric matrices (K, D, D) with their negative eigenvalues set to 0."""
    values, vectors = np.linalg.eigh(matrices)
    return np.asarray((vectors * np.maximum(values, 0.0)[:, None, :]) @ vectors.transpose(0, 2, 1))


def _extrapolated(points: list[FloatArray], changes: list[FloatArray], following: FloatArray) -> FloatArray:
    """Anderson's extrapolation: the point where the changes, if linear, would vanish; `following` for one point."""
    if len(points) == 1:
        return following
    bends = np.diff(changes, axis=0).T
    weights = np.linalg.lstsq(bends, changes[-1], rcond=1e-10)[0]
    moved = (np.diff(points, axis=0).T + bends) @ weights
    return _positive_part(following - moved.reshape(following.shape))
