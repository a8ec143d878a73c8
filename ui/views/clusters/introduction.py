"""A line below the first picture, which says what it shows, of how many columns, and links to the lessons."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from gmm_core.number_text import whole
from ui.lessons.progress import course_progress
from ui.projection.view import View
from ui.shell.element_identity import kept_place
from ui.shell.navigation import known_pages, page_named
from ui.shell.presenter_mode import is_presenting

VIEWS_WITH_CONTOURS = ("plane", "principal")
"""The keys in `VIEWS` of the views that draw crosses and contours."""


def show_introduction(view: View, columns: Sequence[str], numeric_columns: Sequence[str]) -> None:
    """Show the line below the picture; nothing in presenter mode or during a lesson.

    If some of the numeric columns of the data are not fitted, a link says how many are, and leads to their choice.
    """
    with kept_place():
        if is_presenting() or course_progress().lesson is not None:
            return
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            marks = ": crosses are the means of its components, outlines their contours"
            drawn = view.kind in VIEWS_WITH_CONTOURS and view.levels
            st.caption(f"A **Gaussian mixture**, fitted by EM{marks if drawn else ''}.", width="stretch")
            if len(columns) < len(numeric_columns):
                st.page_link(
                    page_named("data", known_pages()),
                    label=f"{whole(len(columns))} of {whole(len(numeric_columns))} columns: change",
                    icon=":material/view_column:",
                )
            st.page_link(
                page_named("lessons", known_pages()),
                label="New here? Short lessons",
                icon=":material/school:",
            )
