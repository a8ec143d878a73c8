"""What every page has beyond Streamlit's theme: a ring on what has the focus, and its name above it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

_STYLE = Path(__file__).with_name("appearance.css")
"""The style sheet of every page."""


def apply_appearance(title: str) -> None:
    """Put the style on the page, and the names of app and page as its first two headings."""
    st.html(_style())
    with st.container(key="page-name"):
        st.html(f"<h1>GMM Explorer</h1><h2>{title}</h2>")


@cache
def _style() -> str:
    """The style with the theme's colours; `light-dark` follows what the visitor chose, as Streamlit says it."""
    light, dark = (
        [st.get_option(f"theme.{mode}.{part}Color") for part in ("primary", "background")]
        for mode in ("light", "dark")
    )
    accent, on_accent = (f"light-dark({first}, {second})" for first, second in zip(light, dark, strict=True))
    colours = f":root {{ --explorer-accent: {accent}; --explorer-on-accent: {on_accent}; }}"
    return f"<style>{colours}\n{_STYLE.read_text(encoding='utf-8')}</style>"
