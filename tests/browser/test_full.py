"""Whoever is one too many reads a sentence, in every case, and gets in by itself when there is room."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from serving.sessions import FULL
from tests.browser.conftest import OpenPage, finished
from tests.running_server import RunningServer, StartServer
from tests.visitor import Visitor


@pytest.fixture(scope="module")
def one_place(start_server: StartServer) -> Iterator[RunningServer]:
    server = start_server(environment={"GMM_EXPLORER_SESSIONS": "1"})
    yield server
    server.stop()


def test_a_full_app_says_so_on_every_screen_and_lets_in_whoever_comes_when_there_is_room(
    page: Page, open_page: OpenPage, one_place: RunningServer
) -> None:
    with Visitor(one_place.url) as inside:
        inside.run()
        page.goto(f"{one_place.url}/data")
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 720})
            expect(page.get_by_role("heading")).to_have_text(FULL.partition(". ")[0])
            expect(page.get_by_text(FULL.partition(". ")[2])).to_be_in_viewport(ratio=1)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    open_page("/data", on=one_place)
    expect(page).to_have_title("Data · GMM Explorer")


def test_a_page_that_is_loaded_again_has_its_place_and_a_second_one_reads_why_it_has_none(
    page: Page, open_page: OpenPage, one_place: RunningServer
) -> None:
    open_page("/data", on=one_place)
    page.reload()
    finished(page)
    second = page.context.new_page()
    second.goto(f"{one_place.url}/density")
    dialog = second.get_by_role("dialog")
    expect(dialog).to_contain_text(FULL.partition(". ")[0])
    page.close()
    finished(second)
    expect(dialog).to_have_count(0)
    second.close()
