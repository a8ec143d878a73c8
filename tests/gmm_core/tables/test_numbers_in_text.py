"""Numbers that workbooks and Parquet files keep as text, formats of cells, and times."""

from __future__ import annotations

import datetime
import io

import numpy as np
import openpyxl
import pandas as pd
import pytest

from gmm_core.rows.column_values import float_values
from gmm_core.tables.files.options import ReadOptions
from gmm_core.tables.files.parquet import parquet_file
from gmm_core.tables.files.reader import read_file
from gmm_core.tables.files.workbook_formats import unit_of_format

TEXTS: dict[str, tuple[list[str | None], list[float]]] = {
    "points": (["1.5", "-2.25", None, "NA", "1e3"], [1.5, -2.25, np.nan, np.nan, 1000]),
    "commas": (["1,5", "-2,25", "3", "-", "0,125"], [1.5, -2.25, 3, np.nan, 0.125]),
    "thousands": (["1,234.5", "12,000", "3", "7", "9"], [1234.5, 12000, 3, 7, 9]),
    "a unit": (["3 kg", "4.5 kg", None, "7 kg", "8 kg"], [3, 4.5, np.nan, 7, 8]),
    "percentages": (["7.9 %", "12 %", "3 %", "4 %", None], [7.9, 12, 3, 4, np.nan]),
}


def workbook(
    columns: dict[str, list[object]], formats: dict[str, str] | None = None, shifted: bool = False
) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    offset = 3 if shifted else 1
    for column, (name, cells) in enumerate(columns.items(), start=offset):
        for row, cell in enumerate([name, *cells], start=offset):
            place = sheet.cell(row, column, cell)
            if row > offset and formats and name in formats:
                place.number_format = formats[name]
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("case", TEXTS)
@pytest.mark.parametrize("how", ["Parquet", "Excel"])
def test_numbers_kept_as_text_are_numbers_and_stay_text_on_request(case: str, how: str) -> None:
    texts, numbers = TEXTS[case]
    columns: dict[str, list[object]] = {"größe": list(texts), "n": [1, 2, 4, 8, 16]}
    content = parquet_file(pd.DataFrame(columns)) if how == "Parquet" else workbook(columns)
    opened = read_file(content, "file")
    np.testing.assert_array_equal(float_values(opened.dataset.table["größe"]), numbers)
    change = next(change for change in opened.changes.values() if change.field == "as_text")
    again = read_file(content, "file", change.applied_to(ReadOptions())).dataset
    assert again.numeric_columns == ("n",)
    assert again.table["größe"].astype(object).tolist()[0] == texts[0]


@pytest.mark.parametrize("how", ["Parquet", "Excel"])
def test_texts_that_are_no_numbers_and_numbers_that_are_none_are_told_nothing_of(how: str) -> None:
    columns: dict[str, list[object]] = {
        "word": ["a", "b", "12b", "NA"],
        "n": [1, 2, 4, 8],
        "id": ["A1", "A2", "A3", "4"],
    }
    content = parquet_file(pd.DataFrame(columns)) if how == "Parquet" else workbook(columns)
    opened = read_file(content, "file")
    assert opened.dataset.numeric_columns == ("n",)
    assert "keeps as text" not in " ".join(opened.dataset.notes)


@pytest.mark.parametrize(
    ("code", "unit"),
    [
        ("0%", "%"),
        ("0.00%;[Red]-0.00%", "%"),
        ('#,##0.00 "€"', "€"),
        ("[$€-2] #,##0.00", "€"),
        ("#,##0.00\\ [$CHF-807]", "CHF"),
        ("$#,##0", "$"),
        ('_("$"* #,##0.00_)', "$"),
        ('0.0"%"', ""),
        ("0\\%", ""),
        ("General", ""),
        ("[Red]0.00", ""),
        ("[h]:mm:ss", ""),
        ('0 "kg"', ""),
        ("[$-409]mmm yy", ""),
    ],
)
def test_the_unit_of_a_format(code: str, unit: str) -> None:
    assert unit_of_format(code) == unit


@pytest.mark.parametrize("shifted", [True, False])
def test_formats_of_cells_give_units_which_can_be_left_aside(shifted: bool) -> None:
    stored = [0.079, 0.07, 1.5, None, 0.125]
    content = workbook(
        {"rate": list(stored), "price": [3.5, 4, 5.25, 7, 8], "n": [1, 2, 4, 8, 16]},
        {"rate": "0.0%", "price": "#,##0.00\\ [$€-407]"},
        shifted,
    )
    opened = read_file(content, "file")
    np.testing.assert_array_equal(float_values(opened.dataset.table["rate"]), [7.9, 7, 150, np.nan, 12.5])
    assert opened.dataset.units == {"rate": "%", "price": "€"}
    (change,) = (change for note, change in opened.changes.items() if "formatted as" in note)
    again = read_file(content, "file", change.applied_to(ReadOptions())).dataset
    expected = [np.nan if value is None else value for value in stored]
    np.testing.assert_array_equal(float_values(again.table["rate"]), expected)
    assert not again.units


def test_a_column_that_is_formatted_in_part_has_no_unit() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook({"x": [0.5, 0.25, 0.75]}, {"x": "0%"})))
    book.active["A3"].number_format = "General"
    file = io.BytesIO()
    book.save(file)
    assert float_values(read_file(file.getvalue(), "file").dataset.table["x"]).tolist() == [0.5, 0.25, 0.75]


def test_times_are_seconds_on_request() -> None:
    times = [datetime.time(0, 0, 30), datetime.time(1, 2, 3), datetime.timedelta(days=1, hours=2)]
    content = workbook({"t": list(times), "n": [1, 2, 4]})
    opened = read_file(content, "file")
    assert dict(opened.on_request) == {"t": "times"} and opened.dataset.numeric_columns == ("n",)
    table = read_file(content, "file", ReadOptions(as_numbers=("t",))).dataset.table
    assert float_values(table["t"]).tolist() == [30, 3723, 93600]


@pytest.mark.parametrize(
    "cells", [["1:2", "3:4"], ["1:02:60", "1:02:03"], ["12:30", "4:15"], ["a", "1:02:03"]]
)
def test_other_texts_with_colons_are_no_times(cells: list[str]) -> None:
    content = "\n".join(["t,x", *(f"{cell},{n}" for n, cell in enumerate(cells))]).encode()
    assert read_file(content, "file").on_request.get("t") != "times"
