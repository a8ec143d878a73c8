"""The page of starting points as a person uses it: run it, read its chart, compare two, stop a long survey."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from gmm_core.starts.kinds import STARTS
from tests.browser.conftest import OpenPage, finished, go_to
from tests.running_server import RunningServer

OLD_FAITHFUL = "/starting-points?data=Old+Faithful"


def drawn(page: Page, key: str) -> Locator:
    """The chart of that name, drawn."""
    chart = page.locator(f".st-key-chart-{key} .explorer-chart-figure")
    expect(chart).to_have_attribute("data-drawn", re.compile(r"\d+"))
    return chart


def choose(page: Page, label: str, option: str) -> None:
    box = page.get_by_role("combobox", name=re.compile(label))
    box.evaluate(
        "box => box.scrollIntoView({ block: 'center' })"
    )  # a list that opens closes when the page scrolls
    box.click()
    page.get_by_role("option", name=option, exact=True).click()


def test_old_faithful_is_run_and_its_optima_are_seen(open_page: OpenPage) -> None:
    page = open_page("/?data=Old+Faithful")
    go_to(page, "Learn", "Starting points")
    optima_chart = drawn(page, "optima")
    expect(optima_chart.locator(".textpoint")).to_have_text(
        ["A −1,114.4", "B −1,119.2", "C −1,119.6", "D −1,127.1"]
    )
    expect(optima_chart).to_have_attribute("aria-label", re.compile("^Four distinct optima from 40 starts"))
    expect(page.get_by_test_id("stTable").get_by_role("row")).to_have_count(1 + len(STARTS))
    paths = drawn(page, "paths")
    expect(paths.locator(".legendtext")).to_have_text(
        [re.compile(rf"^{name} · \d+ runs$") for name in "ABCD"]
    )
    assert paths.locator(".trace path.js-line").count() >= 4
    for name in "ABCD":
        drawn(page, f"optimum-{name}")


def test_two_optima_are_picked_and_compared_and_the_link_keeps_them(open_page: OpenPage) -> None:
    page = open_page(OLD_FAITHFUL)
    drawn(page, "compared-second")
    choose(page, "^Second", "D")
    expect(drawn(page, "compared-second")).to_have_attribute("aria-label", re.compile("^Optimum D"))
    expect(page).to_have_url(re.compile("second_optimum=D"))
    difference = page.get_by_test_id("stMetric").filter(has_text="Log-likelihood")
    expect(difference).to_contain_text("+12.6")
    page.goto(page.url)
    expect(difference).to_contain_text("+12.6")
    expect(drawn(page, "compared-second")).to_have_attribute("aria-label", re.compile("^Optimum D"))


def test_more_restarts_keep_the_picture_where_it_is(open_page: OpenPage) -> None:
    page = open_page(OLD_FAITHFUL)
    paths = drawn(page, "paths")
    paths.evaluate("chart => { chart.dataset.mark = 'kept'; }")
    page.get_by_role("radio", name="20", exact=True).click()
    expect(drawn(page, "optima")).to_have_attribute("aria-label", re.compile("from 80 starts"))
    expect(paths).to_have_attribute("data-mark", "kept")
    expect(page).to_have_url(re.compile("survey_restarts=20"))


def test_an_optimum_is_taken_to_the_other_pages(open_page: OpenPage) -> None:
    page = open_page(OLD_FAITHFUL)
    drawn(page, "optimum-D")
    page.get_by_role("button", name="Show on all pages").nth(3).click()
    expect(page.get_by_role("button", name="Shown on all pages")).to_be_disabled()
    expect(page).to_have_url(re.compile("n_init=1"))
    go_to(page, "Explore", "Clusters")
    expect(page.get_by_test_id("stMetric").filter(has_text="Log-likelihood")).to_contain_text("−382.3")


def test_a_long_survey_shows_progress_and_keeps_what_is_done_when_stopped(
    page: Page, server: RunningServer
) -> None:
    page.goto(
        f"{server.url}/starting-points?data=Uniform+noise&uniform_n_samples=5000&k=8&survey_restarts=200"
    )
    expect(page.get_by_test_id("stProgress")).to_contain_text(re.compile(r"\b([2-9]|\d\d+) of 800\b"))
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text(re.compile(r"The survey was stopped after \d+ of 800 starts"))).to_be_visible()
    drawn(page, "optima")
    page.get_by_role("slider", name="Components K").focus()
    page.keyboard.press("Home")
    expect(page.get_by_text("With K = 1 there is only one optimum")).to_be_visible()
    finished(page)
    expect(page.get_by_text("The survey was stopped")).to_have_count(0)


def test_it_fits_a_telephone(open_page: OpenPage, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(OLD_FAITHFUL)
    drawn(page, "optima")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    main = page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth <= main.clientWidth")
