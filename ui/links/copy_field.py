"""A field that shows a whole address, with a button that copies it."""

from __future__ import annotations

import streamlit as st

from ui.chart.parts import joined

_mount = st.components.v2.component(
    "explorer_address",
    html='<div class="address"><input readonly><button type="button" aria-live="polite">Copy</button></div>',
    css=joined("links/copy_field.css"),
    js=joined("chart/component_life.js", "links/copy_field.js"),
)


def address(text: str, label: str, key: str) -> None:
    """Show it; `label` says what it is to those who do not see what stands above."""
    _mount(key=key, data={"address": text, "label": label}, width="stretch")
