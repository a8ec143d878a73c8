"""Parquet is read by the thread that asks, and by no other."""

from __future__ import annotations

import ast
import io
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gmm_core.tables.files.parquet import first_rows

REPOSITORY = Path(__file__).parents[4]
FILES = [file for part in ("gmm_core", "ui", "pages") for file in sorted((REPOSITORY / part).rglob("*.py"))]
READS_AND_WRITES = ("pq.ParquetFile", "pq.write_table", "pq.read_table", "pd.read_parquet", ".to_parquet")


def arrow_calls() -> list[ast.Call]:
    """Every call in the product that reads or writes a file with Arrow."""
    return [
        node
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(READS_AND_WRITES)
    ]


def test_arrow_is_given_no_file_of_python_and_reads_nothing_ahead() -> None:
    """A thread of Arrow that wants Python when a program ends, after a refusal, ends the program with a signal."""
    calls = arrow_calls()
    assert {ast.unparse(call.func) for call in calls} == {"pq.ParquetFile", "pq.write_table"}
    for call in calls:
        assert "BytesIO" not in ast.unparse(call)
        said = {word.arg: ast.unparse(word.value) for word in call.keywords}
        if ast.unparse(call.func) == "pq.ParquetFile":
            assert said["pre_buffer"] == "False"


@pytest.mark.parametrize("n_rows", [0, 3, 4, 9])
def test_the_first_rows_are_a_file_that_says_the_same_of_its_columns(n_rows: int) -> None:
    table = pd.DataFrame({"a": range(n_rows), "b": pd.Series(["x"] * n_rows, dtype="str")}).set_index("b")
    whole = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(table), whole, row_group_size=2)
    first = pd.read_parquet(io.BytesIO(first_rows(whole.getvalue(), 4)))
    pd.testing.assert_frame_equal(first, table.head(4))
