"""A place on the page that is there in every run, whether or not anything stands in it."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def kept_place() -> DeltaGenerator:
    """A container for what is not always shown.

    Streamlit tells the elements of a page apart by their positions. Without a container in its stead, what is shown in
    one run alone would push all that follows to another position, and a chart would lose its node in the browser, and
    with it zoom and camera.
    """
    return st.container()
