"""Log joints and moments of a block of rows with four features or more.

A block is contiguous along its rows, so a `Lanes` holds one feature of several rows. The loops take four features at
once and keep their sums in registers: a number that is read once is used four times, and reading is what limits speed.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from gmm_core.engines.numba.compilation import prepare_compilation
from gmm_core.engines.numba.simd_lanes import LANES, add_totals, load, store, zeros

prepare_compilation()

TWO_REGISTERS = 2 * LANES
"""How many rows `_log_joint` takes at once: it holds few numbers beside its four sums."""


@njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz"}, error_model="numpy")
def _log_joint(x, mean, factor, offset, centred, joint, k, n):
    """Write offset − |factor (x_b − mean)|² of n rows, x (E, n), into joint[k].

    `factor` (E, E) is lower triangular, E is even, and `centred` (E, n) is work space. The loop also writes to the
    columns up to the next multiple of `TWO_REGISTERS`.
    """
    n_features = len(mean)
    odd_pair = n_features % 4
    for b in range(0, n, TWO_REGISTERS):
        length = zeros(TWO_REGISTERS)
        if odd_pair:
            d0, d1 = load(x, 0, b, TWO_REGISTERS) - mean[0], load(x, 1, b, TWO_REGISTERS) - mean[1]
            store(centred, 0, 0, d0)
            store(centred, 1, 0, d1)
            w0 = factor[0, 0] * d0
            w1 = factor[1, 0] * d0 + factor[1, 1] * d1
            length += w0 * w0 + w1 * w1
        for i in range(odd_pair, n_features, 4):
            w0 = w1 = w2 = w3 = zeros(TWO_REGISTERS)
            for j in range(i):
                d0 = load(centred, j, 0, TWO_REGISTERS)
                w0 += factor[i, j] * d0
                w1 += factor[i + 1, j] * d0
                w2 += factor[i + 2, j] * d0
                w3 += factor[i + 3, j] * d0
            d0, d1 = load(x, i, b, TWO_REGISTERS) - mean[i], load(x, i + 1, b, TWO_REGISTERS) - mean[i + 1]
            d2, d3 = (
                load(x, i + 2, b, TWO_REGISTERS) - mean[i + 2],
                load(x, i + 3, b, TWO_REGISTERS) - mean[i + 3],
            )
            store(centred, i, 0, d0)
            store(centred, i + 1, 0, d1)
            store(centred, i + 2, 0, d2)
            store(centred, i + 3, 0, d3)
            w0 += factor[i, i] * d0
            w1 += factor[i + 1, i] * d0 + factor[i + 1, i + 1] * d1
            w2 += factor[i + 2, i] * d0 + factor[i + 2, i + 1] * d1 + factor[i + 2, i + 2] * d2
            w3 += factor[i + 3, i] * d0 + factor[i + 3, i + 1] * d1
            w3 += factor[i + 3, i + 2] * d2 + factor[i + 3, i + 3] * d3
            length += w0 * w0 + w1 * w1 + w2 * w2 + w3 * w3
        store(joint, k, b, offset - length)


@njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz"}, error_model="numpy")
def _add_moments(x, mean, shares, k, weighted, sums, scatter, n):
    """Add Σ_b s_b d_b to sums[k] (E,) and the lower triangle of Σ_b s_b d_b d_bᵀ to scatter (E, E).

    d_b = x_b − mean for n rows x (E, n), and s_b = shares[k, b]. E is even, n is a multiple of `LANES`, and `weighted`
    (4, n) is work space.
    """
    n_features = len(mean)
    quads = n_features // 4 * 4
    if quads < n_features:
        i = quads
        m0, m1 = mean[i], mean[i + 1]
        s0 = s1 = t00 = t10 = t11 = nothing = zeros(LANES)
        for b in range(0, n, LANES):
            s = load(shares, k, b, LANES)
            d0, d1 = load(x, i, b, LANES) - m0, load(x, i + 1, b, LANES) - m1
            w0, w1 = s * d0, s * d1
            s0 += w0
            s1 += w1
            t00 += w0 * d0
            t10 += w1 * d0
            t11 += w1 * d1
        total = np.zeros((2, 4))
        add_totals(total, 0, 0, s0, s1, t00, t10)
        add_totals(total, 1, 0, t11, nothing, nothing, nothing)
        sums[k, i] += total[0, 0]
        sums[k, i + 1] += total[0, 1]
        scatter[i, i] += total[0, 2]
        scatter[i + 1, i] += total[0, 3]
        scatter[i + 1, i + 1] += total[1, 0]
    for j in range(quads - 4, -1, -4):
        m0, m1, m2, m3 = mean[j], mean[j + 1], mean[j + 2], mean[j + 3]
        s0 = s1 = s2 = s3 = zeros(LANES)
        t00 = t10 = t11 = t20 = t21 = t22 = t30 = t31 = t32 = t33 = zeros(LANES)
        for b in range(0, n, LANES):
            s = load(shares, k, b, LANES)
            d0, d1 = load(x, j, b, LANES) - m0, load(x, j + 1, b, LANES) - m1
            d2, d3 = load(x, j + 2, b, LANES) - m2, load(x, j + 3, b, LANES) - m3
            w0, w1, w2, w3 = s * d0, s * d1, s * d2, s * d3
            store(weighted, 0, b, w0)
            store(weighted, 1, b, w1)
            store(weighted, 2, b, w2)
            store(weighted, 3, b, w3)
            s0 += w0
            s1 += w1
            s2 += w2
            s3 += w3
            t00 += w0 * d0
            t10 += w1 * d0
            t11 += w1 * d1
            t20 += w2 * d0
            t21 += w2 * d1
            t22 += w2 * d2
            t30 += w3 * d0
            t31 += w3 * d1
            t32 += w3 * d2
            t33 += w3 * d3
        add_totals(sums, k, j, s0, s1, s2, s3)
        add_totals(scatter, j, j, t00, t10, t20, t30)
        add_totals(scatter, j + 1, j, t10, t11, t21, t31)
        add_totals(scatter, j + 2, j, t20, t21, t22, t32)
        add_totals(scatter, j + 3, j, t30, t31, t32, t33)
        pairs = quads if LANES == 8 else j + 4
        for i in range(j + 4, pairs, 4):
            m0, m1, m2, m3 = mean[i], mean[i + 1], mean[i + 2], mean[i + 3]
            t00 = t01 = t02 = t03 = t10 = t11 = t12 = t13 = zeros(LANES)
            t20 = t21 = t22 = t23 = t30 = t31 = t32 = t33 = zeros(LANES)
            for b in range(0, n, LANES):
                d0, d1 = load(x, i, b, LANES) - m0, load(x, i + 1, b, LANES) - m1
                d2, d3 = load(x, i + 2, b, LANES) - m2, load(x, i + 3, b, LANES) - m3
                w0, w1 = load(weighted, 0, b, LANES), load(weighted, 1, b, LANES)
                w2, w3 = load(weighted, 2, b, LANES), load(weighted, 3, b, LANES)
                t00 += w0 * d0
                t01 += w1 * d0
                t02 += w2 * d0
                t03 += w3 * d0
                t10 += w0 * d1
                t11 += w1 * d1
                t12 += w2 * d1
                t13 += w3 * d1
                t20 += w0 * d2
                t21 += w1 * d2
                t22 += w2 * d2
                t23 += w3 * d2
                t30 += w0 * d3
                t31 += w1 * d3
                t32 += w2 * d3
                t33 += w3 * d3
            add_totals(scatter, i, j, t00, t01, t02, t03)
            add_totals(scatter, i + 1, j, t10, t11, t12, t13)
            add_totals(scatter, i + 2, j, t20, t21, t22, t23)
            add_totals(scatter, i + 3, j, t30, t31, t32, t33)
        for i in range(pairs, n_features, 2):
            m0, m1 = mean[i], mean[i + 1]
            t00 = t01 = t02 = t03 = t10 = t11 = t12 = t13 = zeros(LANES)
            for b in range(0, n, LANES):
                d0, d1 = load(x, i, b, LANES) - m0, load(x, i + 1, b, LANES) - m1
                w0, w1 = load(weighted, 0, b, LANES), load(weighted, 1, b, LANES)
                w2, w3 = load(weighted, 2, b, LANES), load(weighted, 3, b, LANES)
                t00 += w0 * d0
                t01 += w1 * d0
                t02 += w2 * d0
                t03 += w3 * d0
                t10 += w0 * d1
                t11 += w1 * d1
                t12 += w2 * d1
                t13 += w3 * d1
            add_totals(scatter, i, j, t00, t01, t02, t03)
            add_totals(scatter, i + 1, j, t10, t11, t12, t13)


@njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz"}, error_model="numpy")
def log_joints(x, means, factors, offsets, work, joint, largest, n):
    """Write offsets_k − |factors_k (x_b − means_k)|² of n rows, x (E, n), into `joint` (K, n).

    `largest` (n,) becomes the largest value of each row. factors (K, E, E) are lower triangular, E is even and at least
    4, and `work` (E, n) is work space. All arrays of rows must have room up to the next multiple of `TWO_REGISTERS`.
    """
    for k in range(len(means)):
        _log_joint(x, means[k], factors[k], offsets[k], work, joint, k, n)
    for b in range(n):
        largest[b] = -np.inf
    for k in range(len(means)):
        for b in range(n):
            largest[b] = max(largest[b], joint[k, b])


@njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz"}, error_model="numpy")
def add_moments(x, means, joint, factor, work, counts, sums, scatter, n):
    """Add Σ_b s_kb to counts (K,), Σ_b s_kb d_kb to sums (K, E) and Σ_b s_kb d_kb d_kbᵀ to scatter (K, E, E).

    d_kb = x_b − means_k for n rows x (E, n), and s_kb = joint_kb factor_b, which replaces joint (K, n). Of the scatter
    only the lower triangles are written. E is even and at least 4, and `work` (E, n) is work space. All arrays of rows
    must have room up to the next multiple of `LANES`.
    """
    whole = -(-n // LANES) * LANES
    for k in range(len(means)):
        for b in range(n):
            joint[k, b] *= factor[b]
        count = 0.0
        for b in range(n):
            count += joint[k, b]
        counts[k] += count
        joint[k, n:whole] = 0.0
        _add_moments(x, means[k], joint, k, work, sums, scatter[k], whole)
