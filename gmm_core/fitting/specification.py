"""The model and the settings of a fit as a frozen value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmm_core.em.squarem import ACCELERATIONS, PLAIN
from gmm_core.errors import ParameterError
from gmm_core.model.covariance.catalogue import structure_named
from gmm_core.model.covariance.regularization import ARITHMETIC, Regularization
from gmm_core.starts.kinds import MIXED, require_kind


@dataclass(frozen=True)
class FitSpecification:
    """The model and the settings of a fit; with the same engine, the same rows in any order give the same bytes.

    Parameters
    ----------
    n_components : int
        K ≥ 1.
    covariance_type : str
        A name or alias of `STRUCTURES`.
    n_init : int
        How many restarts.
    init : str
        A name of `ALL_STARTS`; "mixed" for all of them in turn, three of four being short runs; or "splits" for
        "mixed" and starts from the fit with one component fewer.
    seed : int
        ≥ 0; the only source of randomness.
    tolerance : float
        EM stops once the mean log-likelihood rises by no more than this, in nats per row.
    max_iterations : int
        The most M-steps per restart; with 0 a restart ends with its start.
    regularization : float or Regularization
        The smallest variance a component may have in any direction, as a share of the data's own variance; or a
        `VarianceFloor`, which is the same, or a `Ridge` in the data's units.
    acceleration : str
        A name of `ACCELERATIONS`: "none" for plain EM, "squarem" for fewer iterations to the same fixed points.
    sampling : bool
        True to run restarts on a sample first if there are very many rows, and continue the best on all; see
        `gmm_core.fitting.subsample`.
    """

    n_components: int = 3
    covariance_type: str = "full"
    n_init: int = 8
    init: str = MIXED
    seed: int = 42
    tolerance: float = 1e-6
    max_iterations: int = 500
    regularization: float | Regularization = ARITHMETIC
    acceleration: str = PLAIN
    sampling: bool = True

    def __post_init__(self) -> None:
        structure_named(self.covariance_type)
        if self.acceleration not in ACCELERATIONS:
            raise ParameterError(
                f"There is no acceleration named {self.acceleration!r}: choose one of {', '.join(ACCELERATIONS)}."
            )
        require_kind(self.init)
        for name, smallest in (("n_components", 1), ("n_init", 1), ("seed", 0), ("max_iterations", 0)):
            value = getattr(self, name)
            if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < smallest:
                raise ParameterError(
                    f"{name} must be a whole number of at least {smallest}, but is {value!r}."
                )
        if not 0 <= self.tolerance < np.inf:
            raise ParameterError(f"tolerance must be at least 0 and finite, but is {self.tolerance!r}.")
        if isinstance(self.regularization, int | float | np.number) and not 0 <= self.regularization < 1:
            raise ParameterError(
                f"regularization must be at least 0 and below 1, but is {self.regularization!r}."
            )
