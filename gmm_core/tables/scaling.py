"""Scaling: the centre that is subtracted from each column before the fit, and the scale that it is divided by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gmm_core.arrays import BoolArray, FloatArray, safe_unit

NORMAL_INTERQUARTILE_RANGE = 1.349
"""Third minus first quartile of a Gaussian with standard deviation 1."""


@dataclass(frozen=True, eq=False)
class Scale:
    """The centre and scale of each column, so that X = (original - center) / scale.

    Parameters
    ----------
    center, scale : (D,)
        In the columns' own units.
    substituted : (D,)
        True for columns scaled by the standard deviation because their quartiles are equal.
    """

    center: FloatArray
    scale: FloatArray
    substituted: BoolArray


@dataclass(frozen=True)
class Scaling:
    """A way to scale columns; `measure` computes the Scale of values (N, D)."""

    name: str
    label: str
    help: str
    measure: Callable[[FloatArray], Scale]


def _mean(values: FloatArray) -> float:
    """The mean of one column, plus the mean of the residuals, which corrects the rounding error of a large offset."""
    unit = safe_unit(values)
    first = float((values / unit).mean())
    return (first + float((values / unit - first).mean())) * unit


def _standard_deviation(values: FloatArray) -> float:
    """√(Σ_n (x_n - mean)² / N), computed about the mean, so that a large offset costs no digits."""
    residuals = values - _mean(values)
    unit = safe_unit(residuals)
    return float(np.sqrt(np.square(residuals / unit).mean())) * unit


def standard(X: FloatArray) -> Scale:
    """Mean and population standard deviation of each column, as in scikit-learn's StandardScaler."""
    center = np.array([_mean(column) for column in X.T])
    scale = np.array([_standard_deviation(column) for column in X.T])
    return Scale(center, scale, np.zeros(X.shape[1], dtype=bool))


def robust(X: FloatArray) -> Scale:
    """Median and (third quartile - first quartile) / NORMAL_INTERQUARTILE_RANGE of each column.

    For a Gaussian column this scale is the standard deviation. Where the quartiles are equal, the standard deviation
    is used instead.
    """
    units = np.array([safe_unit(column) for column in X.T])
    first, center, third = np.percentile(X / units, [25.0, 50.0, 75.0], axis=0)
    scale = (third - first) / NORMAL_INTERQUARTILE_RANGE * units
    substituted = scale == 0.0
    scale[substituted] = [_standard_deviation(column) for column in X.T[substituted]]
    return Scale(center * units, scale, substituted)


def unscaled(X: FloatArray) -> Scale:
    """Centre 0 and scale 1: the values stay as they are."""
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
"""The scalings by their names, in the order in which they are offered."""
