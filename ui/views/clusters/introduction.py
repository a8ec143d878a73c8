"""A line below the first picture, which says what it shows and links to the lessons."""

from __future__ import annotations

import streamlit as st

from ui.lessons.progress import course_progress, known_pages, page_named
from ui.projection.view import View
from ui.shell.element_identity import kept_place
from ui.shell.presenter_mode import is_presenting

VIEWS_WITH_CONTOURS = ("plane", "principal")
"""The keys in `VIEWS` of the views that draw crosses and contours."""


def show_introduction(view: View) -> None:
    """Show the line below the picture; nothing in presenter mode or during a lesson."""
    with kept_place():
        if is_presenting() or course_progress().lesson is not None:
            return
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            seen = ": crosses are the means of its components, outlines their contours"
            drawn = view.kind in VIEWS_WITH_CONTOURS and view.levels
            st.caption(f"A **Gaussian mixture**, fitted by EM{seen if drawn else ''}.", width="stretch")
            st.page_link(
                page_named("lessons", known_pages()),
                label="New here? Short lessons",
                icon=":material/school:",
            )
