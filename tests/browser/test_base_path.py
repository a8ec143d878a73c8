"""Below a base path and without any other host: pages, scripts, fonts, uploads and downloads all come from there."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import OpenPage, finished, go_to
from tests.browser.test_reading import choose
from tests.running_server import RunningServer

TABLE = "height,weight\n" + "".join(f"{150 + n * 7 % 41},{50 + n * 11 % 37}\n" for n in range(60))
FONTS = """async () => {
  await document.fonts.ready;
  return [...document.fonts].map((font) => [font.family.replaceAll('"', ''), font.status]);
}"""


def test_every_page_works_below_a_base_path_with_its_fonts_uploads_and_downloads(
    server_below_a_path: RunningServer, page: Page, open_page: OpenPage
) -> None:
    server = server_below_a_path
    strays: list[str] = []

    def note_strays(response: Response) -> None:
        # Streamlit's page tries at its own address first whether the server is there.
        if response.url.endswith(("/_stcore/health", "/_stcore/host-config")):
            return
        if response.status >= 400 or not response.url.startswith((f"{server.url}/", "data:", "blob:")):
            strays.append(f"{response.status} {response.url}")

    page.on("response", note_strays)
    page.on("console", lambda told: strays.append(told.text) if "Security Policy" in told.text else None)
    open_page("/", on=server)
    sections = page.get_by_test_id("stTopNavSection").all_inner_texts()
    seen = []
    for section in sections:
        page.get_by_test_id("stTopNavSection").filter(has_text=section).click()
        titles = page.get_by_test_id("stTopNavDropdownLink").all_inner_texts()
        page.keyboard.press("Escape")
        for title in titles:
            go_to(page, section, title)
            expect(page.get_by_test_id("stMain").locator(".js-plotly-plot, h1, h2, h3").first).to_be_visible()
            assert page.url.startswith(f"{server.url}/")
            seen.append(title)
    assert len(seen) >= 10
    page.reload()  # a deep link
    finished(page)
    expect(page).to_have_title(f"{seen[-1]} · GMM Explorer")
    fonts = page.evaluate(FONTS)
    assert ["Material Symbols Rounded", "loaded"] in fonts
    assert "error" not in [status for _, status in fonts]

    go_to(page, "Explore", "Clusters")
    choose(page, "^Data", "Upload a file")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
    )
    expect(page.locator(".ytitle").first).to_have_text("weight")
    go_to(page, "Take away", "Take away")
    with page.expect_download() as download:
        page.get_by_test_id("stDownloadButton").get_by_role("button").first.click()
    assert download.value.url.startswith(f"{server.url}/media/")
    rows = pd.read_csv(Path(download.value.path()))
    assert len(rows) == 60 and {"height", "weight"} <= set(rows)
    assert strays == []
