"""Files as people have them: each is read as it is meant, and what reading did is told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from gmm_core.tables.dataset import Dataset
from gmm_core.tables.files.reader import read_file
from gmm_core.tables.samples import load_sample

Columns = dict[str, list[Any]]
INFINITY = float("inf")
AB: Columns = {"a": [1.5, 3.5], "b": [2, 4]}


def read(content: bytes | str) -> Dataset:
    return read_file(content if isinstance(content, bytes) else content.encode(), "file.csv").dataset


def columns_of(dataset: Dataset) -> Columns:
    """The columns as lists, None where a value is missing."""
    table = dataset.table.astype(object)
    return {name: table[name].where(table[name].notna(), None).tolist() for name in table.columns}


READ: dict[str, tuple[bytes | str, Columns]] = {
    # Delimiters
    "commas": ("a,b\n1.5,2\n3.5,4\n", AB),
    "semicolons": ("a;b\n1.5;2\n3.5;4\n", AB),
    "tabs": ("a\tb\n1.5\t2\n3.5\t4\n", AB),
    "vertical bars": ("a|b\n1.5|2\n3.5|4\n", AB),
    "single spaces": ("a b\n1.5 2\n3.5 4\n", AB),
    "runs of spaces": ("  a    b\n  1.5  2\n  3.5  4\n", AB),
    "spaces and tabs": ("a \t b\n1.5\t 2\n3.5   4\n", AB),
    "trailing spaces": ("a b  \n1.5 2 \n3.5 4\n", AB),
    "commas and spaces": ("a, b\n1.5, 2\n3.5, 4\n", AB),
    "spaces around": ("a , b\n1.5 , 2 \n3.5 , 4\n", AB),
    "declared as Excel does": ("sep=;\na;b\n1.5;2\n3.5;4\n", AB),
    "declared in quotation marks": ('"sep=|"\na|b\n1.5|2\n3.5|4\n', AB),
    "a name and numbers": ("name;x\nSmith, J;5\nDoe, A;6\n", {"name": ["Smith, J", "Doe, A"], "x": [5, 6]}),
    "names of two words": (
        "name,x\nAnna Smith,5\nBob Jones,6\n",
        {"name": ["Anna Smith", "Bob Jones"], "x": [5, 6]},
    ),
    "dates and times": (
        "when,x\n2020-01-01 10:00,5\n2020-01-02 11:30,6\n",
        {"when": [pd.Timestamp("2020-01-01 10:00"), pd.Timestamp("2020-01-02 11:30")], "x": [5, 6]},
    ),
    "empty cells between tabs": (
        "a\tb\tc\n1.5\t\t2\n3.5\t\t4\n",
        {"a": [1.5, 3.5], "b": [None, None], "c": [2, 4]},
    ),
    # Line ends
    "Windows line ends": ("a,b\r\n1.5,2\r\n3.5,4\r\n", AB),
    "old Macintosh line ends": ("a,b\r1.5,2\r3.5,4\r", AB),
    "no end of the last line": ("a,b\n1.5,2\n3.5,4", AB),
    "blank lines": ("\n\na,b\n\n1.5,2\n   \n3.5,4\n\n\n", AB),
    "a control-Z at the end": (b"a,b\r\n1.5,2\r\n3.5,4\r\n\x1a", AB),
    # Encodings
    "UTF-8": ("größe,b\n1.5,2\n3.5,4\n", {"größe": [1.5, 3.5], "b": [2, 4]}),
    "UTF-8 with a mark": ("a,b\n1.5,2\n3.5,4\n".encode("utf-8-sig"), AB),
    "a mark before a quotation mark": ('"a","b"\n1.5,2\n3.5,4\n'.encode("utf-8-sig"), AB),
    "UTF-16 with a mark": ("größe\tb\n1.5\t2\n3.5\t4\n".encode("utf-16"), {"größe": [1.5, 3.5], "b": [2, 4]}),
    "UTF-16, big end first": (b"\xfe\xff" + "a,b\n1.5,2\n3.5,4\n".encode("utf-16-be"), AB),
    "UTF-16 without a mark": ("a,b\n1.5,2\n3.5,4\n".encode("utf-16-le"), AB),
    "UTF-32": ("a,b\n1.5,2\n3.5,4\n".encode("utf-32"), AB),
    "Windows-1252": ("größe,€\n1.5,2\n3.5,4\n".encode("cp1252"), {"größe": [1.5, 3.5], "€": [2, 4]}),
    "neither UTF-8 nor Windows-1252": (b"gr\x81\xe1e,b\n1.5,2\n3.5,4\n", {"gr áe": [1.5, 3.5], "b": [2, 4]}),
    # Numbers
    "decimal commas": ("a;b\n1,5;2\n3,5;4\n", AB),
    "decimal commas without a header": (
        "1,5;2,5\n3,5;4,5\n",
        {"column 1": [1.5, 3.5], "column 2": [2.5, 4.5]},
    ),
    "decimal commas between tabs": ("a\tb\n1,5\t2\n3,5\t4\n", AB),
    "decimal commas between spaces": ("a b\n1,5 2\n3,5 4\n", AB),
    "decimal commas in quotation marks": ('a,b\n"1,5",2\n"3,5",4\n', AB),
    "a single column of decimal commas": ("x\n1,5\n2\n3,25\n", {"x": [1.5, 2, 3.25]}),
    "a single column of decimal commas with a gap": ("x\n1,5\nNA\n3,25\n", {"x": [1.5, None, 3.25]}),
    "a single column of decimal commas with a gap and no header": (
        '1,5\n""\n3,25\n',
        {"column 1": [1.5, None, 3.25]},
    ),
    "two columns of whole numbers under a title": (
        "Counts\n1,5;2\n3,25;4\n",
        {"column 1": [1.5, 3.25], "column 2": [2, 4]},
    ),
    "points between thousands": ("a;b\n1.234,5;2\n12,5;4\n", {"a": [1234.5, 12.5], "b": [2, 4]}),
    "points between thousands beside decimal commas": (
        "a;b\n1.234;2,5\n12;4,5\n",
        {"a": [1234, 12], "b": [2.5, 4.5]},
    ),
    "decimal points with three places": (
        "a;b\n1.234;2.5\n5.678;4.5\n",
        {"a": [1.234, 5.678], "b": [2.5, 4.5]},
    ),
    "commas between thousands": ('a,b\n"1,234.5",2\n"12",4\n', {"a": [1234.5, 12], "b": [2, 4]}),
    "nothing but commas between thousands": ('a,b\n"1,234",2\n"5,678",4\n', {"a": [1234, 5678], "b": [2, 4]}),
    "three places behind decimal commas": ("a;b\n1,234;2\n5,678;4\n", {"a": [1.234, 5.678], "b": [2, 4]}),
    "spaces between thousands": ("a;b\n1 234,5;2\n12;4\n", {"a": [1234.5, 12], "b": [2, 4]}),
    "hard spaces between thousands": (
        "a;b\n1\u00a0234;2\n1\u202f234\u202f567;4\n",
        {"a": [1234, 1234567], "b": [2, 4]},
    ),
    "apostrophes between thousands": ("a;b\n1'234.5;2\n12;4\n", {"a": [1234.5, 12], "b": [2, 4]}),
    "exponents and signs": ("a,b\n+1e3,-2\n-2.5E-1,4\n", {"a": [1000, -0.25], "b": [-2, 4]}),
    "decimal commas with exponents": ("a;b\n1,5e3;2\n-2,5E-1;4\n", {"a": [1500, -0.25], "b": [2, 4]}),
    "a typographer's minus": ("a,b\n\u22121.5,2\n3.5,4\n", {"a": [-1.5, 3.5], "b": [2, 4]}),
    "no digit before or behind the point": ("a,b\n.5,2\n3.,4\n", {"a": [0.5, 3], "b": [2, 4]}),
    "infinite": (
        "a,b\ninf,2\n-Infinity,4\n1,6\n2,8\n",
        {"a": [INFINITY, -INFINITY, 1, 2], "b": [2, 4, 6, 8]},
    ),
    "every digit counts": (
        "a,b\n0.1234567890123456789,1\n2,2.5\n",
        {"a": [0.12345678901234568, 2], "b": [1, 2.5]},
    ),
    "beyond 64 bits": (
        "a,b\n123456789012345678901234567890,1\n2,2\n",
        {"a": [123456789012345678901234567890, 2], "b": [1, 2]},
    ),
    "versions and addresses are no numbers": (
        "v,b\n1.2.3,1\n1.2.4,2\n",
        {"v": ["1.2.3", "1.2.4"], "b": [1, 2]},
    ),
    "dates with points are no numbers": (
        "day;b\n01.02.2020;1,5\n02.02.2020;2,5\n",
        {"day": [pd.Timestamp("2020-02-01"), pd.Timestamp("2020-02-02")], "b": [1.5, 2.5]},
    ),
    # Missing values
    "missing markers": (
        "a,b,c\n1.5,NA,x\n,2,y\nN/A,-,NULL\nn/a,?,\nnan,null,z\n2.5, NA ,.\n3,4,None\n",
        {
            "a": [1.5, None, None, None, None, 2.5, 3],
            "b": [None, 2, None, None, None, None, 4],
            "c": ["x", "y", None, None, "z", ".", "None"],
        },
    ),
    "quoted missing": ('a,b\n"",2\n"NA",4\n1.5,6\n2.5,8\n', {"a": [None, None, 1.5, 2.5], "b": [2, 4, 6, 8]}),
    "missing with decimal commas": (
        "a;b\n1,5;NA\n;2,5\n-;3\n2,5;4\n",
        {"a": [1.5, None, None, 2.5], "b": [None, 2.5, 3, 4]},
    ),
    # Quotation marks
    "quoted names and cells": ('"a","b"\n"1.5","2"\n"3.5","4"\n', AB),
    "delimiters in quotation marks": ('"a, in m",b\n1.5,2\n3.5,4\n', {"a, in m": [1.5, 3.5], "b": [2, 4]}),
    "line breaks in quotation marks": (
        'a,b\n1.5,"x\ny, z"\n3.5,w\n',
        {"a": [1.5, 3.5], "b": ["x\ny, z", "w"]},
    ),
    "doubled quotation marks": ('a,b\n1.5,"5"" pipe"\n3.5,"x"\n', {"a": [1.5, 3.5], "b": ['5" pipe', "x"]}),
    "a quotation mark within a word": ('a,b\n1.5,5" pipe\n3.5,x\n', {"a": [1.5, 3.5], "b": ['5" pipe', "x"]}),
    # Headers
    "no header": ("1.5,2\n3.5,4\n", {"column 1": [1.5, 3.5], "column 2": [2, 4]}),
    "no header but text": (
        "5.1,3.5,setosa\n4.9,3.0,setosa\n6.0,2.2,virginica\n",
        {
            "column 1": [5.1, 4.9, 6.0],
            "column 2": [3.5, 3.0, 2.2],
            "column 3": ["setosa", "setosa", "virginica"],
        },
    ),
    "years as names": (
        "country,2007,2008\nPeru,1.5,2\nChad,3.5,4\n",
        {"country": ["Peru", "Chad"], "2007": [1.5, 3.5], "2008": [2, 4]},
    ),
    "an index without a name": (",a,b\n0,1.5,2\n1,3.5,4\n", {"row names": [0, 1], **AB}),
    "columns that pandas has counted": (
        ",0,1\n0,1.5,2\n1,3.5,4\n",
        {"row names": [0, 1], "0": [1.5, 3.5], "1": [2, 4]},
    ),
    "row names as R writes them": ('"a" "b"\n"1" 1.5 2\n"2" 3.5 4\n', {"row names": [1, 2], **AB}),
    "the same name twice": (
        "a,a,a (2)\n1.5,2,3\n3.5,4,6\n",
        {"a": [1.5, 3.5], "a (3)": [2, 4], "a (2)": [3, 6]},
    ),
    "a missing name": ("a,,c\n1.5,2,3\n3.5,4,6\n", {"a": [1.5, 3.5], "column 2": [2, 4], "c": [3, 6]}),
    "a name over two lines": ('"a\n(mm)",b\n1.5,2\n3.5,4\n', {"a (mm)": [1.5, 3.5], "b": [2, 4]}),
    "names beginning with a hash": ("# a b\n1.5 2\n3.5 4\n", AB),
    "one column": ("x\n1.5\n2.5\n", {"x": [1.5, 2.5]}),
    "one column without a header": ("1.5\n2.5\n", {"column 1": [1.5, 2.5]}),
    "one column with a gap": ("x\n1.5\nNA\n2.5\n", {"x": [1.5, None, 2.5]}),
    "no header but names of their own": (
        "Anna,85\nBob,90\nCleo,70\n",
        {"column 1": ["Anna", "Bob", "Cleo"], "column 2": [85, 90, 70]},
    ),
    "no header but a first row with a gap": (
        "x,NA,p\ny,1.5,q\nz,2.5,r\n",
        {"column 1": ["x", "y", "z"], "column 2": [None, 1.5, 2.5], "column 3": ["p", "q", "r"]},
    ),
    "no header and nothing in the first row": ('""\n1.5\n2.5\n', {"column 1": [None, 1.5, 2.5]}),
    # Lines above, columns beside
    "comments above": ("# made by hand\n# in 2020, twice\na,b\n1.5,2\n3.5,4\n", AB),
    "a title above": ("Measurements of May\n\na,b\n1.5,2\n3.5,4\n", AB),
    "a title above numbers": (
        "Measurements of May\n1.5,2\n3.5,4\n",
        {"column 1": [1.5, 3.5], "column 2": [2, 4]},
    ),
    "a title filled up with delimiters": (
        "Measurements,,\n,,\na,b,c\n1.5,2,x\n3.5,4,y\n",
        {**AB, "c": ["x", "y"]},
    ),
    "lines with delimiters above": (
        "Station: Rome, Italy\nBy: me\nname,a,b\nx,1.5,2\ny,3.5,4\n",
        {"name": ["x", "y"], **AB},
    ),
    "rows that end with a delimiter": ("a,b\n1.5,2,\n3.5,4,\n", AB),
    "a header that ends with a delimiter": ("a,b,\n1.5,2\n3.5,4\n", AB),
    "everything ends with a delimiter": ("a,b,\n1.5,2,\n3.5,4,\n", AB),
    "true or false": ("a,flag\n1.5,True\n3.5,False\n", {"a": [1.5, 3.5], "flag": [True, False]}),
    "hardly any rows": ("a,b\n1.5,2\n3.5,4", AB),
    "text where numbers are meant": (
        "a,b\n1.5,1\n3.5,2\n4.5,oops\n",
        {"a": [1.5, 3.5, 4.5], "b": ["1", "2", "oops"]},
    ),
}


@pytest.mark.parametrize("case", READ)
def test_a_file_is_read_as_it_is_meant(case: str) -> None:
    content, expected = READ[case]
    assert columns_of(read(content)) == expected


NOTES: dict[str, tuple[bytes | str, tuple[str, ...]]] = {
    "a plain file": ("a,b\n1.5,2\n3.5,4\n", ()),
    "semicolons and decimal commas": (
        "a;b\n1,5;2\n3,5;4\n",
        ("Values are separated by semicolons.", "Numbers are written with a decimal comma in “a”."),
    ),
    "thousands": (
        'a,b\n"1,234",2\n"5,678",4\n',
        ("Numbers are written with commas between thousands in “a”.",),
    ),
    "no header": ("1.5,2\n3.5,4\n", ("The file has no header: its columns are numbered.",)),
    "a title": (
        "Measurements of May\n\na,b\n1.5,2\n3.5,4\n",
        ("The first 2 lines of the file came before the table and were skipped.",),
    ),
    "a comment": (
        "# made by hand\na,b\n1.5,2\n3.5,4\n",
        ("The first line of the file came before the table and was skipped.",),
    ),
    "names": (
        "a,a,,d\n1.5,2,3,4\n3.5,4,6,5\n",
        ("1 column had no name: now “column 3”.", "1 column name was there before: now “a (2)”."),
    ),
    "a long name": (f"{'n' * 300},b\n1.5,2\n3.5,4\n", (f"1 column name was cleaned: now “{'n' * 39}…”.",)),
    "row names": (
        '"a" "b"\n"1" 1.5 2\n"2" 3.5 4\n',
        (
            "Values are separated by white space.",
            "The rows have one value more than the header, so the first column was taken as row names.",
        ),
    ),
    "rows that end with a delimiter": (
        "a,b\n1.5,2,\n3.5,4,\n",
        ("Every row ends with a delimiter, which was ignored.",),
    ),
    "an empty column": ("a,b,\n1.5,2,\n3.5,4,\n", ("1 column with neither name nor values was left out.",)),
    "blank lines": ("a,b\n\n1.5,2\n \n3.5,4\n\n", ("1 blank line between the rows was left out.",)),
    "Windows-1252": (
        "größe,b\n1.5,2\n3.5,4\n".encode("cp1252"),
        (
            "The text is not UTF-8 and was read as Windows-1252: another encoding can be chosen where the reading of "
            "the file is shown, on Data.",
        ),
    ),
    "UTF-16": ("a,b\n1.5,2\n3.5,4\n".encode("utf-16"), ("The text was read as UTF-16.",)),
    "one cell of text among numbers": (
        "a,b\n1.5,1\n3.5,2\n4.5,oops\n5.5,oh\n",
        (
            "Column “b” stays text because 2 of its 4 values (50 %) are no numbers, the first in row 3: "
            "“oops”.",
        ),
    ),
    "one cell of numbers among text": ("a,b\n1.5,x\n3.5,2\n4.5,oops\n", ()),
    "no complete row": (
        "a,b\n1,\n2,\n,3\n,4\n",
        ("No row has a value in every column of numbers: choose fewer of them.",),
    ),
}


@pytest.mark.parametrize("case", NOTES)
def test_what_reading_did_is_told(case: str) -> None:
    content, notes = NOTES[case]
    assert read(content).notes == notes


FILE_NAMES = {
    "data.csv": "data.csv",
    "/home/anna/data.csv": "data.csv",
    r"C:\data\may.csv": "may.csv",
    "../../etc/passwd": "passwd",
    "a\x00b\nc.csv": "a b c.csv",
    "<b>x</b>.csv": "b>.csv",
    "": "data",
    "x" * 300: "x" * 79 + "…",
    "\u202egnp.csv": "gnp.csv",
}


@pytest.mark.parametrize("given_name", FILE_NAMES)
def test_a_file_name_is_only_shown_and_cleaned_for_that(given_name: str) -> None:
    assert read_file(b"a,b\n1,2\n3,4\n", given_name).dataset.name == FILE_NAMES[given_name]


@pytest.mark.parametrize("key", ["faithful", "penguins"])
def test_the_bundled_files_read_as_the_samples_are(key: str) -> None:
    table = load_sample(key).table
    dataset = read(table.to_csv(index=False))
    pd.testing.assert_frame_equal(dataset.table, table)
    assert not dataset.notes


@pytest.mark.parametrize(
    ("separator", "decimal"), [(",", "."), (";", "."), (";", ","), ("\t", ","), ("|", "."), (" ", ".")]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_bit_survives_a_round_trip(separator: str, decimal: str, encoding: str) -> None:
    values = np.random.default_rng(1).normal(size=(50, 3)) * [1e-20, 1.0, 1e20]
    table = pd.DataFrame(values, columns=["a", "b", "c"])
    text = table.to_csv(index=False, sep=separator, decimal=decimal)
    assert read(text.encode(encoding)).table.to_numpy().tobytes() == values.tobytes()


def test_rows_beyond_those_looked_at_are_read_as_they_are_and_told() -> None:
    dataset = read("a;b\n" + "1,5;2,5\n2,5;3,5\n" * 5000 + "1.5;9,5\n")
    assert dataset.numeric_columns == ("b",)
    assert dataset.notes[-1] == (
        "Column “a” stays text because 1 of its 10,001 values (0.01 %) is no number, the first in row "
        "10,001: “1.5”."
    )


def test_the_content_decides_the_digest_not_the_way_it_is_written() -> None:
    assert read("a,b\n1.5,2.5\n3.5,4.5\n").digest == read("a;b\n1,5;2,5\n3,5;4,5\n").digest
