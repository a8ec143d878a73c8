"""Keeps covariances away from zero: by a floor relative to the data's variance, or a ridge in the data's units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from gmm_core.arrays import BoolArray, FloatArray
from gmm_core.errors import ParameterError
from gmm_core.model.covariance.floor import raised_to_floor


class Regularization(Protocol):
    """A regularisation of the covariances, applied at the end of every M-step."""

    @property
    def monotone(self) -> bool:
        """True if EM with this regularisation never lowers the likelihood."""

    @property
    def carries_degenerate_data(self) -> bool:
        """True if data without variance, or with fewer distinct rows than components, can be fitted."""

    @property
    def carries_constant_columns(self) -> bool:
        """True if data with a constant column can be fitted."""

    def in_units(self, scale: FloatArray) -> Regularization:
        """The same regularisation for data divided by `scale` (D,)."""

    def with_constant_columns(self, variances: FloatArray) -> Regularization:
        """The same regularisation with these variances (D,) given to constant columns; 0 for the other columns."""

    def floor_and_ridge(self, n_features: int) -> tuple[float, FloatArray] | None:
        """The regularisation as a floor of variances in standard units, and a ridge (D,) added to the variances.

        None if it is not of this kind.
        """

    def applied(self, covariances: FloatArray) -> tuple[FloatArray, BoolArray]:
        """The regularised covariances (K, D, D), and True for each component held at a floor (K,)."""


@dataclass(frozen=True)
class VarianceFloor:
    """No variance in any direction is below a share of the data's own variance; see `raised_to_floor`.

    Parameters
    ----------
    share : float
        The floor for standardised data, at least 0 and below 1.
    of_constant : (D,)
        Variances added to constant columns; 0 for the other columns. Empty if no column is constant.
    """

    share: float
    of_constant: tuple[float, ...] = ()
    monotone = True
    carries_degenerate_data = False

    def __post_init__(self) -> None:
        if not 0 <= self.share < 1:
            raise ParameterError(f"A variance floor must be at least 0 and below 1, but is {self.share!r}.")

    def in_units(self, scale: FloatArray) -> VarianceFloor:
        """See `Regularization.in_units`; the share is relative, so it does not change."""
        return self

    @property
    def carries_constant_columns(self) -> bool:
        """See `Regularization.carries_constant_columns`."""
        return self.share > 0

    def with_constant_columns(self, variances: FloatArray) -> VarianceFloor:
        """See `Regularization.with_constant_columns`."""
        return VarianceFloor(self.share, tuple(variances.tolist()) if variances.any() else ())

    def floor_and_ridge(self, n_features: int) -> tuple[float, FloatArray]:
        """See `Regularization.floor_and_ridge`."""
        return self.share, np.asarray(self.of_constant or np.zeros(n_features))

    def applied(self, covariances: FloatArray) -> tuple[FloatArray, BoolArray]:
        """See `Regularization.applied`."""
        if not self.of_constant:
            return raised_to_floor(covariances, self.share)
        added = np.diag(self.of_constant)
        covariances, raised = raised_to_floor(covariances + added, self.share)
        constant = np.asarray(self.of_constant) > 0
        of_others = np.outer(~constant, ~constant)
        return np.where(of_others, covariances, added), raised  # exact for the constant columns


@dataclass(frozen=True)
class Ridge:
    """Σ_k + diag(value), as scikit-learn's `reg_covar`.

    Every variance is larger by the value, whether it needs that or not, and the likelihood may fall in an iteration.

    Parameters
    ----------
    value : float or tuple of float
        One number ≥ 0 for all features, or one for each, in the squared units of the data.
    """

    value: float | tuple[float, ...]

    def __post_init__(self) -> None:
        values = np.asarray(self.value, dtype=np.float64)
        if not (np.isfinite(values).all() and (values >= 0).all()):
            raise ParameterError(f"A ridge must be a finite number of at least 0, but is {self.value!r}.")

    @property
    def monotone(self) -> bool:
        """See `Regularization.monotone`."""
        return not np.any(self.value)

    @property
    def carries_degenerate_data(self) -> bool:
        """See `Regularization.carries_degenerate_data`."""
        return bool(np.all(self.value))

    @property
    def carries_constant_columns(self) -> bool:
        """See `Regularization.carries_constant_columns`."""
        return self.carries_degenerate_data

    def with_constant_columns(self, variances: FloatArray) -> Ridge:
        """See `Regularization.with_constant_columns`; the ridge is their variance already, so nothing changes."""
        return self

    def in_units(self, scale: FloatArray) -> Ridge:
        """See `Regularization.in_units`: value / scale² for each feature."""
        return Ridge(tuple(float(value) for value in np.asarray(self.value) / np.square(scale)))

    def floor_and_ridge(self, n_features: int) -> tuple[float, FloatArray]:
        """See `Regularization.floor_and_ridge`."""
        if isinstance(self.value, tuple) and len(self.value) != n_features:
            raise ParameterError(
                f"The ridge has {len(self.value)} numbers, and the data {n_features} features: give one number for "
                "each, or one for all."
            )
        return 0.0, np.broadcast_to(np.asarray(self.value, dtype=np.float64), (n_features,)).copy()

    def applied(self, covariances: FloatArray) -> tuple[FloatArray, BoolArray]:
        """See `Regularization.applied`; no component is held at a floor."""
        diagonal = np.broadcast_to(np.asarray(self.value, dtype=np.float64), covariances.shape[1:2])
        return covariances + np.diag(diagonal), np.zeros(len(covariances), dtype=np.bool_)


UNREGULARIZED = VarianceFloor(0.0)
"""No regularisation."""
ARITHMETIC = 1e-20
"""The default floor: a standard deviation of 1e-10 times the data's. It only guards the arithmetic."""


def as_regularization(value: float | Regularization) -> Regularization:
    """Return a number as a `VarianceFloor` of that share, and a regularisation unchanged."""
    return VarianceFloor(float(value)) if isinstance(value, int | float | np.number) else value


def in_numbers(value: float | Regularization) -> float | dict[str, float | list[float]] | None:
    """The regularisation as JSON values: the share of a floor, {"ridge": value}, or None for any other kind."""
    if isinstance(value, Ridge):
        return {"ridge": list(value.value) if isinstance(value.value, tuple) else value.value}
    floor = as_regularization(value)
    return floor.share if isinstance(floor, VarianceFloor) else None
