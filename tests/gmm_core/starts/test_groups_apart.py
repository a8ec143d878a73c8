"""Groups of rows that stand apart."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gmm_core.arrays import FloatArray
from gmm_core.rows.start_sample import StartRows
from gmm_core.starts import groups_apart as apart

COLUMNS: dict[str, Callable[[np.random.Generator, int], FloatArray]] = {
    "normal": lambda rng, n: rng.normal(size=n),
    "heavy tails": lambda rng, n: rng.standard_cauchy(size=n),
    "few values": lambda rng, n: rng.integers(0, 5, n).astype(np.float64),
    "tight groups": lambda rng, n: rng.normal(0, 0.01, n) + rng.integers(0, 4, n) ** 3,
}


@pytest.mark.parametrize("name", COLUMNS)
def test_no_wide_cut_is_given_up_early(name: str) -> None:
    rng = np.random.default_rng(0)
    given_up = wide = 0
    for _ in range(300):
        column, most = np.sort(COLUMNS[name](rng, int(rng.integers(2, 30)))), int(rng.integers(2, 8))
        worth_it = apart._may_be_wide(np.diff(column)[None], most).item()
        is_wide = apart._cut(column, most)[0] > apart.GAP
        assert worth_it or not is_wide
        given_up += not worth_it
        wide += is_wide
    assert given_up or name == "tight groups"
    assert wide or name == "few values"


def test_no_heavy_value_is_given_up_early() -> None:
    rng = np.random.default_rng(0)
    given_up = heavy = 0
    for _ in range(300):
        column = np.sort(rng.integers(0, rng.integers(1, 30), int(rng.integers(1, 30))).astype(np.float64))
        weights, least = rng.integers(1, 4, len(column)) / 3.0, int(rng.integers(1, 24)) / 3.0
        worth_it = apart._may_be_heavy(column, float(weights.max()), least)
        is_heavy = np.bincount(column.astype(np.int64), weights).max() > least
        assert worth_it or not is_heavy
        given_up += not worth_it
        heavy += is_heavy
    assert given_up > 50
    assert heavy > 50


def test_a_value_of_great_weight_is_a_group() -> None:
    rng = np.random.default_rng(0)
    rows = np.column_stack([np.r_[np.zeros(40), rng.normal(size=80)], rng.normal(size=120)])
    sample = StartRows.all(rows, None)
    assert sample is not None
    groups = apart.groups_apart(sample, 3, sample.cost)
    assert groups is not None
    np.testing.assert_array_equal(groups == groups[sample.rows[:, 0] == 0.0][0], sample.rows[:, 0] == 0.0)
