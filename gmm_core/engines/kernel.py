"""The E-step over one stretch of rows, compiled: densities, responsibilities and moments in one pass.

A block of `BLOCK` rows is turned so that each feature lies along memory; then every inner loop runs over rows and
becomes vector instructions. Nothing of size N × K is stored.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from gmm_core.engines.machine_code import keep_machine_code

keep_machine_code()

BLOCK = 256
LOG2_E = 1.4426950408889634
LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
ROUNDING = 6755399441055744.0
"""1.5 · 2⁵²: adding it rounds a small number to a whole one and leaves that whole number in the lowest bits."""
SMALLEST = -709.0
"""Here the bits of 2ⁿ come to zero, so that all smaller values give exactly none, not a remnant."""


@njit(nogil=True, cache=True, fastmath={"contract"}, error_model="numpy")
def exponentials(values, scratch, bits):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """exp of each of `BLOCK` values ≤ 0, in place, to about one unit in the last place.

    x = n ln 2 + r with |r| ≤ ½ ln 2; exp r is its Taylor polynomial of degree 13, and 2ⁿ is written straight into
    the bits of the exponent. `bits` is `scratch` read as whole numbers. Terms may not be reordered here: adding
    `ROUNDING` and taking it away again is what rounds.
    """
    for b in range(BLOCK):
        x = max(values[b], SMALLEST)
        shifted = x * LOG2_E + ROUNDING
        scratch[b] = shifted
        n = shifted - ROUNDING
        r = (x - n * LN2_HIGH) - n * LN2_LOW
        p = 1.0 / 6227020800.0
        p = p * r + 1.0 / 479001600.0
        p = p * r + 1.0 / 39916800.0
        p = p * r + 1.0 / 3628800.0
        p = p * r + 1.0 / 362880.0
        p = p * r + 1.0 / 40320.0
        p = p * r + 1.0 / 5040.0
        p = p * r + 1.0 / 720.0
        p = p * r + 1.0 / 120.0
        p = p * r + 1.0 / 24.0
        p = p * r + 1.0 / 6.0
        p = p * r + 0.5
        p = p * r + 1.0
        values[b] = p * r + 1.0
    for b in range(BLOCK):
        bits[b] = (bits[b] + 1023) << 52
    for b in range(BLOCK):
        values[b] *= scratch[b]


# Sums may be taken in another order, which is what turns them into vector instructions.
@njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz"}, error_model="numpy")
def accumulate(rows, row_weights, means, whitening, log_normalizers, counts, sums, scatter):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Add the moments of rows (N, D) to counts (K,), sums (K, D) and the lower triangles of scatter (K, D, D).

    Returns Σ_n w_n log p(x_n). `row_weights` is (N,), or empty where every row counts once.
    """
    n_rows, n_features = rows.shape
    n_components = len(means)
    x = np.empty((n_features, BLOCK))
    from_mean = np.empty((n_features, BLOCK))
    joint = np.empty((n_components, BLOCK))
    squared, whitened, weighted = np.empty(BLOCK), np.empty(BLOCK), np.empty(BLOCK)
    largest, density, share = np.empty(BLOCK), np.empty(BLOCK), np.empty(BLOCK)
    scratch = np.empty(BLOCK)
    bits = scratch.view(np.int64)
    log_likelihood = 0.0
    for first in range(0, n_rows, BLOCK):
        filled = min(BLOCK, n_rows - first)
        for b in range(BLOCK):  # the rest of the last block repeats its first row with no weight
            row = first + b if b < filled else first
            for d in range(n_features):
                x[d, b] = rows[row, d]
            share[b] = 0.0 if b >= filled else (row_weights[row] if len(row_weights) else 1.0)
        for k in range(n_components):
            for d in range(n_features):
                mean = means[k, d]
                for b in range(BLOCK):
                    from_mean[d, b] = x[d, b] - mean
            squared[:] = 0.0
            for i in range(n_features):
                whitened[:] = 0.0
                for j in range(i + 1):
                    factor = whitening[k, i, j]
                    for b in range(BLOCK):
                        whitened[b] += factor * from_mean[j, b]
                for b in range(BLOCK):
                    squared[b] += whitened[b] * whitened[b]
            normalizer = log_normalizers[k]
            for b in range(BLOCK):
                joint[k, b] = normalizer - 0.5 * squared[b]
        largest[:] = joint[0]
        for k in range(1, n_components):
            for b in range(BLOCK):
                largest[b] = max(largest[b], joint[k, b])
        density[:] = 0.0
        for k in range(n_components):
            for b in range(BLOCK):
                joint[k, b] -= largest[b]
            exponentials(joint[k], scratch, bits)
            for b in range(BLOCK):
                density[b] += joint[k, b]
        for b in range(BLOCK):
            log_likelihood += share[b] * (largest[b] + np.log(density[b]))
            share[b] /= density[b]
        for k in range(n_components):
            count = 0.0
            for b in range(BLOCK):
                joint[k, b] *= share[b]
                count += joint[k, b]
            counts[k] += count
            for i in range(n_features):
                mean = means[k, i]
                total = 0.0
                for b in range(BLOCK):
                    from_mean[i, b] = x[i, b] - mean
                    weighted[b] = joint[k, b] * from_mean[i, b]
                    total += weighted[b]
                sums[k, i] += total
                for j in range(i + 1):
                    moment = 0.0
                    for b in range(BLOCK):
                        moment += weighted[b] * from_mean[j, b]
                    scatter[k, i, j] += moment
    return log_likelihood
