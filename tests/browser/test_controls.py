"""Controls show what is fitted and drawn, also after what they choose from has become something else."""

from __future__ import annotations

import numpy as np
import pandas as pd
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, finished, go_to

OWN = pd.DataFrame(np.random.default_rng(0).normal(size=(60, 3)), columns=["height", "weight", "income"])


def choose(page: Page, control: str, option: str) -> None:
    page.get_by_role("combobox", name=control).click()
    page.get_by_role("option", name=option, exact=True).click()
    finished(page)


def upload(page: Page, name: str, content: bytes) -> None:
    page.get_by_test_id("stFileUploader").locator("input").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )


def test_the_boxes_of_the_axes_name_the_columns_of_other_data_of_as_many(open_page: OpenPage) -> None:
    page = open_page("/?data=Palmer+penguins&k=3")
    expect(page.get_by_role("combobox", name="x axis")).to_have_value("bill_length_mm")
    choose(page, "Data", "Iris")
    expect(page.locator(".explorer-chart .xtitle").first).to_have_text("sepal length (cm)")
    expect(page.get_by_role("combobox", name="x axis")).to_have_value("sepal length (cm)")
    expect(page.get_by_role("combobox", name="y axis")).to_have_value("sepal width (cm)")


def test_choosing_the_column_of_another_axis_swaps_the_two(open_page: OpenPage) -> None:
    page = open_page("/?data=Palmer+penguins&k=3")
    choose(page, "x axis", "bill_depth_mm")
    expect(page.locator(".explorer-chart .xtitle").first).to_have_text("bill_depth_mm")
    expect(page.get_by_role("combobox", name="x axis")).to_have_value("bill_depth_mm")
    expect(page.get_by_role("combobox", name="y axis")).to_have_value("bill_length_mm")


def test_the_chosen_columns_of_a_file_outlive_a_file_that_cannot_be_read(open_page: OpenPage) -> None:
    page = open_page("/data")
    choose(page, "Data", "Upload a file")
    upload(page, "own.csv", OWN.to_csv(index=False).encode())
    expect(page.get_by_text("60 of 60 rows and 3 of 3 columns are fitted")).to_be_visible()
    finished(page)
    page.get_by_text("Columns and scale").click()
    chosen = page.get_by_test_id("stMultiSelect")
    chosen.get_by_role("button", name="Remove income").click()
    expect(chosen.get_by_text("income")).to_have_count(0)
    finished(page)
    go_to(page, "Decide", "How many clusters?")
    go_to(page, "Explore", "Data")
    for name, content in (("empty.csv", b""), ("picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00")):
        upload(page, name, content)
        expect(page.get_by_test_id("stFileUploader")).to_contain_text(name)
        expect(page.get_by_test_id("stAlert")).to_be_visible()
        finished(page)
        expect(chosen.get_by_text("weight")).to_be_visible()
        expect(chosen.get_by_text("income")).to_have_count(0)
        expect(page.get_by_text("60 of 60 rows and 2 of 3 columns are fitted")).to_be_visible()
