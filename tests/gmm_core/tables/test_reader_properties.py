"""Whatever the bytes: a table or one documented error; whatever the dialect: the numbers that were written."""

from __future__ import annotations

import csv
import gzip
import io
import math
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gmm_core.errors import ExplorerError
from gmm_core.rows.column_values import float_values
from gmm_core.tables.files.options import DETECT_ALL, ReadLimits, ReadOptions
from gmm_core.tables.files.reader import read_file

NASTY = Path(__file__).parent / "nasty"
BINARY = (
    "excel.xlsx",
    "parquet.parquet",
    "gzip.csv.gz",
    "zip.csv.zip",
    "utf16_be_bom.csv",
    "excel_sheets.xlsx",
)
LIMITS = ReadLimits(unpacked_bytes=1_000_000, workbook_cells=10_000)


def check(content: bytes, options: ReadOptions = DETECT_ALL) -> None:
    """A data set that can be fitted, or one sentence."""
    try:
        opened = read_file(content, "file", options, LIMITS)
    except ExplorerError as refusal:
        sentence = str(refusal)
        assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 400
    else:
        dataset = opened.dataset
        assert dataset.numeric_columns and set(dataset.default_columns()) <= set(dataset.numeric_columns)
        assert dataset.table.columns.is_unique
        for name in dataset.numeric_columns:
            assert np.isfinite(float_values(dataset.table[name])).sum() >= 2


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good file with some bytes changed, or cut."""
    content = bytearray((NASTY / draw(st.sampled_from(BINARY))).read_bytes())
    for _ in range(draw(st.integers(0, 4))):
        content[draw(st.integers(0, len(content) - 1))] = draw(st.integers(0, 255))
    start, end = draw(st.sampled_from([(0, 0), (0, 1), (1, 0), (0, 40), (0, 200)]))
    return bytes(content[start : len(content) - end])


@settings(max_examples=250, suppress_health_check=[HealthCheck.too_slow])
@given(content=damaged())
def test_a_damaged_file_gives_a_data_set_or_one_sentence(content: bytes) -> None:
    check(content)


def packed_in_zip(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("file", content)
    return buffer.getvalue()


BEGINNINGS = (
    b"",
    b"PK\x03\x04",
    b"\x1f\x8b\x08\x00",
    b"PAR1",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"a,b\n1,2\n",
    b"sep=;\n",
)


@settings(max_examples=400)
@given(
    beginning=st.sampled_from(BEGINNINGS),
    rest=st.binary(max_size=150),
    pack=st.sampled_from([bytes, gzip.compress, packed_in_zip]),
    options=st.builds(
        ReadOptions,
        encoding=st.sampled_from([None, "utf-8", "utf-16-le", "cp1252", "shift_jis", "none such"]),
        delimiter=st.sampled_from([None, "comma", "white space", "none", "none such"]),
        decimal_comma=st.none() | st.booleans(),
        header=st.none() | st.booleans(),
        as_numbers=st.sampled_from([(), ("a",), ("column 1", "column 2")]),
    ),
)
def test_any_bytes_however_packed_and_asked_for_give_a_data_set_or_one_sentence(
    beginning: bytes, rest: bytes, pack: type[bytes], options: ReadOptions
) -> None:
    check(pack(beginning + rest), options)


@dataclass(frozen=True)
class Written:
    """A dialect to write a table in."""

    delimiter: str
    decimal: str
    encoding: str
    line_end: str
    quoting: int
    header: bool
    pack: type[bytes]
    preamble: str


DIALECTS = st.builds(
    Written,
    delimiter=st.sampled_from(",;\t| "),
    decimal=st.sampled_from(".,"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"]),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    header=st.booleans(),
    pack=st.sampled_from([bytes, gzip.compress, packed_in_zip]),
    preamble=st.sampled_from(["", "# made by hand\n", "# one\n#\n# three, four\n"]),
)
FLOATS = st.floats(allow_nan=False, allow_infinity=False) | st.none()
WORDS = st.sampled_from(["red", "blue", "dark green", "größe", 'a "b"', "x, y", "p;q"]) | st.none()


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    """Columns of floats and perhaps one of words; the first is whole, and 0.5 in it tells the decimal sign."""
    rows = draw(st.integers(3, 8))
    columns: dict[str, list[object]] = {"first": [0.5, 1.25, *range(rows - 2)]}
    for name in ("second", "größe")[: draw(st.integers(1, 2))]:
        columns[name] = draw(st.lists(FLOATS, min_size=rows, max_size=rows))
    if draw(st.booleans()):
        columns["words"] = draw(st.lists(WORDS, min_size=rows, max_size=rows))
    return pd.DataFrame(columns)


def cell(value: object, dialect: Written) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "NA"
    return repr(value).replace(".", dialect.decimal) if isinstance(value, float) else str(value)


def as_bytes(table: pd.DataFrame, dialect: Written) -> bytes:
    buffer = io.StringIO(newline="")
    buffer.write(dialect.preamble.replace("\n", dialect.line_end))
    writer = csv.writer(
        buffer, delimiter=dialect.delimiter, quoting=dialect.quoting, lineterminator=dialect.line_end
    )
    if dialect.header:
        writer.writerow(table.columns)
    for row in table.astype(object).to_numpy():
        writer.writerow([cell(value, dialect) for value in row])
    return dialect.pack(buffer.getvalue().encode(dialect.encoding))


@settings(max_examples=500)
@given(table=tables(), dialect=DIALECTS)
def test_a_table_in_any_dialect_is_read_as_it_was_written(table: pd.DataFrame, dialect: Written) -> None:
    # Without a header, words above words and nothing else would be taken for one.
    assume(dialect.header or "words" not in table)
    read = read_file(as_bytes(table, dialect), "file").dataset.table
    assert read.shape == table.shape
    if dialect.header:
        assert list(read.columns) == list(table.columns)
    for position, name in enumerate(table.columns):
        column = read.iloc[:, position]
        if name == "words":
            assert (
                column.astype(object).fillna("NA").tolist()
                == table[name].astype(object).fillna("NA").tolist()
            )
        else:
            np.testing.assert_array_equal(float_values(column), table[name].astype(float).to_numpy())


GROUPED = {"point": (".", ","), "comma": (",", "."), "space": ("\u00a0", ","), "apostrophe": ("'", ".")}


@settings(max_examples=150)
@given(
    numbers=st.lists(st.integers(-(10**12), 10**12), min_size=3, max_size=8, unique=True),
    grouping=st.sampled_from(list(GROUPED)),
    around=st.sampled_from(["{}", "€{}", "{} €", "{} %", "USD {}"]),
    delimiter=st.sampled_from(";\t|"),
)
def test_numbers_with_thousands_and_units_are_read_as_they_were_written(
    numbers: list[int], grouping: str, around: str, delimiter: str
) -> None:
    thousands, decimal = GROUPED[grouping]
    lines = [delimiter.join(["name", "amount", "half"])]
    for position, number in enumerate(numbers):
        amount = f"{number:,}".replace(",", thousands)
        lines.append(delimiter.join([f"row {position}", around.format(amount), f"{position}{decimal}5"]))
    read = read_file("\n".join(lines).encode(), "file").dataset.table
    assert float_values(read["amount"]).tolist() == [float(number) for number in numbers]
    assert float_values(read["half"]).tolist() == [position + 0.5 for position in range(len(numbers))]


@pytest.mark.parametrize(
    "encoding", ["cp1250", "cp1251", "cp437", "mac-roman", "shift_jis", "gb18030", "utf-32-be"]
)
def test_an_encoding_that_is_said_is_the_one_that_is_read(encoding: str) -> None:
    word = {"cp1251": "вес", "shift_jis": "重さ", "gb18030": "重量"}.get(encoding, "größe")
    content = f"{word};x\n1,5;2\n2,5;3\n".encode(encoding)
    opened = read_file(content, "file", ReadOptions(encoding=encoding))
    assert opened.dataset.numeric_columns == (word, "x")
    assert opened.used_options == ReadOptions(encoding, "semicolon", True, True)
