"""The read server: the same tables as in process, within bounds that hold, and nothing left of what is given up."""

from __future__ import annotations

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

import pandas as pd
import pytest

from gmm_core.errors import ExplorerError
from gmm_core.tables.dataset import content_digest
from gmm_core.tables.files.options import ReadLimits
from gmm_core.tables.files.reader import OpenedFile, read_file
from serving.reading import server as server_module
from serving.reading.client import NotRead, ReadClient
from serving.reading.request import Bounds, FileKind
from tests.serving.reading.requests import DEADLINE, PATIENT, SMALL, table_request

NASTY = Path(__file__).parents[2] / "gmm_core/tables/nasty"
FILES = sorted(path for path in NASTY.iterdir() if path.suffix != ".toml")
LARGE = b"a,b,c\n" + b"1.25,2.5,some text\n3.5,4.5,other text\n" * 450_000
LONG = b"a,b,c,d,e,f,g\n" + b"1.25,2.5,x y,1.75,2.25,4.5,0.25\n3.5,4.5,z,1.5,2.75,4.25,0.5\n" * 450_000
"""To read it takes several times a second of computing, also where a core is quick."""


class GoneOn(Exception):
    """The visitor changed a control."""


@pytest.fixture(scope="module")
def reader() -> Iterator[ReadClient]:
    client = ReadClient()
    yield client
    client.close()


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
    for name in ("name", "source", "notes", "label_column", "units"):
        assert getattr(opened.dataset, name) == getattr(expected.dataset, name)
    assert (opened.used_options, opened.sheets) == (expected.used_options, expected.sheets)
    assert dict(opened.on_request) == dict(expected.on_request)
    assert dict(opened.changes) == dict(expected.changes)


def test_it_forks_with_one_thread_and_without_what_fits_draws_or_compiles(reader: ReadClient) -> None:
    reader.read(table_request(SMALL))
    assert reader.pid is not None
    assert len(os.listdir(f"/proc/{reader.pid}/task")) == 1
    maps = Path(f"/proc/{reader.pid}/maps").read_text()
    assert "pyarrow" in maps
    assert not [name for name in ("/llvmlite/", "/numba/", "/scipy/", "/sklearn/") if name in maps]


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
        reader.read(replace(request, kind=FileKind.MODEL, limits=ReadLimits(bytes=10)))
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
from gmm_core.tables.files.parquet import parquet_file
from serving.reading.client import READER
from serving.reading.request import FileKind, Request
import numpy as np, pandas as pd

def resident():
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return int(open("/proc/self/statm").read().split()[1]) * 4096

def read(rows):
    table = pd.DataFrame(np.random.default_rng(0).normal(size=(rows, 6)).astype("float32")).rename(columns=str)
    return READER.read(Request(FileKind.TABLE, parquet_file(table.assign(text="some text"))))

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
