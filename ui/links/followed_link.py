"""Opening a link: a short one is unpacked, and one warning names what of the link cannot be set here."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from ui.links.settings import without_infinite_numbers
from ui.links.short_link import BrokenLink, settings
from ui.shell.text import markdown

SHORT = "s"
"""What an address calls the token of `short_link`."""
_BROKEN = "broken link"
_ASKED = "asked by the link"
_SIDEBAR = ("data", "k", "covariance", "n_init", "init", "seed", "tolerance", "max_iter", "regularization")
"""The controls whose values an address calls what the session calls them."""


def follow_short_link(page: StreamlitPage) -> None:
    """Open the page with the settings of the token that the address holds; a broken one is told about and left out."""
    given = st.query_params.get(SHORT)
    begun = "data" in st.session_state
    if given is None:
        if not begun:
            st.session_state[_ASKED] = st.query_params.to_dict()
        return
    if begun:  # going back in the browser leads here; the controls hold what it said
        del st.query_params[SHORT]
        return
    try:
        values: dict[str, list[str]] = {}
        for name, value in without_infinite_numbers(settings(given)):
            values.setdefault(name, []).append(value)
    except BrokenLink as broken:
        st.session_state[_BROKEN] = str(broken)
        values = {name: st.query_params.get_all(name) for name in st.query_params if name != SHORT}
    st.switch_page(page, query_params=values)


def warn_about_link() -> None:
    """Say, once, that the link that was followed was not whole, or asked the sidebar for what it does not offer."""
    with st.container():  # always there, so that what follows keeps its place, and a chart its node
        warnings = [st.session_state.pop(_BROKEN, None)]
        refused = refused_settings(st.session_state.pop(_ASKED, {}), st.query_params, st.session_state)
        if refused:
            warnings.append(
                f"The link asks for {', '.join(refused)}, which cannot be set here: what you see has the usual value "
                "instead."
            )
        for sentence in filter(None, warnings):
            st.warning(markdown(sentence, 900), icon=":material/link_off:")


def refused_settings(
    requested: Mapping[str, str], address: Iterable[str], controls: Mapping[str | int, Any]
) -> list[str]:
    """What a link asked of controls that left it out of the address and stand at something else: "k = 999" each."""
    return [
        f"{name} = {requested[name][:40]}"
        for name in _SIDEBAR
        if name in requested and name not in address and not _stands_for(requested[name], controls[name])
    ]


def _stands_for(text: str, value: float | str) -> bool:
    """True if a text of an address means the value of a control; what is usual is left out of an address too."""
    if isinstance(value, str):
        return text.lower() == value.lower()
    try:
        return math.isclose(float(text), value)
    except ValueError:
        return False
