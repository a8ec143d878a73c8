"""Counts, lists and names read as a person would say them."""

import pytest

from ui.figures.base.axes import hover_format
from ui.figures.base.wording import (
    component_name,
    counted,
    listed,
    weights_in_words,
)


@pytest.mark.parametrize(
    ("count", "text"),
    [(1, "One component"), (3, "Three components"), (20, "Twenty components"), (31, "31 components")],
)
def test_counted(count: int, text: str) -> None:
    assert counted(count, "component") == text


@pytest.mark.parametrize(
    ("words", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_listed(words: list[str], text: str) -> None:
    assert listed(words) == text


def test_a_component_is_named_by_its_number_and_weight() -> None:
    assert component_name(0, 0.343) == "1 · 34\u202f%"


@pytest.mark.parametrize(
    ("weights", "text"),
    [
        ([1.0], "One component, which holds all points"),
        ([0.5, 0.5], "Two components, each of which holds 50\u202f% of the points"),
        ([0.2, 0.8], "Two components; the largest holds 80\u202f% and the smallest 20\u202f% of the points"),
    ],
)
def test_shares(weights: list[float], text: str) -> None:
    assert weights_in_words(weights) == text


@pytest.mark.parametrize(
    ("ends", "text"),
    [
        ((0.0, 5.0), ",.3~f"),
        ((1e8, 1e8 + 5), ",.3~f"),
        ((0.0, 9e5), ",.0~f"),
        ((0.0, 3e-4), ",.7~f"),
        ((0, 1e-12), ""),
    ],
)
def test_hovering_tells_a_thousandth_of_the_axis_apart(ends: tuple[float, float], text: str) -> None:
    assert hover_format(ends) == text
