"""What random starts look at where there are more rows than they take."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from gmm_core.arrays import FloatArray, column_range
from gmm_core.fitting.fit import fit
from gmm_core.fitting.narrow_components import NarrowKind
from gmm_core.fitting.specification import FitSpecification
from gmm_core.rows.start_sample import MAX_FAR, START_ROWS, StartRows


def drawn(rows: FloatArray, weights: FloatArray | None = None) -> StartRows:
    return StartRows.drawn(rows, weights, 2, np.random.default_rng(7))


def test_rows_far_from_all_drawn_ones_come_along_with_their_share_of_the_weight() -> None:
    rows = np.random.default_rng(1).normal(size=(3 * START_ROWS, 2))
    rows[[5, 7], 0] = 100.0, -90.0
    weights = np.ones(len(rows))
    weights[[5, 7]] = 1 / 2  # neither is drawn
    found = drawn(rows, weights)
    assert found.weights.sum() == pytest.approx(START_ROWS + 2 / 6, abs=1e-4)
    np.testing.assert_allclose(found.weights[[0, -1]], 1 / 6, rtol=1e-4)
    np.testing.assert_array_equal(found.rows[[0, -1]], rows[[7, 5]])


def test_a_far_row_has_its_own_weight() -> None:
    rows = np.random.default_rng(1).normal(size=(2 * START_ROWS, 1))
    rows[5] = 100.0
    weights = np.full(len(rows), 2.0)
    weights[5] = 1e-3
    assert drawn(rows, weights).weights[-1] == pytest.approx(1e-3 * START_ROWS / weights.sum())


def test_rows_a_little_beyond_the_drawn_ones_do_not() -> None:
    rows = np.random.default_rng(1).normal(size=(50 * START_ROWS, 1))
    found = drawn(rows)
    assert rows.min() < found.rows.min()
    assert found.weights.sum() == START_ROWS


def test_one_value_beside_equal_ones_comes_along() -> None:
    rows = np.zeros((2 * START_ROWS, 1))
    rows[:2] = [[3.0], [-1.0]]
    np.testing.assert_array_equal(drawn(rows).rows.ravel(), [-1.0, 0.0, 3.0])


def test_so_many_far_rows_come_along_at_most_and_the_farthest() -> None:
    far = 1_000.0 + np.arange(2 * MAX_FAR)
    rows = np.concatenate([far, np.random.default_rng(1).uniform(size=2 * START_ROWS)])[:, None]
    chosen = drawn(rows, np.where(rows.ravel() > 1.0, 1e-12, 1.0)).rows.ravel()
    np.testing.assert_array_equal(chosen[chosen > 1.0], far[MAX_FAR:])


@pytest.mark.parametrize("n_rows", [30_000, 100_000])
@pytest.mark.parametrize("place", [1e3, 1e5])
def test_one_far_row_among_very_many_is_a_component_with_one_restart_too(n_rows: int, place: float) -> None:
    rng = np.random.default_rng(n_rows)
    centres = np.repeat([[0.0, 0.0], [8.0, 0.0], [0.0, 8.0]], n_rows, axis=0)
    rows = np.concatenate([centres + rng.normal(size=centres.shape), [[place, place]]])
    fitted = fit(rows, FitSpecification(n_components=4, n_init=1))
    labels = fitted.mixture.responsibilities(rows).argmax(axis=1)
    assert adjusted_rand_score(np.repeat(range(3), n_rows), labels[:-1]) > 0.99
    assert [component.kind for component in fitted.narrow] == [NarrowKind.ISOLATED]


@pytest.mark.parametrize("shape", [(1, 1), (7, 3), (256, 1), (1_001, 5), (90, 300)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_the_range_of_columns_is_that_of_their_values(shape: tuple[int, int], order: str) -> None:
    rows = np.array(np.random.default_rng(0).normal(size=shape), order=order)  # type: ignore[call-overload]
    lowest, highest = column_range(rows)
    np.testing.assert_array_equal(lowest, rows.min(axis=0))
    np.testing.assert_array_equal(highest, rows.max(axis=0))
