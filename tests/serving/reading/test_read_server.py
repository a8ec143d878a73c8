"""The read server: the same tables as in process, within bounds that hold, and nothing left of what is given up."""

from __future__ import annotations

import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmm_core.data.dataset import content_digest
from gmm_core.data.options import ReadLimits, ReadOptions
from gmm_core.data.parquet import parquet_file
from gmm_core.data.reader import OpenedFile, read_file
from gmm_core.errors import ExplorerError
from serving.reading import server as server_module
from serving.reading.answer import BadAnswer, Failure, _parts, receive_answer, send_table
from serving.reading.client import NotRead, ReadClient
from serving.reading.frames import send_frame
from serving.reading.request import Bounds, Kind, Request
from serving.reading.worker import OUT_OF_MEMORY, in_confinement

NASTY = Path(__file__).parents[2] / "gmm_core/data/nasty"
FILES = sorted(path for path in NASTY.iterdir() if path.suffix != ".toml")
SMALL = b"a,b\n1,2.5\n3,4\n"
LARGE = b"a,b,c\n" + b"1.25,2.5,some text\n3.5,4.5,other text\n" * 450_000
LONG = b"a,b,c,d,e,f,g\n" + b"1.25,2.5,x y,1.75,2.25,4.5,0.25\n3.5,4.5,z,1.5,2.75,4.25,0.5\n" * 450_000
"""To read it takes several times a second of computing, also where a core is quick."""
DEADLINE = 180
PATIENT = Bounds(seconds=600)
"""By the clock, which depends on what else the machine does; computing and memory as they are."""


class GoneOn(Exception):
    """The visitor changed a control."""


@pytest.fixture(scope="module")
def reader() -> Iterator[ReadClient]:
    client = ReadClient()
    yield client
    client.close()


def table_request(content: bytes, name: str = "file.csv", options: ReadOptions | None = None) -> Request:
    return Request(Kind.TABLE, content, name, options or ReadOptions(), bounds=PATIENT)


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until it holds, and fail where it never does."""
    late = time.monotonic() + DEADLINE
    waiting = threading.Event()
    while not holds():
        assert time.monotonic() < late
        waiting.wait(0.02)


def workers(of: int) -> list[int]:
    """The processes that the read server has forked."""
    return [int(pid) for pid in Path(f"/proc/{of}/task/{of}/children").read_text().split()]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_is_the_same_as_when_it_is_read_in_process(path: Path, reader: ReadClient) -> None:
    content = path.read_bytes()
    try:
        expected = read_file(content, path.name)
    except ExplorerError as refusal:
        with pytest.raises(ExplorerError) as told:
            reader.read(table_request(content, path.name))
        assert str(told.value) == str(refusal)
        return
    opened = reader.read(table_request(content, path.name))
    assert isinstance(opened, OpenedFile)
    pd.testing.assert_frame_equal(opened.dataset.table, expected.dataset.table)
    assert opened.dataset.digest == expected.dataset.digest == content_digest(opened.dataset.table, None)
    assert opened.dataset.kinds == expected.dataset.kinds
    for name in ("name", "source", "notes", "label_column"):
        assert getattr(opened.dataset, name) == getattr(expected.dataset, name)
    assert (opened.found, opened.sheets) == (expected.found, expected.sheets)
    assert dict(opened.on_request) == dict(expected.on_request)


def test_it_forks_with_one_thread_and_without_what_draws_or_compiles(reader: ReadClient) -> None:
    reader.read(table_request(SMALL))
    assert reader.pid is not None
    assert len(os.listdir(f"/proc/{reader.pid}/task")) == 1
    maps = Path(f"/proc/{reader.pid}/maps").read_text()
    assert "pyarrow" in maps and "llvmlite" not in maps and "numba" not in maps


def test_the_environment_of_the_app_does_not_reach_it(
    reader: ReadClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader.close()
    monkeypatch.setenv("SECRET_OF_THE_HOST", "hidden")
    reader.read(table_request(SMALL))
    assert b"hidden" not in Path(f"/proc/{reader.pid}/environ").read_bytes()


def test_what_is_no_longer_wanted_ends_and_others_are_read(reader: ReadClient) -> None:
    reader.read(table_request(SMALL))
    server = reader.pid
    assert server is not None

    def go_on() -> None:
        if workers(server):
            raise GoneOn

    with pytest.raises(GoneOn):
        reader.read(table_request(SMALL), go_on)
    eventually(lambda: not workers(server))
    assert reader.pid == server
    assert isinstance(reader.read(table_request(SMALL)), OpenedFile)


def test_computing_beyond_its_bound_is_told(reader: ReadClient) -> None:
    request = replace(table_request(LONG), bounds=replace(PATIENT, cpu_seconds=1))
    with pytest.raises(NotRead, match="more than the 1 seconds of computing"):
        reader.read(request)


def test_memory_beyond_its_bound_is_told(reader: ReadClient) -> None:
    with pytest.raises(NotRead, match="needs more memory than the 40 MB"):
        reader.read(replace(table_request(LARGE), bounds=replace(PATIENT, megabytes=40)))


def test_time_beyond_its_bound_is_told(reader: ReadClient) -> None:
    with pytest.raises(NotRead, match=r"not read within 0\.01 seconds"):
        reader.read(replace(table_request(LARGE), bounds=Bounds(seconds=0.01)))


def test_a_server_that_died_is_started_again_even_within_a_file(reader: ReadClient) -> None:
    reader.read(table_request(SMALL))
    first = reader.pid
    assert first is not None

    def kill_the_first() -> None:
        if reader.pid == first and reader._process.poll() is None:  # type: ignore[union-attr]
            assert workers(first)
            os.kill(first, signal.SIGKILL)
            reader._process.wait()  # type: ignore[union-attr]

    assert isinstance(reader.read(table_request(SMALL), kill_the_first), OpenedFile)
    assert reader.pid != first


def test_a_file_beyond_its_limit_is_told_as_such(reader: ReadClient) -> None:
    request = replace(table_request(SMALL * 100), limits=ReadLimits(bytes=1_000_000))
    assert isinstance(
        reader.read(replace(request, limits=ReadLimits(bytes=len(request.content)))), OpenedFile
    )
    with pytest.raises(ExplorerError, match="MB that are read at most") as told:
        reader.read(replace(request, limits=ReadLimits(bytes=10)))
    with pytest.raises(ExplorerError, match="MB that are read at most: it is no model"):
        reader.read(replace(request, kind=Kind.MODEL, limits=ReadLimits(bytes=10)))
    assert not isinstance(told.value, NotRead)


@pytest.mark.parametrize("by", [signal.SIGABRT, signal.SIGSEGV, signal.SIGKILL])
def test_death_by_a_signal_is_told_as_a_want_of_memory(reader: ReadClient, by: signal.Signals) -> None:
    reader.read(table_request(SMALL))
    server = reader.pid
    assert server is not None

    def kill_the_worker() -> None:
        for pid in workers(server):
            os.kill(pid, by)

    with pytest.raises(NotRead, match="needs more memory than the 1,000 MB that a file may take"):
        reader.read(table_request(SMALL), kill_the_worker)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_what_nobody_waits_for_is_ended_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = socket.socketpair()
    channel, told = socket.socketpair(), socket.socketpair()
    served = server_module.ReadServer(theirs)
    ended: list[int] = []
    end = server_module._end

    def note(pid: int) -> None:
        ended.append(pid)
        assert len(served._selector.get_map()) == 2  # the app, and the ends of workers
        end(pid)
        ours.close()

    monkeypatch.setattr(server_module, "work", lambda *_: signal.pause())
    monkeypatch.setattr(server_module, "_end", note)
    before = signal.getsignal(signal.SIGCHLD)
    try:
        socket.send_fds(ours, [PATIENT.packed()], [channel[1].fileno(), told[1].fileno()])
        told[1].close()
        told[0].close()
        served.serve()
    finally:
        signal.signal(signal.SIGCHLD, before)
        for each in (*channel, theirs):
            each.close()
    assert len(set(ended)) == 1
    with suppress(ChildProcessError):
        os.waitpid(ended[0], 0)


def test_it_ends_with_the_app(reader: ReadClient) -> None:
    reader.read(table_request(SMALL))
    server = reader.pid
    reader.close()
    assert not Path(f"/proc/{server}").exists()


def test_many_at_once_get_their_own_file_and_no_other(reader: ReadClient) -> None:
    found: dict[int, float] = {}

    def read(number: int) -> None:
        opened = reader.read(table_request(f"a\n{number}\n{number + 0.5}\n".encode()))
        assert isinstance(opened, OpenedFile)
        found[number] = float(opened.dataset.table["a"].iloc[0])

    threads = [threading.Thread(target=read, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE)
    assert found == {number: float(number) for number in range(12)}


MEMORY_OF_THE_APP = """
import ctypes, gc, sys
from gmm_core.data.parquet import parquet_file
from serving.reading.client import READER
from serving.reading.request import Kind, Request
import numpy as np, pandas as pd

def resident():
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return int(open("/proc/self/statm").read().split()[1]) * 4096

def read(rows):
    table = pd.DataFrame(np.random.default_rng(0).normal(size=(rows, 6)).astype("float32")).rename(columns=str)
    return READER.read(Request(Kind.TABLE, parquet_file(table.assign(text="some text"))))

read(1_000)
before = resident()
opened = read(1_000_000)
held = resident()
del opened
print(held - before, resident() - before)
"""


def test_the_memory_of_a_large_file_comes_back() -> None:
    finished = subprocess.run(
        [sys.executable, "-c", MEMORY_OF_THE_APP],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
        env={**os.environ, "PYTHONMALLOC": "malloc", "ARROW_DEFAULT_MEMORY_POOL": "system"},
    )
    held, left = map(int, finished.stdout.split())
    assert 24_000_000 <= held < 100_000_000
    assert left < 15_000_000


# Where the system keeps no bounds, the read server looks.


@pytest.fixture(scope="module")
def watched() -> Iterator[ReadClient]:
    client = ReadClient("--watch")
    yield client
    client.close()


def test_where_the_system_keeps_no_bounds_files_are_read(watched: ReadClient) -> None:
    assert isinstance(watched.read(table_request(SMALL)), OpenedFile)


def test_where_the_system_keeps_no_bounds_memory_beyond_is_told(watched: ReadClient) -> None:
    with pytest.raises(NotRead, match="needs more memory than the 40 MB"):
        watched.read(replace(table_request(LARGE), bounds=replace(PATIENT, megabytes=40)))


def test_where_the_system_keeps_no_bounds_computing_beyond_is_told(watched: ReadClient) -> None:
    request = replace(table_request(LONG), bounds=replace(PATIENT, cpu_seconds=1))
    with pytest.raises(NotRead, match="more than the 1 seconds of computing"):
        watched.read(request)


# What a reader might do that a file has got hold of, each in a fork of the tests' own.


def loops(_connection: socket.socket, _request: Request) -> None:
    while True:
        pass


def takes_memory(_connection: socket.socket, _request: Request) -> None:
    bytearray(500 << 20)


def dies(_connection: socket.socket, _request: Request) -> None:
    os.abort()


def imports_what_is_not_there(_connection: socket.socket, _request: Request) -> None:
    sys.path_importer_cache.clear()
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("no_such_package")
    raise LookupError


def opens_a_file(_connection: socket.socket, _request: Request) -> None:
    with open("/etc/hostname", encoding="utf-8"):
        pass


def opens_a_socket(_connection: socket.socket, _request: Request) -> None:
    socket.socket(socket.AF_INET, socket.SOCK_STREAM)


def looks_at_its_environment(_connection: socket.socket, _request: Request) -> None:
    if os.environ:
        raise RuntimeError
    raise LookupError


def writes_to_disk(_connection: socket.socket, _request: Request) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    os.write(OPEN_FILE, b"x")


def cannot_speak_of_memory(_connection: socket.socket, _request: Request) -> None:
    try:
        raise MemoryError
    except MemoryError as problem:
        raise ExplorerError("The file is damaged.") from problem


OPEN_FILE = 200


def ended(answer: Callable[[socket.socket, Request], None]) -> tuple[int, bytes]:
    """How a confined process ends that answers so, and what it said."""
    ours, theirs = socket.socketpair()
    request = replace(table_request(b""), bounds=Bounds(cpu_seconds=1, megabytes=100))
    pid = os.fork()
    if pid == 0:
        code = 99
        try:
            code = in_confinement(theirs.detach(), request, answer)
        finally:
            os._exit(code)
    theirs.close()
    with ours:
        ours.settimeout(DEADLINE)
        said = b"".join(iter(lambda: ours.recv(1000), b""))
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        (loops, -signal.SIGXCPU, b""),
        (takes_memory, OUT_OF_MEMORY, b""),
        (cannot_speak_of_memory, OUT_OF_MEMORY, b""),
        (dies, -signal.SIGABRT, b""),
        (imports_what_is_not_there, 0, b"LookupError"),
        (opens_a_file, 0, b"OSError"),
        (opens_a_socket, 0, b"OSError"),
        (writes_to_disk, 0, b"OSError"),
        (looks_at_its_environment, 0, b"LookupError"),
    ],
)
def test_a_reader_gone_wild_is_held(
    answer: Callable[[socket.socket, Request], None], code: int, said: bytes
) -> None:
    found, told = ended(answer)
    assert found == code
    assert said in told


def test_an_unexpected_error_tells_the_log_no_word_of_the_file() -> None:
    def fails(_connection: socket.socket, _request: Request) -> None:
        raise RuntimeError("a visitor's secret")

    _, told = ended(fails)
    assert b"RuntimeError" in told and b"secret" not in told


# Answers that lie.


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
    "an option that is none": [with_header(found={"other": 1}), *SENT],
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
    assert answered(b'{"failure": {"told": "No.", "is_refusal": true}}') == Failure("No.", True)


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
