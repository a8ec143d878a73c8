"""pandas reading: finds a call of pandas that reads the same numbers as our reader, by trying calls on the file."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PureWindowsPath
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from gmm_core.arrays import FloatArray
from gmm_core.errors import ExplorerError
from gmm_core.rows.column_values import float_values, holds_numbers
from gmm_core.tables.cells.notation import MISSING_MARKERS
from gmm_core.tables.cells.text_columns import recognised
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.files.delimiter import BY_NAME
from gmm_core.tables.files.options import ReadLimits
from gmm_core.tables.files.packing import GZIP_SIGNATURE, ZIP_SIGNATURE, is_workbook, unpacked
from gmm_core.tables.files.parquet import SIGNATURE as PARQUET_SIGNATURE
from gmm_core.tables.files.parquet import first_rows
from gmm_core.tables.files.workbook import sheet_alone
from gmm_core.tables.origin import FromFile

MAX_ROWS_TRIED = 5_000
"""Rows at the beginning of a file on which a call is tried; if it fails on a later row, the script raises an error."""
MAX_UNPACKED = 1 << 30
"""Most bytes that a packed file is unpacked to here."""
READ_ALREADY = ReadLimits(unpacked_bytes=MAX_UNPACKED, workbook_cells=10_000_000)
"""Limits for a file that the reader has already accepted, perhaps with larger limits than the default ones."""
KNOWN_MARKERS = frozenset({"", "#N/A", "#NA", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"})
"""Markers of missing values that pandas knows without being told."""
THOUSANDS = (None, ".", ",", " ", "'")
"""Separators of thousands that are tried."""


@dataclass(frozen=True)
class PandasReading:
    """A call of pandas that reads the file.

    Parameters
    ----------
    function : str
        Its name, such as read_csv.
    keywords : mapping of str to Any
        Its keyword arguments.
    positions : tuple of int
        The positions of the chosen columns in the table that it returns.
    by_name : bool
        True if these columns have the same names there as in our table.
    """

    function: str
    keywords: Mapping[str, Any]
    positions: tuple[int, ...]
    by_name: bool


def file_name(name: str) -> str:
    """The name of a file without folders; the script expects the file in its own folder."""
    return PureWindowsPath(name).name or "data.csv"


def pandas_reading(origin: FromFile, dataset: Dataset, columns: Sequence[str]) -> PandasReading | None:
    """The first call of pandas that reads the same numbers in these columns; None if none of the calls tried does."""
    expected = np.column_stack([float_values(dataset.table[name].head(MAX_ROWS_TRIED)) for name in columns])
    positions = tuple(list(dataset.table.columns).index(name) for name in columns)
    try:
        for function, keywords in _candidates(origin):
            # Totals and remarks may follow the last row; they are not rows.
            for ending in _endings(function, len(dataset.table)):
                call = {**keywords, **ending}
                by_name = _tried(origin.content, function, call, columns, positions, expected)
                if by_name is not None:
                    return PandasReading(function, call, positions, by_name)
    except ExplorerError:
        return None
    return None


def _endings(function: str, n_rows: int) -> Iterator[dict[str, Any]]:
    """Keyword arguments that end the table after our last row.

    None are tried only for a table shorter than MAX_ROWS_TRIED, where the trial would see lines below the last row.
    """
    if function == "read_parquet" or n_rows < MAX_ROWS_TRIED:
        yield {}
    if function != "read_parquet":
        yield {"nrows": n_rows}


def _candidates(origin: FromFile) -> Iterator[tuple[str, dict[str, Any]]]:
    """(function, keyword arguments) of the calls that may read the file, the simplest first."""
    content = origin.content
    if is_workbook(content):
        # pandas warns if the engine is not named, since its default will change.
        yield "read_excel", {"sheet_name": origin.options.sheet, "engine": "calamine"}
        return
    packing: dict[str, Any] = {}
    if content.startswith(GZIP_SIGNATURE):
        packing = {"compression": "gzip"}
    elif content.startswith(ZIP_SIGNATURE):
        packing = {"compression": "zip"}
    if packing:
        content = unpacked(content, MAX_UNPACKED).content
    if content.startswith(PARQUET_SIGNATURE) or is_workbook(content):
        if not packing:
            yield "read_parquet", {}
        return
    options = origin.options
    text, _, dialect = recognised(content, options)
    keywords: dict[str, Any] = {}
    delimiter = BY_NAME[dialect.delimiter.name]
    if delimiter.is_white_space:
        keywords["sep"] = r"\s+"
    elif delimiter.sign != ",":
        keywords["sep"] = delimiter.sign
    if dialect.decimal_sign.comma:
        keywords["decimal"] = ","
    if text.written != "utf-8":
        keywords["encoding"] = text.written
    keywords |= packing
    ours = sorted((MISSING_MARKERS - KNOWN_MARKERS) | set(options.missing))
    present = [marker for marker in ours if marker.encode(text.encoding, "replace") in text.content]
    heads: list[dict[str, Any]] = [{"header": None, **_skipping(dialect.data_line)}]
    if dialect.names is not None and dialect.data_line > 0:
        heads.insert(0, _skipping(dialect.data_line - 1))
    for head in heads:
        for markers in ({}, {"na_values": present}):
            for thousands in THOUSANDS:
                grouping = {} if thousands is None else {"thousands": thousands}
                if thousands != keywords.get("decimal", "."):
                    yield "read_csv", {**keywords, **head, **markers, **grouping}


def _skipping(lines: int) -> dict[str, Any]:
    return {"skiprows": lines} if lines else {}


def _tried(
    content: bytes,
    function: str,
    keywords: dict[str, Any],
    columns: Sequence[str],
    positions: Sequence[int],
    expected: FloatArray,
) -> bool | None:
    """None if the call does not read the expected numbers; otherwise True if the columns have the same names there."""
    most = len(expected) + 1 if len(expected) < MAX_ROWS_TRIED else len(expected)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            file, rows = _handed(content, function, keywords, most)
            table: pd.DataFrame = getattr(pd, function)(file, **rows)
    except Exception:  # pandas raises anything for options that do not fit: the next ones are tried
        return None
    if function == "read_parquet":
        table = table.head(len(expected))
    if len(table) != len(expected) or max(positions) >= table.shape[1]:
        return None
    read_columns = [table.iloc[:, position] for position in positions]
    if not all(holds_numbers(column) for column in read_columns):
        return None
    values = np.column_stack([float_values(column) for column in read_columns])
    if not np.array_equal(np.where(np.isfinite(values), values, np.nan), _finite(expected), equal_nan=True):
        return None
    return [str(table.columns[position]) for position in positions] == list(
        columns
    ) and table.columns.is_unique


def _handed(
    content: bytes, function: str, keywords: dict[str, Any], most_rows: int
) -> tuple[Any, dict[str, Any]]:
    """The file and the keyword arguments with which a call is tried: its first rows only, within our limits."""
    if function == "read_parquet":
        # pandas cannot read part of a Parquet file. A buffer of Arrow, since its threads must not call Python.
        return pa.BufferReader(first_rows(content, most_rows)), keywords
    rows = {**keywords, "nrows": min(most_rows, keywords.get("nrows", most_rows))}
    if function == "read_excel":
        return io.BytesIO(sheet_alone(content, rows.pop("sheet_name"), READ_ALREADY)), rows
    return io.BytesIO(content), rows


def _finite(values: FloatArray) -> FloatArray:
    return np.asarray(np.where(np.isfinite(values), values, np.nan))
