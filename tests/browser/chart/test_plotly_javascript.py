"""Plotly's JavaScript: asked for once, found below a base path, and missed with a sentence."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route, expect

from tests.browser.chart.conftest import SCRIPT
from tests.browser.chart.drawn import (
    press,
    wait_for_drawing,
)
from tests.browser.conftest import OpenPage
from tests.running_server import REPOSITORY, RunningServer, StartServer


def test_plotly_s_javascript_is_asked_for_once_per_page(
    own_profile: None, page: Page, open_chart: Callable[[str], Page]
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_chart("/")
    expect(page.get_by_label("Ten points", exact=True)).to_have_attribute("data-drawn", "1")
    press(page, "Components")
    wait_for_drawing(page, 2)
    assert len([url for url in asked if "/app/static/plotly" in url]) == 1


def test_without_plotly_s_javascript_a_sentence_stands_in_the_chart_s_place(
    own_profile: None, page: Page, open_page: OpenPage, chart_server: RunningServer
) -> None:
    def refuse(route: Route) -> None:
        route.abort()

    page.route("**/app/static/plotly*", refuse)
    open_page("/", on=chart_server)
    sentence = page.get_by_role("alert").filter(has_text="The chart could not be loaded: reload the page.")
    expect(sentence).to_have_count(2)
    page.unroute("**/app/static/plotly*")
    press(page, "Components")
    wait_for_drawing(page, 1)
    expect(page.locator(".explorer-chart-failure").first).to_be_hidden()


def test_a_deep_link_below_a_base_path_finds_plotly_s_javascript(
    start_server: StartServer, chart_app: Path, open_page: OpenPage
) -> None:
    below = start_server(
        script=SCRIPT.name,
        source=chart_app,
        base_path="some/where",
        environment={"PYTHONPATH": str(REPOSITORY)},
    )
    page = open_page("/grid", on=below)
    wait_for_drawing(page, 1)
    assert urlsplit(page.url).path == "/some/where/grid"
