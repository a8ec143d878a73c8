"""What a fit is about, as every start sees it: the rows in standard units and the model asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.covariance.regularization import Regularization
from gmm_core.covariance.structure import CovarianceStructure
from gmm_core.engines.numpy_starting import NumPyStarting
from gmm_core.engines.protocol import Starting
from gmm_core.model import GaussianModel
from gmm_core.narrowness import CostOfNarrowness
from gmm_core.standardization import Standardization
from gmm_core.start_rows import StartRows

BY_NUMPY = NumPyStarting()


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
    starting : Starting
        Who computes what random starts need.
    """

    rows: FloatArray
    n_components: int
    structure: CovarianceStructure
    regularization: Regularization
    standardization: Standardization
    sample_weight: FloatArray | None = None
    starting: Starting = BY_NUMPY

    @property
    def model(self) -> GaussianModel:
        """What EM climbs."""
        return GaussianModel(self.structure, self.regularization)

    @cached_property
    def cost(self) -> CostOfNarrowness:
        """What narrow components cost on these rows."""
        return CostOfNarrowness.of_rows(self.rows, self.sample_weight)

    def start_rows(self, rng: np.random.Generator) -> StartRows:
        """What a random start looks at: all different rows, or some that `rng` draws where there are many."""
        return self._all_start_rows or StartRows.drawn(self.rows, self.sample_weight, self.n_components, rng)

    @cached_property
    def _all_start_rows(self) -> StartRows | None:
        return StartRows.all(self.rows, self.sample_weight)
