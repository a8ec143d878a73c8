"""A worker's answer: the content of the file that it read, and how the app receives it without trusting it.

It is a header in JSON, the types in Arrow's form, then the buffers of each column, each as a frame. So all data is
counted as it is received, the memory of one column is free before the next is received, and a column of text is kept as
it arrived, without a Python object per cell. (Arrow's own streams may be compressed, which its reader cannot refuse.)
The worker's digest is trusted: it is a key only in the stores of the visitor whose file it is.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gmm_core.errors import ExplorerError
from gmm_core.export.model_file.model import Model
from gmm_core.export.model_file.model_file import load_model
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.files.note import OptionChange
from gmm_core.tables.files.options import ReadOptions
from gmm_core.tables.files.reader import LONGEST_FILE_NAME, OpenedFile
from gmm_core.wording import one_line
from serving.reading.frames import BrokenFrame, Ready, receive_frame, send_frame
from serving.reading.request import Request

LONGEST_HEADER = 1 << 24
"""Most bytes of the JSON that describes an answer, and of the columns' types."""
LONGEST_WHOLE_NUMBER = 4_300
"""Most digits of a whole number, as in Python itself."""
WHOLE_NUMBERS = "whole numbers"
"""How a column of Python integers beyond Arrow's range is sent: as text."""
MISSING_AS_NAN = "missing as NaN"
"""How a column of objects is sent whose missing values are NaN, not None."""
PLAIN = "plain"
"""How any other column is sent: as Arrow has it."""
_DIGEST = re.compile("[0-9a-f]{64}")
"""A SHA-256 in hexadecimal."""
_NO_ONE_TYPE = (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError)
"""What Arrow raises for a column of mixed types."""


class BadAnswer(Exception):
    """The received data is not a valid answer of a worker."""


@dataclass(frozen=True)
class Failure:
    """Why a file was not read: a refusal is a sentence for the visitor; other reasons are for the log."""

    message: str
    is_refusal: bool


def send_failure(to: socket.socket, failure: Failure) -> None:
    """Send the reason why the file was not read."""
    send_frame(to, json.dumps({"failure": asdict(failure)}).encode())


def send_model(to: socket.socket, written: bytes) -> None:
    """Send a model as a model file that was written again: each name occurs once, and numbers have one form."""
    send_frame(to, json.dumps({"model": True}).encode())
    send_frame(to, written)


def send_table(to: socket.socket, opened: OpenedFile) -> None:
    """Send a table and the options that describe its file."""
    dataset = opened.dataset
    table = dataset.table
    coded = [_coding(table[name]) for name in table.columns]
    columns = [_as_arrow(table[name], coding) for name, coding in zip(table.columns, coded, strict=True)]
    parts = [_parts(column) for column in columns]
    header = {
        "name": dataset.name,
        "source": dataset.source,
        "digest": dataset.digest,
        "notes": dataset.notes,
        "units": dict(dataset.units),
        "used_options": asdict(opened.used_options),
        "sheets": opened.sheets,
        "on_request": dict(opened.on_request),
        "changes": {note: astuple(change) for note, change in opened.changes.items()},
        "rows": len(table),
        "columns": [
            (name, coding, [_described(part) for part in several])
            for name, coding, several in zip(table.columns, coded, parts, strict=True)
        ],
    }
    send_frame(to, json.dumps({"table": header}).encode())
    types = pa.schema([(str(position), column.type) for position, column in enumerate(columns)])
    send_frame(to, memoryview(types.serialize()))
    for buffer in (buffer for several in parts for part in several for buffer in part.buffers()):
        if buffer is not None:
            send_frame(to, memoryview(buffer))


def receive_answer(
    of: socket.socket, request: Request, ready: Ready | None = None
) -> OpenedFile | Model | Failure:
    """The answer to a request, within its limits; raises BadAnswer, and what `ready` raises."""
    try:
        header = json.loads(receive_frame(of, LONGEST_HEADER, ready))
        if "failure" in header:
            failure = header["failure"]
            return Failure(_text(failure["message"]), failure["is_refusal"] is True)
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
    limits = request.limits
    if not (
        0 <= rows <= limits.rows
        and 0 < len(described) <= limits.columns
        and rows * len(described) <= limits.cells
    ):
        raise BadAnswer("more rows or columns than were asked for")
    types = _types(receive_frame(of, LONGEST_HEADER, ready), len(described))
    buffers = _Buffers(of, request.bounds.memory_bytes, ready)
    texts = 2 * limits.unpacked_bytes  # as the reader itself bounds them
    columns = {}
    for (name, coding, parts), kind in zip(described, types, strict=True):
        values = buffers.array(kind, rows, parts)
        if isinstance(values, pa.DictionaryArray):
            texts -= _written_out(values)
            if texts < 0:
                raise BadAnswer("categories of more text than is read")
        columns[_text(name)] = _as_pandas(values, coding)
    if len(columns) != len(described) or not _DIGEST.fullmatch(header["digest"]):
        raise BadAnswer("a name twice, or no digest")
    dataset = Dataset(
        name=one_line(_text(header["name"]), LONGEST_FILE_NAME) or "data",
        table=pd.DataFrame(columns),
        source=_text(header["source"]),
        label_column=None,
        digest=header["digest"],
        notes=_texts(header["notes"]),
        units={_text(name): _text(unit) for name, unit in header["units"].items()},
    )
    used_options: dict[str, Any] = {name: _option(value) for name, value in header["used_options"].items()}
    on_request = {_text(name): _text(what) for name, what in header["on_request"].items()}
    changes = {_text(note): _change(*parts) for note, parts in header["changes"].items()}
    return OpenedFile(dataset, ReadOptions(**used_options), _texts(header["sheets"]), on_request, changes)


def _change(label: object, field: object, value: object) -> OptionChange:
    change = OptionChange(_text(label), _text(field), _option(value))
    change.applied_to(ReadOptions())  # refuses a field that is none
    return change


def _coding(column: pd.Series) -> str:
    if not pd.api.types.is_object_dtype(column.dtype):
        return PLAIN
    if pd.api.types.infer_dtype(column, skipna=True) == "integer":
        return WHOLE_NUMBERS
    missing = column[column.isna()]
    return MISSING_AS_NAN if len(missing) and isinstance(missing.iloc[0], float) else PLAIN


def _as_arrow(column: pd.Series, coding: str) -> pa.Array:
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "biuf":
        return pa.array(column.to_numpy(), from_pandas=False)  # NaN stays NaN
    try:
        if coding != WHOLE_NUMBERS:
            return _in_one_piece(pa.array(column, from_pandas=True))
    except _NO_ONE_TYPE:
        pass  # it mixes types, and becomes text
    return pa.array(column.astype(object).map(str, na_action="ignore"), pa.large_string(), from_pandas=True)


def _in_one_piece(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def _parts(column: pa.Array) -> list[pa.Array]:
    """The arrays of a column that have buffers: the column itself, or its codes and its categories."""
    parts = [column.indices, column.dictionary] if isinstance(column, pa.DictionaryArray) else [column]
    return [pa.concat_arrays([part, part[:0]]) if part.offset else part for part in parts]


def _described(part: pa.Array) -> tuple[int, list[bool]]:
    return len(part), [buffer is not None for buffer in part.buffers()]


@dataclass
class _Buffers:
    """The buffers that are received, with at most `left` more bytes in all."""

    of: socket.socket
    left: int
    ready: Ready | None

    def array(self, kind: pa.DataType, rows: int, described: Sequence[Any]) -> pa.Array:
        """The column made from the received buffers."""
        if not pa.types.is_dictionary(kind):
            (part,) = described
            return self._part(kind, part, rows)
        codes, categories = described
        return pa.DictionaryArray.from_arrays(
            self._part(kind.index_type, codes, rows),
            self._part(kind.value_type, categories, categories[0]),
            ordered=kind.ordered,
        )

    def _part(self, kind: pa.DataType, described: Sequence[Any], length: int) -> pa.Array:
        announced, present = described
        if announced != length:
            raise BadAnswer("another number of rows than was announced")
        array = pa.Array.from_buffers(kind, length, [self._next() if each else None for each in present])
        array.validate(full=True)
        return array

    def _next(self) -> pa.Buffer:
        frame = receive_frame(self.of, self.left, self.ready)
        self.left -= len(frame)
        return pa.py_buffer(frame)


def _types(frame: bytearray, columns: int) -> list[pa.DataType]:
    try:
        types: list[pa.DataType] = pa.ipc.read_schema(pa.py_buffer(frame)).types
    except OSError as broken:
        raise BadAnswer("no types") from broken
    if len(types) != columns or not all(map(_is_allowed, types)):
        raise BadAnswer("other columns than were announced")
    return types


def _is_allowed(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return pa.types.is_integer(kind.index_type) and _is_text(kind.value_type)
    numbers = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)
    times = pa.types.is_timestamp(kind) or pa.types.is_duration(kind)
    return bool(_is_text(kind) or numbers or times or pa.types.is_null(kind))


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _written_out(categories: pa.DictionaryArray) -> int:
    """The number of bytes of text in a column of categories, with repeated text counted in every row."""
    lengths = pc.binary_length(categories.dictionary).cast(pa.int64())
    return pc.sum(lengths.take(categories.indices)).as_py() or 0


def _as_pandas(values: pa.Array, coding: str) -> pd.Series:
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
        return tuple(_texts(each) if isinstance(each, list) else _text(each) for each in value)
    return value if value is None or isinstance(value, bool) else _text(value)
