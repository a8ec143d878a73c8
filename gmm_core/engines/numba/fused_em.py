"""Many EM iterations in one call of compiled code: where the data is small, Python between two costs more than both.

Only what is the rule is compiled: an iteration in which no component has lost its points, none needs a floor and
every covariance has a Cholesky factor. At any other the loop stops and hands its sums over to `gmm_core.em.loop`.
"""

from __future__ import annotations

import numpy as np
from numba import boolean, float64, int64, njit, types

from gmm_core.engines.numba.compilation import prepare_compilation
from gmm_core.engines.numba.kernel import (
    BLOCK,
    HALF,
    LOG2_E,
    add_block,
    add_diagonal_block,
    blocks,
    mirrored,
    work_array,
    write_diagonals,
)
from gmm_core.model.covariance.floor import NARROWEST

prepare_compilation()

FULL, TIED, DIAG, SPHERICAL = range(4)
"""The M-steps that are compiled; those from `DIAG` on need the diagonals of covariances and scatter alone."""


@njit(nogil=True, cache=True, error_model="numpy")
def factorized(covariance, less, share, factor):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Write the Cholesky factor of Σ − less I − share diag Σ into the lower triangle of `factor`; False without one."""
    for i in range(len(covariance)):
        for j in range(i + 1):
            value = covariance[i, j]
            if i == j:
                value -= less + share * value
            for m in range(j):
                value -= factor[i, m] * factor[j, m]
            if i > j:
                factor[i, j] = value / factor[j, j]
            elif value > 0.0:
                factor[i, i] = np.sqrt(value)
            else:
                return False
    return True


@njit(nogil=True, cache=True, error_model="numpy")
def whitened(weights, covariances, factor, whitening, log_normalizers):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Write L_k⁻¹ (K, D, D) and log π_k − ½ (D log 2π + log |Σ_k|) (K,) to base two, as the kernel takes them.

    False if a covariance has no factor L_k; `factor` (D, D) is work space.
    """
    n_features = covariances.shape[1]
    for k in range(len(covariances)):
        if not factorized(covariances[k], 0.0, 0.0, factor):
            return False
        half_log_determinant = 0.0
        for j in range(n_features):
            half_log_determinant += np.log(factor[j, j])
            whitening[k, j, j] = HALF / factor[j, j]
            for i in range(j + 1, n_features):
                value = 0.0
                for m in range(j, i):
                    value -= factor[i, m] * whitening[k, m, j]
                whitening[k, i, j] = value / factor[i, i]
        log_normalizers[k] = LOG2_E * (
            np.log(weights[k]) - 0.5 * n_features * np.log(2.0 * np.pi) - half_log_determinant
        )
    return True


@njit(nogil=True, cache=True, error_model="numpy")
def is_diagonal(covariances):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Whether all covariances (K, D, D) are diagonal, by their lower triangles."""
    for k in range(len(covariances)):
        for i in range(covariances.shape[1]):
            for j in range(i):
                if covariances[k, i, j] != 0.0:
                    return False
    return True


@njit(nogil=True, cache=True, error_model="numpy")
def whitened_by_feature(weights, covariances, whitening, log_normalizers):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """As `whitened`, for diagonal covariances, with 1 / σ_kd (K, D); False if a variance is not positive."""
    n_features = covariances.shape[1]
    for k in range(len(covariances)):
        half_log_determinant = 0.0
        for i in range(n_features):
            variance = covariances[k, i, i]
            if not variance > 0.0:
                return False
            deviation = np.sqrt(variance)
            half_log_determinant += np.log(deviation)
            whitening[k, i] = HALF / deviation
        log_normalizers[k] = LOG2_E * (
            np.log(weights[k]) - 0.5 * n_features * np.log(2.0 * np.pi) - half_log_determinant
        )
    return True


@njit(nogil=True, cache=True, error_model="numpy")
def maximized_by_feature(  # type: ignore[no-untyped-def]  # noqa: ANN201
    structure,  # noqa: ANN001
    floor,  # noqa: ANN001
    ridge,  # noqa: ANN001
    counts,  # noqa: ANN001
    sums,  # noqa: ANN001
    scatter,  # noqa: ANN001
    origin,  # noqa: ANN001
    weights,  # noqa: ANN001
    means,  # noqa: ANN001
    covariances,  # noqa: ANN001
):
    """As `maximized`, for diagonal and spherical covariances; only the diagonals of the scatter are read."""
    n_components, n_features = means.shape
    total = counts.sum()
    for k in range(n_components):
        weights[k] = counts[k] / total
        covariances[k, :, :] = 0.0
        mean_variance = 0.0
        for i in range(n_features):
            shift = sums[k, i] / counts[k]
            means[k, i] = origin[k, i] + shift
            covariances[k, i, i] = (scatter[k, i, i] - shift * sums[k, i]) / counts[k]
            mean_variance += covariances[k, i, i] / n_features
        for i in range(n_features):
            variance = (mean_variance if structure == SPHERICAL else covariances[k, i, i]) + ridge[i]
            covariances[k, i, i] = variance
            if floor > 0.0 and not variance - (floor + NARROWEST * variance) > 0.0:
                return False
    return True


@njit(nogil=True, cache=True, error_model="numpy")
def maximized(  # type: ignore[no-untyped-def]  # noqa: ANN201
    structure,  # noqa: ANN001
    floor,  # noqa: ANN001
    ridge,  # noqa: ANN001
    counts,  # noqa: ANN001
    sums,  # noqa: ANN001
    scatter,  # noqa: ANN001
    origin,  # noqa: ANN001
    weights,  # noqa: ANN001
    means,  # noqa: ANN001
    covariances,  # noqa: ANN001
    factor,  # noqa: ANN001
):
    """The M-step, written into weights (K,), means (K, D) and covariances (K, D, D); False where a floor is needed.

    Of moments about `origin`, of which the lower triangles are read; `factor` (D, D) is work space.
    """
    if structure >= DIAG:
        return maximized_by_feature(
            structure, floor, ridge, counts, sums, scatter, origin, weights, means, covariances
        )
    n_components, n_features = means.shape
    total = counts.sum()
    for k in range(n_components):
        weights[k] = counts[k] / total
        divisor = 1.0 if structure == TIED else counts[k]
        for i in range(n_features):
            shift = sums[k, i] / counts[k]
            means[k, i] = origin[k, i] + shift
            for j in range(i + 1):
                covariances[k, i, j] = (scatter[k, i, j] - shift * sums[k, j]) / divisor
    if structure == TIED:
        for i in range(n_features):
            for j in range(i + 1):
                pooled = 0.0
                for k in range(n_components):
                    pooled += covariances[k, i, j]
                for k in range(n_components):
                    covariances[k, i, j] = pooled / total
    for k in range(n_components):
        for i in range(n_features):
            for j in range(i):
                covariances[k, j, i] = covariances[k, i, j]
            covariances[k, i, i] += ridge[i]
        if floor > 0.0 and not factorized(covariances[k], floor, NARROWEST, factor):
            return False
    return True


@njit(nogil=True, cache=True, error_model="numpy")
def climbed_on_blocks(  # type: ignore[no-untyped-def]  # noqa: ANN201
    transposed_rows,  # noqa: ANN001
    n_rows,  # noqa: ANN001
    row_weights,  # noqa: ANN001
    structure,  # noqa: ANN001
    floor,  # noqa: ANN001
    ridge,  # noqa: ANN001
    fewest,  # noqa: ANN001
    previous,  # noqa: ANN001
    least_gain,  # noqa: ANN001
    weights,  # noqa: ANN001
    means,  # noqa: ANN001
    covariances,  # noqa: ANN001
    log_likelihoods,  # noqa: ANN001
    counts,  # noqa: ANN001
    sums,  # noqa: ANN001
    scatter,  # noqa: ANN001
):
    """See `climbed`; the `n_rows` rows come as the kernel's `blocks`."""
    n_features = means.shape[2]
    whitening, padded = np.zeros(scatter.shape), np.zeros(sums.shape)
    inverse_deviations, squares = np.zeros(sums.shape), np.zeros(sums.shape)
    log_normalizers, factor = np.empty(len(counts)), np.empty((n_features, n_features))
    joint, work, of_rows = work_array(len(counts)), work_array(sums.shape[1]), work_array(3)
    largest, density, shares = of_rows[0], of_rows[1], of_rows[2]
    by_feature = structure >= DIAG
    if by_feature and not is_diagonal(covariances[0]):
        return 0, False
    for step in range(len(log_likelihoods)):
        if by_feature:
            usual = whitened_by_feature(weights[step], covariances[step], inverse_deviations, log_normalizers)
        else:
            usual = whitened(weights[step], covariances[step], factor, whitening, log_normalizers)
        if not usual:
            return step, False
        squares[:] = 0.0
        counts[:] = 0.0
        sums[:] = 0.0
        scatter[:] = 0.0
        for k in range(len(counts)):
            for i in range(n_features):
                padded[k, i] = means[step, k, i]
        log_likelihood = 0.0
        for block in range(len(transposed_rows)):
            first = block * BLOCK
            n = min(BLOCK, n_rows - first)
            if by_feature:
                log_likelihood += add_diagonal_block(
                    transposed_rows[block],
                    row_weights[first:],
                    n,
                    padded,
                    inverse_deviations,
                    log_normalizers,
                    joint,
                    largest,
                    density,
                    shares,
                    counts,
                    sums,
                    squares,
                )
            else:
                log_likelihood += add_block(
                    transposed_rows[block],
                    row_weights[first:],
                    n,
                    padded,
                    whitening,
                    log_normalizers,
                    joint,
                    largest,
                    density,
                    shares,
                    work,
                    counts,
                    sums,
                    scatter,
                )
        if by_feature:
            write_diagonals(squares, scatter)
        else:
            mirrored(scatter)
        log_likelihoods[step] = log_likelihood
        if not (np.isfinite(log_likelihood) and counts.min() >= fewest):
            return step + 1, False
        if not maximized(
            structure,
            floor,
            ridge,
            counts,
            sums,
            scatter,
            padded,
            weights[step + 1],
            means[step + 1],
            covariances[step + 1],
            factor,
        ):
            return step + 1, False
        if log_likelihood - previous <= least_gain:
            return step + 1, True
        previous = log_likelihood
    return len(log_likelihoods), True


def _given(dimensions: int) -> types.Type:
    """An array that is only read, locked or not."""
    return types.Array(float64, dimensions, "C", readonly=True)


@njit(
    types.Tuple((int64, boolean))(
        *(_given(2), _given(1), int64, float64, _given(1), float64, float64, float64),
        *(float64[:, ::1], float64[:, :, ::1], float64[:, :, :, ::1], float64[::1]),
        *(float64[::1], float64[:, ::1], float64[:, :, ::1]),
    ),
    nogil=True,
    cache=True,
    error_model="numpy",
)
def climbed(  # type: ignore[no-untyped-def]  # noqa: ANN201
    rows,  # noqa: ANN001
    row_weights,  # noqa: ANN001
    structure,  # noqa: ANN001
    floor,  # noqa: ANN001
    ridge,  # noqa: ANN001
    fewest,  # noqa: ANN001
    previous,  # noqa: ANN001
    least_gain,  # noqa: ANN001
    weights,  # noqa: ANN001
    means,  # noqa: ANN001
    covariances,  # noqa: ANN001
    log_likelihoods,  # noqa: ANN001
    counts,  # noqa: ANN001
    sums,  # noqa: ANN001
    scatter,  # noqa: ANN001
):
    """Iterate from weights[0], means[0], covariances[0] on, each iteration into the next place of those arrays.

    Stops when `log_likelihoods` is full, and early where the caller may want no more: after a gain of no more than
    `least_gain`, for the first iteration over a log-likelihood of `previous`. sums (K, E) and scatter (K, E, E) have
    an even number E of features. Returns how many iterations are written, and whether the mixture after the last one
    is; if it is not, counts, sums and scatter hold the sums of the last E-step (only the diagonals of the scatter from
    `DIAG` on). Without a single iteration not even that was possible.
    """
    return climbed_on_blocks(
        blocks(rows),
        len(rows),
        row_weights,
        structure,
        floor,
        ridge,
        fewest,
        previous,
        least_gain,
        weights,
        means,
        covariances,
        log_likelihoods,
        counts,
        sums,
        scatter,
    )
