"""Scaling: the centre and the scale that each column is brought to before the fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gmm_core.arrays import BoolArray, FloatArray
from gmm_core.tables.cells.column_kinds import safe_unit

# The distance between the quartiles of a Gaussian of standard deviation 1.
NORMAL_INTERQUARTILE_RANGE = 1.349


@dataclass(frozen=True, eq=False)
class Scale:
    """X = (original - center) / scale, both (D,); `substituted` (D,) marks columns measured otherwise."""

    center: FloatArray
    scale: FloatArray
    substituted: BoolArray


@dataclass(frozen=True)
class Scaling:
    """A way to bring columns to one scale; `measure` takes the values (N, D) and gives the Scale."""

    name: str
    label: str
    help: str
    measure: Callable[[FloatArray], Scale]


def _mean(values: FloatArray) -> float:
    """The mean of one column, corrected by the mean of the residuals that a large offset leaves behind."""
    unit = safe_unit(values)
    first = float((values / unit).mean())
    return (first + float((values / unit - first).mean())) * unit


def _standard_deviation(values: FloatArray) -> float:
    """√(Σ_n (x_n - mean)² / N), about the mean so that an offset does not cancel."""
    residuals = values - _mean(values)
    unit = safe_unit(residuals)
    return float(np.sqrt(np.square(residuals / unit).mean())) * unit


def standard(X: FloatArray) -> Scale:
    """Mean and population standard deviation of each column, as scikit-learn's StandardScaler."""
    center = np.array([_mean(column) for column in X.T])
    scale = np.array([_standard_deviation(column) for column in X.T])
    return Scale(center, scale, np.zeros(X.shape[1], dtype=bool))


def robust(X: FloatArray) -> Scale:
    """Median and (third quartile - first quartile) / 1.349 of each column.

    For a Gaussian column that is its standard deviation, which stands in where the quartiles are equal.
    """
    units = np.array([safe_unit(column) for column in X.T])
    first, center, third = np.percentile(X / units, [25.0, 50.0, 75.0], axis=0)
    scale = (third - first) / NORMAL_INTERQUARTILE_RANGE * units
    substituted = scale == 0.0
    scale[substituted] = [_standard_deviation(column) for column in X.T[substituted]]
    return Scale(center * units, scale, substituted)


def unscaled(X: FloatArray) -> Scale:
    """Centre 0 and scale 1: the values as they are."""
    D = X.shape[1]
    return Scale(np.zeros(D), np.ones(D), np.zeros(D, dtype=bool))


SCALINGS: dict[str, Scaling] = {
    scaling.name: scaling
    for scaling in (
        Scaling(
            "standard",
            "Standardise",
            "Each column gets mean 0 and standard deviation 1: otherwise starting points, regularisation and "
            "round components follow whichever column has the largest numbers.",
            standard,
        ),
        Scaling(
            "robust",
            "Robust",
            "As standardising, by median and quartiles: a few extreme values do not squeeze the others.",
            robust,
        ),
        Scaling(
            "none",
            "As they are",
            "The columns keep their units: right where all have the same one and its size means something.",
            unscaled,
        ),
    )
}
