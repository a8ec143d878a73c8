"""Log joints and moments of a block of rows with two features: all components in one call, without work space.

With so few features a call for each component would cost as much as its loop.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from gmm_core.engines.numba.compilation import prepare_compilation

prepare_compilation()


# Only sums that may be taken in any order become vector instructions.
@njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz"}, error_model="numpy")
def log_joints(x, means, factors, offsets, joint, largest, n):
    """Write offsets_k − |factors_k (x_b − means_k)|² of n rows, x (2, n), into `joint` (K, n).

    `largest` (n,) becomes the largest value of each row. factors (K, 2, 2) are lower triangular.
    """
    for b in range(n):
        largest[b] = -np.inf
    for k in range(len(means)):
        m0, m1, offset = means[k, 0], means[k, 1], offsets[k]
        a00, a10, a11 = factors[k, 0, 0], factors[k, 1, 0], factors[k, 1, 1]
        for b in range(n):
            d0, d1 = x[0, b] - m0, x[1, b] - m1
            w0 = a00 * d0
            w1 = a10 * d0 + a11 * d1
            value = offset - (w0 * w0 + w1 * w1)
            joint[k, b] = value
            largest[b] = max(largest[b], value)


@njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz"}, error_model="numpy")
def add_moments(x, means, joint, factor, counts, sums, scatter, n):
    """Add Σ_b s_kb to counts (K,), Σ_b s_kb d_kb to sums (K, 2) and Σ_b s_kb d_kb d_kbᵀ to scatter (K, 2, 2).

    d_kb = x_b − means_k for n rows x (2, n), and s_kb = joint_kb factor_b. Of the scatter only the lower triangles are
    written.
    """
    for k in range(len(means)):
        m0, m1 = means[k, 0], means[k, 1]
        count = s0 = s1 = t00 = t10 = t11 = 0.0
        for b in range(n):
            share = joint[k, b] * factor[b]
            d0, d1 = x[0, b] - m0, x[1, b] - m1
            w0, w1 = share * d0, share * d1
            count += share
            s0 += w0
            s1 += w1
            t00 += w0 * d0
            t10 += w1 * d0
            t11 += w1 * d1
        counts[k] += count
        sums[k, 0] += s0
        sums[k, 1] += s1
        scatter[k, 0, 0] += t00
        scatter[k, 1, 0] += t10
        scatter[k, 1, 1] += t11
