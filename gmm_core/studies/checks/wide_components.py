"""Components that hold few rows and are spread far wider than the others: they gather what fits nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.model.mixture import Mixture

FEW = 0.15
"""A component with a smaller share of the rows holds few: outliers that are a tenth of all rows still count."""
WIDE = 5.0
"""Of more than so many times the spread of the others, a component is far wider; a group may well be four times."""


@dataclass(frozen=True)
class WideComponent:
    """A component of few rows that is far wider than the others.

    Parameters
    ----------
    position : int
        Which it is, counted from 0.
    weight : float
        π_k, its share of the rows.
    factor : float
        How many times as widely it is spread as the median of the others; it has no unit.
    """

    position: int
    weight: float
    factor: float


def spreads(mixture: Mixture) -> FloatArray:
    """|Σ_k|^(1/2D), (K,): the geometric mean of the standard deviations along a component's principal axes.

    Its unit is the geometric mean of the features' units. A linear map x ↦ A x multiplies every spread by
    |det A|^(1/D), so that their ratios do not depend on how the columns are scaled.
    """
    log_deviations = np.log(np.diagonal(mixture.cholesky_factors, axis1=1, axis2=2))
    return np.asarray(np.exp(log_deviations.mean(axis=1)))


def wide_components(mixture: Mixture, left_out: Sequence[bool]) -> tuple[WideComponent, ...]:
    """Those with π_k < FEW and |Σ_k|^(1/2D) > WIDE · median_{j ≠ k} |Σ_j|^(1/2D), in their order.

    Components whose spread says little, `left_out` (K,), are no part of this on either side.
    Where one component is left there is none to compare with, and the answer is empty.

    Source: that noise takes a component of its own, Fraley and Raftery, How many clusters? Which clustering method?
    Answers via model-based cluster analysis, The Computer Journal 41(8) (1998). The limits are ours.
    """
    free = np.flatnonzero(~np.asarray(left_out, dtype=bool))
    if len(free) < 2:
        return ()
    spread = spreads(mixture)
    found = []
    for position in free:
        factor = float(spread[position] / np.median(spread[free[free != position]]))
        weight = float(mixture.weights[position])
        if weight < FEW and factor > WIDE:
            found.append(WideComponent(int(position), weight, factor))
    return tuple(found)
