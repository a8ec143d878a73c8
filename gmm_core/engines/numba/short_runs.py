"""Short runs of EM from many starts in one call of compiled code."""

from __future__ import annotations

import numpy as np
from numba import boolean, float64, int64, njit, types

from gmm_core.engines.numba import diagonal_tiles
from gmm_core.engines.numba.compilation import prepare_compilation
from gmm_core.engines.numba.fused_em import DIAG, climbed_on_blocks, maximized
from gmm_core.engines.numba.kernel import (
    BLOCK,
    add_moments,
    blocks,
    transposed,
    work_array,
    write_diagonals,
)

prepare_compilation()

__all__ = ["advance", "begin", "parted"]


def _given(dimensions: int) -> types.Type:
    """An array that is only read, locked or not."""
    return types.Array(float64, dimensions, "C", readonly=True)


@njit(nogil=True, cache=True, error_model="numpy")
def share_scatter(few, n_features, counts, sums, scatter):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Replace the scatter of groups of fewer than `few` rows as `Starting.rough_m_step` does."""
    pooled, held = np.zeros((n_features, n_features)), 0.0
    all_are_small = counts.max() < few
    for k in range(len(counts)):
        if counts[k] >= few or all_are_small:
            held += counts[k]
            for i in range(n_features):
                # of all groups the scatter about the centre of all rows, which is the total one; else about their own
                shift = 0.0 if all_are_small else sums[k, i] / counts[k]
                for j in range(i + 1):
                    pooled[i, j] += scatter[k, i, j] - shift * sums[k, j]
    for k in range(len(counts)):
        if counts[k] < few:
            for i in range(n_features):
                for j in range(i + 1):
                    scatter[k, i, j] = pooled[i, j] / held * counts[k] + sums[k, i] / counts[k] * sums[k, j]


@njit(nogil=True, cache=True, error_model="numpy")
def cautiously_maximized(  # type: ignore[no-untyped-def]  # noqa: ANN202
    structure,  # noqa: ANN001
    floor,  # noqa: ANN001
    ridge,  # noqa: ANN001
    few,  # noqa: ANN001
    counts,  # noqa: ANN001
    sums,  # noqa: ANN001
    scatter,  # noqa: ANN001
    origin,  # noqa: ANN001
    weights,  # noqa: ANN001
    means,  # noqa: ANN001
    covariances,  # noqa: ANN001
    factor,  # noqa: ANN001
):
    """The M-step of a rough partition (`Starting.rough_m_step`); False where a floor is needed."""
    if counts.min() < few:
        share_scatter(few, means.shape[1], counts, sums, scatter)
    return maximized(
        structure, floor, ridge, counts, sums, scatter, origin, weights, means, covariances, factor
    )


@njit(
    boolean(
        *(_given(2), _given(1), _given(2), _given(1)),
        *(int64, float64, _given(1), float64),
        *(float64[::1], float64[:, ::1], float64[:, :, ::1]),
    ),
    nogil=True,
    cache=True,
    error_model="numpy",
)
def parted(  # type: ignore[no-untyped-def]  # noqa: ANN201
    rows,  # noqa: ANN001
    row_weights,  # noqa: ANN001
    responsibilities,  # noqa: ANN001
    centre,  # noqa: ANN001
    structure,  # noqa: ANN001
    floor,  # noqa: ANN001
    ridge,  # noqa: ANN001
    few,  # noqa: ANN001
    weights,  # noqa: ANN001
    means,  # noqa: ANN001
    covariances,  # noqa: ANN001
):
    """Write the mixture that responsibilities (N, K) start into weights (K,), means (K, D) and covariances (K, D, D).

    False where a floor is needed.
    """
    n_components, n_features = means.shape
    width = n_features + n_features % 2
    counts, sums = np.zeros(n_components), np.zeros((n_components, width))
    scatter, squares = np.zeros((n_components, width, width)), np.zeros((n_components, width))
    origin = np.zeros((n_components, width))
    for k in range(n_components):
        for i in range(n_features):
            origin[k, i] = centre[i]
    transposed_rows, shares = blocks(rows), work_array(n_components)
    weights_of_rows, work = work_array(1)[0], work_array(width)
    for block in range(len(transposed_rows)):
        first = block * BLOCK
        n = min(BLOCK, len(rows) - first)
        transposed(responsibilities, first, n, shares)
        of_block = row_weights[first:]
        for b in range(n):
            weights_of_rows[b] = of_block[b]
        x = transposed_rows[block]
        if structure >= DIAG:
            diagonal_tiles.add_moments(x, origin, shares, weights_of_rows, counts, sums, squares, n)
        else:
            add_moments(x, origin, shares, weights_of_rows, work, counts, sums, scatter, n)
    if structure >= DIAG:
        write_diagonals(squares, scatter)
    factor = np.empty((n_features, n_features))
    return cautiously_maximized(
        structure, floor, ridge, few, counts, sums, scatter, origin, weights, means, covariances, factor
    )


@njit(
    types.void(
        *(_given(2), _given(1), types.Array(int64, 2, "C", readonly=True), _given(1)),
        *(int64, float64, _given(1), float64),
        *(float64[:, ::1], float64[:, :, ::1], float64[:, :, :, ::1], float64[::1]),
    ),
    nogil=True,
    cache=True,
    error_model="numpy",
)
def begin(  # type: ignore[no-untyped-def]  # noqa: ANN201
    rows,  # noqa: ANN001
    row_weights,  # noqa: ANN001
    labels,  # noqa: ANN001
    centre,  # noqa: ANN001
    structure,  # noqa: ANN001
    floor,  # noqa: ANN001
    ridge,  # noqa: ANN001
    few,  # noqa: ANN001
    weights,  # noqa: ANN001
    means,  # noqa: ANN001
    covariances,  # noqa: ANN001
    log_likelihoods,  # noqa: ANN001
):
    """Write the mixtures that M partitions, labels (M, N), start into weights (M, K), means and covariances.

    log_likelihoods (M,) become −inf where a floor is needed or a label has no rows.
    """
    n_components, n_features = means.shape[1:]
    width = n_features + n_features % 2
    counts, sums = np.empty(n_components), np.empty((n_components, width))
    scatter, squares = np.empty((n_components, width, width)), np.empty((n_components, width))
    origin = np.zeros((n_components, width))
    for k in range(n_components):
        for i in range(n_features):
            origin[k, i] = centre[i]
    transposed_rows, shares = blocks(rows), work_array(n_components)
    weights_of_rows, work = work_array(1)[0], work_array(width)
    factor = np.empty((n_features, n_features))
    for t in range(len(labels)):
        counts[:] = 0.0
        sums[:] = 0.0
        scatter[:] = 0.0
        squares[:] = 0.0
        for block in range(len(transposed_rows)):
            first = block * BLOCK
            n = min(BLOCK, len(rows) - first)
            for b in range(n):
                weights_of_rows[b] = row_weights[first + b]
                for k in range(n_components):
                    shares[k, b] = 1.0 if labels[t, first + b] == k else 0.0
            x = transposed_rows[block]
            if structure >= DIAG:
                diagonal_tiles.add_moments(x, origin, shares, weights_of_rows, counts, sums, squares, n)
            else:
                add_moments(x, origin, shares, weights_of_rows, work, counts, sums, scatter, n)
        if structure >= DIAG:
            write_diagonals(squares, scatter)
        usual = counts.min() > 0.0 and cautiously_maximized(
            structure,
            floor,
            ridge,
            few,
            counts,
            sums,
            scatter,
            origin,
            weights[t],
            means[t],
            covariances[t],
            factor,
        )
        log_likelihoods[t] = 0.0 if usual else -np.inf


@njit(
    types.void(
        *(_given(2), _given(1), int64, float64, _given(1), float64, float64, int64, int64[::1]),
        *(float64[:, ::1], float64[:, :, ::1], float64[:, :, :, ::1], float64[::1], boolean[::1], int64[::1]),
    ),
    nogil=True,
    cache=True,
    error_model="numpy",
)
def advance(  # type: ignore[no-untyped-def]  # noqa: ANN201
    rows,  # noqa: ANN001
    row_weights,  # noqa: ANN001
    structure,  # noqa: ANN001
    floor,  # noqa: ANN001
    ridge,  # noqa: ANN001
    fewest,  # noqa: ANN001
    least_gain,  # noqa: ANN001
    n_iterations,  # noqa: ANN001
    runs,  # noqa: ANN001
    weights,  # noqa: ANN001
    means,  # noqa: ANN001
    covariances,  # noqa: ANN001
    log_likelihoods,  # noqa: ANN001
    at_rest,  # noqa: ANN001
    n_taken,  # noqa: ANN001
):
    """Let each of the runs take so many iterations, or until it gains no more than `least_gain` and is at rest.

    Mixtures and log-likelihoods are written over, and the iterations are added to `n_taken`; −inf is the
    log-likelihood of a run that needs a floor or loses a component.
    """
    n_components, n_features = means.shape[1:]
    width = n_features + n_features % 2
    counts, sums = np.empty(n_components), np.empty((n_components, width))
    scatter = np.empty((n_components, width, width))
    path_weights = np.empty((n_iterations + 1, n_components))
    path_means = np.empty((n_iterations + 1, n_components, n_features))
    path_covariances = np.empty((n_iterations + 1, n_components, n_features, n_features))
    reached = np.empty(n_iterations)
    # Where every row counts once, the likelihood is quicker without weights.
    counted = row_weights[:0] if (row_weights == 1.0).all() else row_weights
    transposed_rows = blocks(rows)
    for t in runs:
        if at_rest[t]:
            continue
        path_weights[0] = weights[t]
        path_means[0] = means[t]
        path_covariances[0] = covariances[t]
        done, goes_on = climbed_on_blocks(
            transposed_rows,
            len(rows),
            counted,
            structure,
            floor,
            ridge,
            fewest,
            -np.inf,
            least_gain,
            path_weights,
            path_means,
            path_covariances,
            reached,
            counts,
            sums,
            scatter,
        )
        log_likelihoods[t] = reached[done - 1] if goes_on else -np.inf
        if goes_on:
            at_rest[t] = done < n_iterations
            n_taken[t] += done
            weights[t] = path_weights[done]
            means[t] = path_means[done]
            covariances[t] = path_covariances[done]
