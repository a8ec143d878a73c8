"""The pages of the app, for what links to one of them."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st
from streamlit.navigation.page import StreamlitPage

CLUSTERS = "clusters"
"""What lessons and links within the app call the page at the root, which has no address of its own."""
_KEY = "pages of the app"
"""Key of the session state."""


def remember_pages(pages: Collection[StreamlitPage]) -> None:
    """Keep the pages of the navigation for this session."""
    st.session_state[_KEY] = tuple(pages)


def known_pages() -> Collection[StreamlitPage]:
    """The pages of the navigation."""
    pages: Collection[StreamlitPage] = st.session_state[_KEY]
    return pages


def page_named(name: str, pages: Collection[StreamlitPage]) -> StreamlitPage:
    """The page at an address."""
    return next(page for page in pages if page.url_path == ("" if name == CLUSTERS else name))
