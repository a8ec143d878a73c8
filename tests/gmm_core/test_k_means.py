"""k-means for starts: the partitions that scikit-learn's finds, weights that count as repetitions."""

from __future__ import annotations

import numpy as np
from sklearn.cluster import KMeans

from gmm_core.k_means import k_means, nearest, spread_rows

RNG = np.random.default_rng(2)
CENTRES = np.array([[-1.2, -1.0], [1.2, -0.8], [0.0, 1.3]])
ROWS = np.concatenate([RNG.normal(size=(80, 2)) * 0.25 + centre for centre in CENTRES])
ROWS -= ROWS.mean(axis=0)


def inertia(rows: np.ndarray, labels: np.ndarray) -> float:
    return sum(np.square(rows[labels == k] - rows[labels == k].mean(axis=0)).sum() for k in np.unique(labels))


def test_it_is_as_good_as_the_peer() -> None:
    rows = RNG.normal(size=(600, 3))
    ours = [inertia(rows, k_means(rows, np.ones(600), 5, np.random.default_rng(s))) for s in range(30)]
    theirs = [KMeans(5, n_init=1, random_state=s).fit(rows).inertia_ for s in range(30)]
    assert np.mean(ours) < 1.01 * np.mean(theirs)
    assert min(ours) < 1.001 * min(theirs)


def test_clear_groups_are_found() -> None:
    for seed in range(20):
        labels = k_means(ROWS, np.ones(len(ROWS)), 3, np.random.default_rng(seed))
        assert sorted(np.bincount(labels)) == [80, 80, 80]


def test_a_weight_counts_as_repetitions() -> None:
    weights = RNG.integers(1, 4, size=len(ROWS))
    labels = k_means(ROWS, weights.astype(float), 4, np.random.default_rng(0))
    repeated = k_means(np.repeat(ROWS, weights, axis=0), np.ones(weights.sum()), 4, np.random.default_rng(0))
    np.testing.assert_array_equal(np.repeat(labels, weights), repeated)


def test_every_group_has_a_row_as_long_as_there_are_different_rows() -> None:
    rows = np.repeat(np.arange(5.0)[:, None], 4, axis=0) - 2.0
    for seed in range(20):
        assert set(k_means(rows, np.ones(20), 5, np.random.default_rng(seed))) == set(range(5))


def test_spread_rows_are_rows_and_differ() -> None:
    chosen = spread_rows(ROWS, np.ones(len(ROWS)), 10, np.random.default_rng(3))
    assert len({row.tobytes() for row in chosen}) == 10
    assert {row.tobytes() for row in chosen} <= {row.tobytes() for row in ROWS}
    np.testing.assert_array_equal(nearest(chosen, chosen), np.arange(10))


def test_of_equally_near_centres_the_first_counts_whatever_the_rounding() -> None:
    rows = np.array([[0.1 + 0.2], [0.3], [0.3 + 1e-16]])
    assert nearest(rows, np.array([[0.3 + 1e-15], [0.3]])).tolist() == [0, 0, 0]
