"""What the first picture shows, and where whoever is new here can begin."""

from __future__ import annotations

import streamlit as st

from ui.lesson_place import place
from ui.presenting import presenting


def introduction() -> None:
    """A line below the picture; none where a class is being told already."""
    with st.container():  # always there, so that what follows keeps its place
        if presenting() or place().lesson is not None:
            return
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(
                "A **Gaussian mixture**, fitted by EM: crosses are the means of its components, outlines their "
                "contours.",
                width="stretch",
            )
            st.page_link("pages/learn/lessons.py", label="New here? Short lessons", icon=":material/school:")
