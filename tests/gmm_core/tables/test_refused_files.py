"""What cannot be read is refused with one sentence, and what can be is not."""

from __future__ import annotations

import gzip
import io
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gmm_core.errors import DataError
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.files.reader import read_file


def read(content: bytes | str) -> Dataset:
    return read_file(content if isinstance(content, bytes) else content.encode(), "file.csv").dataset


def archive_of(name: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, "a,b\n1,2\n")
    return buffer.getvalue()


def parquet(b: pa.Array | None = None) -> bytes:
    buffer = io.BytesIO()
    a = pa.array([1.5, 2.5] if b is None else range(len(b)))
    pq.write_table(pa.table({"a": a} if b is None else {"a": a, "b": b}), buffer)
    return buffer.getvalue()


BINARY = "The file holds binary data, not text: open it in the program it comes from and save it as CSV."
SAVE = "not a CSV: open it in the program it comes from and save it as CSV."
REFUSED: dict[str, tuple[bytes | str, str]] = {
    "empty": ("", "The file is empty: choose one with a row of column names and rows of numbers below."),
    "only white space": (" \r\n\t\n", "The file is empty"),
    "only a byte order mark": (b"\xef\xbb\xbf", "The file has no rows that can be read"),
    "only comments": ("# nothing\n# here\n", "The file has no rows that can be read"),
    "only a header": (
        "a,b,c\n",
        "The file has a header and no rows below it: add the data and choose it again.",
    ),
    "an Excel workbook that is none": (archive_of("xl/workbook.xml"), "The Excel workbook is damaged"),
    "an old Excel workbook": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99),
        "This is an old Office document",
    ),
    "Parquet cut short": (parquet()[:-9], "The Parquet file is damaged or encrypted"),
    "Parquet of one long text in many rows": (
        parquet(pa.array(["x" * 1_000_000]).take(pa.array([0] * 500))),
        "The table of this Parquet file is too large",
    ),
    "Parquet with lists": (parquet(pa.array([["x"], ["y"]])), "Column “b” of the Parquet file holds lists"),
    "Parquet with records": (parquet(pa.array([{"x": 1}, {"x": 2}])), "Column “b” of the Parquet file holds"),
    "Parquet with bytes": (parquet(pa.array([b"x", b"y"])), "Column “b” of the Parquet file holds"),
    "gzip of nothing": (gzip.compress(b""), "The file is empty"),
    "a PNG image": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", f"This is a PNG image, {SAVE}"),
    "a JPEG image": (b"\xff\xd8\xff\xe0\x00\x10JFIF", f"This is a JPEG image, {SAVE}"),
    "a PDF document": (b"%PDF-1.7\n", f"This is a PDF document, {SAVE}"),
    "a web page": ("<!DOCTYPE html>\n<html></html>\n", f"This is a web page, {SAVE}"),
    "JSON": ('{"a": [1, 2]}', f"This is a JSON file, {SAVE}"),
    "NumPy": (b"\x93NUMPY\x01\x00", f"This is a NumPy array, {SAVE}"),
    "binary data": (bytes(range(256)) * 4, BINARY),
    "binary data without zeros": (bytes(range(1, 256)) * 4, BINARY),
    "UTF-16 cut in the middle": (
        b"\xff\xfea\x00,\x00b",
        "The file begins like UTF-16 text, but byte 4 is none",
    ),
    "one column of text": (
        "name\nAnna\nBob\n",
        "The file is one column of text: separate the values of a row by commas, semicolons or tabs.",
    ),
    "prose": (
        "It was a dark and stormy night.\nThe rain fell.\nIn torrents it fell and fell.\nAnd fell\n",
        "The file is one column of text",
    ),
    "a row too long": (
        "a,b\n1,2\n3,4,5\n6,7\n",
        "Line 3 has 3 values where 2 are expected (delimiter: comma): mend it, or put text that holds a "
        "delimiter between quotation marks.",
    ),
    "a row too short": (
        "a,b,c\n1,2,3\n4,5\n6,7,8\n",
        "Line 3 has 2 values where 3 are expected (delimiter: comma)",
    ),
    "a header too long": (
        "a,b,c\n1,2\n3,4\n5,6\n",
        "Line 2 has 2 values where 3 are expected (delimiter: comma)",
    ),
    "decimal commas between commas": ("a,b\n1,5,2,5\n3,5,4,5\n", "Line 2 has 4 values where 2 are expected"),
    "a row too long under a title": (
        "Made in May\n\na;b\n1;2\n3;4;5\n6;7\n",
        "Line 5 has 3 values where 2 are expected (delimiter: semicolon)",
    ),
    "a row too long over several lines": (
        'a,b\n1,2\n3,"x\ny",5\n6,7\n',
        "The row of lines 3 to 4 has 3 values where 2 are expected (delimiter: comma)",
    ),
    "a row longer than those that end with a delimiter": (
        "a,b\n1,2,\n" + "8,9,\n" * 600 + "1,2,3\n",
        "Line 603 has 3 values where 2 are expected",
    ),
    "a quotation mark never closed": (
        'a,b\n1,2\n3,"4\n5,6\n7,8\n',
        "The row that begins in line 3 never ends: look for a quotation mark without its pair.",
    ),
    "a quotation mark never closed in a long file": (
        'a,b\n1,2\n3,"4\n' + "5,6\n" * 50_000,
        "A value in the row that begins in line 3 has more than 131,072 characters: look for a quotation mark",
    ),
    "a value without end": (
        "a,b\n1,2\n3," + "4" * 200_000 + "\n5,6\n",
        "A value in the row that begins in line 3 has more than 131,072 characters: look for a quotation mark",
    ),
    "no column of numbers": (
        "a,b\nx,y\nz,w\n",
        "No column holds two different numbers: a mixture needs at least one such column.",
    ),
    "constant columns": (
        "a,b\n1,2\n1,2\n",
        "No column holds two different numbers: a mixture needs at least one such column.",
    ),
    "a single row": (
        "a,b\n1,2\n",
        "No column holds two different numbers: a mixture needs at least one such column.",
    ),
    "numbers with one cell of text each": (
        "a,b\n1,2\ncm,kg\n3,4\n",
        "No column is all numbers: “a”, for one, has “cm” in row 2.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_cannot_be_read_gets_one_sentence(case: str) -> None:
    content, sentence = REFUSED[case]
    with pytest.raises(DataError) as refusal:
        read(content)
    assert sentence in str(refusal.value)
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()])
def test_text_of_every_kind_is_read_from_parquet(kind: pa.DataType) -> None:
    texts = pa.array(["x", "y", None, "x"], kind)
    for column in (texts, texts.cast(pa.string()).dictionary_encode()):
        table = read_file(parquet(column), "file.parquet").dataset.table
        assert table["b"].astype(object).where(table["b"].notna(), None).tolist() == ["x", "y", None, "x"]
