"""Short links: the settings come back whole, a damaged token is known, and old tokens open for ever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.links.short_link import LONGEST_TOKEN, MAX_SETTINGS, BrokenLink, settings, token

TYPICAL = [("data", "Old Faithful"), ("k", "2"), ("covariance", "tied"), ("view", "Principal plane")]
OF_VERSION_1 = "1isvD9AFQEEMx2CJzAA"


@pytest.mark.parametrize(
    "said",
    [
        [],
        TYPICAL,
        [
            ("columns_penguins_5", "größe & <b>"),
            ("columns_penguins_5", "a=b"),
            ("points", "1, 2; −3, 4"),
            ("x", ""),
        ],
    ],
)
def test_the_settings_come_back_whole(said: list[tuple[str, str]]) -> None:
    assert settings(token(said)) == said


def test_it_is_short() -> None:
    assert len(token(TYPICAL)) < 24


def test_a_token_that_was_sent_once_opens_for_ever() -> None:
    assert settings(OF_VERSION_1) == [
        ("data", "Old Faithful"),
        ("k", "2"),
        ("covariance", "tied"),
        ("seed", "7"),
    ]


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
