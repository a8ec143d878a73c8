"""Words such as NA: values in columns of text, missing in columns of numbers and where these use them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gmm_core.rows.column_values import float_values
from gmm_core.tables.cells.notation import CATEGORY_WORDS, PROGRAMS_MARKERS
from gmm_core.tables.files.options import ReadOptions
from gmm_core.tables.files.parquet import parquet_file
from gmm_core.tables.files.reader import read_file
from gmm_core.tables.files.spreadsheet_safety import csv

WORDS = sorted(CATEGORY_WORDS)


def texts(column: pd.Series) -> list[str]:
    return column.astype(object).fillna("(missing)").tolist()


DELIMITERS = [(",", "."), (";", ","), ("\t", ","), ("|", ".")]


@pytest.mark.parametrize(
    ("word", "delimiter", "comma"), [(word, *DELIMITERS[n % 4]) for n, word in enumerate(WORDS)]
)
def test_a_word_is_a_value_unless_numbers_use_it_whatever_the_delimiter(
    word: str, delimiter: str, comma: str
) -> None:
    groups = [word, "rouge", word, "bleu", "", "rouge"]
    numbers = [f"{value}{comma}5" for value in range(6)]
    rows = [delimiter.join(row) for row in [("groupe", "taille"), *zip(groups, numbers, strict=True)]]
    opened = read_file("\n".join(rows).encode(), "file")
    assert texts(opened.dataset.table["groupe"]) == [group or "(missing)" for group in groups]
    (change,) = opened.changes.values()
    undone = read_file("\n".join(rows).encode(), "file", change.applied_to(ReadOptions())).dataset.table
    assert undone["groupe"].notna().tolist() == [group not in ("", word) for group in groups]

    rows[3] = delimiter.join(("rouge", word))
    opened = read_file("\n".join(rows).encode(), "file")
    expected = [
        group if group not in ("", word) else "(missing)" for group in (word, "rouge", "rouge", *groups[3:])
    ]
    assert texts(opened.dataset.table["groupe"]) == expected
    assert np.isnan(float_values(opened.dataset.table["taille"])[2])
    (change,) = opened.changes.values()
    undone = read_file("\n".join(rows).encode(), "file", change.applied_to(ReadOptions())).dataset.table
    assert undone["groupe"].tolist()[0] == word and np.isnan(float_values(undone["taille"])[2])


@pytest.mark.parametrize("marker", sorted(PROGRAMS_MARKERS - {""}))
def test_what_only_programs_write_is_missing_in_every_column(marker: str) -> None:
    read = read_file(f"g,x\n{marker},1.5\na,2\nb,3\n".encode(), "file")
    assert read.dataset.table["g"].isna().tolist() == [True, False, False] and not read.changes


@pytest.mark.parametrize(
    "cells", [["true", "NA", "false"], ["2020-01-31", "NA", "2020-02-01"], ["3 kg", "NA", "4 kg"]]
)
def test_truth_values_dates_and_numbers_with_units_have_no_categories(cells: list[str]) -> None:
    rows = [
        f"{cell},{word},{number}"
        for number, (cell, word) in enumerate(zip(cells, ["NA", "b", "c"], strict=True))
    ]
    table = read_file("\n".join(["a,g,x", *rows]).encode(), "file").dataset.table
    assert table["a"].isna().tolist() == [False, True, False]
    assert table["g"].isna().tolist() == [True, False, False]


def test_a_column_of_one_word_alone_is_empty_and_one_of_several_is_not() -> None:
    table = read_file(b"a,b,x\nNA,-,1\nNA,?,2\n,-,4\n", "file").dataset.table
    assert table["a"].isna().all()
    assert texts(table["b"]) == ["-", "?", "-"]


def test_our_own_export_of_such_a_column_opens_as_it_was() -> None:
    groups = [*WORDS, *WORDS, "a", None]
    table = pd.DataFrame({"group": groups, "x": [None, *np.arange(len(groups) - 1) / 4]})
    for written in (csv(table), csv(table, decimal_comma=True), parquet_file(table)):
        read = read_file(written, "file").dataset.table
        assert texts(read["group"]) == [group or "(missing)" for group in groups]
        assert np.isnan(float_values(read["x"])[0])
