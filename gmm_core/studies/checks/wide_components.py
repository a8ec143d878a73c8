"""Components that hold few rows and are far wider than the others: they often collect outliers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.model.mixture import Mixture

FEW = 0.15
"""A component holds few rows if its weight is below this; it allows for a tenth of the rows being outliers."""
WIDE = 5.0
"""A component is far wider if its spread exceeds that of the others by this factor; real groups may well reach 4."""


@dataclass(frozen=True)
class WideComponent:
    """A component of few rows that is far wider than the others.

    Parameters
    ----------
    position : int
        The position of the component, counted from 0.
    weight : float
        π_k, its share of the rows.
    factor : float
        Its spread divided by the median spread of the others.
    """

    position: int
    weight: float
    factor: float


def spreads(mixture: Mixture) -> FloatArray:
    """|Σ_k|^(1/2D), shape (K,): the geometric mean of the standard deviations along a component's principal axes.

    Its unit is the geometric mean of the features' units. A linear map x ↦ A x multiplies every spread by
    |det A|^(1/D), so the ratios of spreads do not depend on how the columns are scaled.
    """
    log_deviations = np.log(np.diagonal(mixture.cholesky_factors, axis1=1, axis2=2))
    return np.asarray(np.exp(log_deviations.mean(axis=1)))


def wide_components(mixture: Mixture, left_out: Sequence[bool]) -> tuple[WideComponent, ...]:
    """The components with π_k < FEW and |Σ_k|^(1/2D) > WIDE · median_{j ≠ k} |Σ_j|^(1/2D), in their order.

    Components with `left_out` (K,), whose covariance is not a reliable estimate, are neither reported nor part of the
    median. If fewer than two are left, the result is empty.

    Source: that noise takes a component of its own, Fraley and Raftery, How many clusters? Which clustering method?
    Answers via model-based cluster analysis, The Computer Journal 41(8) (1998). The limits are ours.
    """
    free = np.flatnonzero(~np.asarray(left_out, dtype=bool))
    if len(free) < 2:
        return ()
    spread = spreads(mixture)
    wide = []
    for position in free:
        factor = float(spread[position] / np.median(spread[free[free != position]]))
        weight = float(mixture.weights[position])
        if weight < FEW and factor > WIDE:
            wide.append(WideComponent(int(position), weight, factor))
    return tuple(wide)
