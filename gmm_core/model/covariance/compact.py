"""Covariances without repetition, in the shapes that scikit-learn gives them, and back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gmm_core.arrays import FloatArray


@dataclass(frozen=True)
class CompactShape:
    """How K matrices (K, D, D) of a family are written without repetition.

    Parameters
    ----------
    shape : (K, D) -> tuple of int
        The compact shape.
    compacted : (K, D, D) -> compact
        The free numbers of matrices of the family.
    expanded : compact, K, D -> (K, D, D)
        The matrices written out.
    is_diagonal : bool
        True if the compact form holds diagonals alone, so that it is inverted number by number.
    """

    shape: Callable[[int, int], tuple[int, ...]]
    compacted: Callable[[FloatArray], FloatArray]
    expanded: Callable[[FloatArray, int, int], FloatArray]
    is_diagonal: bool


MATRICES = CompactShape(
    shape=lambda k, d: (k, d, d),
    compacted=lambda matrices: matrices.copy(),
    expanded=lambda compact, k, d: compact,
    is_diagonal=False,
)
"""A matrix for each component."""
ONE_MATRIX = CompactShape(
    shape=lambda k, d: (d, d),
    compacted=lambda matrices: matrices[0].copy(),
    expanded=lambda compact, k, d: np.repeat(compact[None], k, axis=0),
    is_diagonal=False,
)
"""A matrix for all."""
DIAGONALS = CompactShape(
    shape=lambda k, d: (k, d),
    compacted=lambda matrices: np.diagonal(matrices, axis1=1, axis2=2).copy(),
    expanded=lambda compact, k, d: compact[:, :, None] * np.eye(d),
    is_diagonal=True,
)
"""A diagonal for each component."""
VARIANCES = CompactShape(
    shape=lambda k, d: (k,),
    compacted=lambda matrices: matrices[:, 0, 0].copy(),
    expanded=lambda compact, k, d: compact[:, None, None] * np.eye(d),
    is_diagonal=True,
)
"""A variance for each component."""
