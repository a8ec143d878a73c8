"""Cells leave the app by its own downloads alone: a table has no download of its own and copies nothing."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, finished


def test_a_table_offers_no_download_and_gives_the_clipboard_nothing(open_page: OpenPage) -> None:
    page = open_page("/data?data=Palmer+penguins")
    finished(page)
    table = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    table.hover()
    toolbar = table.get_by_test_id("stElementToolbar")
    expect(toolbar.get_by_role("button", name="Search")).to_be_attached()
    expect(toolbar.get_by_role("button", name="Download as CSV")).to_have_count(0)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("navigator.clipboard.writeText('as before')")
    table.locator(".dvn-scroller").click(position={"x": 60, "y": 60})
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")
    assert page.evaluate("navigator.clipboard.readText()") == "as before"
