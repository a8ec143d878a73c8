"""How many restarts it takes: the formula, its ends, and what few runs leave open."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmm_core.studies.success_rate import SuccessRate, restarts_needed


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.5, 7), (0.9, 2), (0.99, 1), (0.999, 1), (1.0, 1), (0.1, 44), (0.22, 19), (0.005, 919), (0.0, None)],
)
def test_restarts_that_reach_it_with_99_percent(share: float, expected: int | None) -> None:
    assert restarts_needed(share) == expected


@given(st.floats(1e-4, 1 - 1e-4), st.floats(0.5, 0.999))
def test_that_many_suffice_and_one_less_does_not(share: float, probability: float) -> None:
    n = restarts_needed(share, probability)
    assert n is not None
    assert 1 - (1 - share) ** n >= probability - 1e-8
    assert n == 1 or 1 - (1 - share) ** (n - 1) < probability


@pytest.mark.parametrize(
    ("reached", "runs", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (11, 50, 0.1275, 0.3524), (1, 2, 0.0945, 0.9055)],
)
def test_wilsons_interval(reached: int, runs: int, low: float, high: float) -> None:
    np.testing.assert_allclose(SuccessRate(reached, runs).interval, (low, high), atol=1e-4)


def test_a_share_of_nothing_and_of_everything_is_told_honestly() -> None:
    never, always = SuccessRate(0, 10), SuccessRate(10, 10)
    assert (never.n_init, never.n_init_interval) == (None, (15, None))
    assert (always.n_init, always.n_init_interval) == (1, (1, 4))
    assert SuccessRate(0, 0).interval == (0.0, 1.0)
    assert SuccessRate(0, 0).n_init is None


def test_more_runs_leave_less_open() -> None:
    few, many = SuccessRate(2, 10), SuccessRate(40, 200)
    assert few.n_init == many.n_init == 21
    fewest, most = few.n_init_interval
    at_least, at_most = many.n_init_interval
    assert most is not None
    assert at_most is not None
    assert fewest < at_least <= 21 <= at_most < most
