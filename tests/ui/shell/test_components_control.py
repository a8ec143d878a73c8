"""The bars below the control of K: what is known, in words and heights, and which K has the lowest BIC."""

from __future__ import annotations

import pytest

from ui.shell.components_control import FEWEST_BARS, bars_of, sentence


def test_a_bar_is_as_high_as_its_bic_stands_between_the_lowest_and_the_highest() -> None:
    bars = bars_of({2: 300.0, 3: 200.0, 5: 250.0}, current=3)
    assert [bar.components for bar in bars] == list(range(1, FEWEST_BARS + 1))
    assert {bar.components: bar.height for bar in bars if bar.height is not None} == {2: 1.0, 3: 0.0, 5: 0.5}
    assert bars[0].words == "K = 1, not fitted yet"
    assert bars[1].words.startswith("K = 2, BIC 300")
    assert bars[2].words.endswith("lowest")
    assert sentence(bars).endswith("lowest at K = 3")


@pytest.mark.parametrize("criteria", [{}, {3: 12.0}, {3: None}, {3: None, 4: 1.0}])
def test_nothing_is_called_lowest_where_there_is_nothing_to_compare(
    criteria: dict[int, float | None],
) -> None:
    bars = bars_of(criteria, current=3)
    assert "lowest" not in sentence(bars) + "".join(bar.words for bar in bars)
    assert all(bar.height in (None, 0.0) for bar in bars)


def test_a_fit_without_criteria_has_no_bar_but_is_not_called_unknown() -> None:
    bar = bars_of({2: None}, current=2)[1]
    assert (bar.words, bar.height) == ("K = 2, no BIC", None)


def test_there_is_a_place_for_every_k_that_is_chosen_or_known() -> None:
    assert len(bars_of({}, current=14)) == 14
    assert len(bars_of({17: 1.0}, current=3)) == 17
