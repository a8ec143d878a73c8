"""Density and anomalies in a browser: a point is clicked and typed and told, and the list comes as a file."""

from __future__ import annotations

import re

import pandas as pd
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, finished


def drawn(page: Page) -> None:
    page.wait_for_function("document.querySelectorAll('.explorer-chart-figure[data-drawn]').length === 3")


def stars(page: Page) -> int:
    """How many new points the picture shows: each has its number above it."""
    count: int = page.evaluate(
        "document.querySelector('.explorer-chart-figure').querySelectorAll('.scatterlayer .textpoint').length"
    )
    return count


def test_a_point_is_clicked_and_typed_and_told(open_page: OpenPage) -> None:
    page = open_page("/density?data=Old+Faithful&k=2")
    drawn(page)
    assert stars(page) == 0
    place = page.locator(".explorer-chart-figure .nsewdrag").first.bounding_box()
    assert place
    page.mouse.click(place["x"] + 0.1 * place["width"], place["y"] + 0.1 * place["height"])
    text = page.get_by_role("textbox", name="New points")
    expect(text).to_have_value(re.compile(r"^[\d.]+, [\d.]+$"))
    finished(page)
    page.wait_for_function("document.querySelectorAll('.scatterlayer .textpoint').length === 1")
    assert "points=" in page.url
    page.get_by_role("button", name="By column").click()
    page.get_by_role("spinbutton", name="eruptions").fill("2")
    page.get_by_role("spinbutton", name="waiting").fill("54")
    page.get_by_role("button", name="Add this point").click()
    expect(text).to_have_value(re.compile("; 2, 54$"))
    page.wait_for_function("document.querySelectorAll('.scatterlayer .textpoint').length === 2")
    told = page.get_by_role("region", name="New points with their densities")
    expect(told).to_contain_text("outside 99%")
    expect(told).to_contain_text("within 50%")


def test_the_list_comes_as_a_file_that_holds_what_the_page_says(open_page: OpenPage) -> None:
    page = open_page("/density?data=Old+Faithful&k=2&threshold_percent=5")
    count = int(
        page.get_by_test_id("stMetric")
        .filter(has_text="Rows below")
        .get_by_test_id("stMetricValue")
        .inner_text()
    )
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download the list (CSV)").click()
    table = pd.read_csv(coming.value.path(), encoding="utf-8-sig")
    assert coming.value.suggested_filename == "least_likely_rows.csv"
    assert len(table) == count > 5
    assert table["log-density"].is_monotonic_increasing
    assert {"row", "Mahalanobis distance", "nearest component", "uncertainty", "eruptions", "waiting"} <= set(
        table.columns
    )
