"""The same work for diagonal covariances, at a cost of D and not D²: two features at a time."""

from __future__ import annotations

import numpy as np
from numba import njit

from gmm_core.engines.numba.compilation import prepare_compilation

prepare_compilation()


# Sums may be taken in another order, which is what turns them into vector instructions.
@njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz"}, error_model="numpy")
def log_joints(x, means, factors, log_normalizers, joint, largest, n):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """log_normalizers_k − Σ_d (factors_kd (x_db − means_kd))² of n rows, x (D, n), into `joint` (K, n); D is even.

    `largest` (n,) becomes the largest of each row.
    """
    for b in range(n):
        largest[b] = -np.inf
    for k in range(len(means)):
        normalizer = log_normalizers[k]
        for b in range(n):
            joint[k, b] = normalizer
        for i in range(0, means.shape[1], 2):
            m0, m1, a0, a1 = means[k, i], means[k, i + 1], factors[k, i], factors[k, i + 1]
            for b in range(n):
                w0, w1 = a0 * (x[i, b] - m0), a1 * (x[i + 1, b] - m1)
                joint[k, b] -= w0 * w0 + w1 * w1
        for b in range(n):
            largest[b] = max(largest[b], joint[k, b])


@njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz"}, error_model="numpy")
def add_moments(x, means, joint, factor, counts, sums, squares, n):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Adds Σ_b s_kb, Σ_b s_kb d_kb and Σ_b s_kb d_kb² to counts (K,), sums and squares (K, D), d_kb = x_b − means_k.

    The shares are s_kb = joint_kb factor_b, and replace joint (K, n).
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
