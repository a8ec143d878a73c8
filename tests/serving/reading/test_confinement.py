"""What a reader might do that a file has got hold of, each in a fork of the tests' own."""

from __future__ import annotations

import importlib
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

from gmm_core.errors import ExplorerError
from serving.reading.request import Bounds, Request
from serving.reading.worker import OUT_OF_MEMORY, in_confinement
from tests.serving.reading.requests import DEADLINE, table_request


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
