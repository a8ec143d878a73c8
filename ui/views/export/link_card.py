"""The card with links that open the app with this data, preparation and model."""

from __future__ import annotations

import streamlit as st

from ui.links.share import landing_address, link_to
from ui.views.export.file_cards import card


def link_card() -> None:
    """The fit as an address."""
    with (
        card("Link", "Opens the app on this fit: send it, keep it, or put it into a course page."),
        st.container(),
    ):
        link_to(landing_address(), "card")
