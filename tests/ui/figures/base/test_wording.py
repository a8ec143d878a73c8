"""Numbers read as a person would say them."""

import pytest

from ui.figures.base.axes import hover_format
from ui.figures.base.wording import (
    component_name,
    counted,
    listed,
    number,
    percent,
    scientific,
    weights_in_words,
)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.342, "34 %"),
        (1.0, "100 %"),
        (0.0, "0 %"),
        (0.0999, "10 %"),
        (0.052, "5.2 %"),
        (0.0042, "0.42 %"),
        (1e-6, "under 0.01 %"),
        (0.994, "99 %"),
        (0.9986, "99.9 %"),
        (0.9997, "99.97 %"),
        (0.999999, "over 99.99 %"),
    ],
)
def test_percent(share: float, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(-1114.4412, 6, "−1,114.44"), (0.00123456, 4, "0.001235"), (123456.7, 4, "123,457"), (5.0, 4, "5")],
)
def test_number(value: float, digits: int, text: str) -> None:
    assert number(value, digits) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(4.1e-7, "4.1 × 10⁻⁷"), (-1e-5, "−1 × 10⁻⁵"), (2.5, "2.5"), (1e15, "10¹⁵"), (-3e300, "−3 × 10³⁰⁰")],
)
def test_scientific(value: float, text: str) -> None:
    assert scientific(value) == text


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
    assert component_name(0, 0.343) == "1 · 34 %"


@pytest.mark.parametrize(
    ("weights", "text"),
    [
        ([1.0], "One component, which holds all points"),
        ([0.5, 0.5], "Two components, each of which holds 50 % of the points"),
        ([0.2, 0.8], "Two components; the largest holds 80 % and the smallest 20 % of the points"),
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
        ((0, 1e-12), ".5~g"),
    ],
)
def test_hovering_tells_a_thousandth_of_the_axis_apart(ends: tuple[float, float], text: str) -> None:
    assert hover_format(ends) == text
