"""What keeps a covariance away from zero: a floor relative to the data's variance, or a ridge in its own units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from gmm_core.arrays import BoolArray, FloatArray
from gmm_core.errors import ParameterError
from gmm_core.model.covariance.floor import raised_to_floor


class Regularization(Protocol):
    """The last step of every M-step."""

    @property
    def monotone(self) -> bool:
        """True if EM with it never lowers the likelihood."""

    @property
    def carries_degenerate_data(self) -> bool:
        """True if a fit goes through where the data has no variance, or fewer different rows than components."""

    @property
    def carries_constant_columns(self) -> bool:
        """True if a fit goes through where a column has one value only."""

    def in_units(self, scale: FloatArray) -> Regularization:
        """The same for data that was divided by `scale` (D,), its standard deviations."""

    def with_constant_columns(self, variances: FloatArray) -> Regularization:
        """The same where columns without variance get one of these (D,), which is 0 for all others."""

    def floor_and_ridge(self, n_features: int) -> tuple[float, FloatArray] | None:
        """The same as two numbers: a floor of variances in standard units, and what each variance gains (D,).

        None where it is something else.
        """

    def applied(self, covariances: FloatArray) -> tuple[FloatArray, BoolArray]:
        """The covariances (K, D, D) kept away from zero, and which of the K are held at a floor."""


@dataclass(frozen=True)
class VarianceFloor:
    """No variance in any direction below `share` of the data's own; see `raised_to_floor`. Units do not matter.

    `of_constant` (D,) is added to the variances of columns that have none, and is 0 for all others; () for all alike.
    """

    share: float
    of_constant: tuple[float, ...] = ()
    monotone = True
    carries_degenerate_data = False

    def __post_init__(self) -> None:
        if not 0 <= self.share < 1:
            raise ParameterError(f"A variance floor must be at least 0 and below 1, but is {self.share!r}.")

    def in_units(self, scale: FloatArray) -> VarianceFloor:
        """See `Regularization.in_units`; standardised data has variance 1, so the share stays what it is."""
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
        return np.where(of_others, covariances, added), raised  # without the rounding that raising may leave


@dataclass(frozen=True)
class Ridge:
    """Σ_k + diag(value), in the squared units of the data: one number ≥ 0, or one for each feature.

    This is what scikit-learn's `reg_covar` does. The likelihood need not rise from one iteration to the next, and
    every variance comes out larger by the value, whether it needed that or not.
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
        """See `Regularization.with_constant_columns`; they have the variance that is added to every one."""
        return self

    def in_units(self, scale: FloatArray) -> Ridge:
        """See `Regularization.in_units`: value / scale², feature by feature."""
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
        """See `Regularization.applied`; nobody is held."""
        diagonal = np.broadcast_to(np.asarray(self.value, dtype=np.float64), covariances.shape[1:2])
        return covariances + np.diag(diagonal), np.zeros(len(covariances), dtype=np.bool_)


UNREGULARIZED = VarianceFloor(0.0)
ARITHMETIC = 1e-20
"""The floor that only guards the arithmetic, a standard deviation of 1e-10 of the data's: no cluster is that narrow."""


def as_regularization(value: float | Regularization) -> Regularization:
    """A plain number is the share of a `VarianceFloor`."""
    return VarianceFloor(float(value)) if isinstance(value, int | float | np.number) else value


def in_numbers(value: float | Regularization) -> float | dict[str, float | list[float]] | None:
    """The regularisation as a file holds it: the share of a floor, or a ridge by that name; None for any other."""
    if isinstance(value, Ridge):
        return {"ridge": list(value.value) if isinstance(value.value, tuple) else value.value}
    floor = as_regularization(value)
    return floor.share if isinstance(floor, VarianceFloor) else None
