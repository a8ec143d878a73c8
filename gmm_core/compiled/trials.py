"""Short runs of EM from many starts in one call of compiled code."""

from __future__ import annotations

import numpy as np
from numba import boolean, float64, int64, njit, types

from gmm_core.compiled.compilation import prepare_compilation
from gmm_core.compiled.kernel import BLOCK, add_moments, blocks, turned, work_array
from gmm_core.compiled.loop import climbed_on_blocks, maximized

prepare_compilation()

__all__ = ["likeliest", "parted"]


def _given(dimensions: int) -> types.Type:
    """An array that is only read, locked or not."""
    return types.Array(float64, dimensions, "C", readonly=True)


# Sums may be taken in another order, which is what turns them into vector instructions.
@njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz"}, error_model="numpy")
def shared_to_nearest(x, places, shares, least, taken, n):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Write shares (K, n) of n rows x (E, n): 1 for the nearest of the places (K, D), the first of equally near ones.

    `least` and `taken` (n,) are work space.
    """
    for b in range(n):
        least[b] = np.inf
        taken[b] = 0.0
    for k in range(len(places)):
        for b in range(n):
            shares[k, b] = 0.0
        for i in range(places.shape[1]):
            place = places[k, i]
            for b in range(n):
                shares[k, b] += (x[i, b] - place) ** 2
        for b in range(n):
            least[b] = min(least[b], shares[k, b])
    for k in range(len(places)):
        for b in range(n):
            share = 1.0 - taken[b] if shares[k, b] <= least[b] else 0.0
            shares[k, b] = share
            taken[b] += share


@njit(nogil=True, cache=True, error_model="numpy")
def add_nearest(turned_rows, row_weights, places, origin, shares, of_rows, work, counts, sums, scatter):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Give each row to the nearest of the places (K, D); adds the moments of the groups about `origin` (K, E).

    To counts (K,), sums (K, E) and the lower triangles of scatter (K, E, E); the rows come as the kernel's `blocks`.
    shares (K, n), of_rows (2, n) and work (E, n) are work space.
    """
    for block in range(len(turned_rows)):
        first = block * BLOCK
        n = min(BLOCK, len(row_weights) - first)
        shared_to_nearest(turned_rows[block], places, shares, of_rows[0], of_rows[1], n)
        of_block = row_weights[first:]
        for b in range(n):
            of_rows[0, b] = of_block[b]
        add_moments(turned_rows[block], origin, shares, of_rows[0], work, counts, sums, scatter, n)


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
    scatter, origin = np.zeros((n_components, width, width)), np.zeros((n_components, width))
    for k in range(n_components):
        for i in range(n_features):
            origin[k, i] = centre[i]
    turned_rows, shares = blocks(rows), work_array(n_components)
    weights_of_rows, work = work_array(1)[0], work_array(width)
    for block in range(len(turned_rows)):
        first = block * BLOCK
        n = min(BLOCK, len(rows) - first)
        turned(responsibilities, first, n, shares)
        of_block = row_weights[first:]
        for b in range(n):
            weights_of_rows[b] = of_block[b]
        add_moments(turned_rows[block], origin, shares, weights_of_rows, work, counts, sums, scatter, n)
    factor = np.empty((n_features, n_features))
    return cautiously_maximized(
        structure, floor, ridge, few, counts, sums, scatter, origin, weights, means, covariances, factor
    )


@njit(nogil=True, cache=True, error_model="numpy")
def best(heights, positions, most, same):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """The positions of the highest, in their order; of heights no further apart than `same` the first ones."""
    chosen, n_chosen = np.empty(min(most, len(positions)), dtype=np.int64), 0
    left = np.isfinite(heights[positions])
    while n_chosen < len(chosen) and left.any():
        bar = -np.inf
        for i in range(len(positions)):
            if left[i]:
                bar = max(bar, heights[positions[i]] - same)
        for i in range(len(positions)):
            if left[i] and heights[positions[i]] >= bar:
                chosen[n_chosen] = positions[i]
                n_chosen += 1
                left[i] = False
                break
    return chosen[:n_chosen]


@njit(
    int64(
        *(_given(2), _given(1), _given(2), _given(1), _given(1), types.Array(int64, 2, "C", readonly=True)),
        *(types.Array(int64, 2, "C", readonly=True), float64),
        *(int64, float64, _given(1), float64, float64),
        *(float64[:, :, ::1], float64[:, :, :, ::1], float64[:, :, :, :, ::1]),
    ),
    nogil=True,
    cache=True,
    error_model="numpy",
)
def likeliest(  # type: ignore[no-untyped-def]  # noqa: ANN201
    first_rows,  # noqa: ANN001
    first_weights,  # noqa: ANN001
    rows,  # noqa: ANN001
    row_weights,  # noqa: ANN001
    centre,  # noqa: ANN001
    points,  # noqa: ANN001
    stages,  # noqa: ANN001
    same,  # noqa: ANN001
    structure,  # noqa: ANN001
    floor,  # noqa: ANN001
    ridge,  # noqa: ANN001
    few,  # noqa: ANN001
    fewest,  # noqa: ANN001
    weights,  # noqa: ANN001
    means,  # noqa: ANN001
    covariances,  # noqa: ANN001
):
    """Which of M runs is the likeliest; they are written into weights (M, T, K), means (M, T, K, D) and covariances.

    A run begins with each row of points (M, K): each row goes to the nearest of those of `rows` there. In each of the
    stages (S, 2) so many of the runs at most, the likeliest so far, take so many iterations; all of them, and where a
    run begins, make T. The first stage is taken on `first_rows`, all else on `rows`, of which `centre` is the mean. A
    run that needs a floor, or loses a component, is out; −1 if all of them are.
    """
    n_tries, n_components = points.shape
    n_features = rows.shape[1]
    width = n_features + n_features % 2
    counts, sums = np.empty(n_components), np.empty((n_components, width))
    scatter = np.empty((n_components, width, width))
    origin, places = np.zeros((n_components, width)), np.empty((n_components, n_features))
    factor = np.empty((n_features, n_features))
    for k in range(n_components):
        for i in range(n_features):
            origin[k, i] = centre[i]
    turned_rows, shares = blocks(rows), work_array(n_components)
    of_rows, work = work_array(2), work_array(width)
    heights, log_likelihoods = np.zeros(n_tries), np.empty(weights.shape[1])
    for t in range(n_tries):
        counts[:] = 0.0
        sums[:] = 0.0
        scatter[:] = 0.0
        for k in range(n_components):
            for i in range(n_features):
                places[k, i] = rows[points[t, k], i]
        add_nearest(turned_rows, row_weights, places, origin, shares, of_rows, work, counts, sums, scatter)
        if not cautiously_maximized(
            structure,
            floor,
            ridge,
            few,
            counts,
            sums,
            scatter,
            origin,
            weights[t, 0],
            means[t, 0],
            covariances[t, 0],
            factor,
        ):
            heights[t] = -np.inf
    # Where every row counts once, the likelihood is quicker without weights.
    uncounted = (row_weights == 1.0).all()
    positions, done_before = np.arange(n_tries), 0
    for stage in range(len(stages)):
        if stage == 0:
            looked_at, counted, n_rows = blocks(first_rows), first_weights, len(first_rows)
        else:
            looked_at, counted, n_rows = turned_rows, row_weights, len(rows)
        if uncounted:
            counted = row_weights[:0]
        positions = best(heights, positions, stages[stage, 0], same)
        n_iterations = stages[stage, 1]
        for t in positions:
            done, goes_on = climbed_on_blocks(
                looked_at,
                n_rows,
                counted,
                structure,
                floor,
                ridge,
                fewest,
                -np.inf,
                -np.inf,
                weights[t, done_before:],
                means[t, done_before:],
                covariances[t, done_before:],
                log_likelihoods[:n_iterations],
                counts,
                sums,
                scatter,
            )
            usual = goes_on and done == n_iterations
            heights[t] = log_likelihoods[n_iterations - 1] if usual else -np.inf
        done_before += n_iterations
    for t in best(heights, positions, 1, same):
        return t
    return -1
