"""What a fit is about, as every start sees it: the rows in standard units and the model asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from gmm_core.covariance.regularization import Regularization
from gmm_core.covariance.structure import CovarianceStructure
from gmm_core.engines.numpy_starting import NumPyStarting
from gmm_core.engines.protocol import Starting
from gmm_core.model import GaussianModel
from gmm_core.narrowness import CostOfNarrowness
from gmm_core.rows import Rows
from gmm_core.standardization import Standardization

BY_NUMPY = NumPyStarting()


@dataclass(frozen=True, eq=False)
class FitProblem:
    """The rows and the model.

    Parameters
    ----------
    rows : Rows
        In standard units.
    n_components : int
        K.
    structure : CovarianceStructure
        The family of the covariances.
    regularization : Regularization
        What keeps a covariance from shrinking to nothing.
    standardization : Standardization
        The way from the data's units to standard units, and back.
    starting : Starting
        Who computes what random starts need.
    """

    rows: Rows
    n_components: int
    structure: CovarianceStructure
    regularization: Regularization
    standardization: Standardization
    starting: Starting = BY_NUMPY

    @cached_property
    def model(self) -> GaussianModel:
        """What EM climbs."""
        return GaussianModel(self.structure, self.regularization)

    @property
    def cost(self) -> CostOfNarrowness:
        """What narrow components cost on these rows."""
        return self.rows.cost
