"""Single precision: what came in it goes out in it, where scikit-learn does so; between, all is float64."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.model.covariance.family import CovarianceStructure, Freedom

SINGLE, DOUBLE = np.dtype(np.float32), np.dtype(np.float64)


def precision_of(X: Any) -> np.dtype[Any]:
    """float32 for an array of it, or a data frame whose columns all fit into it; otherwise float64."""
    types = list(getattr(X, "dtypes", ()))
    if types:
        plain = all(isinstance(each, np.dtype) and each.kind in "iuf" for each in types)
        return SINGLE if plain and np.result_type(*types) == SINGLE else DOUBLE
    return SINGLE if getattr(X, "dtype", None) == SINGLE else DOUBLE


def precisions_of_fit(
    X: Any, structure: CovarianceStructure, weights: Any, means: Any, precisions: Any
) -> tuple[np.dtype[Any], np.dtype[Any]]:
    """In which precision scikit-learn has the weights and means of a fit to X, and in which the covariances.

    What is given to start from, None where nothing is, decides too: means only where covariances are diagonal, and
    covariances of a direction of their own take after the rows alone.
    """
    given = [weights, means, precisions] if structure.is_axis_aligned else [weights, precisions]
    of_rows = precision_of(X)
    of_all = wider([of_rows, *(precision_of(values) for values in given if values is not None)])
    return of_all, of_rows if structure.orientation is Freedom.OWN else of_all


def wider(precisions: Iterable[np.dtype[Any]]) -> np.dtype[Any]:
    """float32 where all of them are; otherwise float64."""
    return SINGLE if all(each == SINGLE for each in precisions) else DOUBLE


def in_precision(values: FloatArray, precision: np.dtype[Any]) -> FloatArray:
    """The values, rounded to the precision; beyond its range they become infinite."""
    with np.errstate(over="ignore"):
        return values.astype(precision, copy=False)
