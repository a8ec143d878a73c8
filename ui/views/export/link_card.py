"""The card with links that open the app with this data, preparation and model."""

from __future__ import annotations

import streamlit as st

from ui.links.share import landing_address, links
from ui.views.export.file_cards import card


def link_card() -> None:
    """The fit as an address, long and short."""
    with (
        card("Link", "Opens the app on this fit: send it, keep it, or put it into a course page."),
        st.container(),
    ):
        links(landing_address(), "card")
