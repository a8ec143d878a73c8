"""The strip above every page with the current lesson: question, answers, and what to look at."""

from __future__ import annotations

import streamlit as st

from ui.lessons.course import course, neighbour
from ui.lessons.lesson import Lesson
from ui.lessons.progress import begin, choose, course_progress, end
from ui.shell.element_identity import kept_place
from ui.shell.presenter_mode import is_presenting, toggle_presenter_mode


def lesson_strip() -> None:
    """Draw the strip of the current lesson; without a lesson, draw nothing."""
    with kept_place():
        now = course_progress()
        if now.lesson is not None:
            with st.container(border=True, key="lesson-strip", gap="small"):
                _head(now.lesson)
                st.markdown(f"**{now.lesson.question}**")
                _answers(now.lesson, now.answered)
                if now.answered is not None:
                    _explanation(now.lesson, now.answered)


def _head(lesson: Lesson) -> None:
    number = list(course()).index(lesson.key) + 1
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f"Lesson {number} of {len(course())} · {lesson.title}", width="stretch")
        for label, step in (("Previous", -1), ("Next", 1)):
            other = neighbour(lesson.key, step)
            st.button(
                label,
                key=f"lesson {label}",
                type="tertiary",
                disabled=other is None,
                on_click=begin,
                args=(lesson.key if other is None else other.key,),
                help=None if other is None else other.title,
            )
        st.button(
            "Start over",
            key="lesson over",
            type="tertiary",
            on_click=begin,
            args=(lesson.key,),
            help="Sets data, model and page as this lesson begins.",
        )
        st.button(
            "Leave presenter mode" if is_presenting() else "Present",
            key="lesson present",
            type="tertiary",
            on_click=toggle_presenter_mode,
            help="For a projector: larger type, thicker lines, the sidebar folded.",
        )
        st.button("End lesson", key="lesson end", type="tertiary", on_click=end)


def _answers(lesson: Lesson, answered: int | None) -> None:
    """Draw the answers: the same buttons before and after a choice, so that the keyboard's focus stays in place."""
    with st.container(horizontal=True, gap="small"):
        for position, answer in enumerate(lesson.answers):
            st.button(
                answer,
                key=f"answer {lesson.key} {lesson.letter(position)}",
                type="primary" if position == answered else "secondary",
                on_click=choose,
                args=(position,),
            )


def _explanation(lesson: Lesson, answered: int) -> None:
    verdict = (
        ":material/check: **Right.**"
        if answered == lesson.right
        else f":material/close: **Not quite.** It is “{lesson.answers[lesson.right]}”."
    )
    explains_on_request = is_presenting()  # a projected screen has room for the question and the picture only
    st.markdown(verdict if explains_on_request else f"{verdict} {lesson.explanation}")
    st.caption(f":material/visibility: {lesson.look}")
    if explains_on_request:
        with st.expander("Why"):
            st.markdown(lesson.explanation)
