"""Even a fault of ours is a sentence on the screen, never a traceback."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import finished, go_to
from tests.running_server import REPOSITORY, RunningServer, StartServer

PARTS = ("app.py", "server.py", "gmm_core", "serving", "ui", "pages", "lessons", "static", ".streamlit")
FAILING_PARTS = """
import streamlit as st

def fail():
    raise RuntimeError("secret detail")

@st.fragment
def part():
    if st.button("In a fragment"):
        fail()
    st.button("In a callback", on_click=fail)
    st.download_button("In a download", fail, "file.csv", on_click="ignore")

part()
"""


@pytest.fixture
def failing_server(start_server: StartServer, tmp_path: Path) -> Iterator[RunningServer]:
    """The app with two pages that fail: one at once, one in all the ways in which a part of a page can."""
    for part in PARTS:
        source = REPOSITORY / part
        if source.is_dir():
            shutil.copytree(source, tmp_path / part)
        else:
            shutil.copy(source, tmp_path / part)
    (tmp_path / "pages/explore/data.py").write_text('raise RuntimeError("secret detail")\n')
    (tmp_path / "pages/explore/density.py").write_text(FAILING_PARTS)
    server = start_server(source=tmp_path)
    yield server
    server.stop()


def assert_no_details_are_shown(page: Page) -> None:
    expect(page.get_by_text("secret detail")).to_have_count(0)
    expect(page.get_by_text("Traceback")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_a_page_that_fails_says_one_sentence(page: Page, failing_server: RunningServer) -> None:
    page.goto(f"{failing_server.url}/data")
    expect(page.get_by_test_id("stAlert")).to_contain_text("nothing of yours is lost")
    assert_no_details_are_shown(page)
    assert "secret detail" in failing_server.new_log()
    go_to(page, "Explore", "Density and anomalies")
    for part in ("In a fragment", "In a callback"):
        page.get_by_role("button", name=part).click()
        expect(page.get_by_test_id("stAlert")).to_contain_text("nothing of yours is lost")
        assert_no_details_are_shown(page)
        assert "secret detail" in failing_server.new_log()
        page.reload()
        finished(page)
    page.get_by_role("button", name="In a download").click()
    expect(page.get_by_text("Failed to generate file")).to_be_visible()
    assert_no_details_are_shown(page)
    go_to(page, "Explore", "Clusters")
    expect(page.get_by_test_id("stMetric")).to_have_count(6)
