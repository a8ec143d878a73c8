"""Lessons through AppTest: every link opens on what it promises, asks first, then shows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import ui.lessons.course as course_module
from gmm_core.studies.lesson_claims.setting import Setting
from ui.lessons.course import course
from ui.lessons.lesson import Lesson
from ui.lessons.progress import CourseProgress
from ui.shell.analysis import Analysis

APP = Path(__file__).parents[2] / "app.py"
LESSONS = list(course().values())


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def shown(app: AppTest) -> Setting:
    """The setting on the screen, in the words of a lesson."""
    analysis: Analysis = app.session_state["analysis"]
    data = app.selectbox(key="data").value
    return Setting(
        data,
        tuple(
            (str(widget.key).removeprefix(f"{data}_"), float(widget.value or 0))
            for widget in app.number_input
            if str(widget.key).startswith(f"{data}_")
        ),
        analysis.preparation.columns,
        analysis.preparation.scaling,
        analysis.specification,
    )


def assert_shows(app: AppTest, wanted: Setting) -> None:
    found = shown(app)
    assert (found.data, found.scaling, found.model) == (wanted.data, wanted.scaling, wanted.model)
    assert set(wanted.parameters) <= set(found.parameters)
    assert found.columns == (wanted.columns or wanted.dataset().default_columns())


def course_progress(app: AppTest) -> CourseProgress:
    found: CourseProgress = app.session_state["place in the course"]
    return found


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


def texts(app: AppTest) -> list[str]:
    return [text.value for text in app.markdown]


@pytest.mark.parametrize("lesson", LESSONS, ids=[lesson.key for lesson in LESSONS])
def test_a_link_opens_the_lesson_asks_and_then_shows(lesson: Lesson) -> None:
    app = opened(lesson=lesson.key)
    assert f"**{lesson.question}**" in texts(app)
    assert not any(lesson.explanation in text for text in texts(app))
    assert_shows(app, lesson.before.setting)
    wrong = next(answer for position, answer in enumerate(lesson.answers) if position != lesson.right)
    press(app, wrong)
    assert any("Not quite" in text and lesson.explanation in text for text in texts(app))
    assert_shows(app, lesson.after.setting)
    for key, value in lesson.after.controls.items():
        assert app.session_state[key] == value
    press(app, lesson.answers[lesson.right])
    assert any("**Right.**" in text and lesson.explanation in text for text in texts(app))
    assert course_progress(app).done == {lesson.key: False}  # the first answer counts
    assert not app.error
    assert not app.warning


def test_a_link_may_carry_an_answer_and_another_setting() -> None:
    lesson = LESSONS[1]
    app = opened(lesson=lesson.key, answer=lesson.letter(lesson.right), k="4")
    assert any("**Right.**" in text for text in texts(app))
    found = shown(app)
    assert found.model.n_components == 4
    assert ("stretch", 6.0) in found.parameters


def test_a_link_in_a_lesson_may_name_a_default() -> None:
    app = opened(lesson="same-mean-different-shape", k="3")
    assert course()["same-mean-different-shape"].before.setting.model.n_components == 2
    assert shown(app).model.n_components == 3


@pytest.mark.parametrize("query", [{"lesson": "<b>"}, {"lesson": ""}, {"answer": "a"}])
def test_a_link_to_no_lesson_opens_the_page(query: dict[str, str]) -> None:
    app = opened(**query)
    assert app.metric
    assert "End lesson" not in [button.label for button in app.button]


@pytest.mark.parametrize("answer", ["", "z", "ab", "<b>"])
def test_an_answer_that_is_none_leaves_the_question_open(answer: str) -> None:
    app = opened(lesson=LESSONS[0].key, answer=answer)
    assert course_progress(app).answered is None
    assert f"**{LESSONS[0].question}**" in texts(app)


def test_the_course_goes_on_and_back_starts_over_and_ends() -> None:
    app = opened(lesson=LESSONS[0].key)
    press(app, LESSONS[0].answers[LESSONS[0].right])
    press(app, "Next")
    assert course_progress(app).lesson == LESSONS[1]
    assert_shows(app, LESSONS[1].before.setting)
    assert app.query_params["lesson"] == LESSONS[1].key
    assert "answer" not in app.query_params
    press(app, "Previous")
    assert course_progress(app).answered is None
    app.slider(key="k").set_value(5)
    press(app, "Start over")
    assert_shows(app, LESSONS[0].before.setting)
    press(app, "End lesson")
    assert course_progress(app).lesson is None
    assert course_progress(app).done == {LESSONS[0].key: True}
    assert "lesson" not in app.query_params
    assert_shows(app, LESSONS[0].before.setting)


def test_the_cards_stand_in_teaching_order_and_keep_the_place() -> None:
    app = opened(lesson=LESSONS[0].key)
    press(app, LESSONS[0].answers[LESSONS[0].right])
    press(app, "Next")
    app.switch_page("pages/learn/lessons.py").run()
    assert not app.exception
    links = [link.proto.label for link in app.get("page_link")]
    assert links == [f"{number} · {lesson.title}" for number, lesson in enumerate(LESSONS, start=1)]
    assert [link.proto.query_string for link in app.get("page_link")] == [
        f"lesson={lesson.key}" for lesson in LESSONS
    ]
    assert any("1 of 12, 1 right" in text for text in texts(app))
    captions = [caption.value for caption in app.caption if "minutes" in caption.value]
    assert "answered" in captions[0]
    assert "on now" in captions[1]
    pictures = [element.proto.body for element in app.get("html") if "data:image" in element.proto.body]
    assert len(pictures) == len(LESSONS)
    assert all(f'alt="{lesson.title}' in drawn for lesson, drawn in zip(LESSONS, pictures, strict=True))


@pytest.fixture
def one_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The key of a lesson whose file was added to the course."""
    shutil.copytree(course_module.FOLDER, tmp_path / "lessons")
    added = (course_module.FOLDER / "01-soft-or-hard.toml").read_text().replace("Soft or hard", "One more")
    (tmp_path / "lessons" / "13-one-more.toml").write_text(added)
    monkeypatch.setattr(course_module, "FOLDER", tmp_path / "lessons")
    course_module.course.cache_clear()
    yield "one-more"
    course_module.course.cache_clear()


def test_a_lesson_is_added_by_adding_a_file(one_more: str) -> None:
    app = opened(lesson=one_more)
    assert any("Lesson 13 of 13 · One more" in caption.value for caption in app.caption)
    press(app, "About six in ten")
    assert any("**Right.**" in text for text in texts(app))
    app.switch_page("pages/learn/lessons.py").run()
    assert [link.proto.label for link in app.get("page_link")][-1] == "13 · One more"


def test_presenter_mode_is_one_switch_in_the_sidebar_and_in_a_lesson() -> None:
    def style(app: AppTest) -> list[str]:
        return [
            element.proto.body for element in app.get("html") if ":root { font-size" in element.proto.body
        ]

    app = opened(lesson=LESSONS[0].key)
    assert style(app) == []
    press(app, "Present")
    assert app.toggle(key="present").value is True
    assert style(app) == ["<style>:root { font-size: 20.25px !important; }</style>"]
    press(app, LESSONS[0].answers[LESSONS[0].right])
    assert "**Right.**" in texts(app)[1] and LESSONS[0].explanation not in texts(app)[1]
    (why,) = [expander for expander in app.expander if expander.label == "Why"]
    assert why.markdown[0].value == LESSONS[0].explanation
    press(app, "Leave presenter mode")
    assert style(app) == []
    assert style(opened(present="true"))
