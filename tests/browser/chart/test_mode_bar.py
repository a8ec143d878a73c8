"""The mode bar: seen on hover, worked by keys, and downloads."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.chart.drawn import (
    full,
    node,
    plot_area,
)


def test_the_mode_bar_shows_on_hover_and_downloads_named_pictures(open_chart: Callable[[str], Page]) -> None:
    page = open_chart("/")
    bar = node(page).locator(".modebar")
    group = bar.locator(".modebar-group").last
    expect(group).to_have_css("opacity", "0")
    box = plot_area(page)
    page.mouse.move(box["x"] + 50, box["y"] + 50)
    expect(group).to_have_css("opacity", "1")
    titles = bar.locator("[data-title]").evaluate_all(
        "buttons => buttons.map((button) => button.dataset.title)"
    )
    assert {"Download as PNG", "Download as SVG", "Reset axes"} <= set(titles)
    assert not [title for title in titles if re.search("plotly|cloud", title, re.IGNORECASE)]
    assert bar.locator(".plotlyjsicon").count() == 0
    for kind, start in (("PNG", b"\x89PNG"), ("SVG", b"<svg")):
        with page.expect_download() as download:
            bar.locator(f"[data-title='Download as {kind}']").click()
        assert download.value.suggested_filename == f"clusters.{kind.lower()}"
        assert Path(download.value.path()).read_bytes().startswith(start)


def test_the_mode_bar_is_one_stop_of_the_tab_key_and_arrows_move_in_it(
    open_chart: Callable[[str], Page],
) -> None:
    page = open_chart("/")
    whole = full(page, "xaxis.range")
    page.get_by_role("button", name="Table").focus()
    page.keyboard.press("Tab")
    bar = page.get_by_role("toolbar", name="Chart tools").first
    expect(bar.locator(".modebar-group").last).to_have_css("opacity", "1")
    focused = bar.locator(":focus")
    first = focused.get_attribute("aria-label")
    page.keyboard.press("ArrowLeft")
    expect(focused).to_have_attribute("aria-label", "Download as SVG")
    page.keyboard.press("ArrowRight")
    expect(focused).to_have_attribute("aria-label", first or "")
    while focused.get_attribute("aria-label") != "Zoom in":
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "([node, before]) => node._fullLayout.xaxis.range[0] > before[0]",
        arg=[node(page).element_handle(), whole],
    )
    page.keyboard.press("Tab")
    expect(bar.locator(":focus")).to_have_count(0)
