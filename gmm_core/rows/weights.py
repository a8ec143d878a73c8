"""Validates the weights of rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.arrays import FloatArray
from gmm_core.errors import DataError

MIN_TOTAL, MAX_TOTAL = 1e-290, 1e290
"""The bounds of the sum of all weights; between them its product with a log-density has full precision in float64."""


def as_row_weights(sample_weight: ArrayLike, n_rows: int) -> FloatArray:
    """Return one finite weight ≥ 0 for each of N rows, as float64 (N,); a single number applies to every row.

    Raises
    ------
    DataError
        If the shape is not (N,), a weight is negative or not finite, all are 0, or their sum lies outside
        `MIN_TOTAL` to `MAX_TOTAL`, so that a log-likelihood could overflow or underflow.
    """
    try:
        weights = np.asarray(sample_weight, dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise DataError("The sample weights are not numbers: pass one number for each row.") from problem
    if weights.ndim == 0:
        weights = np.full(n_rows, float(weights))
    if weights.shape != (n_rows,):
        raise DataError(
            f"The sample weights have the shape {weights.shape}, but there are {n_rows} rows: pass one number "
            "for each row."
        )
    if not np.isfinite(weights).all() or weights.min() < 0:
        raise DataError("A sample weight is negative or not a finite number: weights count rows, so mend it.")
    if not weights.any():
        raise DataError(
            "All sample weights are 0: Sample weights must contain at least one non-zero number, so that a row counts."
        )
    with np.errstate(over="ignore"):
        total = float(weights.sum())
    if not MIN_TOTAL <= total <= MAX_TOTAL:
        raise DataError(
            f"The sample weights add up to {total:.3g}, where log-likelihoods have no room or digits in float64: "
            f"{'divide' if total > MAX_TOTAL else 'multiply'} them by a power of ten, which changes no parameter."
        )
    return np.ascontiguousarray(weights)
