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
_PAGES = "pages of the app"


@dataclass(frozen=True)
class CourseProgress:
    """The lesson that is on, the answer chosen in it, and of every lesson done whether the first answer was right."""

    lesson: Lesson | None = None
    answered: int | None = None
    done: Mapping[str, bool] = field(default_factory=dict)
    goal: str | None = None


def course_progress() -> CourseProgress:
    """The visitor's place."""
    found: CourseProgress = st.session_state.get(_KEY, CourseProgress())
    return found


def known_pages() -> Collection[StreamlitPage]:
    """The pages of the navigation, as `follow_link` was told."""
    pages: Collection[StreamlitPage] = st.session_state[_PAGES]
    return pages


def follow_link(page: StreamlitPage, pages: Collection[StreamlitPage]) -> None:
    """Begin the lesson that the address names, go to the page that a lesson wants, and keep the address complete.

    What a link that opens the app says besides, such as another K, is left as it says. Who has the app open already
    has settings of their own in the address, which are not part of the lesson that is opened then.
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
        wanted = page_named(goal, pages)
        if wanted is not page and wanted.url_path != page.url_path:
            # What a control has taken over it writes into the address itself.
            others = {
                name: value
                for name, value in st.query_params.to_dict().items()
                if name not in st.session_state
            }
            st.switch_page(wanted, query_params=others)
    _write_address()


def begin(key: str) -> None:
    """Put a lesson on, unanswered."""
    _show(replace(course_progress(), lesson=course()[key], answered=None))
    _write_address()


def choose(answer: int) -> None:
    """Give an answer to the lesson that is on; the first one counts."""
    now = course_progress()
    if now.lesson is None:
        return
    done = {now.lesson.key: answer == now.lesson.right, **now.done}
    _show(replace(now, answered=answer, done=done), first_time=now.answered is None)
    _write_address()


def end() -> None:
    """No lesson is on; the screen stays as it is."""
    st.session_state[_KEY] = replace(course_progress(), lesson=None, answered=None)
    _write_address()


def page_named(name: str, pages: Collection[StreamlitPage]) -> StreamlitPage:
    """The page at an address."""
    return next(page for page in pages if page.url_path == ("" if name == CLUSTERS else name))


def _show(new: CourseProgress, fixed: Collection[str] = (), first_time: bool = True) -> None:
    """Make it the visitor's place, and set what the address does not say."""
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
    wanted = {}
    if now.lesson is not None:
        wanted[LESSON] = now.lesson.key
        if now.answered is not None:
            wanted[ANSWER] = now.lesson.letter(now.answered)
    for name in (LESSON, ANSWER):
        if name not in wanted and name in st.query_params:
            del st.query_params[name]
        elif name in wanted and st.query_params.get(name) != wanted[name]:
            st.query_params[name] = wanted[name]
