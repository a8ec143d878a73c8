"""Any bytes, and any text like a table, give a data set or one sentence."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from gmm_core.errors import DataError
from gmm_core.tables.files.reader import read_file


@settings(max_examples=300, deadline=None)
@given(content=st.binary(max_size=200))
def test_any_bytes_give_a_data_set_or_one_sentence(content: bytes) -> None:
    check(content)


PIECES = [
    "1",
    "2.5",
    "3,5",
    "-4",
    "1e5",
    "x",
    "NA",
    "",
    '"',
    '""',
    ",",
    ";",
    "\t",
    "|",
    " ",
    "\n",
    "\r\n",
    "\r",
    "#",
]
PIECES += [
    "é",
    "\u00a0",
    "sep=;",
    "1,234",
    "1.234,5",
    "%",
    "\x1f",
    "\x0c",
    "inf",
    "True",
    "9" * 30,
    "a,b\n",
    "1;2\n",
]


@settings(max_examples=800, deadline=None)
@given(
    pieces=st.lists(st.sampled_from(PIECES), max_size=40),
    encoding=st.sampled_from(["utf-8", "utf-16", "cp1252"]),
)
def test_any_text_like_a_table_gives_a_data_set_or_one_sentence(pieces: list[str], encoding: str) -> None:
    check("".join(pieces).encode(encoding))


def check(content: bytes) -> None:
    try:
        dataset = read_file(content, "file.csv").dataset
    except DataError as refusal:
        assert str(refusal).endswith(".")
    else:
        assert dataset.numeric_columns
        assert dataset.default_columns()
        assert dataset.table.columns.is_unique
