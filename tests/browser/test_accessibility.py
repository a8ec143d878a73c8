"""Every page for everybody: found at once, no serious violation in either theme and width, all in reach of Tab."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import COLOUR, in_theme, names_of_figures, settled, violations, walk
from tests.browser.conftest import VIEWPORT, OpenPage, finished
from tests.browser.tables import assert_offers_no_export
from tests.browser.test_deep_links import WATCH_FOR_NOT_FOUND, assert_page_opens
from tests.running_server import REPOSITORY, RunningServer

APP = (REPOSITORY / "app.py").read_text(encoding="utf-8")
PAGES = ["", *re.findall(r'url_path="([^"]+)"', APP)]
PHONE = {"width": 390, "height": 844}


def test_every_page_of_the_navigation_is_in_the_table() -> None:
    assert len(PAGES) == APP.count("st.Page(")


def unfold(page: Page) -> None:
    """Open whatever is folded."""
    page.evaluate(
        "document.querySelectorAll('details:not([open]) > summary').forEach(summary => summary.click())"
    )
    expect(page.locator("details:not([open])")).to_have_count(0)
    settled(page)


def assert_accessible(page: Page) -> None:
    """All rules in the light theme, and in the dark one those of colour, which is all that changes."""
    in_theme(page, "light")
    assert violations(page) == []
    in_theme(page, "dark")
    assert violations(page, COLOUR) == []


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_found_at_once_and_can_be_read_and_worked_by_everybody(
    address: str, page: Page, open_page: OpenPage
) -> None:
    page.add_init_script(WATCH_FOR_NOT_FOUND)
    open_page(f"/{address}")
    assert_page_opens(page, f"/{address}")
    in_theme(page, "light")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.get_by_role("heading", level=2).count() == 1
    for name in names_of_figures(page):
        assert re.search(r"\d", name), name
    unfold(page)
    way = walk(page)
    assert way.stops > 10
    assert way.unseen == []
    assert way.missed == []
    assert_accessible(page)
    page.set_viewport_size(PHONE)
    settled(page)
    assert violations(page) == [], "in the dark theme, which it is in"
    assert_offers_no_export(page)


def test_what_opens_and_what_runs_can_be_read_too(open_page: OpenPage, server: RunningServer) -> None:
    page = open_page("/?lesson=soft-or-hard&answer=a&present=true")  # a lesson on a projector, answered
    assert_accessible(page)
    page.goto(server.url)
    settled(page)
    page.get_by_test_id("stPopoverButton").first.press("Enter")
    expect(page.get_by_test_id("stPopoverBody")).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Table").first.press("Enter")
    page.get_by_test_id("stTopNavSection").first.press("Enter")
    expect(page.get_by_test_id("stTopNavDropdownLink").first).to_be_visible()
    assert_accessible(page)
    page.set_viewport_size(PHONE)
    page.get_by_test_id("stExpandSidebarButton").press("Enter")
    expect(page.get_by_role("slider", name="Components K")).to_be_attached()
    assert_accessible(page)
    page.set_viewport_size(VIEWPORT)
    page.goto(
        f"{server.url}/starting-points?data=Uniform+noise&uniform_n_samples=5000&k=8&survey_restarts=200"
    )
    stop = page.get_by_role("button", name="Stop", exact=True)
    expect(stop).to_be_visible()
    assert violations(page) == []
    stop.press("Enter")
    expect(stop).to_have_count(0)
    finished(page)


def test_the_film_s_point_is_chosen_and_its_component_kept_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("/em-steps?data=Old+Faithful&k=3")
    settled(page)
    page.get_by_role("button", name="Step on").press("Enter")
    row = page.get_by_role("spinbutton", name="Row")
    row.fill("7")
    row.press("Enter")
    formulas = page.locator(".explorer-film-formulas")
    expect(formulas).to_contain_text("make row 7?")
    row.press("ArrowUp")
    expect(formulas).to_contain_text("make row 8?")
    component = formulas.get_by_role("button", name="Component 3")
    component.press("Enter")
    expect(component).to_be_focused()
    expect(component).to_have_attribute("aria-pressed", "true")
