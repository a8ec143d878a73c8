"""What makes one family of covariances different from another: one update, one count."""

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
"""What a covariance may differ from its family by, as a share of the product of two features' deviations."""
ParameterCount = Callable[[int, int], int]


class Invariance(Enum):
    """Which rescaling of the features leaves a family of covariances the same family."""

    PER_FEATURE = "a scale for each feature"
    GLOBAL = "one scale for all features"


class Freedom(Enum):
    """What a family leaves free in one aspect of its ellipses; the values are mclust's letters."""

    OWN = "V"
    SHARED = "E"
    FIXED = "I"

    @property
    def rank(self) -> int:
        """How much is free: 0 nothing, 1 one for all components, 2 one for each."""
        return "IEV".index(self.value)


@dataclass(frozen=True)
class ScikitLearnType:
    """What scikit-learn calls a family, and how code makes its `covariances_` of matrices (K, D, D), there {}."""

    name: str
    of_matrices: str


@dataclass(frozen=True)
class CovarianceStructure:
    """A family of covariance matrices Σ_1 … Σ_K: all that is said of it, here and nowhere else.

    Parameters
    ----------
    name : str
        The name on screen and in code ("full").
    alias : str
        mclust's three letters for volume, shape and orientation ("VVV").
    summary : str
        What its ellipses may look like, in a few words.
    update : (within_scatter (K, D, D), counts (K,), current (K, D, D) or None) -> (K, D, D)
        The covariances of this family that maximise the expected complete log-likelihood
        −½ Σ_k [N_k log |Σ_k| + tr(W_k Σ_k⁻¹)].
    covariance_parameters : (K, D) -> int
        How many free numbers the K covariances have.
    invariance : Invariance
        Which standardisation of the data leaves the model the same.
    compact : CompactShape
        How its covariances are written without repetition.
    formula : Formula
        What `update` computes, as people write it.
    scikit_learn : ScikitLearnType or None
        The same family in scikit-learn; None where it has none.
    moments : Moments
        Which second moments `update` looks at; where only diagonals, its within_scatter is 0 off them.
    is_closed_under_floor : bool
        True if raising the eigenvalues of what `update` comes to leads to its likeliest covariances above a floor, and
        adding a ridge to what it makes of a scatter with that ridge. Elsewhere `above_floor` finds them.

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
        """The likeliest covariances (K, D, D) of this family within the bounds, and who is held at one (K,).

        A ridge is added to the scatter, where the update shares it out. Raises `FitError` where no covariances of the
        family lie within the bounds.
        """
        bounds = regularization.floor_and_ridge(within_scatter.shape[1])
        found: tuple[FloatArray, BoolArray] | None
        if self.is_closed_under_floor or bounds is None:
            found = regularization.applied(self.update(within_scatter, counts, current))
            if not self.is_closed_under_floor and not self.holds(found[0]):
                found = None
        else:
            floor, ridge = bounds
            scatter = within_scatter + counts[:, None, None] * np.diag(ridge)
            if floor > 0:
                found = above_floor(self.update, scatter, counts, current, floor)
            else:
                found = self.update(scatter, counts, current), np.zeros(len(counts), dtype=np.bool_)
        if found is None:
            raise FitError(
                f"The data is degenerate for covariances of the type {self.name}: none were found within the bounds of "
                "their variances. Use fewer components or another covariance type."
            )
        return found

    def require_carrying(self, regularization: Regularization, n_features: int) -> None:
        """Raises `ParameterError` where so many features and this family cannot have the regularisation."""
        bounds = regularization.floor_and_ridge(n_features)
        if self.shape is Freedom.FIXED and bounds is not None and np.ptp(bounds[1]) > 0:
            raise ParameterError(
                f"Covariances of the type {self.name} have one variance in all directions, but the ridge has another "
                "for each feature: give one number, or choose another covariance type."
            )

    @property
    def volume(self) -> Freedom:
        """True if components may differ in size, |Σ_k|; no family fixes it."""
        return Freedom(self.alias[0])

    @property
    def shape(self) -> Freedom:
        """True if the axes of an ellipse may differ in length: fixed means round."""
        return Freedom(self.alias[1])

    @property
    def orientation(self) -> Freedom:
        """True if the axes of an ellipse may point anywhere: fixed means along the features."""
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
        """True if positive definite covariances (K, D, D) are of this family: its own update leaves them as they are.

        But for a share, the tolerance, of the product of two features' deviations.
        """
        deviations = np.sqrt(np.diagonal(covariances, axis1=1, axis2=2))
        unit = deviations[:, :, None] * deviations[:, None, :]
        with np.errstate(all="ignore"):
            updated = self.update(covariances, np.ones(len(covariances)), covariances)
            return bool((np.abs(updated - covariances) <= tolerance * unit).all())

    def includes(self, other: CovarianceStructure) -> bool:
        """True if each of the other family's covariances is one of this family too."""
        mine, others = (
            [family.volume.rank, family.shape.rank, family.orientation.rank] for family in (self, other)
        )
        return all(more >= less for more, less in zip(mine, others, strict=True))

    def parameter_count(self, n_components: int, n_features: int) -> int:
        """Free parameters of the whole mixture: K − 1 weights, K·D means, and the covariances."""
        covariances = self.covariance_parameters(n_components, n_features)
        return n_components - 1 + n_components * n_features + covariances
