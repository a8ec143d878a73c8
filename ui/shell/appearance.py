"""What every page has beyond Streamlit's theme: a ring on what has the focus, and its name above it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

_STYLE = Path(__file__).with_name("appearance.css")
"""The style sheet of every page."""
_COLOURS = {
    "accent": "primary",
    "on-accent": "background",
    "background": "background",
    "border": "border",
}
"""The theme's colours by the names that they have in the style sheet."""


def apply_appearance(title: str) -> None:
    """Put the style on the page, and the names of app and page as its first two headings."""
    st.html(_style())
    with st.container(key="page-name"):
        st.html(f"<h1>GMM Explorer</h1><h2>{title}</h2>")


def _themed(part: str) -> list[str]:
    """A colour of the light theme and of the dark one."""
    return [st.get_option(f"theme.{mode}.{part}Color") for mode in ("light", "dark")]


@cache
def _style() -> str:
    """The style with the theme's colours; `light-dark` follows what the visitor chose, as Streamlit says it."""
    colours = "".join(
        f"--explorer-{name}: light-dark({', '.join(_themed(part))}); " for name, part in _COLOURS.items()
    )
    colours = f":root {{ {colours}}}"
    return f"<style>{colours}\n{_STYLE.read_text(encoding='utf-8')}</style>"
