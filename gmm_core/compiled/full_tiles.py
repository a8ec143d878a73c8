"""Matrix work of the compiled E-step on a block of rows, four features at a time, and two where two are left over.

A block holds each feature along memory, so every inner loop runs over rows and becomes vector instructions. Taking
four features by four at once keeps their coefficients in registers and reads each row value once for four uses;
that, not the arithmetic, is what limits such loops.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from gmm_core.compiled.compilation import prepare_compilation

prepare_compilation()


# Sums may be taken in another order, which is what turns them into vector instructions.
@njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz"}, error_model="numpy")
def _log_joint(x, mean, factor, normalizer, whitened, joint, n):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """normalizer − ½ |factor (x_b − mean)|² of n rows, x (D, n), into `joint` (n,); factor is lower triangular.

    D is even, and four or more; `whitened` (4, n) is work space.
    """
    n_features = len(mean)
    quads = n_features // 4 * 4
    m0, m1, m2, m3 = mean[0], mean[1], mean[2], mean[3]
    a00, a10, a20, a30 = factor[0, 0], factor[1, 0], factor[2, 0], factor[3, 0]
    a11, a21, a31 = factor[1, 1], factor[2, 1], factor[3, 1]
    a22, a32, a33 = factor[2, 2], factor[3, 2], factor[3, 3]
    for b in range(n):
        d0, d1, d2, d3 = x[0, b] - m0, x[1, b] - m1, x[2, b] - m2, x[3, b] - m3
        w0 = a00 * d0
        w1 = a10 * d0 + a11 * d1
        w2 = a20 * d0 + a21 * d1 + a22 * d2
        w3 = a30 * d0 + a31 * d1 + a32 * d2 + a33 * d3
        joint[b] = normalizer - 0.5 * (w0 * w0 + w1 * w1 + w2 * w2 + w3 * w3)
    if n_features == 4:
        return
    for p in range(4):
        for b in range(n):
            whitened[p, b] = 0.0
    for i in range(4, quads, 4):
        for j in range(0, i, 4):
            m0, m1, m2, m3 = mean[j], mean[j + 1], mean[j + 2], mean[j + 3]
            a00, a01, a02, a03 = factor[i, j], factor[i, j + 1], factor[i, j + 2], factor[i, j + 3]
            a10, a11, a12, a13 = (
                factor[i + 1, j],
                factor[i + 1, j + 1],
                factor[i + 1, j + 2],
                factor[i + 1, j + 3],
            )
            a20, a21, a22, a23 = (
                factor[i + 2, j],
                factor[i + 2, j + 1],
                factor[i + 2, j + 2],
                factor[i + 2, j + 3],
            )
            a30, a31, a32, a33 = (
                factor[i + 3, j],
                factor[i + 3, j + 1],
                factor[i + 3, j + 2],
                factor[i + 3, j + 3],
            )
            for b in range(n):
                d0, d1, d2, d3 = x[j, b] - m0, x[j + 1, b] - m1, x[j + 2, b] - m2, x[j + 3, b] - m3
                whitened[0, b] += a00 * d0 + a01 * d1 + a02 * d2 + a03 * d3
                whitened[1, b] += a10 * d0 + a11 * d1 + a12 * d2 + a13 * d3
                whitened[2, b] += a20 * d0 + a21 * d1 + a22 * d2 + a23 * d3
                whitened[3, b] += a30 * d0 + a31 * d1 + a32 * d2 + a33 * d3
        m0, m1, m2, m3 = mean[i], mean[i + 1], mean[i + 2], mean[i + 3]
        a00, a10, a20, a30 = factor[i, i], factor[i + 1, i], factor[i + 2, i], factor[i + 3, i]
        a11, a21, a31 = factor[i + 1, i + 1], factor[i + 2, i + 1], factor[i + 3, i + 1]
        a22, a32, a33 = factor[i + 2, i + 2], factor[i + 3, i + 2], factor[i + 3, i + 3]
        for b in range(n):
            d0, d1, d2, d3 = x[i, b] - m0, x[i + 1, b] - m1, x[i + 2, b] - m2, x[i + 3, b] - m3
            w0 = whitened[0, b] + a00 * d0
            w1 = whitened[1, b] + a10 * d0 + a11 * d1
            w2 = whitened[2, b] + a20 * d0 + a21 * d1 + a22 * d2
            w3 = whitened[3, b] + a30 * d0 + a31 * d1 + a32 * d2 + a33 * d3
            joint[b] -= 0.5 * (w0 * w0 + w1 * w1 + w2 * w2 + w3 * w3)
            whitened[0, b], whitened[1, b], whitened[2, b], whitened[3, b] = 0.0, 0.0, 0.0, 0.0
    if quads < n_features:
        i = quads
        for j in range(0, i, 4):
            m0, m1, m2, m3 = mean[j], mean[j + 1], mean[j + 2], mean[j + 3]
            a00, a01, a02, a03 = factor[i, j], factor[i, j + 1], factor[i, j + 2], factor[i, j + 3]
            a10, a11, a12, a13 = (
                factor[i + 1, j],
                factor[i + 1, j + 1],
                factor[i + 1, j + 2],
                factor[i + 1, j + 3],
            )
            for b in range(n):
                d0, d1, d2, d3 = x[j, b] - m0, x[j + 1, b] - m1, x[j + 2, b] - m2, x[j + 3, b] - m3
                whitened[0, b] += a00 * d0 + a01 * d1 + a02 * d2 + a03 * d3
                whitened[1, b] += a10 * d0 + a11 * d1 + a12 * d2 + a13 * d3
        m0, m1, a00, a10, a11 = mean[i], mean[i + 1], factor[i, i], factor[i + 1, i], factor[i + 1, i + 1]
        for b in range(n):
            d0, d1 = x[i, b] - m0, x[i + 1, b] - m1
            w0 = whitened[0, b] + a00 * d0
            w1 = whitened[1, b] + a10 * d0 + a11 * d1
            joint[b] -= 0.5 * (w0 * w0 + w1 * w1)


@njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz"}, error_model="numpy")
def _add_moments(x, mean, shares, weighted, sums, scatter, n):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Adds to sums (D,) and scatter (D, D) the moments of n rows with shares s_b, d_b = x_b − mean.

    To sums comes Σ_b s_b d_b, to scatter the lower triangle of Σ_b s_b d_b d_bᵀ. D is even; `weighted` (4, n) is
    work space.
    """
    n_features = len(mean)
    quads = n_features // 4 * 4
    for i in range(0, quads, 4):
        m0, m1, m2, m3 = mean[i], mean[i + 1], mean[i + 2], mean[i + 3]
        s0 = s1 = s2 = s3 = 0.0
        for b in range(n):
            s = shares[b]
            d0, d1, d2, d3 = x[i, b] - m0, x[i + 1, b] - m1, x[i + 2, b] - m2, x[i + 3, b] - m3
            w0, w1, w2, w3 = s * d0, s * d1, s * d2, s * d3
            s0 += w0
            s1 += w1
            s2 += w2
            s3 += w3
            weighted[0, b], weighted[1, b], weighted[2, b], weighted[3, b] = w0, w1, w2, w3
        sums[i] += s0
        sums[i + 1] += s1
        sums[i + 2] += s2
        sums[i + 3] += s3
        for j in range(0, i + 4, 2):
            m0, m1 = mean[j], mean[j + 1]
            t00 = t01 = t10 = t11 = t20 = t21 = t30 = t31 = 0.0
            for b in range(n):
                d0, d1 = x[j, b] - m0, x[j + 1, b] - m1
                w0, w1, w2, w3 = weighted[0, b], weighted[1, b], weighted[2, b], weighted[3, b]
                t00 += w0 * d0
                t01 += w0 * d1
                t10 += w1 * d0
                t11 += w1 * d1
                t20 += w2 * d0
                t21 += w2 * d1
                t30 += w3 * d0
                t31 += w3 * d1
            scatter[i, j] += t00
            scatter[i, j + 1] += t01
            scatter[i + 1, j] += t10
            scatter[i + 1, j + 1] += t11
            scatter[i + 2, j] += t20
            scatter[i + 2, j + 1] += t21
            scatter[i + 3, j] += t30
            scatter[i + 3, j + 1] += t31
    if quads < n_features:
        i = quads
        m0, m1 = mean[i], mean[i + 1]
        s0 = s1 = t00 = t10 = t11 = 0.0
        for b in range(n):
            d0, d1 = x[i, b] - m0, x[i + 1, b] - m1
            w0, w1 = shares[b] * d0, shares[b] * d1
            s0 += w0
            s1 += w1
            t00 += w0 * d0
            t10 += w1 * d0
            t11 += w1 * d1
            weighted[0, b], weighted[1, b] = w0, w1
        sums[i] += s0
        sums[i + 1] += s1
        scatter[i, i] += t00
        scatter[i + 1, i] += t10
        scatter[i + 1, i + 1] += t11
        for j in range(0, i, 4):
            m0, m1, m2, m3 = mean[j], mean[j + 1], mean[j + 2], mean[j + 3]
            t00 = t01 = t02 = t03 = t10 = t11 = t12 = t13 = 0.0
            for b in range(n):
                w0, w1 = weighted[0, b], weighted[1, b]
                d0, d1, d2, d3 = x[j, b] - m0, x[j + 1, b] - m1, x[j + 2, b] - m2, x[j + 3, b] - m3
                t00 += w0 * d0
                t01 += w0 * d1
                t02 += w0 * d2
                t03 += w0 * d3
                t10 += w1 * d0
                t11 += w1 * d1
                t12 += w1 * d2
                t13 += w1 * d3
            scatter[i, j] += t00
            scatter[i, j + 1] += t01
            scatter[i, j + 2] += t02
            scatter[i, j + 3] += t03
            scatter[i + 1, j] += t10
            scatter[i + 1, j + 1] += t11
            scatter[i + 1, j + 2] += t12
            scatter[i + 1, j + 3] += t13


# Sums may be taken in another order, which is what turns them into vector instructions.
@njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz"}, error_model="numpy")
def log_joints(x, means, factors, log_normalizers, whitened, joint, largest, n):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """log_normalizers_k − ½ |factors_k (x_b − means_k)|² of n rows, x (D, n), into `joint` (K, n).

    `largest` (n,) becomes the largest of each row. factors (K, D, D) are lower triangular, D is even, and four or more;
    `whitened` (4, n) is work space.
    """
    for b in range(n):
        largest[b] = -np.inf
    for k in range(len(means)):
        _log_joint(x, means[k], factors[k], log_normalizers[k], whitened, joint[k], n)
        for b in range(n):
            largest[b] = max(largest[b], joint[k, b])


@njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz"}, error_model="numpy")
def add_moments(x, means, joint, factor, weighted, counts, sums, scatter, n):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Adds Σ_b s_kb, Σ_b s_kb d_kb and the lower triangle of Σ_b s_kb d_kb d_kbᵀ, d_kb = x_b − means_k.

    To counts (K,), sums (K, D) and scatter (K, D, D); the shares s_kb = joint_kb factor_b replace joint (K, n).
    `weighted` (4, n) is work space.
    """
    for k in range(len(means)):
        for b in range(n):
            joint[k, b] *= factor[b]
        count = 0.0
        for b in range(n):
            count += joint[k, b]
        counts[k] += count
        _add_moments(x, means[k], joint[k], weighted, sums[k], scatter[k], n)
