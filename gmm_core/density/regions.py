"""Highest-density regions: the smallest regions that contain a given probability."""

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
    """The regions R_q = {x : log p(x) ≥ f_q}, where f_q is chosen so that R_q has probability q under the mixture.

    Parameters
    ----------
    probabilities : tuple of float
        The L probabilities q, ascending, each in (0, 1).
    log_levels : (L,)
        f_q of each, descending, in nats: the (1 − q)-quantile of log p(X) under the mixture.
    law : LogDensityLaw
        The distribution of log p(X), from which the levels come.

    Source: Hyndman (1996), definition 1 and section 2.
    """

    probabilities: tuple[float, ...]
    log_levels: FloatArray
    law: LogDensityLaw

    @classmethod
    def of(cls, law: LogDensityLaw, probabilities: Sequence[float]) -> HighestDensityRegions:
        """The regions of these probabilities, given in any order; raises `ParameterError` if one is not in (0, 1)."""
        ordered = tuple(sorted(set(probabilities)))
        if not all(0.0 < probability < 1.0 for probability in ordered):
            raise ParameterError(
                "A highest-density region needs a probability between 0 and 1: leave out others."
            )
        levels = np.array([law.quantile(1.0 - probability) for probability in ordered], dtype=np.float64)
        return cls(ordered, levels, law)

    def innermost(self, log_density: ArrayLike) -> IntArray:
        """The position of the smallest region that contains a point of each log-density (N,); L if none does."""
        at = np.asarray(log_density, dtype=np.float64)
        return np.asarray((at[..., None] < self.log_levels).sum(axis=-1), dtype=np.int64)

    def shares_inside(self, log_density: ArrayLike) -> FloatArray:
        """The share of rows with these log-densities (N,) that lies inside each region, shape (L,)."""
        at = np.asarray(log_density, dtype=np.float64)
        return np.array([np.mean(at >= level) for level in self.log_levels], dtype=np.float64)


def smallest_region(law: LogDensityLaw, log_density: ArrayLike) -> FloatArray:
    """The probability of the smallest highest-density region that contains a point of each log-density, shape (N,)."""
    return 1.0 - law.share_below(log_density)
