"""Converts covariances (K, D, D) to the compact shapes that scikit-learn uses, and back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gmm_core.arrays import FloatArray


@dataclass(frozen=True)
class CompactShape:
    """A compact form of the K matrices (K, D, D) of a family.

    Parameters
    ----------
    shape : (K, D) -> tuple of int
        The compact shape.
    compacted : (K, D, D) -> compact
        Converts full matrices of the family to the compact form.
    expanded : (compact, K, D) -> (K, D, D)
        Converts the compact form to full matrices.
    is_diagonal : bool
        True if the compact form holds only diagonals, so that its inverse is elementwise.
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
"""One matrix for each component, (K, D, D)."""
ONE_MATRIX = CompactShape(
    shape=lambda k, d: (d, d),
    compacted=lambda matrices: matrices[0].copy(),
    expanded=lambda compact, k, d: np.repeat(compact[None], k, axis=0),
    is_diagonal=False,
)
"""One matrix for all components, (D, D)."""
DIAGONALS = CompactShape(
    shape=lambda k, d: (k, d),
    compacted=lambda matrices: np.diagonal(matrices, axis1=1, axis2=2).copy(),
    expanded=lambda compact, k, d: compact[:, :, None] * np.eye(d),
    is_diagonal=True,
)
"""One diagonal for each component, (K, D)."""
VARIANCES = CompactShape(
    shape=lambda k, d: (k,),
    compacted=lambda matrices: matrices[:, 0, 0].copy(),
    expanded=lambda compact, k, d: compact[:, None, None] * np.eye(d),
    is_diagonal=True,
)
"""One variance for each component, (K,)."""
