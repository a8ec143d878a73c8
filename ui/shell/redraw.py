"""Whether a change of the model redraws the page alone, without the sidebar that it was made in.

A page that is one fragment is redrawn with half the messages of the whole app, which is felt; a page that computes
for long must be part of the whole run, which alone can be interrupted.
"""

from __future__ import annotations

import streamlit as st

PAGE = "page"
"""The key of the fragment that such a page is."""
_ALONE = "page redraws alone"


def page_redraws_alone(alone: bool) -> None:
    """Say so of the page that is drawn now; every run of the whole app begins with no."""
    st.session_state[_ALONE] = alone


def redraw_page() -> None:
    """What a control of the model calls when it has changed."""
    if st.session_state.get(_ALONE, False):
        st.rerun(PAGE)
