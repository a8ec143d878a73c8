"""A file that can be read in two ways: what was found out stands on the Data page, and is overruled there."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, finished, go_to

# Semicolons between a and b with decimal commas in b, or commas between text and numbers: the person knows.
EITHER = "a;b,c\n" + "".join(f"{n * 7 % 29};{n % 13},{n * n % 29}\n" for n in range(1, 31))


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=re.compile(label)).first.click()
    page.get_by_role("option", name=option, exact=True).click()
    finished(page)


def test_a_delimiter_is_overruled_and_the_preview_follows_at_once(open_page: OpenPage) -> None:
    page = open_page("/")
    choose(page, "^Data", "Upload a file")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        {"name": "<b>either.csv", "mimeType": "text/csv", "buffer": EITHER.encode()}
    )
    expect(page.locator(".ytitle").first).to_have_text("b,c")
    go_to(page, "Explore", "Data")
    expect(page.get_by_role("heading", name="Reading")).to_be_visible()
    expect(page.get_by_test_id("stCode")).to_contain_text("a;b,c")
    expect(page.get_by_text("30 rows × 2 columns")).to_be_visible()
    expect(page.get_by_text("Values are separated by semicolons.")).to_be_visible()
    choose(page, "Delimiter", "Comma")
    expect(page.locator(".xtitle").first).to_have_text("c")
    expect(page.get_by_text("Values are separated by semicolons.")).to_have_count(0)
    choose(page, "Delimiter", "Vertical bar")  # which it has not
    expect(page.get_by_test_id("stAlert")).to_contain_text("No column holds two different numbers")
    expect(page.locator(".xtitle").first).to_have_text("c")
    page.get_by_role("button", name="Detect again").click()
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    expect(page.get_by_text("Values are separated by semicolons.")).to_be_visible()
    go_to(page, "Explore", "Clusters")
    expect(page.locator(".ytitle").first).to_have_text("b,c")
