"""The E-step over one stretch of rows, compiled: densities, responsibilities and moments in one pass.

A block of rows is turned so that each feature lies along memory; then every inner loop runs over rows and becomes
vector instructions. Nothing of size N × K is stored.
"""

from __future__ import annotations

import numpy as np
from numba import float64, njit, types

from gmm_core.engines.numba import diagonal_tiles, full_tiles, pair_tiles
from gmm_core.engines.numba.compilation import prepare_compilation
from gmm_core.engines.numba.elementary import LN2, add_logarithms, powers_of_two
from gmm_core.engines.numba.simd_lanes import transpose

prepare_compilation()

BLOCK = 384
"""Rows at once: more would not stay in the first cache, with fewer the ends of loops would cost a tenth of them."""
STRIDE = BLOCK + 8
"""Rows of a work array lie this far apart: at a power of two they would push one another out of the cache."""
LARGEST = 690.0
"""Below the logarithm of the largest number: so many densities, each from 1 to K, may be multiplied."""
LOG2_E = 1.4426950408889634
HALF = np.sqrt(0.5 * LOG2_E)
"""Logarithms of densities are taken to base two, whose powers are quickest: log_normalizers times `LOG2_E`, and factors
L_k⁻¹ times this, so that |factor (x − mean)|² is ½ |L_k⁻¹ (x − μ_k)|² log₂ e."""
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


@njit(nogil=True, cache=True, error_model="numpy")
def transposed(rows, first, n, x):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Write the n rows from `first` on into x (D or one more, n), each feature along memory."""
    n_features = rows.shape[1]
    square = n // 4 * 4 if n_features >= 4 else 0
    for b in range(0, square, 4):
        for d in range(0, n_features - 3, 4):
            transpose(rows, first + b, d, x, b)
        transpose(rows, first + b, n_features - 4, x, b)
    left = rows[first + square : first + n]
    for d in range(n_features):
        column = x[d, square:]
        for b in range(len(left)):
            column[b] = left[b, d]


@njit(nogil=True, cache=True, error_model="numpy")
def blocks(rows):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """All rows (N, D), a block after another, turned: (blocks, D or one more, STRIDE)."""
    width = rows.shape[1] + rows.shape[1] % 2
    n_blocks = -(-len(rows) // BLOCK)
    transposed_rows = work_array(n_blocks * width).reshape(n_blocks, width, STRIDE)
    for block in range(n_blocks):
        first = block * BLOCK
        transposed(rows, first, min(BLOCK, len(rows) - first), transposed_rows[block])
    return transposed_rows


# A loop that starts at some row, instead of at the first of a slice, would not become vector instructions; one that
# adds up and stores as well would take the sum in another order where arrays happen to lie otherwise.
@njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz"}, error_model="numpy")
def sum_of_logarithms(density, largest, n, n_components):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Σ_b (largest_b ln 2 + log density_b) over n rows of densities from 1 to K.

    A sum of logarithms is the logarithm of the product, as long as a number can hold that.
    """
    total, powers = 0.0, 0.0
    n_factors = max(1, int(LARGEST / np.log(n_components + 1.0)))
    for first in range(0, n, n_factors):
        factors, exponents = density[first:], largest[first:]
        product = 1.0
        for b in range(min(n_factors, n - first)):
            powers += exponents[b]
            product *= factors[b]
        total += np.log(product)
    return total + LN2 * powers


@njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz"}, error_model="numpy")
def weighted_sum_of_logarithms(density, largest, row_weights, n):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Σ_b w_b (largest_b ln 2 + log density_b) over n rows; `largest` (n,) is overwritten."""
    for b in range(n):
        largest[b] *= LN2
    add_logarithms(density, largest, n)
    total = 0.0
    for b in range(n):
        total += row_weights[b] * largest[b]
    return total


@njit(nogil=True, cache=True, error_model="numpy")
def responsible(joint, row_weights, largest, density, factor, n):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Turn log₂ joints (K, n) less the largest of each row into densities; returns the log-likelihood of the n rows.

    `factor` (n,) becomes what turns such a density into a responsibility times the row's weight.
    """
    powers_of_two(joint, largest, density, factor, n)
    if not len(row_weights):
        return sum_of_logarithms(density, largest, n, len(joint))
    for b in range(n):
        factor[b] *= row_weights[b]
    return weighted_sum_of_logarithms(density, largest, row_weights, n)


# Where the arrays are made, they are known not to overlap; so both of these are to become part of whoever calls them.
@njit(nogil=True, cache=True, inline="always", error_model="numpy")
def add_moments(x, means, joint, factor, work, counts, sums, scatter, n):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """The tiles' `add_moments` for so many features; work (E, n) is work space."""
    if means.shape[1] == 2:
        pair_tiles.add_moments(x, means, joint, factor, counts, sums, scatter, n)
    else:
        full_tiles.add_moments(x, means, joint, factor, work, counts, sums, scatter, n)


@njit(nogil=True, cache=True, inline="always", error_model="numpy")
def add_block(  # type: ignore[no-untyped-def]  # noqa: ANN201
    x,  # noqa: ANN001
    row_weights,  # noqa: ANN001
    n,  # noqa: ANN001
    means,  # noqa: ANN001
    factors,  # noqa: ANN001
    log_normalizers,  # noqa: ANN001
    joint,  # noqa: ANN001
    largest,  # noqa: ANN001
    density,  # noqa: ANN001
    factor,  # noqa: ANN001
    work,  # noqa: ANN001
    counts,  # noqa: ANN001
    sums,  # noqa: ANN001
    scatter,  # noqa: ANN001
):
    """Both steps for the n turned rows of a block; see `accumulate_full`.

    joint (K, n), largest, density and factor (n,) and work (E, n) are work space.
    """
    if means.shape[1] == 2:
        pair_tiles.log_joints(x, means, factors, log_normalizers, joint, largest, n)
    else:
        full_tiles.log_joints(x, means, factors, log_normalizers, work, joint, largest, n)
    log_likelihood = responsible(joint, row_weights, largest, density, factor, n)
    add_moments(x, means, joint, factor, work, counts, sums, scatter, n)
    return log_likelihood


@njit(nogil=True, cache=True, inline="always", error_model="numpy")
def add_diagonal_block(  # type: ignore[no-untyped-def]  # noqa: ANN201
    x,  # noqa: ANN001
    row_weights,  # noqa: ANN001
    n,  # noqa: ANN001
    means,  # noqa: ANN001
    factors,  # noqa: ANN001
    log_normalizers,  # noqa: ANN001
    joint,  # noqa: ANN001
    largest,  # noqa: ANN001
    density,  # noqa: ANN001
    factor,  # noqa: ANN001
    counts,  # noqa: ANN001
    sums,  # noqa: ANN001
    squares,  # noqa: ANN001
):
    """As `add_block`, for diagonal covariances; see `accumulate_diagonal`."""
    diagonal_tiles.log_joints(x, means, factors, log_normalizers, joint, largest, n)
    log_likelihood = responsible(joint, row_weights, largest, density, factor, n)
    diagonal_tiles.add_moments(x, means, joint, factor, counts, sums, squares, n)
    return log_likelihood


@njit(nogil=True, cache=True, error_model="numpy")
def write_diagonals(squares, scatter):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Write (K, E) as the diagonals of (K, E, E)."""
    for k in range(len(scatter)):
        for i in range(scatter.shape[1]):
            scatter[k, i, i] = squares[k, i]


@njit(nogil=True, cache=True, error_model="numpy")
def mirrored(scatter):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Copy the lower triangles of (K, E, E) onto the upper ones."""
    for k in range(len(scatter)):
        for i in range(scatter.shape[1]):
            for j in range(i):
                scatter[k, j, i] = scatter[k, i, j]


@njit(
    float64(
        *(_given(2), _given(1), float64[:, ::1], float64[:, :, ::1], float64[::1]),
        *(float64[::1], float64[:, ::1], float64[:, :, ::1]),
    ),
    nogil=True,
    cache=True,
    error_model="numpy",
)
def accumulate_full(rows, row_weights, means, factors, log_normalizers, counts, sums, scatter):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Add the moments of rows (N, D) to counts (K,), sums (K, E) and scatter (K, E, E), all zero at first.

    E is D, or D + 1 where D is odd: features go in pairs, and the one too many is zero in means (K, E) and factors
    (K, E, E), the lower triangular L_k⁻¹ times `HALF`; log_normalizers (K,) come times `LOG2_E`. Returns
    Σ_n w_n log p(x_n). `row_weights` is (N,), or empty where every row counts once.
    """
    n_components, width = means.shape
    x, joint, work, of_rows = work_array(width), work_array(n_components), work_array(width), work_array(3)
    largest, density, factor = of_rows[0], of_rows[1], of_rows[2]
    log_likelihood = 0.0
    for first in range(0, len(rows), BLOCK):
        n = min(BLOCK, len(rows) - first)
        transposed(rows, first, n, x)
        log_likelihood += add_block(
            x,
            row_weights[first:],
            n,
            means,
            factors,
            log_normalizers,
            joint,
            largest,
            density,
            factor,
            work,
            counts,
            sums,
            scatter,
        )
    mirrored(scatter)
    return log_likelihood


@njit(
    float64(
        *(_given(2), _given(1), float64[:, ::1], float64[:, ::1], float64[::1]),
        *(float64[::1], float64[:, ::1], float64[:, ::1]),
    ),
    nogil=True,
    cache=True,
    error_model="numpy",
)
def accumulate_diagonal(rows, row_weights, means, factors, log_normalizers, counts, sums, scatter):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """The same for diagonal covariances: factors (K, E) are `HALF` / σ_kd, and scatter (K, E) is the diagonal alone."""
    x, joint, of_rows = work_array(means.shape[1]), work_array(len(means)), work_array(3)
    largest, density, factor = of_rows[0], of_rows[1], of_rows[2]
    log_likelihood = 0.0
    for first in range(0, len(rows), BLOCK):
        n = min(BLOCK, len(rows) - first)
        transposed(rows, first, n, x)
        log_likelihood += add_diagonal_block(
            x,
            row_weights[first:],
            n,
            means,
            factors,
            log_normalizers,
            joint,
            largest,
            density,
            factor,
            counts,
            sums,
            scatter,
        )
    return log_likelihood
