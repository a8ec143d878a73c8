"""Preload: a small file of each kind is read once, so that workers need no further imports.

Workers cannot open the file of a module. The small files are read in a separate process, because some libraries start
threads when they read, and a process with threads cannot be forked safely; what it imported is then imported here.
"""

from __future__ import annotations

import codecs
import gzip
import importlib
import os
import sys
from contextlib import suppress

import pandas as pd

from gmm_core.errors import ExplorerError
from gmm_core.export.model_file.model_file import load_model
from gmm_core.tables.files.east import PYTHON_NAMES
from gmm_core.tables.files.encoding import ENCODINGS
from gmm_core.tables.files.parquet import parquet_file
from gmm_core.tables.files.reader import read_file
from gmm_core.tables.files.workbook_parts import SheetParts

TEXT = b"day;of;price\n2020-12-31;a;1,5\n2021-01-31;b;2,5\n2021-02-28;;1.234,5\n"
"""A CSV file with text, dates, missing values and decimal commas."""
SHEET = (
    b"<worksheet><sheetData><row><c><v>1</v></c></row><row><c><v>2.5</v></c></row></sheetData></worksheet>"
)
"""The XML of a small sheet of a workbook."""


def preload() -> None:
    """Import all modules that reading needs."""
    for encoding in (
        *ENCODINGS,
        *PYTHON_NAMES.values(),
        "utf-8-sig",
        "utf-16",
        "utf-32",
        "latin-1",
        "ascii",
        "idna",
        "unicode_escape",
    ):
        codecs.lookup(encoding)
    reading_end, writing_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            _read_all()
        finally:
            with open(writing_end, "w", encoding="utf-8") as file:
                file.write("\n".join(sys.modules))
            os._exit(0)
    os.close(writing_end)
    with open(reading_end, encoding="utf-8") as file:
        names = file.read().split("\n")
    os.waitpid(pid, 0)
    for name in names:
        if name not in sys.modules:
            with suppress(ImportError):  # a name that a library made up for a part of itself
                importlib.import_module(name)


def _read_all() -> None:
    table = read_file(TEXT, "text.csv").dataset.table
    read_file(gzip.compress(TEXT), "text.csv.gz")
    read_file(SheetParts(SHEET, b"", b"", False).archive().getvalue(), "workbook.xlsx")
    with_zone = table.assign(at=pd.date_range("2020-12-31", periods=len(table), tz="Europe/Berlin"))
    read_file(parquet_file(with_zone), "table.parquet")
    for content in (b"{}", b"no model"):
        try:
            load_model(content)
        except ExplorerError:
            continue
