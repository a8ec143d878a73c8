"""A decimal comma in the last column where commas are the delimiter: read if every row has it, else refused."""

from __future__ import annotations

import numpy as np
import pytest

from gmm_core.errors import DataError
from gmm_core.rows.column_values import float_values
from gmm_core.tables.files.reader import read_file

VALUES = np.random.default_rng(5).normal(scale=30, size=12).round(3)


def rows(first: list[str], last: list[str]) -> bytes:
    lines = [f"{one},{n * n},{two}" for n, (one, two) in enumerate(zip(first, last, strict=True))]
    return "\n".join(["x,n,größe", *lines]).encode()


LAST = [f"{value:.3f}".replace(".", ",") for value in VALUES]


@pytest.mark.parametrize("first", ["1.5", "7", "-3", "1900"])
def test_every_row_with_a_decimal_comma_at_its_end_is_read_as_it_is_meant(first: str) -> None:
    table = read_file(rows([first, *["2"] * 11], LAST), "file").dataset.table
    np.testing.assert_array_equal(float_values(table["größe"]), VALUES)
    assert list(table.columns) == ["x", "n", "größe"]


@pytest.mark.parametrize("first", [[f"row {n}" for n in range(12)], [str(n) for n in range(1, 13)]])
def test_names_of_rows_without_a_name_in_the_header_stay_such(first: list[str]) -> None:
    table = read_file(rows(first, LAST), "file").dataset.table
    assert list(table.columns) == ["row names", "x", "n", "größe"]


@pytest.mark.parametrize("position", [0, 5, 11])
@pytest.mark.parametrize("cell", ["4", "3,4,5"])
def test_a_row_without_it_is_refused_with_its_line(position: int, cell: str) -> None:
    last = [cell if n == position else text for n, text in enumerate(LAST)]
    with pytest.raises(DataError, match=f"Line {position + 2} has"):
        read_file(rows(["7"] * 11 + ["8"], last), "file")


def test_far_below_too_the_last_fields_have_to_be_a_number() -> None:
    last = [f"{n},{n % 10}" for n in range(700)]
    last[650] = "4,x"
    content = "\n".join(["x,größe", *(f"{n * n},{text}" for n, text in enumerate(last, 2))]).encode()
    with pytest.raises(DataError, match="Row 651 has no decimal comma in its last column"):
        read_file(content, "file")
