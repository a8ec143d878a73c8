"""Answer: what a worker sends of the file it read, and how the app takes it, which trusts nothing in it.

A header in JSON, then each column as an Arrow stream of its own: so the memory of one is free before the next comes,
and a column of text is held as it arrived, with no Python object for a cell. The worker's digest is taken as it is: it
names what is computed from the file in stores of its own visitor, and nobody else's.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from gmm_core.data.dataset import Dataset
from gmm_core.data.options import ReadOptions
from gmm_core.data.reader import LONGEST_FILE_NAME, OpenedFile
from gmm_core.data.wording import one_line
from gmm_core.errors import ExplorerError
from gmm_core.takeaway.model import Model
from gmm_core.takeaway.model_file import load_model
from serving.reading.frames import BrokenFrame, Ready, receive_frame, send_frame
from serving.reading.request import Request

LONGEST_HEADER = 1 << 24
LONGEST_WHOLE_NUMBER = 4_300
"""Digits; what Python itself reads at most."""
WHOLE_NUMBERS = "whole numbers"
"""How a column is sent that holds Python integers beyond what Arrow takes: as text."""
MISSING_AS_NAN = "missing as NaN"
PLAIN = "plain"
_DIGEST = re.compile("[0-9a-f]{64}")
_NO_ONE_TYPE = (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError)


class BadAnswer(Exception):
    """What came is no answer of a worker of ours."""


@dataclass(frozen=True)
class Failure:
    """Why there is nothing: a refusal is a sentence for the visitor; what else went wrong is for the log."""

    told: str
    is_refusal: bool


def send_failure(to: socket.socket, failure: Failure) -> None:
    """Send why the file was not read."""
    send_frame(to, json.dumps({"failure": asdict(failure)}).encode())


def send_model(to: socket.socket, written: bytes) -> None:
    """Send a model as our own file of it, which has every name once and every number in one form."""
    send_frame(to, json.dumps({"model": True}).encode())
    send_frame(to, written)


def send_table(to: socket.socket, opened: OpenedFile) -> None:
    """Send a table and how its file is written."""
    dataset = opened.dataset
    table = dataset.table
    coded = [_coding(table[name]) for name in table.columns]
    header = {
        "name": dataset.name,
        "source": dataset.source,
        "digest": dataset.digest,
        "notes": dataset.notes,
        "found": asdict(opened.found),
        "sheets": opened.sheets,
        "on_request": dict(opened.on_request),
        "rows": len(table),
        "columns": list(zip(table.columns, coded, strict=True)),
    }
    send_frame(to, json.dumps({"table": header}).encode())
    for name, coding in zip(table.columns, coded, strict=True):
        send_frame(to, _written(_as_arrow(table[name], coding)))


def receive_answer(
    of: socket.socket, request: Request, ready: Ready | None = None
) -> OpenedFile | Model | Failure:
    """The answer to the request, within its limits; raises BadAnswer, and what `ready` raises."""
    try:
        header = json.loads(receive_frame(of, LONGEST_HEADER, ready))
        if "failure" in header:
            failure = header["failure"]
            return Failure(_text(failure["told"]), failure["is_refusal"] is True)
        if "model" in header:
            return load_model(bytes(receive_frame(of, request.limits.bytes, ready)))
        return _opened(of, header["table"], request, ready)
    except ExplorerError:
        raise  # what `ready` raises; it is a ValueError too
    except (
        BrokenFrame,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
        pa.ArrowException,
    ) as broken:
        raise BadAnswer(f"{type(broken).__name__}") from broken


def _opened(
    of: socket.socket, header: Mapping[str, Any], request: Request, ready: Ready | None
) -> OpenedFile:
    rows, described = int(header["rows"]), header["columns"]
    if not 0 <= rows <= request.limits.rows or not 0 < len(described) <= request.limits.columns:
        raise BadAnswer("more rows or columns than were asked for")
    left = request.bounds.bytes
    columns = {}
    for name, coding in described:
        frame = receive_frame(of, left, ready)
        left -= len(frame)
        columns[_text(name)] = _as_pandas(_read(frame, rows), coding)
    if len(columns) != len(described) or not _DIGEST.fullmatch(header["digest"]):
        raise BadAnswer("a name twice, or no digest")
    dataset = Dataset(
        one_line(_text(header["name"]), LONGEST_FILE_NAME) or "data",
        pd.DataFrame(columns),
        _text(header["source"]),
        None,
        header["digest"],
        _texts(header["notes"]),
    )
    found: dict[str, Any] = {name: _option(value) for name, value in header["found"].items()}
    on_request = {_text(name): _text(what) for name, what in header["on_request"].items()}
    return OpenedFile(dataset, ReadOptions(**found), _texts(header["sheets"]), on_request)


def _coding(column: pd.Series) -> str:
    if not pd.api.types.is_object_dtype(column.dtype):
        return PLAIN
    if pd.api.types.infer_dtype(column, skipna=True) == "integer":
        return WHOLE_NUMBERS
    missing = column[column.isna()]
    return MISSING_AS_NAN if len(missing) and isinstance(missing.iloc[0], float) else PLAIN


def _as_arrow(column: pd.Series, coding: str) -> pa.Array | pa.ChunkedArray:
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "biuf":
        return pa.array(column.to_numpy(), from_pandas=False)  # NaN stays NaN
    try:
        if coding != WHOLE_NUMBERS:
            return pa.array(column, from_pandas=True)
    except _NO_ONE_TYPE:
        pass  # it mixes types, and becomes text
    return pa.array(column.astype(object).map(str, na_action="ignore"), pa.large_string(), from_pandas=True)


def _written(values: pa.Array | pa.ChunkedArray) -> memoryview:
    table = pa.table({"column": values})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return memoryview(sink.getvalue())


def _read(frame: bytearray, rows: int) -> pa.ChunkedArray:
    try:
        table = pa.ipc.open_stream(pa.py_buffer(frame)).read_all()
        table.validate(full=True)
    except (pa.ArrowException, OSError) as broken:
        raise BadAnswer("no Arrow") from broken
    if table.num_columns != 1 or table.num_rows != rows or not _is_allowed(table.schema.field(0).type):
        raise BadAnswer("another table than was announced")
    return table.column(0)


def _is_allowed(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return not pa.types.is_dictionary(kind.value_type) and _is_allowed(kind.value_type)
    texts = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    return bool(texts or pa.types.is_null(kind) or pa.types.is_primitive(kind) or pa.types.is_decimal(kind))


def _as_pandas(values: pa.ChunkedArray, coding: str) -> pd.Series:
    kind = values.type
    if coding == WHOLE_NUMBERS:
        return pd.Series(
            [None if text is None else _whole(text) for text in values.to_pylist()], dtype=object
        )
    if not values.null_count and (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        # A copy that can be written to, as every array of the app.
        return pd.Series(np.array(values.to_numpy()))
    column = values.to_pandas(use_threads=False)
    return column.fillna(np.nan) if coding == MISSING_AS_NAN else column


def _whole(text: str) -> int:
    if len(text) > LONGEST_WHOLE_NUMBER:
        raise BadAnswer("a number of too many digits")
    return int(text)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise BadAnswer("no text")
    return value


def _texts(values: object) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise BadAnswer("no list")
    return tuple(_text(value) for value in values)


def _option(value: object) -> object:
    if isinstance(value, list):
        return _texts(value)
    return value if value is None or isinstance(value, bool) else _text(value)
