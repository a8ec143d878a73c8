"""A covariance structure as a value: its M-step, its parameter count and what else differs between structures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from gmm_core.arrays import BoolArray, FloatArray
from gmm_core.errors import FitError, ParameterError
from gmm_core.model.covariance.bound import Update, above_floor
from gmm_core.model.covariance.compact import CompactShape
from gmm_core.model.covariance.formula import LIKELIEST, Formula
from gmm_core.model.covariance.regularization import Regularization
from gmm_core.model.statistics import Moments

MEMBER = 1e-8
"""How far a covariance in a family may be from its update, relative to the product of two standard deviations."""
ParameterCount = Callable[[int, int], int]
"""(K, D) -> the number of free parameters."""


class Invariance(Enum):
    """The rescaling of the features that maps a family of covariances onto itself."""

    PER_FEATURE = "a scale for each feature"
    GLOBAL = "one scale for all features"


class Freedom(Enum):
    """How free the volume, shape or orientation of a family's ellipses is; the values are mclust's letters."""

    OWN = "V"
    SHARED = "E"
    FIXED = "I"

    @property
    def rank(self) -> int:
        """0 if it is fixed, 1 if it is free but shared by all components, 2 if each component has its own."""
        return "IEV".index(self.value)


@dataclass(frozen=True)
class ScikitLearnType:
    """The same family in scikit-learn.

    Parameters
    ----------
    name : str
        Its `covariance_type` there.
    of_matrices : str
        The Python expression that makes `covariances_` of matrices (K, D, D), which replace {}.
    """

    name: str
    of_matrices: str


@dataclass(frozen=True)
class CovarianceStructure:
    """A family of covariance matrices Σ_1 … Σ_K, with everything that distinguishes it from other families.

    Parameters
    ----------
    name : str
        The name on screen and in code ("full").
    alias : str
        mclust's three letters for volume, shape and orientation ("VVV").
    summary : str
        A few words on what its ellipses look like.
    update : (within_scatter (K, D, D), counts (K,), current (K, D, D) or None) -> (K, D, D)
        The covariances of this family that maximise the expected complete log-likelihood
        −½ Σ_k [N_k log |Σ_k| + tr(W_k Σ_k⁻¹)].
    covariance_parameters : (K, D) -> int
        The number of free parameters of the K covariances.
    invariance : Invariance
        The rescaling of the data that leaves the model the same.
    compact : CompactShape
        The compact form of its covariances.
    formula : Formula
        What `update` computes, as a formula for display.
    scikit_learn : ScikitLearnType or None
        The same family in scikit-learn; None if there is none.
    moments : Moments
        The second moments that `update` uses; if only the diagonals, its within_scatter is 0 elsewhere.
    is_closed_under_floor : bool
        True if the most likely covariances above a floor are those of `update` with their eigenvalues raised, and if
        adding a ridge to the scatter is the same as adding it to the covariances. Otherwise `above_floor` finds them.

    Source: Celeux and Govaert, Gaussian parsimonious clustering models, Pattern Recognition 28 (1995), table 1.
    """

    name: str
    alias: str
    summary: str
    update: Update
    covariance_parameters: ParameterCount
    invariance: Invariance
    compact: CompactShape
    formula: Formula = LIKELIEST
    scikit_learn: ScikitLearnType | None = None
    moments: Moments = Moments.FULL
    is_closed_under_floor: bool = False

    def m_step(
        self,
        within_scatter: FloatArray,
        counts: FloatArray,
        current: FloatArray | None,
        regularization: Regularization,
    ) -> tuple[FloatArray, BoolArray]:
        """The most likely covariances of this family within the bounds of the regularisation.

        Parameters
        ----------
        within_scatter : (K, D, D)
            W_k, the scatter about the new means.
        counts : (K,)
            N_k.
        current : (K, D, D) or None
            The covariances before the M-step; None if there are none.
        regularization : Regularization
            The floor or the ridge, in the units of the scatter.

        Returns
        -------
        (K, D, D)
            The covariances.
        (K,)
            True for each component that is held at the floor.

        Raises
        ------
        FitError
            If no covariances of the family within the bounds were found.
        """
        bounds = regularization.floor_and_ridge(within_scatter.shape[1])
        regularized: tuple[FloatArray, BoolArray] | None
        if self.is_closed_under_floor or bounds is None:
            regularized = regularization.applied(self.update(within_scatter, counts, current))
            if not self.is_closed_under_floor and not self.holds(regularized[0]):
                regularized = None
        else:
            floor, ridge = bounds
            scatter = within_scatter + counts[:, None, None] * np.diag(ridge)
            if floor > 0:
                regularized = above_floor(self.update, scatter, counts, current, floor)
            else:
                regularized = self.update(scatter, counts, current), np.zeros(len(counts), dtype=np.bool_)
        if regularized is None:
            raise FitError(
                f"The data is degenerate for covariances of the type {self.name}: none were found within the bounds of "
                "their variances. Use fewer components or another covariance type."
            )
        return regularized

    def require_carrying(self, regularization: Regularization, n_features: int) -> None:
        """Raise `ParameterError` if this family cannot have the regularisation with data of `n_features`."""
        bounds = regularization.floor_and_ridge(n_features)
        if self.shape is Freedom.FIXED and bounds is not None and np.ptp(bounds[1]) > 0:
            raise ParameterError(
                f"Covariances of the type {self.name} have one variance in all directions, but the ridge has another "
                "for each feature: give one number, or choose another covariance type."
            )

    @property
    def volume(self) -> Freedom:
        """How free the size |Σ_k| of the ellipses is; no family fixes it."""
        return Freedom(self.alias[0])

    @property
    def shape(self) -> Freedom:
        """How free the ratios of an ellipse's axes are; fixed means round."""
        return Freedom(self.alias[1])

    @property
    def orientation(self) -> Freedom:
        """How free the directions of an ellipse's axes are; fixed means along the features."""
        return Freedom(self.alias[2])

    @property
    def is_axis_aligned(self) -> bool:
        """True if every covariance of the family is diagonal."""
        return self.orientation is Freedom.FIXED

    @property
    def is_shared(self) -> bool:
        """True if all components have the same covariance."""
        return Freedom.OWN not in (self.volume, self.shape, self.orientation)

    def holds(self, covariances: FloatArray, tolerance: float = MEMBER) -> bool:
        """True if positive definite covariances (K, D, D) belong to this family: its update leaves them unchanged.

        `tolerance` is the largest allowed change, relative to the product of two features' standard deviations.
        """
        deviations = np.sqrt(np.diagonal(covariances, axis1=1, axis2=2))
        unit = deviations[:, :, None] * deviations[:, None, :]
        with np.errstate(all="ignore"):
            updated = self.update(covariances, np.ones(len(covariances)), covariances)
            return bool((np.abs(updated - covariances) <= tolerance * unit).all())

    def includes(self, other: CovarianceStructure) -> bool:
        """True if all covariances of the other family belong to this family too."""
        mine, others = (
            [family.volume.rank, family.shape.rank, family.orientation.rank] for family in (self, other)
        )
        return all(more >= less for more, less in zip(mine, others, strict=True))

    def parameter_count(self, n_components: int, n_features: int) -> int:
        """Free parameters of the whole mixture: K − 1 weights, K·D means, and the covariances."""
        covariances = self.covariance_parameters(n_components, n_features)
        return n_components - 1 + n_components * n_features + covariances
