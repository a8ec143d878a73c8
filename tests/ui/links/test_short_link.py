"""Short links of earlier versions open for ever; a damaged token is known."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.links.packed import token
from ui.links.short_link import LONGEST_TOKEN, MAX_SETTINGS, BrokenLink, settings

OF_VERSION_1 = "1isvD9AFQEEMx2CJzAA"
SENT = {
    OF_VERSION_1: "data=Old+Faithful&k=2&covariance=tied&seed=7",
    "1AAADAA": "",
    "1XBODxhRK5QGLLAA": "lesson=soft-or-hard&answer=a",
    "1okrD6i2QHLp-qK1GqBENdoE5etKCp0UzHEkRJS3jSPco-Rue15CzEXJNgpzX0CokXHkbuXgAAA": "data=Palmer+penguins&k=4&"
    "covariance=diag&n_init=2&init=k-means&seed=7&tolerance=1e-8&max_iter=600&regularization=1e-3&scale=Robust&"
    "missing=Fill+by+median&present=true&view=3-D&axis_1_of_4=body_mass_g&axis_2_of_4=bill_length_mm&"
    "colour=Responsibility&contours=50%25",
    "1gRmDF-uI8jy9CFSQOZmBizO3VGAVYKatauycpGrsqoZFeaKqsUsSrLAwBJVsRqCyS9XVSNXCQtXSyBgkZKJWYQsA": "columns_penguins_5="
    "gr%C3%B6%C3%9Fe+%26+%3Cb%3E&columns_penguins_5=a%3Db&points=1%2C+2%3B+%E2%88%923%2C+4&x=",
}
"""Tokens that were sent, and the settings that each holds."""


@pytest.mark.parametrize("sent", SENT)
def test_a_token_that_was_sent_once_opens_for_ever(sent: str) -> None:
    assert settings(sent) == parse_qsl(SENT[sent], keep_blank_values=True)
    assert token(settings(sent)) == sent


def test_what_belongs_to_the_address_is_not_carried() -> None:
    assert settings(token([("s", "1abc"), ("embed", "true"), ("k", "4")])) == [("k", "4")]


@pytest.mark.parametrize("position", range(len(OF_VERSION_1)))
def test_a_sign_that_is_lost_or_changed_is_known(position: int) -> None:
    lost = OF_VERSION_1[:position] + OF_VERSION_1[position + 1 :]
    other = "y" if OF_VERSION_1[position] == "x" else "x"
    changed = OF_VERSION_1[:position] + other + OF_VERSION_1[position + 1 :]
    for broken in (lost, changed):
        with pytest.raises(BrokenLink, match="ask for it again"):
            settings(broken)


@given(st.text(max_size=60) | st.text("ABCabc019-_", max_size=200).map(lambda text: "1" + text))
def test_any_text_is_settings_or_a_sentence(text: str) -> None:
    try:
        found = settings(text)
    except BrokenLink:
        return
    assert all(isinstance(name, str) and isinstance(value, str) for name, value in found)


@pytest.mark.parametrize(
    "said",
    [
        [("x", "a" * 200_000)],
        [(f"x{number}", "1") for number in range(MAX_SETTINGS + 1)],
        [("x", "".join(chr(33 + number * 7919 % 90) for number in range(2 * LONGEST_TOKEN)))],
    ],
)
def test_what_would_unpack_to_too_much_is_refused(said: list[tuple[str, str]]) -> None:
    with pytest.raises(BrokenLink):
        settings(token(said))
