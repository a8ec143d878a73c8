"""The lessons as cards in the order of teaching, with the visitor's progress."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Collection
from html import escape

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from gmm_core.fitting.fit import fit
from gmm_core.geometry.projection import Projection
from ui.figures.mixture.thumbnail import thumbnail
from ui.lessons.course import course
from ui.lessons.lesson import Lesson
from ui.lessons.progress import LESSON, CourseProgress, course_progress, page_named

MAX_PICTURES = 64
"""The largest number of pictures in the cache, which all visitors share."""
WRAPPED_LABELS_STYLE = "<style>[class*='st-key-card-'] a * { white-space: normal !important; }</style>"
"""Style that breaks the long labels of links into lines; Streamlit cuts them otherwise."""


def show_cards(pages: Collection[StreamlitPage]) -> None:
    """Show the visitor's progress and a card for each lesson: its picture, its minutes, and a link that opens it."""
    now = course_progress()
    st.html(WRAPPED_LABELS_STYLE)
    st.markdown(_progress_in_words(now))
    with st.grid(4, min_column_width=230, gap="small"):
        for number, lesson in enumerate(course().values(), start=1):
            with st.container(border=True, gap="small", key=f"card-{lesson.key}"):
                st.html(picture(lesson.key))
                st.page_link(
                    page_named(lesson.before.page, pages),
                    label=f"{number} · {lesson.title}",
                    query_params={LESSON: lesson.key},
                    width="stretch",
                )
                st.caption(f"{lesson.minutes} minutes{_state_in_words(lesson, now)}")


def _progress_in_words(now: CourseProgress) -> str:
    lessons = course()
    minutes = sum(lesson.minutes for lesson in lessons.values())
    done = len(now.done)
    right = sum(now.done.values())
    return (
        f"{len(lessons)} short lessons, {minutes} minutes in all: each asks first, then shows on the real page. "
        f"A lesson is a link: open it, or send it to a class. "
        + (f"Answered so far: {done} of {len(lessons)}, {right} right at the first try." if done else "")
    )


def _state_in_words(lesson: Lesson, now: CourseProgress) -> str:
    """The words that mark a lesson as open or answered; empty for any other."""
    if lesson is now.lesson:
        return " · :material/play_arrow: on now"
    if lesson.key in now.done:
        return " · :material/check: answered"
    return ""


@st.cache_resource(max_entries=MAX_PICTURES, show_spinner=False)
def picture(key: str) -> str:
    """The picture of a lesson before its answer, as HTML: at most two columns of the data with the fitted mixture."""
    lesson = course()[key]
    setting = lesson.before.setting
    prepared = setting.prepared()
    shown = range(min(2, len(prepared.columns)))
    projection = Projection.axes(prepared.columns, shown)
    mixture = projection.mixture(fit(prepared.X, setting.model).mixture)
    drawn = f"{len(prepared.X):,} points, {mixture.n_components} components"
    drawing = b64encode(thumbnail(projection.points(prepared.X), mixture).encode()).decode()
    alt = escape(f"{lesson.title}: {drawn}.")
    # As an image, because Streamlit removes an SVG element from HTML.
    return f'<img src="data:image/svg+xml;base64,{drawing}" alt="{alt}" width="100%">'
