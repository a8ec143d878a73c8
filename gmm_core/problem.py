"""What a fit is about, as every start sees it: the rows in standard units and the model asked for."""

from __future__ import annotations

from dataclasses import dataclass

from gmm_core.arrays import FloatArray
from gmm_core.covariance.regularization import Regularization
from gmm_core.covariance.structure import CovarianceStructure
from gmm_core.standardization import Standardization


@dataclass(frozen=True, eq=False)
class FitProblem:
    """The rows and the model.

    Parameters
    ----------
    rows : (N, D)
        In standard units.
    n_components : int
        K.
    structure : CovarianceStructure
        The family of the covariances.
    regularization : Regularization
        What keeps a covariance from shrinking to nothing.
    standardization : Standardization
        The way from the data's units to standard units, and back.
    sample_weight : (N,) or None
        Weights > 0 of the rows; None where every row counts once.
    """

    rows: FloatArray
    n_components: int
    structure: CovarianceStructure
    regularization: Regularization
    standardization: Standardization
    sample_weight: FloatArray | None = None
