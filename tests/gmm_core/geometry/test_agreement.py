"""Partitions are compared as partitions: names of components play no part."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmm_core.geometry.agreement import adjusted_rand_index, counterparts, differing_rows
from gmm_core.studies.cross_table import cross_table

FIRST = np.array([0, 0, 0, 1, 1, 2, 2, 2])


def test_renaming_changes_nothing() -> None:
    renamed = np.array([2, 0, 1])[FIRST]
    np.testing.assert_array_equal(counterparts(FIRST, renamed, 3), [2, 0, 1])
    assert not differing_rows(FIRST, renamed, 3).any()
    assert adjusted_rand_index(FIRST, renamed) == 1.0


def test_the_rows_that_changed_component_are_the_ones_that_differ() -> None:
    moved = np.array([2, 2, 2, 0, 1, 1, 1, 0])
    np.testing.assert_array_equal(np.flatnonzero(differing_rows(FIRST, moved, 3)), [4, 7])


def test_the_index_of_hubert_and_arabie_by_hand() -> None:
    # Of 6 pairs: 2 together in the first, 3 in the second, 1 in both; by chance 2·3/6 = 1 is expected.
    first, second = np.array([0, 0, 1, 1]), np.array([0, 0, 0, 1])
    assert adjusted_rand_index(first, second) == pytest.approx((1 - 1) / ((2 + 3) / 2 - 1))
    assert adjusted_rand_index(first, np.array([1, 1, 0, 0])) == 1.0


def test_an_empty_component_stands_for_an_empty_one() -> None:
    assert not differing_rows(np.array([0, 0, 3]), np.array([1, 1, 0]), 4).any()


@given(st.data())
def test_no_renaming_agrees_on_more_rows(data: st.DataObject) -> None:
    labels = st.lists(st.integers(0, 2), min_size=5, max_size=30)
    first = np.array(data.draw(labels))
    second = np.resize(np.array(data.draw(labels)), len(first))
    fewest = np.count_nonzero(differing_rows(first, second, 3))
    renaming = np.array(data.draw(st.permutations(range(3))))
    assert fewest <= np.count_nonzero(renaming[first] != second)
    assert fewest == np.count_nonzero(differing_rows(second, first, 3))


def test_a_cross_table_counts_every_row_once_and_keeps_empty_components() -> None:
    table = cross_table(["a", "b", "b", "b", "c"], np.array([0, 0, 3, 3, 1]), 4)
    assert list(table.index) == ["b", "a", "c"]
    assert list(table.columns) == ["1", "2", "3", "4"]
    np.testing.assert_array_equal(table, [[1, 0, 0, 2], [1, 0, 0, 0], [0, 1, 0, 0]])
