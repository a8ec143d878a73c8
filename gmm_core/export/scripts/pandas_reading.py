"""Reading a file with pandas alone: which call gives the same numbers as our reader, tried out on the file itself."""

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
"""A call is tried out on so many rows at the beginning; where it fails further on, it does so with an error."""
MAX_UNPACKED = 1 << 30
READ_ALREADY = ReadLimits(unpacked_bytes=MAX_UNPACKED, workbook_cells=10_000_000)
"""The reader has bounded the file, perhaps by larger limits than the usual ones."""
KNOWN_MARKERS = frozenset({"", "#N/A", "#NA", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"})
"""What pandas takes for missing by itself."""
THOUSANDS = (None, ".", ",", " ", "'")


@dataclass(frozen=True)
class PandasReading:
    """A call of pandas with its keyword arguments, and where the columns are that it gives.

    by_name: whether the columns are called in its table as in ours; else they are found by their positions.
    """

    function: str
    keywords: Mapping[str, Any]
    positions: tuple[int, ...]
    by_name: bool


def file_name(name: str) -> str:
    """The name of a file without folders, as it will lie beside the script."""
    return PureWindowsPath(name).name or "data.csv"


def pandas_reading(origin: FromFile, dataset: Dataset, columns: Sequence[str]) -> PandasReading | None:
    """The first call that gives the same numbers in these columns; None where none of those tried does."""
    expected = np.column_stack([float_values(dataset.table[name].head(MAX_ROWS_TRIED)) for name in columns])
    positions = tuple(list(dataset.table.columns).index(name) for name in columns)
    try:
        for function, keywords in _candidates(origin):
            # Below the last row there may be totals and notes, which are no rows.
            for ending in _endings(function, len(dataset.table)):
                call = {**keywords, **ending}
                by_name = _tried(origin.content, function, call, columns, positions, expected)
                if by_name is not None:
                    return PandasReading(function, call, positions, by_name)
    except ExplorerError:
        return None
    return None


def _endings(function: str, n_rows: int) -> Iterator[dict[str, Any]]:
    """Keywords that end the table where ours ends; what comes far below the rows tried out is not looked at."""
    if function == "read_parquet" or n_rows < MAX_ROWS_TRIED:
        yield {}
    if function != "read_parquet":
        yield {"nrows": n_rows}


def _candidates(origin: FromFile) -> Iterator[tuple[str, dict[str, Any]]]:
    """Calls that may read the file, the plainest first."""
    content = origin.content
    if is_workbook(content):
        # Without a name of the engine pandas warns that it will choose another one day.
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
    """Whether the columns have their names, if the call gives the expected numbers; else None."""
    most = len(expected) + 1 if len(expected) < MAX_ROWS_TRIED else len(expected)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            file, rows = _handed(content, function, keywords, most)
            table: pd.DataFrame = getattr(pd, function)(file, **rows)
    except Exception:  # whatever pandas makes of options that do not fit: the next ones are tried
        return None
    if function == "read_parquet":
        table = table.head(len(expected))
    if len(table) != len(expected) or max(positions) >= table.shape[1]:
        return None
    found = [table.iloc[:, position] for position in positions]
    if not all(holds_numbers(column) for column in found):
        return None
    values = np.column_stack([float_values(column) for column in found])
    if not np.array_equal(np.where(np.isfinite(values), values, np.nan), _finite(expected), equal_nan=True):
        return None
    return [str(table.columns[position]) for position in positions] == list(
        columns
    ) and table.columns.is_unique


def _handed(
    content: bytes, function: str, keywords: dict[str, Any], most_rows: int
) -> tuple[Any, dict[str, Any]]:
    """What a call is tried out on, bounded as our own reader bounds it, and with which keyword arguments."""
    if function == "read_parquet":
        # pandas reads all rows of a file or none. Arrow's threads must find no Python in it.
        return pa.BufferReader(first_rows(content, most_rows)), keywords
    rows = {**keywords, "nrows": min(most_rows, keywords.get("nrows", most_rows))}
    if function == "read_excel":
        return io.BytesIO(sheet_alone(content, rows.pop("sheet_name"), READ_ALREADY)), rows
    return io.BytesIO(content), rows


def _finite(values: FloatArray) -> FloatArray:
    return np.asarray(np.where(np.isfinite(values), values, np.nan))
