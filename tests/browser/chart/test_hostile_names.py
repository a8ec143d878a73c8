"""A name from a file is text in every part of a chart."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect

from tests.browser.chart.drawn import (
    node,
)


def test_a_name_from_a_file_shows_as_it_is_and_does_nothing(
    page: Page, open_chart: Callable[[str], Page]
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_chart("/hostile")
    name = re.sub(r"\u2060", "", node(page).get_attribute("aria-label") or "")
    assert name.startswith("<img src=x onerror")

    def shown(locator: Locator) -> str:
        return re.sub("\u2060", "", locator.text_content() or "").replace("\u00a0", " ").strip()

    point = node(page).locator(".point").first.bounding_box()
    assert point is not None
    page.mouse.move(point["x"] + 3, point["y"] + 3)
    hover = node(page).locator(".hoverlayer .hovertext")
    expect(hover).to_be_visible()
    places = {
        "axis": node(page).locator(".xtitle"),
        "title": node(page).locator(".gtitle"),
        "legend": node(page).locator(".legendtext").first,
        "markdown": page.get_by_test_id("stMarkdown").get_by_test_id("stMarkdownContainer"),
        "label": page.get_by_test_id("stWidgetLabel").get_by_test_id("stMarkdownContainer"),
    }
    assert {place: shown(locator) for place, locator in places.items()} == dict.fromkeys(places, name)
    assert shown(hover) == f"{name}: 0.00"

    page.get_by_role("button", name="Table").click()
    table = page.locator(".explorer-chart-table")
    assert [shown(cell) for cell in table.locator("th, td").all()] == [name, name]
    made = "a, img, code, strong, em, del, sup, .katex, .stMarkdown span"
    assert page.get_by_test_id("stMain").locator(made).count() == 0
    server = urlsplit(page.url).netloc
    assert [url for url in asked if urlsplit(url).netloc not in (server, "")] == []
