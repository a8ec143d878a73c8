"""Headers of several rows and of numbers, and what is none."""

from __future__ import annotations

import numpy as np
import pytest

from gmm_core.tables.files.reader import read_file


def names(rows: list[list[str]], delimiter: str = ",") -> list[str]:
    content = "\n".join(map(delimiter.join, rows)).encode()
    return list(read_file(content, "file").dataset.table.columns)


ABSORBANCES = np.random.default_rng(3).uniform(0.02, 1.4, (6, 4)).round(3)
HEADS = {
    "wavelengths": ["400", "410", "420", "430"],
    "uneven": ["400.2", "410.9", "420.1", "433"],
    "small numbers": ["0.0001", "0.0002", "0.0005", "0.001"],
    "years": ["1990", "2000", "2010", "2020"],
}


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize(("delimiter", "sign"), [(",", "."), (";", ","), ("\t", ".")])
@pytest.mark.parametrize("named", [True, False])
def test_rising_numbers_of_another_size_than_those_below_are_names(
    head: str, delimiter: str, sign: str, named: bool
) -> None:
    rows = [HEADS[head], *([f"{value:.3f}" for value in row] for row in ABSORBANCES)]
    if named:
        rows = [[first, *row] for first, row in zip(["sample", *"ABCDEF"], rows, strict=True)]
    written = [[cell.replace(".", sign) for cell in row] for row in rows]
    assert names(written, delimiter) == written[0]


@pytest.mark.parametrize(
    "rows",
    [
        [[400, 410, 420], [395, 402, 431], [380, 407, 433]],
        [[1, 2, 3], [2, 4, 7], [5, 6, 9]],
        [[500, 3, 2], [0.5, 0.1, 0.2], [0.4, 0.2, 0.3]],
        [[900, 410, 420], [0.5, 0.1, 0.2], [0.4, 0.2, 0.3]],
        [[400, 410, 420], [0.5, 0.1, 0.2]],
        [[2000, 2001], [1999, 1998], [2003, 2002]],
        [[0, 1, 2], [3, 4, 5], [1, 2, 3]],
    ],
)
def test_a_row_of_numbers_that_may_be_data_is_data(rows: list[list[float]]) -> None:
    written = [[str(cell) for cell in row] for row in rows]
    assert names(written) == [f"column {n}" for n in range(1, len(rows[0]) + 1)]


@pytest.mark.parametrize(("units", "wells"), [(True, True), (True, False), (False, True), (False, False)])
def test_names_units_and_wells_in_up_to_three_rows(units: bool, wells: bool) -> None:
    rows = [["t", "OD", "OD", "temperature"]]
    rows += [["s", "nm", "nm", "°C"]] if units else []
    rows += [["", "A1", "A2", "A3"]] if wells else []
    rows += [[str(n), f"0.{n + 1}", f"0.{n + 2}", str(20 + n)] for n in range(5)]
    own = {True: ["t", "OD A1", "OD A2", "temperature A3"], False: ["t", "OD", "OD (2)", "temperature"]}
    assert names(rows) == own[wells]


def test_a_head_goes_to_the_columns_behind_it_and_one_below_nothing_stays() -> None:
    numbers = [["1.5", "2", "3", "4", "5"], ["2.5", "3", "4", "5", "7"], ["1", "2", "4", "8", "9"]]
    heads = ["Store", "", "Sales", "", ""]
    assert names([heads, ["no", "size", "k", "visits", "basket"], *numbers]) == [
        "Store no",
        "Store size",
        "Sales k",
        "Sales visits",
        "Sales basket",
    ]
    assert names([["day", "in", "", "out", ""], ["", "a", "b", "a", "b"], *numbers]) == [
        "day",
        "in a",
        "in b",
        "out a",
        "out b",
    ]
    assert names([["a", "b", "c", "d", "e"], ["s", "", "m", "", "kg"], *numbers]) == list("abcde")
