"""Highest-density regions: of all regions that hold a given probability, the smallest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.density.log_density_law import LogDensityLaw
from gmm_core.errors import ParameterError


@dataclass(frozen=True, eq=False)
class HighestDensityRegions:
    """R_p = {x : log p(x) ≥ f_p}, where f_p is such that the mixture has the probability p in R_p.

    Parameters
    ----------
    probabilities : tuple of float
        p, ascending, each in (0, 1).
    log_levels : (L,)
        f_p of each, descending: the (1 − p)-quantile of log p(X) under the mixture.
    law : LogDensityLaw
        What they were taken from.

    Source: Hyndman (1996), definition 1 and section 2.
    """

    probabilities: tuple[float, ...]
    log_levels: FloatArray
    law: LogDensityLaw

    @classmethod
    def of(cls, law: LogDensityLaw, probabilities: Sequence[float]) -> HighestDensityRegions:
        """The regions of these probabilities, in any order; raises ParameterError where one is not in (0, 1)."""
        ordered = tuple(sorted(set(probabilities)))
        if not all(0.0 < probability < 1.0 for probability in ordered):
            raise ParameterError(
                "A highest-density region needs a probability between 0 and 1: leave out others."
            )
        levels = np.array([law.quantile(1.0 - probability) for probability in ordered], dtype=np.float64)
        return cls(ordered, levels, law)

    def innermost(self, log_density: ArrayLike) -> IntArray:
        """The position of the smallest region that holds a point of each log-density (N,); L where none does."""
        at = np.asarray(log_density, dtype=np.float64)
        return np.asarray((at[..., None] < self.log_levels).sum(axis=-1), dtype=np.int64)

    def shares_inside(self, log_density: ArrayLike) -> FloatArray:
        """The share of rows of these log-densities (N,) that lie inside each region, (L,)."""
        at = np.asarray(log_density, dtype=np.float64)
        return np.array([np.mean(at >= level) for level in self.log_levels], dtype=np.float64)


def smallest_region(law: LogDensityLaw, log_density: ArrayLike) -> FloatArray:
    """The probability of the smallest highest-density region that holds a point of each log-density, (N,)."""
    return 1.0 - law.share_below(log_density)
