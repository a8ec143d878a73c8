"""The link to a screen: it says all that was set in the sidebar, opens on it, and is short enough to be sent."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from streamlit.testing.v1 import AppTest

from gmm_core.tables.samples import SAMPLES, load_sample
from tests.ui.shell.test_controls import values_of
from ui.lessons.course import course
from ui.lessons.progress import _KEY as PLACE
from ui.lessons.progress import CourseProgress
from ui.lessons.scene import controls_of
from ui.links.address import read_settings
from ui.links.followed_link import MAX_NAMED, refusal_warnings
from ui.shell.control import Control, Place
from ui.shell.controls import CONTROLS, column_controls, controls_at

LONGEST_ADDRESS = 2_000
"""Characters that every browser, mail program and chat takes as one link."""


def sidebar_with_link() -> None:
    import streamlit as st

    from ui.links.share import current_settings
    from ui.shell.sidebar import sidebar

    sidebar()
    st.session_state["link"] = current_settings()


def opened(settings: list[tuple[str, str]]) -> AppTest:
    app = AppTest.from_function(sidebar_with_link, default_timeout=120)
    for name, value in settings:
        app.query_params[name] = [*app.query_params.get(name, []), value]
    return app.run()


def all_changed(source: str) -> dict[Control, Any]:
    """Every control that this data has, at the value that is not the default and longest to write."""
    rows = controls_at(*Place, source=source)
    if source in SAMPLES:
        rows += column_controls(load_sample(source), private=False)
    others = {
        row.key: max(
            (value for value in values_of(row) if value not in (row.default, [])),
            key=lambda value: len("".join(row.kind.written(value))),
            default=row.default,
        )
        for row in rows
        if row.key != "data"
    }
    return {row: source if row.key == "data" else others[row.key] for row in rows}


@pytest.mark.parametrize("source", ["moons", "outliers", *SAMPLES])
def test_a_link_says_every_setting_of_the_sidebar_and_opens_on_it(source: str) -> None:
    wanted = all_changed(source)
    app = AppTest.from_function(sidebar_with_link, default_timeout=120)
    for row, value in wanted.items():
        app.session_state[row.key] = value
    app.run()
    assert not app.exception
    link = app.session_state["link"]
    assert [
        (row.key, text)
        for row, value in wanted.items()
        if value != row.default
        for text in row.kind.written(value)
    ] == link
    assert len(urlencode(link)) < LONGEST_ADDRESS
    other = opened(link)
    assert not other.exception
    for row, value in wanted.items():
        assert other.session_state[row.key] == value, row.key
    assert other.session_state["link"] == link
    as_asked: dict[str, list[str]] = {}
    for name, text in link:
        as_asked.setdefault(name, []).append(text)
    assert read_settings(as_asked).settings == as_asked


def test_a_link_in_a_lesson_says_what_is_back_at_its_default() -> None:
    lesson = course()["same-mean-different-shape"]
    assert lesson.before.setting.model.n_components == 2
    app = AppTest.from_function(sidebar_with_link, default_timeout=120)
    app.session_state[PLACE] = CourseProgress(lesson)
    for key, value in controls_of(lesson.before).items():
        app.session_state[key] = value
    app.session_state["k"] = 3
    link = dict(app.run().session_state["link"])
    assert link == {"data": "Crossed groups", "covariance": "tied", "k": "3"}


def test_a_link_to_what_nobody_changed_says_nothing() -> None:
    assert opened([]).session_state["link"] == []


def test_settings_that_pages_read_stay_as_they_are() -> None:
    asked = {"view": ["3-D"], "contours": ["50%", "<b>"], "k": ["x"], "no such": [""]}
    link = read_settings(asked)
    assert link.settings == {name: texts for name, texts in asked.items() if name != "k"}
    assert link.refused == ("Components K takes a whole number from 1 to 20, not “x”.",)
    assert CONTROLS["k"].default == 3


def test_of_many_settings_that_are_not_offered_the_first_are_explained_and_the_others_counted() -> None:
    assert refusal_warnings([]) == []
    sentences = [f"Sentence {number}." for number in range(MAX_NAMED + 3)]
    for told in range(1, MAX_NAMED + 2):
        assert all(sentence in refusal_warnings(sentences[:told])[0] for sentence in sentences[:told])
    (warning,) = refusal_warnings(sentences)
    assert "Sentence 4. There are 3 more settings of this kind. What you see" in warning
