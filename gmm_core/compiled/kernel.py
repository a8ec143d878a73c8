"""The E-step over one stretch of rows, compiled: densities, responsibilities and moments in one pass.

A block of rows is turned so that each feature lies along memory; then every inner loop runs over rows and becomes
vector instructions. Nothing of size N × K is stored.
"""

from __future__ import annotations

import numpy as np
from numba import float64, njit, types

from gmm_core.compiled import diagonal_tiles, full_tiles
from gmm_core.compiled.compilation import prepare_compilation
from gmm_core.compiled.elementary import add_logarithms, exponentials

prepare_compilation()

BLOCK = 256
STRIDE = BLOCK + 8
"""Rows of a work array lie this far apart: at a power of two they would push one another out of the cache."""
LINE = 8
"""How many numbers a line of the cache holds."""


def _given(dimensions: int) -> types.Type:
    """An array that is only read: given arrays may be locked, and either kind must not be compiled for anew."""
    return types.Array(float64, dimensions, "C", readonly=True)


@njit(nogil=True, cache=True, error_model="numpy")
def work_array(n):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Zeros (n, STRIDE), each row at the beginning of a line of the cache: a vector across two takes twice the time."""
    values = np.zeros(n * STRIDE + LINE)
    first = -(values.ctypes.data // 8) % LINE
    return values[first : first + n * STRIDE].reshape(n, STRIDE)


# Sums may be taken in another order, which is what turns them into vector instructions.
@njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz"}, error_model="numpy")
def turned(rows, first, n, x):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Write the n rows from `first` on into x (D or one more, n), each feature along memory."""
    for d in range(rows.shape[1]):
        for b in range(n):
            x[d, b] = rows[first + b, d]


@njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz"}, error_model="numpy")
def responsibilities(joint, row_weights, first, n, largest, density):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Turn log joint densities (K, n) into responsibilities times the rows' weights; returns Σ_b w_b log p(x_b).

    `largest` and `density` (n,) are work space.
    """
    for b in range(n):
        largest[b] = joint[0, b]
        density[b] = 0.0
    for k in range(1, len(joint)):
        for b in range(n):
            largest[b] = max(largest[b], joint[k, b])
    for k in range(len(joint)):
        exponentials(joint[k], largest, density, n)
    add_logarithms(density, largest, n)
    # A loop that adds up and stores as well takes the sum in another order where arrays happen to lie otherwise.
    log_likelihood = 0.0
    if len(row_weights):
        for b in range(n):
            log_likelihood += row_weights[first + b] * largest[b]
        for b in range(n):
            density[b] = row_weights[first + b] / density[b]
    else:
        for b in range(n):
            log_likelihood += largest[b]
        for b in range(n):
            density[b] = 1.0 / density[b]
    for k in range(len(joint)):
        for b in range(n):
            joint[k, b] *= density[b]
    return log_likelihood


@njit(
    float64(*map(_given, (2, 1, 2, 3, 1)), float64[::1], float64[:, ::1], float64[:, :, ::1]),
    nogil=True,
    cache=True,
    error_model="numpy",
)
def accumulate_full(rows, row_weights, means, factors, log_normalizers, counts, sums, scatter):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Add the moments of rows (N, D) to counts (K,), sums (K, E) and scatter (K, E, E), all zero at first.

    E is D, or D + 1 where D is odd: features go in pairs, and the one too many is zero in means (K, E) and factors
    (K, E, E), the lower triangular L_k⁻¹. Returns Σ_n w_n log p(x_n). `row_weights` is (N,), or empty where every
    row counts once.
    """
    n_components, width = means.shape
    x, joint, work, sums_of_rows = work_array(width), work_array(n_components), work_array(4), work_array(2)
    largest, density = sums_of_rows[0], sums_of_rows[1]
    log_likelihood = 0.0
    for first in range(0, len(rows), BLOCK):
        n = min(BLOCK, len(rows) - first)
        turned(rows, first, n, x)
        for k in range(n_components):
            full_tiles.log_joint(x, means[k], factors[k], log_normalizers[k], work, joint[k], n)
        log_likelihood += responsibilities(joint, row_weights, first, n, largest, density)
        for k in range(n_components):
            counts[k] += full_tiles.add_moments(x, means[k], joint[k], work, sums[k], scatter[k], n)
    for k in range(n_components):
        for i in range(width):
            for j in range(i):
                scatter[k, j, i] = scatter[k, i, j]
    return log_likelihood


@njit(
    float64(*map(_given, (2, 1, 2, 2, 1)), float64[::1], float64[:, ::1], float64[:, ::1]),
    nogil=True,
    cache=True,
    error_model="numpy",
)
def accumulate_diagonal(rows, row_weights, means, factors, log_normalizers, counts, sums, scatter):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """The same for diagonal covariances: factors (K, E) are 1 / σ_kd, and scatter (K, E) is the diagonal alone."""
    n_components, width = means.shape
    x, joint, sums_of_rows = work_array(width), work_array(n_components), work_array(2)
    largest, density = sums_of_rows[0], sums_of_rows[1]
    log_likelihood = 0.0
    for first in range(0, len(rows), BLOCK):
        n = min(BLOCK, len(rows) - first)
        turned(rows, first, n, x)
        for k in range(n_components):
            diagonal_tiles.log_joint(x, means[k], factors[k], log_normalizers[k], joint[k], n)
        log_likelihood += responsibilities(joint, row_weights, first, n, largest, density)
        for k in range(n_components):
            counts[k] += diagonal_tiles.add_moments(x, means[k], joint[k], sums[k], scatter[k], n)
    return log_likelihood
