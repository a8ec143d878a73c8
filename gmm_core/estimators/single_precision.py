"""The precision of an estimator's results: float32 for float32 input wherever scikit-learn returns it, else float64.

All computation in between is in float64.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.model.covariance.family import CovarianceStructure, Freedom

SINGLE, DOUBLE = np.dtype(np.float32), np.dtype(np.float64)
"""The two precisions of results."""


def precision_of(X: Any) -> np.dtype[Any]:
    """Return float32 for a float32 array or a data frame whose column types all fit into float32; otherwise float64."""
    types = list(getattr(X, "dtypes", ()))
    if types:
        plain = all(isinstance(each, np.dtype) and each.kind in "iuf" for each in types)
        return SINGLE if plain and np.result_type(*types) == SINGLE else DOUBLE
    return SINGLE if getattr(X, "dtype", None) == SINGLE else DOUBLE


def precisions_of_fit(
    X: Any, structure: CovarianceStructure, weights: Any, means: Any, precisions: Any
) -> tuple[np.dtype[Any], np.dtype[Any]]:
    """The precision that scikit-learn gives the weights and means of a fit to X, and the one it gives the covariances.

    It also depends on the given start: `weights`, `means` and `precisions`, each None if not given. Starting means
    matter only for diagonal covariances; covariances with their own directions depend on X alone.
    """
    given = [weights, means, precisions] if structure.is_axis_aligned else [weights, precisions]
    of_rows = precision_of(X)
    of_all = wider([of_rows, *(precision_of(values) for values in given if values is not None)])
    return of_all, of_rows if structure.orientation is Freedom.OWN else of_all


def wider(precisions: Iterable[np.dtype[Any]]) -> np.dtype[Any]:
    """Return float32 if all precisions are float32; otherwise float64."""
    return SINGLE if all(each == SINGLE for each in precisions) else DOUBLE


def in_precision(values: FloatArray, precision: np.dtype[Any]) -> FloatArray:
    """Round the values to the precision; values beyond its range become infinite."""
    with np.errstate(over="ignore"):
        return values.astype(precision, copy=False)
