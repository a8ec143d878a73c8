"""The problem that every start receives: the rows in standard units, and the model to be fitted."""

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
"""The computations for random starts by NumPy and scikit-learn."""


@dataclass(frozen=True, eq=False)
class FitProblem:
    """The rows, the model, and how random starts are computed.

    Parameters
    ----------
    rows : Rows
        The rows, in standard units.
    n_components : int
        K.
    structure : CovarianceStructure
        The family of the covariances.
    regularization : Regularization
        The lower bound of the variances.
    standardization : Standardization
        Converts between the data's units and standard units.
    starting : Starting
        The engine's computations for random starts.
    """

    rows: Rows
    n_components: int
    structure: CovarianceStructure
    regularization: Regularization
    standardization: Standardization
    starting: Starting = BY_NUMPY

    @cached_property
    def model(self) -> GaussianModel:
        """The model whose likelihood EM increases."""
        return GaussianModel(self.structure, self.regularization)

    @property
    def cost(self) -> CostOfNarrowness:
        """The penalty for narrow components on these rows, which the score subtracts from the log-likelihood."""
        return self.rows.cost
