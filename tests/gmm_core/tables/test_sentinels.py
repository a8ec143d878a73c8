"""Codes for no answer: those far from all else in their column are pointed out, and others are not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gmm_core.rows.column_values import float_values
from gmm_core.tables.cells.sentinels import sentinels
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.files.options import ReadOptions
from gmm_core.tables.files.reader import read_file

RNG = np.random.default_rng(4)
MEASURED = RNG.normal(40.0, 9.0, 60).round(2).tolist()
ANSWERS = [1, 2, 3, 4, 5, 3, 2, 3, 4, 1]
FOUND: dict[str, tuple[list[float], tuple[float, ...]]] = {
    "one": ([*MEASURED, -999], (-999,)),
    "two below, often": ([*MEASURED, *[-999] * 9, -998], (-999, -998)),
    "777 and 999": ([*range(100), 777, 999], (777, 999)),
    "7777 and 9999": ([*MEASURED, 7777, 9999, 9999], (7777, 9999)),
    "three": ([*MEASURED, 9997, 9998, 9999], (9997, 9998, 9999)),
    "at both ends": ([*MEASURED, -999, 999], (-999, 999)),
    "77, 88 and 99 beside answers": ([*ANSWERS, 77, 88, 99], (77, 88, 99)),
    "a 9": ([*ANSWERS, 9], (9,)),
    "8 and 9": ([*ANSWERS, 8, 9, 9], (8, 9)),
    "-1": ([*ANSWERS, -1], (-1,)),
    "9 beside 1 to 7": ([*range(1, 8), 9, 9], (9,)),
    "netCDF": ([*MEASURED, 9.96921e36], (9.96921e36,)),
    "millions": ([*MEASURED, 9999999], (9999999,)),
}
NOT_FOUND: dict[str, list[float]] = {
    "within the range": [*range(0, 1200, 7), 999],
    "near the others": [*range(700), 777, 999],
    "counts to 9": [*range(1, 10)],
    "counts from 0": [0, 1, 2, 3, 4, 5, 9],
    "8 beside 1 to 7": [*range(1, 9), 3],
    "a gap among answers": [1, 2, 4, 5, 9],
    "two answers": [1, 2, 9, 1, 2],
    "fractions": [1, 2.5, 3, 4, 5, 9],
    "nothing else": [999, 999, 998],
    "an outlier that is no code": [*MEASURED, 1234],
}


@pytest.mark.parametrize("case", FOUND)
def test_codes_apart_from_the_rest_are_pointed_out_and_can_be_said_to_be_missing(case: str) -> None:
    values, codes = FOUND[case]
    content = "\n".join(["x,y", *(f"{value!r},{n}" for n, value in enumerate(values))]).encode()
    opened = read_file(content, "file")
    (found,) = sentinels(opened.dataset)
    assert found.values == codes and sum(found.counts) == sum(value in codes for value in values)
    (change,) = opened.changes.values()
    again = read_file(content, "file", change.applied_to(ReadOptions()))
    expected = [np.nan if value in codes else value for value in values]
    np.testing.assert_array_equal(float_values(again.dataset.table["x"]), expected)
    assert float_values(again.dataset.table["y"]).tolist() == list(range(len(values)))


@pytest.mark.parametrize("case", NOT_FOUND)
def test_what_may_be_a_measurement_is_not_pointed_out(case: str) -> None:
    values = NOT_FOUND[case]
    assert not list(sentinels(Dataset.of("file", pd.DataFrame({"x": values}), "")))


def test_the_same_code_in_many_columns_is_one_note() -> None:
    rows = [
        ",".join(str(9 if (n + q) % 7 == 0 else answer) for q in range(12))
        for n, answer in enumerate(ANSWERS * 3)
    ]
    opened = read_file("\n".join([",".join(f"Q{q}" for q in range(12)), *rows]).encode(), "file")
    (note,) = opened.changes
    assert note.startswith("12 columns, “Q0”, “Q1”, “Q2” and 9 more, hold 9, far from")
    assert len(opened.changes[note].value) == 12
