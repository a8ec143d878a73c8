"""The link to the current screen."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlencode, urlsplit

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from ui.chart.parts import joined
from ui.lessons.progress import course_progress, known_pages
from ui.lessons.scene import controls_of
from ui.links.address import sidebar_keys, written_settings
from ui.shell.analysis import current_analysis
from ui.shell.component_colours import COLOURS, linked_colours

_POPOVER = "link to this screen"
"""Key of the popover."""
_mount_copy_field = st.components.v2.component(
    "explorer_address",
    html='<div class="address"><input readonly><button type="button" aria-live="polite">Copy</button></div>',
    css=joined("links/copy_field.css"),
    js=joined("chart/component_life.js", "links/copy_field.js"),
)
"""Shows a whole address in a field with a button that copies it."""


def link_button() -> None:
    """A button on every page that opens the link to it."""
    _popover()


@st.fragment
def _popover() -> None:
    # The link is made when the popover opens: by then the browser has sent its address.
    popover = st.popover(
        "Link to this screen",
        icon=":material/link:",
        type="tertiary",
        on_change="rerun",
        key=_POPOVER,
        help="What you see, as an address to send or to keep.",
    )
    if popover.open:
        with popover:
            link_to(_rooted(st.context.url or ""), "popover")


def link_to(page_address: str, place: str) -> None:
    """Show the link to a page with the current settings, a button that copies it, and what it does not contain."""
    st.caption("Full link")
    shown = {"address": full_link(page_address), "label": "Full link"}
    _mount_copy_field(key=f"full link in {place}", data=shown, width="stretch")
    st.caption(what_stays_behind())


def full_link(page_address: str) -> str:
    """The address of a page with the current settings."""
    return f"{page_address}?{urlencode(current_settings())}".rstrip("?")


def current_settings() -> list[tuple[str, str]]:
    """The settings of a link to the current screen, as pairs of a name and a value.

    These are the sidebar's controls that are not at their default, the settings that the page and the lesson have put
    into the address, and the colour numbers.
    """
    progress, analysis = course_progress(), current_analysis()
    usual = {} if progress.lesson is None else controls_of(progress.lesson.scene(progress.answered))
    settings = written_settings(analysis, usual)
    sidebar = sidebar_keys(analysis)
    settings += [
        (name, value)
        for name in st.query_params
        if name not in sidebar and name != COLOURS
        for value in st.query_params.get_all(name)
    ]
    prepared = analysis.prepared
    colours = "" if prepared is None else linked_colours(prepared.digest)
    return [*settings, (COLOURS, colours)] if colours else settings


def landing_address() -> str:
    """The address of the first page: the browser's address without the name of the current page."""
    return _without_page(_rooted(st.context.url or ""), known_pages())


def what_stays_behind() -> str:
    """A sentence on what of this screen the link does not contain."""
    view = "Not saved: zoom, selection, EM position."
    if current_analysis().private:
        return (
            "Your file is not in it, nor what its columns are called: whoever opens the link uploads the same file and "
            f"chooses its columns again. {view}"
        )
    return view


def _rooted(page_address: str) -> str:
    """The address; if it is a host alone, with the slash that ends it."""
    return f"{page_address}/" if page_address and not urlsplit(page_address).path else page_address


def _without_page(page_address: str, pages: Collection[StreamlitPage]) -> str:
    path = urlsplit(page_address).path.rstrip("/")
    named = next(
        (page.url_path for page in pages if page.url_path and path.endswith(f"/{page.url_path}")), ""
    )
    return page_address.rstrip("/")[: -len(named)] if named else page_address
