"""Opening a link: its settings are read once, and one warning names what of it cannot be set here."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from ui.links.address import Settings, read_settings
from ui.links.settings import without_infinite_numbers
from ui.links.short_link import BrokenLink, settings
from ui.shell.element_identity import kept_place
from ui.shell.text import markdown

SHORT = "s"
"""What an address calls the token of a short link, as earlier versions made them."""
MAX_TOLD = 5
"""Most settings that a warning about a link explains; the others are counted."""
_IS_READ = "link is read"
"""Key of the session state: true once the link that opened the session has been read."""
_TOLD = "told about the link"
"""Key of the session state: warnings about the link that are still to be shown."""


def read_link(page: StreamlitPage) -> None:
    """Read the settings of the link that opens the session, and open the page with those that can be set here.

    A control then meets only texts that the app itself writes. What was refused is told by `warn_about_link`.
    """
    if st.session_state.get(_IS_READ):
        if SHORT in st.query_params:  # going back in the browser leads here; the controls hold what it said
            del st.query_params[SHORT]
        return
    st.session_state[_IS_READ] = True
    given = {name: st.query_params.get_all(name) for name in st.query_params}
    asked, broken = _unpacked(given)
    link = read_settings(asked)
    st.session_state[_TOLD] = [*broken, *told_about(link.refused)]
    if link.settings != given:
        st.switch_page(page, query_params=link.settings)


def warn_about_link() -> None:
    """Say, once, that the link that was followed was not whole, or asked the sidebar for what it does not offer."""
    with kept_place():
        for warning in st.session_state.pop(_TOLD, []):
            st.warning(markdown(warning, 1_500), icon=":material/link_off:")


def told_about(refused: Sequence[str]) -> list[str]:
    """One warning, as a list, from the sentences about what is not offered; none where there are no sentences."""
    if not refused:
        return []
    others = len(refused) - MAX_TOLD
    more = [f"There are {others} more settings of this kind."] if others > 1 else refused[MAX_TOLD:]
    sentences = [*refused[:MAX_TOLD], *more, "What you see has the usual value instead."]
    return [f"Not all that the link asks for is offered here. {' '.join(sentences)}"]


def _unpacked(given: Settings) -> tuple[Settings, list[str]]:
    """The settings of an address, those of its token if it has one; and a sentence if the token is broken."""
    if SHORT not in given:
        return given, []
    try:
        unpacked: Settings = {}
        for name, value in without_infinite_numbers(settings(given[SHORT][-1])):
            unpacked.setdefault(name, []).append(value)
    except BrokenLink as broken:
        return {name: texts for name, texts in given.items() if name != SHORT}, [str(broken)]
    return unpacked, []
