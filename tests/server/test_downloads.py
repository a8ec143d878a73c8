"""A download is made for the session whose button asks for it, and its address is that of no other file."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import BackendOperationResponse
from streamlit.runtime.memory_media_file_storage import _calculate_file_id

from serving.downloads import NOT_YOURS, file_id
from tests.running_server import RunningServer
from tests.visitor import Visitor

PAGE = "density"
MEGABYTE = 1 << 20


@pytest.fixture
def two(server: RunningServer) -> Iterator[tuple[Visitor, Visitor]]:
    with Visitor(server.url) as owner, Visitor(server.url) as stranger:
        for visitor in (owner, stranger):
            visitor.run()
            visitor.run(PAGE)
        yield owner, stranger


def button(visitor: Visitor) -> str:
    """What the page is told of its first download as CSV."""
    files = [
        element.download_button.deferred_file_id
        for kind, element in visitor.elements
        if kind == "download_button"
    ]
    assert files and all(files)
    return files[0]


def pressed(visitor: Visitor, file: str) -> BackendOperationResponse:
    message = BackMsg()
    asked = message.backend_operation_request
    asked.request_id, asked.session_id, asked.deferred_file.file_id = "1", visitor.session_id, file
    visitor.send(message)
    for answer in visitor.answers():
        if answer.WhichOneof("type") == "backend_operation_response":
            return answer.backend_operation_response
    raise AssertionError


def test_the_download_of_another_session_is_not_made(
    two: tuple[Visitor, Visitor], server: RunningServer
) -> None:
    owner, stranger = two
    server.new_log()
    answer = pressed(stranger, button(owner))
    assert answer.error_msg == NOT_YOURS and not answer.HasField("deferred_file")
    assert pressed(stranger, "0" * 32).error_msg == NOT_YOURS
    assert "Traceback" not in server.new_log()

    address = pressed(owner, button(owner)).deferred_file.url
    with urllib.request.urlopen(f"{server.url}{address}") as file:
        content = file.read()
        kind, name = file.headers["Content-Type"], file.headers["Content-Disposition"]
    assert b"," in content and ".csv" in name
    assert _calculate_file_id(content, kind.partition(";")[0], name.split('"')[1]) not in address
    for guess in (button(owner), _calculate_file_id(content, "text/csv")):
        assert stranger.status(f"/media/{guess}.csv") == 404


def test_files_that_differ_anywhere_have_addresses_of_their_own() -> None:
    one = bytes(4 * MEGABYTE)
    names = {
        file_id(one[:place] + b"1" + one[place + 1 :], "text/csv", "a.csv")
        for place in range(0, len(one), 99_991)
    }
    assert len(names) == len(range(0, len(one), 99_991))
    parts = {
        file_id(b"abc", "d", "e"),
        file_id(b"bc", "da", "e"),
        file_id(b"abc", "de", ""),
        file_id(b"abc", "d", None),
    }
    assert len(parts) == 4
    assert file_id(one, "text/csv", "a.csv") == file_id(bytes(len(one)), "text/csv", "a.csv")
