"""Even a fault of ours is a sentence on the screen, never a traceback."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import StartServer, go_to
from tests.browser.running_server import REPOSITORY

PARTS = ("app.py", "server.py", "gmm_core", "ui", "pages", "static", ".streamlit")


def test_a_page_that_fails_says_one_sentence(page: Page, start_server: StartServer, tmp_path: Path) -> None:
    for part in PARTS:
        source = REPOSITORY / part
        if source.is_dir():
            shutil.copytree(source, tmp_path / part)
        else:
            shutil.copy(source, tmp_path / part)
    (tmp_path / "pages/explore/data.py").write_text('raise RuntimeError("secret detail")\n')
    server = start_server(source=tmp_path)
    page.goto(f"{server.url}/data")
    expect(page.get_by_test_id("stAlert")).to_contain_text("nothing of yours is lost")
    expect(page.get_by_text("secret detail")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert "secret detail" in server.new_log()
    go_to(page, "Explore", "Clusters")
    expect(page.get_by_test_id("stMetric")).to_have_count(6)
