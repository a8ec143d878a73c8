"""The compiled E-step over consecutive rows: densities, responsibilities and moments in one pass.

Rows are taken in blocks, which are transposed: then every inner loop runs over rows that are contiguous in memory, and
becomes vector instructions. Nothing of size N × K is stored.
"""

from __future__ import annotations

import numpy as np
from numba import float64, njit

from gmm_core.engines.numba import diagonal_tiles, full_tiles, pair_tiles
from gmm_core.engines.numba.arguments import (
    DIAGONAL_SCORES,
    DIAGONAL_STATISTICS,
    SCORES,
    STATISTICS,
    given,
)
from gmm_core.engines.numba.compilation import prepare_compilation
from gmm_core.engines.numba.elementary import LN2, add_logarithms, powers_of_two
from gmm_core.engines.numba.simd_lanes import transpose

prepare_compilation()

BLOCK = 384
"""The number of rows in a block: more would not fit into the first cache, and fewer would spend a tenth of the time on
the ends of loops."""
STRIDE = BLOCK + 8
"""The distance between rows of a work array: if it were a power of two, they would evict one another from the cache."""
LARGEST = 690.0
"""Just below the logarithm of the largest number: it limits how many densities, each from 1 to K, may be multiplied."""
LOG2_E = 1.4426950408889634
"""log₂ e, by which offsets are multiplied; see `BinaryScores`."""
HALF = np.sqrt(0.5 * LOG2_E)
"""What factors are multiplied by, so that |factor (x − mean)|² is ½ |L_k⁻¹ (x − μ_k)|² log₂ e."""
LINE = 8
"""The number of float64 values in a cache line."""


@njit(nogil=True, cache=True, error_model="numpy")
def work_array(n):
    """Zeros (n, STRIDE) whose rows begin at a cache line: reading a vector across two lines takes twice the time."""
    values = np.zeros(n * STRIDE + LINE)
    first = -(values.ctypes.data // 8) % LINE
    return values[first : first + n * STRIDE].reshape(n, STRIDE)


@njit(nogil=True, cache=True, error_model="numpy")
def transpose_rows(rows, first, n, x):
    """Write the transpose of rows[first : first + n], rows (N, D), into the first D rows of x (E, n)."""
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
def transposed_blocks(rows):
    """The transposes of the blocks of rows (N, D), shape (number of blocks, E, STRIDE)."""
    width = rows.shape[1] + rows.shape[1] % 2
    n_blocks = -(-len(rows) // BLOCK)
    transposed_rows = work_array(n_blocks * width).reshape(n_blocks, width, STRIDE)
    for block in range(n_blocks):
        first = block * BLOCK
        transpose_rows(rows, first, min(BLOCK, len(rows) - first), transposed_rows[block])
    return transposed_rows


# A loop that does not start at the first element of a slice would not become vector instructions; one that both adds up
# and stores would take the sum in an order that depends on where the arrays lie.
@njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz"}, error_model="numpy")
def sum_of_logarithms(density, largest, n, n_components):
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
def weighted_sum_of_logarithms(density, largest, row_weights, n):
    """Σ_b w_b (largest_b ln 2 + log density_b) over n rows; `largest` (n,) is overwritten."""
    for b in range(n):
        largest[b] *= LN2
    add_logarithms(density, largest, n)
    total = 0.0
    for b in range(n):
        total += row_weights[b] * largest[b]
    return total


@njit(nogil=True, cache=True, error_model="numpy")
def normalize(joint, row_weights, largest, density, factor, n):
    """Turn log joints (K, n) to base two into densities relative to `largest` (n,); return their log-likelihood.

    `density` (n,) becomes their sum over the components, and `factor` (n,) what turns such a density into a
    responsibility times the row's weight. `row_weights` may be empty: then every row counts once.
    """
    powers_of_two(joint, largest, density, factor, n)
    if not len(row_weights):
        return sum_of_logarithms(density, largest, n, len(joint))
    for b in range(n):
        factor[b] *= row_weights[b]
    return weighted_sum_of_logarithms(density, largest, row_weights, n)


# These three become part of their callers: there the arrays are made, so that they are known not to overlap. They take
# arrays, not named tuples of them, whose references would be counted in every block.
@njit(nogil=True, cache=True, inline="always", error_model="numpy")
def add_moments(x, means, joint, factor, work, counts, sums, scatter, n):
    """The `add_moments` of the tiles for this number of features; `work` (E, n) is work space."""
    if means.shape[1] == 2:
        pair_tiles.add_moments(x, means, joint, factor, counts, sums, scatter, n)
    else:
        full_tiles.add_moments(x, means, joint, factor, work, counts, sums, scatter, n)


@njit(nogil=True, cache=True, inline="always", error_model="numpy")
def add_block(
    x, row_weights, n, means, factors, offsets, joint, largest, density, factor, work, counts, sums, scatter
):
    """Add the moments of the n rows x (E, n) of a block; return the log-likelihood of the rows.

    joint (K, n), largest, density and factor (n,) and work (E, n) are work space.
    """
    if means.shape[1] == 2:
        pair_tiles.log_joints(x, means, factors, offsets, joint, largest, n)
    else:
        full_tiles.log_joints(x, means, factors, offsets, work, joint, largest, n)
    log_likelihood = normalize(joint, row_weights, largest, density, factor, n)
    add_moments(x, means, joint, factor, work, counts, sums, scatter, n)
    return log_likelihood


@njit(nogil=True, cache=True, inline="always", error_model="numpy")
def add_diagonal_block(
    x, row_weights, n, means, factors, offsets, joint, largest, density, factor, counts, sums, squares
):
    """As `add_block`, for diagonal covariances: factors and squares are diagonals (K, E)."""
    diagonal_tiles.log_joints(x, means, factors, offsets, joint, largest, n)
    log_likelihood = normalize(joint, row_weights, largest, density, factor, n)
    diagonal_tiles.add_moments(x, means, joint, factor, counts, sums, squares, n)
    return log_likelihood


@njit(nogil=True, cache=True, error_model="numpy")
def write_diagonals(diagonals, matrices):
    """Write diagonals (K, E) into matrices (K, E, E)."""
    for k in range(len(matrices)):
        for i in range(matrices.shape[1]):
            matrices[k, i, i] = diagonals[k, i]


@njit(nogil=True, cache=True, error_model="numpy")
def mirror(matrices):
    """Copy the lower triangles of matrices (K, E, E) to the upper ones."""
    for k in range(len(matrices)):
        for i in range(matrices.shape[1]):
            for j in range(i):
                matrices[k, j, i] = matrices[k, i, j]


@njit(
    float64(given(2), given(1), SCORES, STATISTICS),
    nogil=True,
    cache=True,
    error_model="numpy",
)
def accumulate_full(rows, row_weights, scores, statistics):
    """Add the moments of rows (N, D) to the statistics, all zero at first; return Σ_n w_n log p(x_n).

    `row_weights` is (N,), or empty if every row counts once.
    """
    means, factors, offsets = scores
    counts, sums, scatter = statistics
    x, joint, of_rows = work_array(means.shape[1]), work_array(len(means)), work_array(3)
    work = work_array(means.shape[1])
    largest, density, factor = of_rows[0], of_rows[1], of_rows[2]
    log_likelihood = 0.0
    for first in range(0, len(rows), BLOCK):
        n, of_block = min(BLOCK, len(rows) - first), row_weights[first:]
        transpose_rows(rows, first, n, x)
        log_likelihood += add_block(
            x,
            of_block,
            n,
            means,
            factors,
            offsets,
            joint,
            largest,
            density,
            factor,
            work,
            counts,
            sums,
            scatter,
        )
    mirror(scatter)
    return log_likelihood


@njit(
    float64(given(2), given(1), DIAGONAL_SCORES, DIAGONAL_STATISTICS),
    nogil=True,
    cache=True,
    error_model="numpy",
)
def accumulate_diagonal(rows, row_weights, scores, statistics):
    """As `accumulate_full`, for diagonal covariances and statistics with the diagonals alone."""
    means, factors, offsets = scores
    counts, sums, squares = statistics
    x, joint, of_rows = work_array(means.shape[1]), work_array(len(means)), work_array(3)
    largest, density, factor = of_rows[0], of_rows[1], of_rows[2]
    log_likelihood = 0.0
    for first in range(0, len(rows), BLOCK):
        n, of_block = min(BLOCK, len(rows) - first), row_weights[first:]
        transpose_rows(rows, first, n, x)
        log_likelihood += add_diagonal_block(
            x, of_block, n, means, factors, offsets, joint, largest, density, factor, counts, sums, squares
        )
    return log_likelihood
