"""The M-step of any family above a floor of variances, found by the family's own update."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gmm_core.arrays import BoolArray, FloatArray
from gmm_core.model.covariance.floor import raised_to_floor

Update = Callable[[FloatArray, FloatArray, FloatArray | None], FloatArray]
MAX_STEPS = 300
"""Changes of the multipliers after which the floor counts as one that the family cannot meet."""
REMEMBERED = 6
"""Changes that the next point is extrapolated from."""
SETTLED = 1e-9
"""A change of the multipliers, in units of the floor, after which they are found."""
GAP_TOLERANCE = 1e-4
"""The same where rounding of a narrow covariance's digits does not let them settle."""
SHORTEST = 1e-6
"""The share of a change below which there is no way down."""
ROUNDING = 1e-12
"""A rise of the dual function, as a share of it, that is none."""
GUARD = 1e-9
"""The share of the floor below which no variance of the scatter falls, so that every update can be computed."""


def above_floor(
    update: Update,
    within_scatter: FloatArray,
    counts: FloatArray,
    current: FloatArray | None,
    floor: float,
) -> tuple[FloatArray, BoolArray] | None:
    """The likeliest covariances Σ_k ⪰ ε I (K, D, D) of the family of `update`, and which of the K the floor holds.

    None where none were found. Σ_k ⪰ ε I is Σ_k⁻¹ ⪯ I / ε. With multipliers M_k ⪰ 0 of that, the Lagrangian of the
    expected log-likelihood is −½ Σ_k [N_k log |Σ_k| + tr((W_k + M_k) Σ_k⁻¹) − tr(M_k) / ε]: what maximises it is the
    family's own update of the scatter W + M, and so never leaves the family. At the answer M_k (Σ_k − ε I) = 0: M is a
    fixed point of M_k ← [M_k + N_k (ε I − Σ_k)]₊, the positive semidefinite part. Where raising eigenvalues would do,
    the first step comes to it; elsewhere Anderson's extrapolation does in a few more, kept where the maximum of the
    Lagrangian, which is convex in M, falls.

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
        found, reached = dual.maximum(there, covariances)
        while not reached <= value + ROUNDING * abs(value) and share > SHORTEST:
            there = multipliers + share * change
            found, reached = dual.maximum(there, covariances)
            share *= 0.3
        if share <= SHORTEST:
            break
        multipliers, covariances, value = there, found, reached
    held: BoolArray = multipliers.max(axis=(1, 2)) > SETTLED
    return (
        (covariances, held)
        if size <= GAP_TOLERANCE and _lies_above(covariances, (1.0 - GAP_TOLERANCE) * floor)
        else None
    )


@dataclass(frozen=True, eq=False)
class _Dual:
    """The dual function of the floor: the Lagrangian's maximum over the family.

    `scatter` (K, D, D) is W_k / N_k, and multipliers (K, D, D) are M_k / (N_k ε).
    """

    update: Update
    scatter: FloatArray
    counts: FloatArray
    floor: float

    def maximum(self, multipliers: FloatArray, current: FloatArray | None) -> tuple[FloatArray, float]:
        """The covariances at which it is reached, and its value; both are no numbers where there is none."""
        each = self.counts[:, None, None]
        scatter = self.scatter + self.floor * multipliers
        covariances = self.update(scatter * each, self.counts, current)
        if not np.isfinite(covariances).all():
            return covariances, np.nan
        traces = np.trace(np.linalg.solve(covariances, scatter) - multipliers, axis1=1, axis2=2)
        log_determinants = np.linalg.slogdet(covariances / self.floor)[1]
        return covariances, -0.5 * float(self.counts @ (log_determinants + traces))


def _lies_above(covariances: FloatArray, floor: float) -> bool:
    """True if no eigenvalue is below the floor: a Cholesky factor tells it to more digits than eigenvalues do."""
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
    """Where the changes at the last points would vanish if they were linear; what follows the last of one alone."""
    if len(points) == 1:
        return following
    bends = np.diff(changes, axis=0).T
    weights = np.linalg.lstsq(bends, changes[-1], rcond=1e-10)[0]
    moved = (np.diff(points, axis=0).T + bends) @ weights
    return _positive_part(following - moved.reshape(following.shape))
