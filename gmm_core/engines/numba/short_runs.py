"""Short runs of EM from many starts in one call of compiled code."""

from __future__ import annotations

import numpy as np
from numba import boolean, float64, int64, njit, types

from gmm_core.engines.numba import diagonal_tiles
from gmm_core.engines.numba.arguments import (
    DIAG,
    M_STEP,
    ONE_MIXTURE,
    PROGRESS,
    SEVERAL_MIXTURES,
    Parameters,
    Statistics,
    given,
)
from gmm_core.engines.numba.compilation import prepare_compilation
from gmm_core.engines.numba.fused_em import iterate_on_blocks, maximize
from gmm_core.engines.numba.kernel import (
    BLOCK,
    add_moments,
    transpose_rows,
    transposed_blocks,
    work_array,
    write_diagonals,
)

prepare_compilation()

__all__ = ["advance", "start_from_labels", "start_from_responsibilities"]


@njit(nogil=True, cache=True, error_model="numpy")
def share_scatter(few, n_features, statistics):
    """Replace the scatter of groups of fewer than `few` rows as `Starting.rough_m_step` does."""
    counts, sums, scatter = statistics.counts, statistics.sums, statistics.scatter
    pooled, held = np.zeros((n_features, n_features)), 0.0
    all_are_small = counts.max() < few
    for k in range(len(counts)):
        if counts[k] >= few or all_are_small:
            held += counts[k]
            for i in range(n_features):
                # If all are small, the total scatter about the centre of all rows; else that about their own means.
                shift = 0.0 if all_are_small else sums[k, i] / counts[k]
                for j in range(i + 1):
                    pooled[i, j] += scatter[k, i, j] - shift * sums[k, j]
    for k in range(len(counts)):
        if counts[k] < few:
            for i in range(n_features):
                for j in range(i + 1):
                    scatter[k, i, j] = pooled[i, j] / held * counts[k] + sums[k, i] / counts[k] * sums[k, j]


@njit(nogil=True, cache=True, error_model="numpy")
def rough_m_step(m_step, few, statistics, origin, factor, parameters):
    """As `maximize`, for the moments of a rough partition; see `Starting.rough_m_step`."""
    if statistics.counts.min() < few:
        share_scatter(few, parameters.means.shape[1], statistics)
    return maximize(m_step, statistics, origin, factor, parameters)


@njit(nogil=True, cache=True, error_model="numpy")
def add_moments_of_groups(structure, x, origin, shares, of_block, work, statistics, squares, n):
    """Add the moments of n rows x (E, n) about `origin` to the statistics, or from `DIAG` on to squares (K, E).

    A row counts shares_kb of_block_b for component k; shares (K, n) are overwritten, and `work` (E, n) is work space.
    """
    counts, sums, scatter = statistics
    if structure >= DIAG:
        diagonal_tiles.add_moments(x, origin, shares, of_block, counts, sums, squares, n)
    else:
        add_moments(x, origin, shares, of_block, work, counts, sums, scatter, n)


@njit(nogil=True, cache=True, error_model="numpy")
def empty_statistics(n_components, width):
    """Statistics of zeros, and zeros (K, E) for the diagonals of the scatter alone."""
    shape = n_components, width
    statistics = Statistics(np.zeros(n_components), np.zeros(shape), np.zeros((n_components, width, width)))
    return statistics, np.zeros(shape)


@njit(nogil=True, cache=True, error_model="numpy")
def origin_of(centre, n_components, width):
    """The centre (D,) of the rows as the origin (K, E) of each component."""
    origin = np.zeros((n_components, width))
    for k in range(n_components):
        for i in range(len(centre)):
            origin[k, i] = centre[i]
    return origin


@njit(
    boolean(given(2), given(1), given(2), given(1), M_STEP, float64, ONE_MIXTURE),
    nogil=True,
    cache=True,
    error_model="numpy",
)
def start_from_responsibilities(rows, row_weights, responsibilities, centre, m_step, few, parameters):
    """Write the mixture of the rough M-step of responsibilities (N, K); return False if a component needs the floor."""
    n_components, n_features = parameters.means.shape
    width = n_features + n_features % 2
    statistics, squares = empty_statistics(n_components, width)
    origin = origin_of(centre, n_components, width)
    blocks, shares, work = transposed_blocks(rows), work_array(n_components), work_array(width)
    weights_of_block = work_array(1)[0]
    for block in range(len(blocks)):
        first = block * BLOCK
        n = min(BLOCK, len(rows) - first)
        transpose_rows(responsibilities, first, n, shares)
        of_block = row_weights[first:]
        for b in range(n):
            weights_of_block[b] = of_block[b]
        add_moments_of_groups(
            m_step.structure, blocks[block], origin, shares, weights_of_block, work, statistics, squares, n
        )
    if m_step.structure >= DIAG:
        write_diagonals(squares, statistics.scatter)
    factor = np.empty((n_features, n_features))
    return rough_m_step(m_step, few, statistics, origin, factor, parameters)


@njit(
    types.void(
        *(given(2), given(1), types.Array(int64, 2, "C", readonly=True), given(1)),
        *(M_STEP, float64, SEVERAL_MIXTURES, float64[::1]),
    ),
    nogil=True,
    cache=True,
    error_model="numpy",
)
def start_from_labels(rows, row_weights, labels, centre, m_step, few, parameters, log_likelihoods):
    """Write the mixtures of the rough M-steps of M partitions, labels (M, N).

    log_likelihoods (M,) become 0, or −∞ if a component needs the floor or has no rows.
    """
    n_components, n_features = parameters.means.shape[1:]
    width = n_features + n_features % 2
    statistics, squares = empty_statistics(n_components, width)
    origin = origin_of(centre, n_components, width)
    blocks, shares, work = transposed_blocks(rows), work_array(n_components), work_array(width)
    weights_of_block = work_array(1)[0]
    factor = np.empty((n_features, n_features))
    for t in range(len(labels)):
        statistics.counts[:] = 0.0
        statistics.sums[:] = 0.0
        statistics.scatter[:] = 0.0
        squares[:] = 0.0
        for block in range(len(blocks)):
            first = block * BLOCK
            n = min(BLOCK, len(rows) - first)
            for b in range(n):
                weights_of_block[b] = row_weights[first + b]
                for k in range(n_components):
                    shares[k, b] = 1.0 if labels[t, first + b] == k else 0.0
            add_moments_of_groups(
                m_step.structure,
                blocks[block],
                origin,
                shares,
                weights_of_block,
                work,
                statistics,
                squares,
                n,
            )
        if m_step.structure >= DIAG:
            write_diagonals(squares, statistics.scatter)
        of_run = Parameters(parameters.weights[t], parameters.means[t], parameters.covariances[t])
        has_rows = statistics.counts.min() > 0.0
        can_start = has_rows and rough_m_step(m_step, few, statistics, origin, factor, of_run)
        log_likelihoods[t] = 0.0 if can_start else -np.inf


@njit(
    types.void(
        *(given(2), given(1), M_STEP, float64, float64, int64, int64[::1]),
        *(SEVERAL_MIXTURES, PROGRESS),
    ),
    nogil=True,
    cache=True,
    error_model="numpy",
)
def advance(rows, row_weights, m_step, fewest, least_gain, n_iterations, runs, parameters, progress):
    """Let each run at the positions `runs` take up to `n_iterations` iterations; write its new mixture and progress.

    A run is at rest, and takes no more, after an iteration that gained no more than `least_gain`. If it needs the floor
    or a component has an N_k below `fewest`, its log-likelihood becomes −∞.
    """
    n_components, n_features = parameters.means.shape[1:]
    statistics, _ = empty_statistics(n_components, n_features + n_features % 2)
    path = Parameters(
        np.empty((n_iterations + 1, n_components)),
        np.empty((n_iterations + 1, n_components, n_features)),
        np.empty((n_iterations + 1, n_components, n_features, n_features)),
    )
    log_likelihoods = np.empty(n_iterations)
    # If every row counts once, the likelihood is faster without weights.
    counted = row_weights[:0] if (row_weights == 1.0).all() else row_weights
    blocks = transposed_blocks(rows)
    for t in runs:
        if progress.at_rest[t]:
            continue
        path.weights[0] = parameters.weights[t]
        path.means[0] = parameters.means[t]
        path.covariances[0] = parameters.covariances[t]
        done, goes_on = iterate_on_blocks(
            blocks,
            len(rows),
            counted,
            m_step,
            fewest,
            -np.inf,
            least_gain,
            path,
            log_likelihoods,
            statistics,
        )
        progress.log_likelihoods[t] = log_likelihoods[done - 1] if goes_on else -np.inf
        if goes_on:
            progress.at_rest[t] = done < n_iterations
            progress.n_iterations[t] += done
            parameters.weights[t] = path.weights[done]
            parameters.means[t] = path.means[done]
            parameters.covariances[t] = path.covariances[done]
