"""The same work for diagonal covariances, at a cost of D and not D²: two features at a time."""

from __future__ import annotations

from numba import njit

from gmm_core.compiled.compilation import prepare_compilation

prepare_compilation()


# Sums may be taken in another order, which is what turns them into vector instructions.
@njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz"}, error_model="numpy")
def log_joint(x, mean, factor, normalizer, joint, n):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """normalizer − ½ Σ_d (factor_d (x_db − mean_d))² of n rows, x (D, n), into `joint` (n,); D is even."""
    for b in range(n):
        joint[b] = normalizer
    for i in range(0, len(mean), 2):
        m0, m1, a0, a1 = mean[i], mean[i + 1], factor[i], factor[i + 1]
        for b in range(n):
            w0, w1 = a0 * (x[i, b] - m0), a1 * (x[i + 1, b] - m1)
            joint[b] -= 0.5 * (w0 * w0 + w1 * w1)


@njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz"}, error_model="numpy")
def add_moments(x, mean, shares, sums, squares, n):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Σ_b s_b of n shares; adds Σ_b s_b d_b to sums (D,) and Σ_b s_b d_b² to squares (D,), d_b = x_b − mean."""
    count = 0.0
    for b in range(n):
        count += shares[b]
    for i in range(0, len(mean), 2):
        m0, m1 = mean[i], mean[i + 1]
        s0 = s1 = t0 = t1 = 0.0
        for b in range(n):
            d0, d1 = x[i, b] - m0, x[i + 1, b] - m1
            w0, w1 = shares[b] * d0, shares[b] * d1
            s0 += w0
            s1 += w1
            t0 += w0 * d0
            t1 += w1 * d1
        sums[i] += s0
        sums[i + 1] += s1
        squares[i] += t0
        squares[i + 1] += t1
    return count
