"""Answers: what a worker sends arrives as it was, and one that lies is none."""

from __future__ import annotations

import json
import socket
import threading
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmm_core.tables.files.parquet import parquet_file
from gmm_core.tables.files.reader import OpenedFile, read_file
from serving.reading.answer import BadAnswer, Failure, _parts, receive_answer, send_table
from serving.reading.frames import send_frame
from serving.reading.request import Bounds
from tests.serving.reading.requests import DEADLINE, SMALL, table_request


def answered(*frames: bytes, bounds: Bounds | None = None) -> object:
    ours, theirs = socket.socketpair()

    def send() -> None:
        with theirs:
            try:
                for frame in frames:
                    send_frame(theirs, frame)
            except BrokenPipeError:
                return

    sending = threading.Thread(target=send)
    sending.start()
    try:
        with ours:
            return receive_answer(ours, replace(table_request(b""), bounds=bounds or Bounds()))
    finally:
        sending.join(DEADLINE)


def frames_of(content: bytes, name: str = "file.csv") -> list[bytes]:
    """What a worker sends of a file."""
    ours, theirs = socket.socketpair()
    with theirs:
        send_table(theirs, read_file(content, name))
    with ours:
        sent = b"".join(iter(lambda: ours.recv(1 << 16), b""))
    frames = []
    while sent:
        length = int.from_bytes(sent[:8], "big")
        frames.append(sent[8 : 8 + length])
        sent = sent[8 + length :]
    return frames


def with_header(**changed: object) -> bytes:
    header = json.loads(frames_of(SMALL)[0])
    header["table"].update(changed)
    return json.dumps(header).encode()


def columns(first: list[object], *, rows: int = 2) -> bytes:
    """A header whose first column is described so."""
    return with_header(rows=rows, columns=[first, ["b", "plain", [[rows, [False, True]]]]])


def types(*kinds: pa.DataType) -> bytes:
    return bytes(pa.schema([(str(position), kind) for position, kind in enumerate(kinds)]).serialize())


WHOLE: list[object] = ["a", "plain", [[2, [False, True]]]]
TEXT: list[object] = ["a", "plain", [[2, [False, True, True]]]]
CATEGORIES: list[object] = ["a", "plain", [[2, [False, True]], [1, [False, True, True]]]]
EIGHT = np.array([0, 1, 2], "int64").tobytes()
HEADER, TYPES, *BUFFERS = frames_of(SMALL)
SENT = [TYPES, *BUFFERS]
LONG_TEXT = b"x" * 150_000_000
LIES: dict[str, list[bytes]] = {
    "no JSON": [b"\x80"],
    "nested": [b"[" * 100_000],
    "nothing": [],
    "another thing": [b"[]"],
    "a column too few": [HEADER, TYPES, BUFFERS[0]],
    "no types": [HEADER, b"nonsense", *BUFFERS],
    "cut types": [HEADER, TYPES[:-40], *BUFFERS],
    "flipped types": [HEADER, bytes(byte ^ 0x55 for byte in TYPES), *BUFFERS],
    "one type": [HEADER, types(pa.int64()), *BUFFERS],
    "a type that is none of ours": [HEADER, types(pa.date32(), pa.float64()), *BUFFERS],
    "lists": [HEADER, types(pa.list_(pa.int64()), pa.float64()), *BUFFERS],
    "views of text": [HEADER, types(pa.string_view(), pa.float64()), *BUFFERS],
    "a short buffer": [HEADER, TYPES, BUFFERS[0][:-1], BUFFERS[1]],
    "too many rows": [with_header(rows=10**9), *SENT],
    "fewer rows": [with_header(rows=1), *SENT],
    "rows below none": [with_header(rows=-1), *SENT],
    "more rows than buffers": [columns(["a", "plain", [[3, [False, True]]]], rows=3), *SENT],
    "a buffer too many": [columns(["a", "plain", [[2, [False, True, True]]]]), *SENT],
    "two parts": [columns(["a", "plain", [[2, [False, True]], [2, [False, True]]]]), *SENT],
    "too many columns": [with_header(columns=[WHOLE] * 2_001), *SENT],
    "too many cells": [
        with_header(rows=1_000_000, columns=[["a", "plain", [[1_000_000, [False]]]]] * 11),
        types(*[pa.null()] * 11),
    ],
    "a name twice": [with_header(columns=[WHOLE] * 2), *SENT],
    "a name that is none": [columns([1, *WHOLE[1:]]), *SENT],
    "no digest": [with_header(digest="../x"), *SENT],
    "an option that is none": [with_header(used_options={"other": 1}), *SENT],
    "notes that are none": [with_header(notes=[{"a": 1}]), *SENT],
    "numbers as text": [columns(["a", "whole numbers", *WHOLE[2:]]), *SENT],
    "text beyond its end": [
        columns(TEXT),
        types(pa.large_string(), pa.float64()),
        np.array([0, 1, 10**9], "int64").tobytes(),
        b"xy",
        BUFFERS[1],
    ],
    "text that is none": [
        columns(TEXT),
        types(pa.large_string(), pa.float64()),
        EIGHT,
        b"\xff\xfe",
        BUFFERS[1],
    ],
    "a category that is none": [
        columns(CATEGORIES),
        types(pa.dictionary(pa.int64(), pa.large_string()), pa.float64()),
        np.array([0, 7], "int64").tobytes(),
        EIGHT[:16],
        b"x",
        BUFFERS[1],
    ],
    "categories of numbers": [
        columns(["a", "plain", [[2, [False, True]], [2, [False, True]]]]),
        types(pa.dictionary(pa.int64(), pa.int64()), pa.float64()),
        *BUFFERS,
        BUFFERS[1],
    ],
    "a long text in each row": [
        columns(CATEGORIES),
        types(pa.dictionary(pa.int64(), pa.large_string()), pa.float64()),
        np.array([0, 0], "int64").tobytes(),
        np.array([0, len(LONG_TEXT)], "int64").tobytes(),
        LONG_TEXT,
        BUFFERS[1],
    ],
}


@pytest.mark.parametrize("lie", LIES)
def test_an_answer_that_lies_is_none(lie: str) -> None:
    with pytest.raises(BadAnswer):
        answered(*LIES[lie])


def test_the_answer_that_the_lies_were_made_of_is_one() -> None:
    opened = answered(HEADER, *SENT)
    assert isinstance(opened, OpenedFile) and opened.dataset.table["a"].tolist() == [1, 3]
    assert answered(b'{"failure": {"message": "No.", "is_refusal": true}}') == Failure("No.", True)


def test_text_stays_as_it_came_and_a_category_is_held_once() -> None:
    table = pd.DataFrame({"n": [1.5, 2.5, 3.5], "few": ["a", "b", "a"]})
    for name, content in (
        ("file.csv", table.to_csv(index=False).encode()),
        ("file.parquet", parquet_file(table)),
    ):
        opened = answered(*frames_of(content, name))
        assert isinstance(opened, OpenedFile)
        column = opened.dataset.table["few"]
        assert column.tolist() == ["a", "b", "a"]
        held = column.cat.categories if isinstance(column.dtype, pd.CategoricalDtype) else column
        assert isinstance(held.array, pd.arrays.ArrowStringArray)


def test_a_part_of_a_longer_column_is_sent_from_its_begin() -> None:
    whole = pa.array(["left out", "a", None, "b"], pa.large_string())
    (part,) = _parts(whole[1:])
    assert part.offset == 0 and part.to_pylist() == ["a", None, "b"]
    assert "left" not in part.buffers()[2].to_pybytes().decode()


@given(st.data())
def test_any_bytes_in_place_of_others_are_a_table_or_no_answer(data: st.DataObject) -> None:
    frames = [bytearray(frame) for frame in (HEADER, *SENT)]
    for _ in range(data.draw(st.integers(1, 3))):
        frame = data.draw(st.sampled_from(frames))
        frame[data.draw(st.integers(0, len(frame) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = answered(*map(bytes, frames))
    except BadAnswer:
        return
    assert isinstance(found, OpenedFile) and len(found.dataset.table) <= 2


def test_an_answer_larger_than_its_bound_is_not_taken() -> None:
    with pytest.raises(BadAnswer):
        answered(HEADER, *SENT, bounds=Bounds(megabytes=0))
