"""Take away in a browser: what comes down is what was fitted, and what was taken away opens again."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from playwright.sync_api import Locator, Page, expect

from gmm_core import load_model
from tests.browser.conftest import OpenPage, finished, go_to

RNG = np.random.default_rng(11)
OWN = pd.DataFrame(
    {
        "=name": [f"=row {number}" for number in range(60)],
        "width": np.round(RNG.normal(size=60) + np.repeat([0, 9], 30), 3),
        "price": np.round(RNG.normal(size=60) * 50 + np.repeat([500, 100], 30), 2),
    }
)
OWN.loc[7, "price"] = np.nan


def upload(page: Page, place: str, name: str, content: bytes) -> None:
    input_of(page, place).set_input_files({"name": name, "mimeType": "text/plain", "buffer": content})


def input_of(page: Page, label: str) -> Locator:
    return (
        page.get_by_test_id("stFileUploader")
        .filter(has_text=label)
        .get_by_test_id("stFileUploaderDropzoneInput")
    )


def download_button(main: Locator, label: str) -> Locator:
    """One of ours: a table on the page has a button "Download as CSV" of its own, which may be there earlier."""
    return main.get_by_test_id("stDownloadButton").get_by_role("button", name=label)


def downloaded(page: Page, button: Locator, name: str) -> bytes:
    with page.expect_download() as waiting:
        button.click()
    assert waiting.value.suggested_filename == name
    return Path(waiting.value.path()).read_bytes()


def test_what_is_taken_away_is_what_was_fitted_and_opens_again(open_page: OpenPage) -> None:
    page = open_page("/?data=Upload+a+file&k=2")
    upload(page, "File", "own.csv", OWN.to_csv(index=False, sep=";", decimal=",").encode())
    expect(page.locator(".xtitle").first).to_have_text("width")
    go_to(page, "Take away", "Take away")
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("1 row without a value has no label.")).to_be_visible()

    csv = downloaded(page, download_button(main, "CSV").first, "labelled_rows.csv")
    table = pd.read_csv(io.BytesIO(csv))
    assert table["'=name"].tolist() == ["'" + name for name in OWN["=name"]]
    np.testing.assert_array_equal(table["price"], OWN["price"])
    assert table["component"].isna().tolist() == OWN["price"].isna().tolist()
    known = table["component"].notna()
    assert table["component"][known].tolist() == [1 if number < 30 else 2 for number in table.index[known]]
    like_the_file = downloaded(page, download_button(main, "CSV with ;"), "labelled_rows.csv")
    pd.testing.assert_frame_equal(pd.read_csv(io.BytesIO(like_the_file), sep=";", decimal=","), table)
    parquet = downloaded(page, download_button(main, "Parquet").first, "labelled_rows.parquet")
    typed = pq.read_table(io.BytesIO(parquet)).to_pandas()
    assert typed["=name"].tolist() == OWN["=name"].tolist()
    np.testing.assert_array_equal(typed["probability of component 1"], table["probability of component 1"])

    content = downloaded(page, download_button(main, "JSON"), "model.json")
    assert json.loads(content)["columns"] == ["width", "price"]
    np.testing.assert_allclose(
        load_model(content).predict_proba(OWN)[known, 0],
        table["probability of component 1"][known],
        atol=1e-12,
    )
    expect(main.get_by_test_id("stCode")).to_contain_text("read_file(file.read_bytes(), file.name, options)")
    main.get_by_role("tab", name="scikit-learn").click()
    script = main.get_by_role("tabpanel", name="scikit-learn").get_by_test_id("stCode")
    expect(script).to_contain_text("pd.read_csv('own.csv', sep=';', decimal=',')")

    # On other data, the model that was taken away opens again and labels a second file.
    page.goto(page.url.split("?")[0] + "?data=Old+Faithful&k=3")
    finished(page)
    main.get_by_text("A model file", exact=True).click()
    upload(page, "Model file", "model.json", content)
    expect(main.get_by_text("Fitted to 59 rows of own.csv")).to_be_visible()
    second = pd.DataFrame(
        {"price": [510.0, None, 90.0, 1e6], "note": list("abcd"), "width": [0.5, 0.0, 9.5, 0.0]}
    )
    upload(page, "File with new rows", "second.csv", second.to_csv(index=False).encode())
    expect(main.get_by_test_id("stMetric").filter(has_text="Labelled")).to_contain_text("3")
    expect(main.get_by_test_id("stMetric").filter(has_text="Unexpected")).to_contain_text("1")
    labelled = downloaded(page, download_button(main, "CSV").last, "labelled_new_rows.csv")
    answered = pd.read_csv(io.BytesIO(labelled))
    assert answered["note"].tolist() == list("abcd")
    assert answered["component"].fillna(0).tolist()[:3] == [1, 0, 2]
    assert answered["unexpected"].tolist()[3]
    upload(page, "Model file", "broken.json", content[:500])
    expect(main.get_by_test_id("stAlert")).to_contain_text("no JSON, or breaks off, in line")
