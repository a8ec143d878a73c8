"""The sheet of screenshots has every page, in the order of the navigation, and every picture with its height."""

from __future__ import annotations

from benchmarks.browser.screenshots import DATA_SETS, LOOKS, PAGES, Screenshot, sheet
from tests.running_server import REPOSITORY


def test_every_page_of_the_navigation_is_taken() -> None:
    assert len(PAGES) == (REPOSITORY / "app.py").read_text(encoding="utf-8").count("st.Page(") == 10


def test_the_sheet_shows_all_pictures_a_row_for_each_page_and_data_set() -> None:
    taken = [
        Screenshot(page or "clusters", data, look, f"{page}-{data}-{look.name}.png", 700 + position)
        for look in LOOKS
        for data in reversed(DATA_SETS)
        for position, page in enumerate(PAGES)
    ]
    html = sheet(taken)
    assert html.count("<h2>") == len(PAGES) * len(DATA_SETS)
    assert html.count("<img ") == len(taken) == 10 * 4 * 3
    assert (
        html.index("<h2>clusters, blobs")
        < html.index("<h2>clusters, noise")
        < html.index("<h2>export, blobs")
    )
    assert "presented, 1280×720; the page is 709 px tall" in html
