"""What keeps an element of a page the same one from run to run: its place, and the value that is sent along with it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def kept_place() -> DeltaGenerator:
    """A container for what is not always shown.

    Streamlit tells the elements of a page apart by their positions. Without a container in its stead, what is shown in
    one run alone would push all that follows to another position, and a chart would lose its node in the browser, and
    with it zoom and camera.
    """
    return st.container()


def resend_stale_values(place: str, shown: Hashable, keys: Sequence[str]) -> None:
    """Call before the controls of these keys are drawn; `shown` is what they choose from.

    A control keeps its identity by its key alone. Where its options have become others, or another control stood in
    its place for a while, the browser goes on to show the old label or the default, and the next run takes that over.
    A value that is set in the script is sent along with the control.
    """
    if st.session_state.get(place) != shown:
        st.session_state[place] = shown
        for key in keys:
            if key in st.session_state:
                st.session_state[key] = st.session_state[key]
