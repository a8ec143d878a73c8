"""Opening a link: its settings are read once, and one warning names what of it cannot be set here.

The sidebar's controls are read before anything is drawn; those of a page when they are first drawn, since
what they offer may depend on the fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import StreamlitPage

from ui.links.address import Settings, read_controls, read_settings
from ui.links.settings import without_infinite_numbers
from ui.links.short_link import BrokenLink, settings
from ui.shell.control import Control
from ui.shell.text import markdown

SHORT = "s"
"""What an address calls the token of a short link, as earlier versions made them."""
MAX_NAMED = 5
"""Most settings that a warning about a link explains; the others are counted."""
_IS_READ = "link is read"
"""Key of the session state: true once the link that opened the session has been read."""
_BROKEN, _REFUSED = "what is wrong with the link", "what the link asks in vain"
"""Keys of the session state: the sentences about the link that are still to be shown."""


def read_link(page: StreamlitPage) -> None:
    """Read the settings of the link that opens the session, and open the page with those that can be set here.

    A control then meets only texts that the app itself writes. `warnings_about_link` shows what was refused.
    """
    if st.session_state.get(_IS_READ):
        if SHORT in st.query_params:  # going back in the browser leads here; the controls hold what it said
            del st.query_params[SHORT]
        return
    st.session_state[_IS_READ] = True
    address = {name: st.query_params.get_all(name) for name in st.query_params}
    requested, broken = _unpacked(address)
    link = read_settings(requested)
    st.session_state[_BROKEN], st.session_state[_REFUSED] = broken, [*link.refused]
    if link.settings != address:
        st.switch_page(page, query_params=link.settings)


def page_control(row: Control, **look: Any) -> Any:
    """Draw a page's own control and return its value; a link sets it in the same way as the sidebar's controls.

    `look` are further arguments of its widget.
    """
    if not row.private and row.key not in st.session_state and row.key in st.query_params:
        texts = st.query_params.get_all(row.key)
        settings = {row.key: texts}
        read_controls([row], settings, st.session_state[_REFUSED])
        if settings.get(row.key) != texts:
            del st.query_params[row.key]
            st.query_params.update(settings)
            st.rerun()
    return row.draw(**look)


@contextmanager
def warnings_about_link() -> Iterator[None]:
    """Warn, above what the block draws, that the link was broken or named values that are not offered.

    The warning stays until the page has been drawn to its end, since a page with a long computation is drawn
    several times.
    """
    place = st.empty()
    _warn(place)
    yield
    _warn(place)
    st.session_state[_BROKEN], st.session_state[_REFUSED] = [], []


def refusal_warnings(refused: Sequence[str]) -> list[str]:
    """One warning, as a list, from the sentences about what is not offered; none where there are no sentences."""
    if not refused:
        return []
    others = len(refused) - MAX_NAMED
    more = [f"There are {others} more settings of this kind."] if others > 1 else refused[MAX_NAMED:]
    sentences = [*refused[:MAX_NAMED], *more, "What you see has the usual value instead."]
    return [f"Not all that the link asks for is offered here. {' '.join(sentences)}"]


def _warn(place: DeltaGenerator) -> None:
    warnings = [*st.session_state[_BROKEN], *refusal_warnings(st.session_state[_REFUSED])]
    if warnings:
        with place.container():
            for warning in warnings:
                st.warning(markdown(warning, 1_500), icon=":material/link_off:")


def _unpacked(address: Settings) -> tuple[Settings, list[str]]:
    """The settings of an address, those of its token if it has one; and a sentence if the token is broken."""
    if SHORT not in address:
        return address, []
    try:
        unpacked: Settings = {}
        for name, value in without_infinite_numbers(settings(address[SHORT][-1])):
            unpacked.setdefault(name, []).append(value)
    except BrokenLink as broken:
        return {name: texts for name, texts in address.items() if name != SHORT}, [str(broken)]
    return unpacked, []
