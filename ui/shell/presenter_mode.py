"""Presenter mode, for a projector: larger type, thicker lines, the sidebar folded."""

from __future__ import annotations

import streamlit as st

from ui.shell.controls import CONTROLS
from ui.shell.element_identity import kept_place

SWITCH = CONTROLS["present"]
"""The control."""
ENLARGED = 1.35
"""Factor by which type, lines and points are larger; `chart_theme.js` derives it from the root's font size."""
BASE_FONT_SIZE = 15
"""`theme.baseFontSize`, in pixels."""


def is_presenting() -> bool:
    """True if it is on; a link may say so before the switch is drawn."""
    return SWITCH.value or (SWITCH.key not in st.session_state and st.query_params.get(SWITCH.key) == "true")


def choose_presenter_mode() -> None:
    """The switch."""
    SWITCH.draw()


def toggle_presenter_mode() -> None:
    """For a button that does what the switch does."""
    st.session_state[SWITCH.key] = not is_presenting()


def enlarge_text() -> None:
    """Make everything on the page larger where it is on."""
    with kept_place():
        if is_presenting():
            size = round(ENLARGED * BASE_FONT_SIZE, 2)
            st.html(f"<style>:root {{ font-size: {size}px !important; }}</style>")
