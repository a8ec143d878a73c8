"""What a fit is about, as every start sees it: the rows in standard units and the model asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from gmm_core.engines.numpy_starts import NumPyStarting
from gmm_core.engines.protocol import Starting
from gmm_core.model.cost_of_narrowness import CostOfNarrowness
from gmm_core.model.covariance.family import CovarianceStructure
from gmm_core.model.covariance.regularization import Regularization
from gmm_core.model.likelihood_model import GaussianModel
from gmm_core.model.standardization import Standardization
from gmm_core.rows.rows import Rows

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
