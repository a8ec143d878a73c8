"""Many EM iterations in one call of compiled code: for few rows, Python between two of them would cost more than both.

Only ordinary iterations are compiled: no component has lost its points, none needs a floor, and every covariance has a
Cholesky factor. At any other iteration the loop stops and returns its sums, with which `gmm_core.em.loop` goes on.
"""

from __future__ import annotations

import numpy as np
from numba import boolean, float64, int64, njit, types

from gmm_core.engines.numba.arguments import (
    DIAG,
    M_STEP,
    SEVERAL_MIXTURES,
    SPHERICAL,
    STATISTICS,
    TIED,
    Parameters,
    given,
)
from gmm_core.engines.numba.compilation import prepare_compilation
from gmm_core.engines.numba.kernel import (
    BLOCK,
    HALF,
    LOG2_E,
    add_block,
    add_diagonal_block,
    mirror,
    transposed_blocks,
    work_array,
    write_diagonals,
)
from gmm_core.model.covariance.floor import NARROWEST

prepare_compilation()


@njit(nogil=True, cache=True, error_model="numpy")
def write_cholesky_factor(covariance, less, share, factor):
    """Write the Cholesky factor of Σ − less I − share diag Σ into the lower triangle of `factor` (D, D).

    Returns False if there is none.
    """
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
def write_scores(parameters, factor, factors, offsets):
    """Write the factors (K, E, E) and offsets (K,) of a mixture's `BinaryScores`; `factor` (D, D) is work space.

    Returns False if a covariance has no Cholesky factor.
    """
    covariances = parameters.covariances
    n_features = covariances.shape[1]
    for k in range(len(covariances)):
        if not write_cholesky_factor(covariances[k], 0.0, 0.0, factor):
            return False
        half_log_determinant = 0.0
        for j in range(n_features):
            half_log_determinant += np.log(factor[j, j])
            factors[k, j, j] = HALF / factor[j, j]
            for i in range(j + 1, n_features):
                value = 0.0
                for m in range(j, i):
                    value -= factor[i, m] * factors[k, m, j]
                factors[k, i, j] = value / factor[i, i]
        offsets[k] = offset(parameters.weights[k], n_features, half_log_determinant)
    return True


@njit(nogil=True, cache=True, error_model="numpy")
def write_diagonal_scores(parameters, factors, offsets):
    """As `write_scores`, for diagonal covariances; returns False if a variance is not positive."""
    covariances = parameters.covariances
    n_features = covariances.shape[1]
    for k in range(len(covariances)):
        half_log_determinant = 0.0
        for i in range(n_features):
            variance = covariances[k, i, i]
            if not variance > 0.0:
                return False
            deviation = np.sqrt(variance)
            half_log_determinant += np.log(deviation)
            factors[k, i] = HALF / deviation
        offsets[k] = offset(parameters.weights[k], n_features, half_log_determinant)
    return True


@njit(nogil=True, cache=True, error_model="numpy")
def offset(weight, n_features, half_log_determinant):
    """log π_k − ½ (D log 2π + log |Σ_k|) to base two."""
    return LOG2_E * (np.log(weight) - 0.5 * n_features * np.log(2.0 * np.pi) - half_log_determinant)


@njit(nogil=True, cache=True, error_model="numpy")
def is_diagonal(covariances):
    """True if all covariances (K, D, D) are diagonal; only the lower triangles are read."""
    for k in range(len(covariances)):
        for i in range(covariances.shape[1]):
            for j in range(i):
                if covariances[k, i, j] != 0.0:
                    return False
    return True


@njit(nogil=True, cache=True, error_model="numpy")
def maximize(m_step, statistics, origin, factor, parameters):
    """The M-step: write the parameters of the mixture; return False if a component needs the floor.

    The statistics are moments about `origin` (K, E), of which the lower triangles of the scatter are read. `factor`
    (D, D) is work space.
    """
    if m_step.structure >= DIAG:
        return maximize_by_feature(m_step, statistics, origin, parameters)
    counts, sums, covariances = statistics.counts, statistics.sums, parameters.covariances
    n_components, n_features = parameters.means.shape
    total = counts.sum()
    for k in range(n_components):
        parameters.weights[k] = counts[k] / total
        divisor = 1.0 if m_step.structure == TIED else counts[k]
        for i in range(n_features):
            shift = sums[k, i] / counts[k]
            parameters.means[k, i] = origin[k, i] + shift
            for j in range(i + 1):
                covariances[k, i, j] = (statistics.scatter[k, i, j] - shift * sums[k, j]) / divisor
    if m_step.structure == TIED:
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
            covariances[k, i, i] += m_step.ridge[i]
        if m_step.floor > 0.0 and not write_cholesky_factor(covariances[k], m_step.floor, NARROWEST, factor):
            return False
    return True


@njit(nogil=True, cache=True, error_model="numpy")
def maximize_by_feature(m_step, statistics, origin, parameters):
    """As `maximize`, for diagonal and spherical covariances; only the diagonals of the scatter are read."""
    counts, sums, covariances = statistics.counts, statistics.sums, parameters.covariances
    n_components, n_features = parameters.means.shape
    total = counts.sum()
    for k in range(n_components):
        parameters.weights[k] = counts[k] / total
        covariances[k, :, :] = 0.0
        mean_variance = 0.0
        for i in range(n_features):
            shift = sums[k, i] / counts[k]
            parameters.means[k, i] = origin[k, i] + shift
            covariances[k, i, i] = (statistics.scatter[k, i, i] - shift * sums[k, i]) / counts[k]
            mean_variance += covariances[k, i, i] / n_features
        for i in range(n_features):
            variance = mean_variance if m_step.structure == SPHERICAL else covariances[k, i, i]
            variance += m_step.ridge[i]
            covariances[k, i, i] = variance
            if m_step.floor > 0.0 and not variance - (m_step.floor + NARROWEST * variance) > 0.0:
                return False
    return True


@njit(nogil=True, cache=True, error_model="numpy")
def iterate_on_blocks(
    blocks, n_rows, row_weights, m_step, fewest, previous, least_gain, path, log_likelihoods, statistics
):
    """See `iterate`; the `n_rows` rows are given as `kernel.transposed_blocks`."""
    n_components, n_features = path.means.shape[1:]
    counts, sums, scatter = statistics
    width = sums.shape[1]
    means, offsets, squares = np.zeros(sums.shape), np.empty(n_components), np.zeros(sums.shape)
    factors, diagonal_factors = np.zeros(scatter.shape), np.zeros(sums.shape)
    joint, work, of_rows = work_array(n_components), work_array(width), work_array(3)
    largest, density, factor = of_rows[0], of_rows[1], of_rows[2]
    cholesky_factor = np.empty((n_features, n_features))
    by_feature = m_step.structure >= DIAG
    if by_feature and not is_diagonal(path.covariances[0]):
        return 0, False
    for step in range(len(log_likelihoods)):
        current = Parameters(path.weights[step], path.means[step], path.covariances[step])
        if by_feature:
            has_scores = write_diagonal_scores(current, diagonal_factors, offsets)
        else:
            has_scores = write_scores(current, cholesky_factor, factors, offsets)
        if not has_scores:
            return step, False
        counts[:] = 0.0
        sums[:] = 0.0
        scatter[:] = 0.0
        squares[:] = 0.0
        for k in range(n_components):
            for i in range(n_features):
                means[k, i] = current.means[k, i]
        log_likelihood = 0.0
        for block in range(len(blocks)):
            x, first = blocks[block], block * BLOCK
            n, of_block = min(BLOCK, n_rows - first), row_weights[first:]
            if by_feature:
                log_likelihood += add_diagonal_block(
                    x,
                    of_block,
                    n,
                    means,
                    diagonal_factors,
                    offsets,
                    joint,
                    largest,
                    density,
                    factor,
                    counts,
                    sums,
                    squares,
                )
            else:
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
        if by_feature:
            write_diagonals(squares, scatter)
        else:
            mirror(scatter)
        log_likelihoods[step] = log_likelihood
        if not (np.isfinite(log_likelihood) and counts.min() >= fewest):
            return step + 1, False
        following = Parameters(path.weights[step + 1], path.means[step + 1], path.covariances[step + 1])
        if not maximize(m_step, statistics, means, cholesky_factor, following):
            return step + 1, False
        if log_likelihood - previous <= least_gain:
            return step + 1, True
        previous = log_likelihood
    return len(log_likelihoods), True


@njit(
    types.Tuple((int64, boolean))(
        *(given(2), given(1), M_STEP, float64, float64, float64, SEVERAL_MIXTURES, float64[::1], STATISTICS)
    ),
    nogil=True,
    cache=True,
    error_model="numpy",
)
def iterate(rows, row_weights, m_step, fewest, previous, least_gain, path, log_likelihoods, statistics):
    """Iterate EM from the first mixture of a path on, and write the mixture after each iteration to the path.

    Parameters
    ----------
    rows, row_weights : (N, D), (N,) or empty if every row counts once
        The data.
    m_step : MStep
        The M-step.
    fewest : float
        A component with a smaller N_k is emptied.
    previous : float
        The log-likelihood before the first iteration.
    least_gain : float
        The loop ends after an iteration that gains no more than this.
    path : Parameters
        T + 1 mixtures, of which the first is given.
    log_likelihoods : (T,)
        Those of the first T mixtures.
    statistics : Statistics
        The sums of the last E-step; of structures from `DIAG` on with only the diagonals of the scatter.

    Returns
    -------
    int
        The number of iterations in `log_likelihoods`; 0 if the first mixture has no Cholesky factors or, from `DIAG`
        on, is not diagonal.
    bool
        True if the mixture after the last of them is in the path. If False, `statistics` has to be used instead, unless
        there was no iteration.
    """
    return iterate_on_blocks(
        transposed_blocks(rows),
        len(rows),
        row_weights,
        m_step,
        fewest,
        previous,
        least_gain,
        path,
        log_likelihoods,
        statistics,
    )
