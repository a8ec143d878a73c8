"""Tests of the browser share a process and a cache, and nothing else."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.conftest import new_tab
from tests.running_server import RunningServer

LEAVE = """() => {
  for (const storage of [localStorage, sessionStorage]) storage.setItem("left", "behind");
  document.cookie = "left=behind";
  window.left = "behind";
}"""
FOUND = """async () => [
  localStorage.getItem("left"), sessionStorage.getItem("left"), document.cookie.includes("left"), window.left ?? null,
  (await navigator.permissions.query({ name: "clipboard-read" })).state, innerWidth, history.length,
]"""


def test_a_tab_finds_nothing_of_those_before_it(opener: Page, server: RunningServer) -> None:
    address = f"{server.url}/app/static/favicon.svg"
    with new_tab(opener, "reduce") as page:
        page.goto(address)
        at_first = page.evaluate(FOUND)
        page.evaluate(LEAVE)
        page.context.grant_permissions(["clipboard-read"])
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(f"{address}?again")
        page.context.new_page().goto(address)
        assert page.evaluate(FOUND)[:3] == ["behind", "behind", True]
    assert opener.context.pages == [opener]
    with new_tab(opener, "reduce") as page:
        page.goto(address)
        assert page.evaluate(FOUND) == at_first
        page.close()
    assert at_first[:4] == [None, None, False, None]
