"""A link to a page works as a server's very first request, and nothing else is seen on the way."""

from __future__ import annotations

import ast

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.running_server import REPOSITORY, RunningServer, StartServer

# Notes each change of the document that shows the words, from before the first byte of it was read.
WATCH_FOR_NOT_FOUND = """
window.timesNotFound = 0;
const look = () => {
  if (document.body?.textContent.includes("Page not found")) window.timesNotFound++;
};
new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true });
"""


def pages() -> dict[str, str]:
    """The title of the page at each address of the navigation table in app.py."""
    calls = [
        {
            keyword.arg: str(keyword.value.value)
            for keyword in call.keywords
            if isinstance(keyword.value, ast.Constant)
        }
        for call in ast.walk(ast.parse((REPOSITORY / "app.py").read_text()))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "st.Page"
    ]
    return {f"/{call.get('url_path', '')}": call["title"] for call in calls}


PAGES = {**pages(), "/clusters": "Clusters"}


def times_not_found(page: Page) -> int:
    """How many changes of the document showed "Page not found"."""
    times: int = page.evaluate("window.timesNotFound")
    return times


FIRST = "/em-steps"
"""A page that is not the landing page, which every server finds."""


def assert_page_opens(page: Page, path: str) -> None:
    """What every link to a page is held to, and for all pages by the tests of what can be read and worked."""
    assert page.title() == f"{PAGES[path]} · GMM Explorer"
    expect(page.get_by_role("heading", level=2, name=PAGES[path], exact=True)).to_be_in_viewport()
    assert times_not_found(page) == 0


def test_a_deep_link_is_answered_as_the_first_request(
    own_profile: None, fresh_server: RunningServer, page: Page, open_page: OpenPage
) -> None:
    page.add_init_script(WATCH_FOR_NOT_FOUND)
    open_page(FIRST, on=fresh_server)
    assert_page_opens(page, FIRST)


def test_the_watch_sees_a_page_that_is_not_there(page: Page, open_page: OpenPage) -> None:
    page.add_init_script(WATCH_FOR_NOT_FOUND)
    open_page("/no-such-page")
    page.get_by_text("Page not found").first.wait_for()
    assert times_not_found(page) > 0


def test_a_deep_link_keeps_its_settings(page: Page, open_page: OpenPage) -> None:
    page.add_init_script(WATCH_FOR_NOT_FOUND)
    open_page("/clusters?k=4")
    assert_page_opens(page, "/clusters")
    assert page.url.endswith("/?k=4")
    expect(page.get_by_role("slider", name="Components K")).to_have_value("4")


def test_a_deep_link_works_below_a_base_path(
    server_below_a_path: RunningServer, page: Page, open_page: OpenPage
) -> None:
    page.add_init_script(WATCH_FOR_NOT_FOUND)
    open_page("/data", on=server_below_a_path)
    assert page.title() == "Data · GMM Explorer"
    assert times_not_found(page) == 0
    open_page("/clusters", on=server_below_a_path)
    assert page.title() == "Clusters · GMM Explorer"
    assert page.url.startswith(f"{server_below_a_path.url}/")


def test_plain_streamlit_serves_the_same_pages(
    start_server: StartServer, page: Page, open_page: OpenPage
) -> None:
    server = start_server(script="app.py")
    for path, title in (("/", "Clusters"), ("/data", "Data")):
        open_page(path, on=server)
        assert page.title() == f"{title} · GMM Explorer"
