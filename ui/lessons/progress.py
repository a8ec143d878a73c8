"""The visitor's progress in the course: the current lesson, the answers, and what the screen shows for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from ui.lessons.course import course
from ui.lessons.lesson import Lesson
from ui.lessons.scene import controls_of

CLUSTERS = "clusters"
"""What lessons call the page at the root, which has no address of its own."""
LESSON, ANSWER = "lesson", "answer"
"""What a link calls the lesson and the answer that was chosen in it."""
_KEY = "place in the course"
"""Key of the session state: the visitor's progress."""
_PAGES = "pages of the app"
"""Key of the session state: the pages of the navigation."""


@dataclass(frozen=True)
class CourseProgress:
    """The visitor's progress in the course.

    Parameters
    ----------
    lesson : Lesson or None
        The current lesson.
    answered : int or None
        The position of the answer chosen in it.
    done : mapping
        For each answered lesson, by key, True if the first answer was right.
    goal : str or None
        The page that the current lesson shows, until the app has switched to it.
    """

    lesson: Lesson | None = None
    answered: int | None = None
    done: Mapping[str, bool] = field(default_factory=dict)
    goal: str | None = None


def course_progress() -> CourseProgress:
    """The visitor's progress; a new one at the start of a session."""
    progress: CourseProgress = st.session_state.get(_KEY, CourseProgress())
    return progress


def known_pages() -> Collection[StreamlitPage]:
    """The pages of the navigation that the latest `follow_link` received."""
    pages: Collection[StreamlitPage] = st.session_state[_PAGES]
    return pages


def follow_link(page: StreamlitPage, pages: Collection[StreamlitPage]) -> None:
    """Begin the lesson that the address names, switch to the lesson's page, and keep the address complete.

    If the link opens the app, its other settings, such as another K, take precedence over the lesson's. If the app is
    open already, the address holds the visitor's earlier settings, and the lesson's take precedence.
    """
    st.session_state[_PAGES] = tuple(pages)
    linked = course().get(st.query_params.get(LESSON, ""))
    if linked is not None and linked is not course_progress().lesson:
        fixed = frozenset() if "data" in st.session_state else frozenset(st.query_params)
        answered = linked.position(st.query_params.get(ANSWER))
        _show(replace(course_progress(), lesson=linked, answered=answered), fixed)
    goal = course_progress().goal
    if goal is not None:
        st.session_state[_KEY] = replace(course_progress(), goal=None)
        lesson_page = page_named(goal, pages)
        if lesson_page is not page and lesson_page.url_path != page.url_path:
            # A control whose value is in the session writes it into the address itself.
            others = {
                name: value
                for name, value in st.query_params.to_dict().items()
                if name not in st.session_state
            }
            st.switch_page(lesson_page, query_params=others)
    _write_address()


def begin(key: str) -> None:
    """Begin a lesson, unanswered."""
    _show(replace(course_progress(), lesson=course()[key], answered=None))
    _write_address()


def choose(answer: int) -> None:
    """Answer the current lesson; only the first answer counts as right or wrong."""
    now = course_progress()
    if now.lesson is None:
        return
    done = {now.lesson.key: answer == now.lesson.right, **now.done}
    _show(replace(now, answered=answer, done=done), first_time=now.answered is None)
    _write_address()


def end() -> None:
    """End the lesson; the screen stays as it is."""
    st.session_state[_KEY] = replace(course_progress(), lesson=None, answered=None)
    _write_address()


def page_named(name: str, pages: Collection[StreamlitPage]) -> StreamlitPage:
    """The page at an address."""
    return next(page for page in pages if page.url_path == ("" if name == CLUSTERS else name))


def _show(new: CourseProgress, fixed: Collection[str] = (), first_time: bool = True) -> None:
    """Store the progress; at a lesson's start or first answer, set its controls except the `fixed` ones."""
    assert new.lesson is not None
    if first_time:
        scene = new.lesson.scene(new.answered)
        for key, value in controls_of(scene).items():
            if key not in fixed:
                st.session_state[key] = value
        new = replace(new, goal=scene.page)
    st.session_state[_KEY] = new


def _write_address() -> None:
    now = course_progress()
    settings = {}
    if now.lesson is not None:
        settings[LESSON] = now.lesson.key
        if now.answered is not None:
            settings[ANSWER] = now.lesson.letter(now.answered)
    for name in (LESSON, ANSWER):
        if name not in settings and name in st.query_params:
            del st.query_params[name]
        elif name in settings and st.query_params.get(name) != settings[name]:
            st.query_params[name] = settings[name]
