"""Log joints and moments of a block of rows for diagonal covariances: two features at a time, at a cost of D."""

from __future__ import annotations

import numpy as np
from numba import njit

from gmm_core.engines.numba.compilation import prepare_compilation

prepare_compilation()


# Only sums that may be taken in any order become vector instructions.
@njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz"}, error_model="numpy")
def log_joints(x, means, factors, offsets, joint, largest, n):
    """Write offsets_k − Σ_d (factors_kd (x_db − means_kd))² of n rows, x (E, n), into `joint` (K, n).

    E is even. `largest` (n,) becomes the largest value of each row.
    """
    for b in range(n):
        largest[b] = -np.inf
    for k in range(len(means)):
        offset = offsets[k]
        for b in range(n):
            joint[k, b] = offset
        for i in range(0, means.shape[1], 2):
            m0, m1, a0, a1 = means[k, i], means[k, i + 1], factors[k, i], factors[k, i + 1]
            for b in range(n):
                w0, w1 = a0 * (x[i, b] - m0), a1 * (x[i + 1, b] - m1)
                joint[k, b] -= w0 * w0 + w1 * w1
        for b in range(n):
            largest[b] = max(largest[b], joint[k, b])


@njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz"}, error_model="numpy")
def add_moments(x, means, joint, factor, counts, sums, squares, n):
    """Add Σ_b s_kb to counts (K,), Σ_b s_kb d_kb to sums (K, E) and Σ_b s_kb d_kb² to squares (K, E).

    d_kb = x_b − means_k for n rows x (E, n), and s_kb = joint_kb factor_b, which replaces joint (K, n).
    """
    for k in range(len(means)):
        for b in range(n):
            joint[k, b] *= factor[b]
        count = 0.0
        for b in range(n):
            count += joint[k, b]
        counts[k] += count
        for i in range(0, means.shape[1], 2):
            m0, m1 = means[k, i], means[k, i + 1]
            s0 = s1 = t0 = t1 = 0.0
            for b in range(n):
                share = joint[k, b]
                d0, d1 = x[i, b] - m0, x[i + 1, b] - m1
                w0, w1 = share * d0, share * d1
                s0 += w0
                s1 += w1
                t0 += w0 * d0
                t1 += w1 * d1
            sums[k, i] += s0
            sums[k, i + 1] += s1
            squares[k, i] += t0
            squares[k, i + 1] += t1
