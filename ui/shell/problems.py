"""What stands in the way of the work, a sentence each; nothing that was there is lost."""

from __future__ import annotations

import streamlit as st

from ui.shell.text import markdown
from ui.shell.work import Work


def show_problems(work: Work) -> None:
    """Say what was wrong with the data or the columns, at the top of the page."""
    with st.container():  # always there, so that what follows keeps its place, and a chart its node
        for problem in work.problems:
            st.warning(markdown(problem, 600), icon=":material/info:")
