"""Numbers as people read them, the same everywhere."""

import math

import pytest

from gmm_core.number_text import (
    duration,
    exact_percent,
    in_full,
    index,
    number,
    p_in_words,
    percent,
    power_of_ten,
    tenths,
    whole,
    with_decimals,
)

NUMBERS = [
    (0.0, "0"),
    (5.0, "5"),
    (-2.5, "−2.5"),
    (1677.1, "1\u202f677"),
    (2553.6, "2\u202f554"),
    (123456.7, "123\u202f457"),
    (99999.6, "100\u202f000"),
    (9.99996, "10"),
    (0.00123456, "0.001235"),
    (0.000517, "5.17\u00a0×\u00a010⁻⁴"),
    (9.72e-11, "9.72\u00a0×\u00a010⁻¹¹"),
    (-1e-5, "−10⁻⁵"),
    (1e15, "10¹⁵"),
    (-3e300, "−3\u00a0×\u00a010³⁰⁰"),
    (math.nan, "–"),
    (math.inf, "∞"),
    (-math.inf, "−∞"),
]
"""A value and its text; the browser's function is held to them too."""
PERCENTAGES = [
    (0.0, "0\u202f%"),
    (1e-6, "<0.1\u202f%"),
    (0.001, "0.1\u202f%"),
    (0.0042, "0.42\u202f%"),
    (0.052, "5.2\u202f%"),
    (0.0999, "10\u202f%"),
    (0.342, "34\u202f%"),
    (0.95, "95\u202f%"),
    (0.99, "99\u202f%"),
    (0.9943, "99.4\u202f%"),
    (0.9997, ">99.9\u202f%"),
    (1.0, "100\u202f%"),
]
"""A share and its text."""


@pytest.mark.parametrize(("value", "text"), NUMBERS)
def test_a_value_has_four_significant_digits_and_loses_none_before_its_point(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(("share", "text"), PERCENTAGES)
def test_a_share_is_never_none_or_all_unless_it_is(share: float, text: str) -> None:
    assert percent(share) == text


def test_a_share_that_somebody_chose_is_written_in_full() -> None:
    assert [exact_percent(share) for share in (0.95, 0.07, 0.0001)] == [
        "95\u202f%",
        "7\u202f%",
        "0.01\u202f%",
    ]
    assert [in_full(value) for value in (0.05, 1_000_000)] == ["0.05", "1\u202f000\u202f000"]


@pytest.mark.parametrize(
    ("value", "text"), [(12, "12"), (1234, "1\u202f234"), (-5, "−5"), (1234567, "1\u202f234\u202f567")]
)
def test_a_count_is_written_in_full(value: int, text: str) -> None:
    assert whole(value) == text


def test_what_is_compared_by_differences_has_a_fixed_number_of_decimals() -> None:
    assert tenths(-1287.44) == "−1\u202f287.4"
    assert tenths(-0.01) == "0.0"  # no minus before nothing
    assert tenths(None) == tenths(math.nan) == "–"
    assert with_decimals(2.0, 3) == "2.000"


@pytest.mark.parametrize(
    ("value", "text"), [(1.0, "1.000"), (0.99996, "0.999"), (0.5, "0.500"), (-0.0123, "−0.012")]
)
def test_an_index_of_agreement_has_three_decimals_and_is_one_only_if_it_is(value: float, text: str) -> None:
    assert index(value) == text


def test_a_small_p_value_is_a_bound() -> None:
    assert [p_in_words(p) for p in (0.034, 1e-9)] == ["=\u00a00.034", "<\u00a00.001"]


def test_a_power_of_ten_may_lie_beyond_floats() -> None:
    assert power_of_ten(4.1, -700) == "4.1\u00a0×\u00a010⁻⁷⁰⁰"


@pytest.mark.parametrize(("seconds", "text"), [(40, "40 s"), (180, "3 minutes")])
def test_a_duration_has_a_suitable_unit(seconds: float, text: str) -> None:
    assert duration(seconds) == text
