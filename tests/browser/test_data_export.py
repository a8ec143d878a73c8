"""Cells leave the app by its own downloads alone: a table has no download of its own and copies nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, finished
from tests.browser.tables import assert_offers_no_export
from tests.running_server import REPOSITORY, StartServer

EVERY_TABLE = """
import pandas as pd
import streamlit as st

table = pd.DataFrame({"=1+1": ["=cmd|' /C calc'!A0", "b"]})
st.dataframe(table, key="chosen", on_select="rerun")
st.data_editor(table, num_rows="fixed")
st.data_editor(table, num_rows="dynamic", disabled=True)
with st.sidebar:
    st.dataframe(table)
st.popover("More").dataframe(table)

@st.dialog("Table")
def show():
    st.dataframe(table)
    st.data_editor(table, key="edited")

show()
"""


def test_no_kind_of_table_offers_a_download_wherever_it_stands(
    open_page: OpenPage, start_server: StartServer, tmp_path: Path
) -> None:
    (tmp_path / "tables.py").write_text(EVERY_TABLE)
    shutil.copytree(REPOSITORY / ".streamlit", tmp_path / ".streamlit")
    server = start_server(script="tables.py", source=tmp_path)
    page = open_page(on=server)
    expect(page.get_by_role("dialog")).to_be_visible()
    assert_offers_no_export(page, least=6)
    server.stop()


def test_a_table_offers_no_download_and_gives_the_clipboard_nothing(open_page: OpenPage) -> None:
    page = open_page("/data?data=Palmer+penguins")
    finished(page)
    table = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    table.hover()
    toolbar = table.get_by_test_id("stElementToolbar")
    expect(toolbar.get_by_role("button", name="Search")).to_be_attached()
    assert_offers_no_export(page, least=1)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("navigator.clipboard.writeText('as before')")
    table.locator(".dvn-scroller").click(position={"x": 60, "y": 60})
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")
    assert page.evaluate("navigator.clipboard.readText()") == "as before"
