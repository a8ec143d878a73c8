"""Browsers may send what the app's own pages send, and nothing else that Streamlit would answer."""

from __future__ import annotations

import pytest
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest, BackMsg
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from serving.message_filter import MessageFilter, filtered_message, keep_latest
from tests.coroutines import awaited


def messages_of_every_kind() -> dict[str, BackMsg]:
    made = {}
    for field in BackMsg.DESCRIPTOR.fields:
        message = BackMsg()
        if field.message_type is None:
            setattr(message, field.name, True)
        else:
            getattr(message, field.name).SetInParent()
        made[field.name] = message
    del made["backend_operation_request"]
    for field in BackendOperationRequest.DESCRIPTOR.oneofs_by_name["payload"].fields:
        message = BackMsg()
        getattr(message.backend_operation_request, field.name).SetInParent()
        made[field.name] = message
    return made


def test_messages_that_the_pages_send_are_let_in_and_no_others() -> None:
    kinds = messages_of_every_kind()
    assert {
        name
        for name, message in kinds.items()
        if filtered_message(message.SerializeToString()) == message.SerializeToString()
    } == {
        "rerun_script",
        "stop_script",
        "app_heartbeat",
        "file_urls_request",
        "deferred_file",
        "dataframe_chunk",
    }
    assert {"clear_cache", "load_git_info", "install_skills"} < set(kinds)


def test_a_message_with_two_contents_is_the_one_that_streamlit_reads() -> None:
    rerun, clear = (
        BackMsg(app_heartbeat=True).SerializeToString(),
        BackMsg(clear_cache=True).SerializeToString(),
    )
    assert filtered_message(rerun + clear) is None
    assert filtered_message(clear + rerun) == clear + rerun


def test_what_is_no_message_is_left_to_streamlit_to_refuse() -> None:
    assert filtered_message(b"\xff\xff\xff") == b"\xff\xff\xff"


def test_of_an_address_infinite_numbers_are_dropped_and_all_else_stays() -> None:
    message = BackMsg()
    message.rerun_script.query_string = (
        "k=inf&seed=-1e309&n_init=" + "9" * 400 + "&points=1,+2%3B+3&data=&x=NaN"
    )
    message.rerun_script.page_name = "density"
    data = filtered_message(message.SerializeToString())
    assert data is not None
    left = BackMsg.FromString(data).rerun_script
    assert (left.query_string, left.page_name) == ("points=1%2C+2%3B+3&data=&x=NaN", "density")


@pytest.mark.parametrize("name", ["a" * 256, "é" * 128])
def test_a_name_that_no_file_can_have_is_not_looked_for(name: str) -> None:
    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("it was")

    answers: list[Message] = []

    async def send(message: Message) -> None:
        answers.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    scope = {"type": "http", "method": "GET", "path": f"/app/static/{name}/x", "headers": []}
    awaited(MessageFilter(inner, base_path="")(scope, receive, send))
    assert answers[0]["status"] == 404


def test_only_the_latest_files_of_a_session_are_kept() -> None:
    files = MemoryUploadedFileManager("/upload")
    for session_id in ("one", "other"):
        for name in "abcde":
            files.add_file(session_id, UploadedFileRec(name, name, "text/csv", b"1"))
    keep_latest(files, "one", 2)
    keep_latest(files, "nobody", 2)
    assert list(files.file_storage["one"]) == ["d", "e"]
    assert len(files.file_storage["other"]) == 5
    assert "nobody" not in files.file_storage
