"""The read server: the same tables as in process, within bounds that hold, and nothing left of what is given up."""

from __future__ import annotations

import importlib
import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from gmm_core.data.dataset import content_digest
from gmm_core.data.options import ReadOptions
from gmm_core.data.reader import OpenedFile, read_file
from gmm_core.errors import ExplorerError
from serving.reading.answer import BadAnswer, Failure, receive_answer, send_table
from serving.reading.client import NotRead, ReadClient
from serving.reading.frames import send_frame
from serving.reading.request import Bounds, Kind, Request
from serving.reading.worker import OUT_OF_MEMORY, in_confinement

NASTY = Path(__file__).parents[2] / "gmm_core/data/nasty"
FILES = sorted(path for path in NASTY.iterdir() if path.suffix != ".toml")
SMALL = b"a,b\n1,2.5\n3,4\n"
LARGE = b"a,b,c\n" + b"1.25,2.5,some text\n3.5,4.5,other text\n" * 450_000
DEADLINE = 60
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
    request = replace(table_request(LARGE), bounds=replace(PATIENT, cpu_seconds=1))
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

    threads = [threading.Thread(target=read, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE)
    assert found == {number: float(number) for number in range(40)}


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


def frames_of(content: bytes) -> list[bytes]:
    """What a worker sends of a file."""
    ours, theirs = socket.socketpair()
    with theirs:
        send_table(theirs, read_file(content, "file.csv"))
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


HEADER, *COLUMNS = frames_of(SMALL)
LIES = {
    "no JSON": [b"\x80"],
    "nested": [b"[" * 100_000],
    "nothing": [],
    "another thing": [b"[]"],
    "a column too few": [HEADER, COLUMNS[0]],
    "no Arrow": [HEADER, b"nonsense", COLUMNS[1]],
    "cut Arrow": [HEADER, COLUMNS[0][:-40], COLUMNS[1]],
    "flipped Arrow": [HEADER, bytes(byte ^ 0x55 for byte in COLUMNS[0]), COLUMNS[1]],
    "too many rows": [with_header(rows=10**9), *COLUMNS],
    "other rows": [with_header(rows=3), *COLUMNS],
    "too many columns": [with_header(columns=[["a", "plain"]] * 2_001), *COLUMNS],
    "a name twice": [with_header(columns=[["a", "plain"]] * 2), *COLUMNS],
    "a name that is none": [with_header(columns=[[1, "plain"], ["b", "plain"]]), *COLUMNS],
    "no digest": [with_header(digest="../x"), *COLUMNS],
    "an option that is none": [with_header(found={"other": 1}), *COLUMNS],
    "notes that are none": [with_header(notes=[{"a": 1}]), *COLUMNS],
    "numbers as text": [with_header(columns=[["a", "whole numbers"], ["b", "plain"]]), *COLUMNS],
}


@pytest.mark.parametrize("lie", LIES)
def test_an_answer_that_lies_is_none(lie: str) -> None:
    with pytest.raises(BadAnswer):
        answered(*LIES[lie])


def test_the_answer_that_the_lies_were_made_of_is_one() -> None:
    assert isinstance(answered(HEADER, *COLUMNS), OpenedFile)
    assert answered(b'{"failure": {"told": "No.", "is_refusal": true}}') == Failure("No.", True)


def test_an_answer_larger_than_its_bound_is_not_taken() -> None:
    with pytest.raises(BadAnswer):
        answered(HEADER, *COLUMNS, bounds=Bounds(megabytes=0))
