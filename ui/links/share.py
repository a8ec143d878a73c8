"""Links to the current screen: the full address and a short one."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlencode, urlsplit

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from ui.lessons.progress import known_pages
from ui.links.copy_field import address
from ui.links.followed_link import SHORT
from ui.links.short_link import token
from ui.shell.analysis import current_analysis
from ui.shell.component_colours import COLOURS, linked_colours

_POPOVER = "link to this screen"


def link_button() -> None:
    """A button on every page that opens the two links to it."""
    _popover()


@st.fragment
def _popover() -> None:
    # The links are made when they are asked for: by then the browser has told what its address is.
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
            links(_rooted(st.context.url or ""), "popover")


def links(page_address: str, place: str) -> None:
    """The full address and the short one, each with a button that copies it, and what they cannot carry."""
    full, short = addresses(page_address)
    st.caption("Full link")
    address(full, "Full link", f"full link in {place}")
    if len(short) < len(full):
        st.caption("Short link")
        address(short, "Short link", f"short link in {place}")
    st.caption(what_stays_behind())


def addresses(page_address: str) -> tuple[str, str]:
    """The full and the short address of a page with the settings of now."""
    settings = current_settings()
    if not settings:
        return page_address, page_address
    return f"{page_address}?{urlencode(settings)}", f"{page_address}?{SHORT}={token(settings)}"


def current_settings() -> list[tuple[str, str]]:
    """What a link says, as pairs of a name and a value: the settings that differ from the usual ones, and colours."""
    names = [name for name in st.query_params if name not in (SHORT, COLOURS)]
    settings = [(name, value) for name in names for value in st.query_params.get_all(name)]
    prepared = current_analysis().prepared
    colours = "" if prepared is None else linked_colours(prepared.digest)
    return [*settings, (COLOURS, colours)] if colours else settings


def landing_address() -> str:
    """The address of the first page, where the app is: as the browser has it, without what stands behind."""
    return _without_page(_rooted(st.context.url or ""), known_pages())


def what_stays_behind() -> str:
    """What the link cannot carry of this screen."""
    view = "Not saved: zoom, selection, EM position."
    if current_analysis().private:
        return (
            "Your file is not in it, nor what its columns are called: whoever opens the link uploads the same file and "
            f"chooses its columns again. {view}"
        )
    return view


def _rooted(page_address: str) -> str:
    """An address that is a host's alone, with the slash that belongs there."""
    return f"{page_address}/" if page_address and not urlsplit(page_address).path else page_address


def _without_page(page_address: str, pages: Collection[StreamlitPage]) -> str:
    path = urlsplit(page_address).path.rstrip("/")
    named = next(
        (page.url_path for page in pages if page.url_path and path.endswith(f"/{page.url_path}")), ""
    )
    return page_address.rstrip("/")[: -len(named)] if named else page_address
