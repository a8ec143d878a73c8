"""2ˣ and log of the numbers of a block, as polynomials that become vector instructions and are faster than a library.

The compiler must not reorder terms here: adding `ROUNDING` and subtracting it again is what rounds.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from gmm_core.engines.numba.compilation import prepare_compilation

prepare_compilation()

LN2 = 0.6931471805599453
ROUNDING = 6755399441055744.0 + 1023.0
"""1.5 · 2⁵² + 1023. Adding it rounds a small number to a whole number m; the lowest bits of the sum are those of
m + 1023, the exponent of 2ᵐ in float64."""
SMALLEST = -1023.0
"""Smaller numbers are raised to this one, whose power is exactly 0: all bits of its exponent are zero."""
SQRT_2 = 1.4142135623730951
WHOLE = 4503599627370496.0
"""2⁵²: the lowest bits of 2⁵² plus a whole number are those of the number."""


@njit(nogil=True, cache=True, fastmath={"contract"}, error_model="numpy")
def power_of_two(x):
    """2ˣ of x ≤ 0, to one unit in the last place.

    x = m + r with m whole and |r| ≤ ½. 2ʳ = exp(r ln 2) = 1 + r ln 2 + r² q(r), where q has degree 9 and the smallest
    maximal relative error on that interval, 8e-18. 2ᵐ is made by writing the bits of its exponent.
    """
    x = max(x, SMALLEST)
    shifted = x + ROUNDING
    r = x - (shifted - ROUNDING)
    r2 = r * r
    r4 = r2 * r2
    low = (0.05550410866482074 * r + 0.24022650695910125) * r2 + (LN2 * r + 1.0)
    middle = (1.5252733554834994e-05 * r + 0.0001540353045470549) * r2 + (
        0.001333355814668148 * r + 0.009618129107596483
    )
    high = (4.4371500927966284e-10 * r + 7.0736329565587786e-09) * r2 + (
        1.0178180076245231e-07 * r + 1.3215436292338333e-06
    )
    p = (high * r4 + middle) * r4 + low
    return p * np.int64(np.float64(shifted).view(np.int64) << 52).view(np.float64)


@njit(nogil=True, cache=True, fastmath={"contract"}, error_model="numpy")
def powers_of_two(values, largest, total, inverse, n):
    """Replace values (K, n) by 2 ** (values_k − largest), `total` (n,) by their sum over k and `inverse` by 1 / total.

    `largest` (n,) is the largest value of each column. The divisions are in the same loop as the last powers, where
    they cost nothing, because the processor does both at once.
    """
    last = len(values) - 1
    for b in range(n):
        total[b] = 0.0
    for k in range(last):
        for b in range(n):
            value = power_of_two(values[k, b] - largest[b])
            values[k, b] = value
            total[b] += value
    for b in range(n):
        value = power_of_two(values[last, b] - largest[b])
        values[last, b] = value
        value += total[b]
        total[b] = value
        inverse[b] = 1.0 / value


@njit(nogil=True, cache=True, fastmath={"contract"}, error_model="numpy")
def add_logarithms(values, total, n):
    """Add the logarithms of n values ≥ 1, exact to one unit in the last place, to `total` (n,).

    x = 2ᵉ m with √½ < m ≤ √2, and log m = s (2 + R(s²)) with s = (m − 1) / (m + 1) and the R of fdlibm's log.
    """
    for b in range(n):
        bits = np.float64(values[b]).view(np.int64)
        exponent = np.int64((bits >> 52) | 0x4330000000000000).view(np.float64) - (WHOLE + 1023.0)
        m = np.int64((bits & 0x000FFFFFFFFFFFFF) | 0x3FF0000000000000).view(np.float64)
        large = m > SQRT_2
        m = 0.5 * m if large else m
        exponent = exponent + 1.0 if large else exponent
        s = (m - 1.0) / (m + 1.0)
        z = s * s
        p = 1.479819860511658591e-01
        p = p * z + 1.531383769920937332e-01
        p = p * z + 1.818357216161805012e-01
        p = p * z + 2.222219843214978396e-01
        p = p * z + 2.857142874366239149e-01
        p = p * z + 3.999999999940941908e-01
        p = p * z + 6.666666666666735130e-01
        total[b] += exponent * LN2 + s * (2.0 + p * z)
