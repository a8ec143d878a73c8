"""A filter of messages from browsers: only those that the app's own pages send reach Streamlit.

Streamlit acts on further messages: one empties the caches of all visitors, one returns the names of changed files in
the server's repository, one writes files beside the app. It also has no limit on the number of a session's files.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from google.protobuf.message import DecodeError
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime import get_instance
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from ui.compute.limits import LIMITS
from ui.links.settings import without_infinite_numbers

MESSAGES = frozenset({"rerun_script", "stop_script", "app_heartbeat", "file_urls_request"})
"""Kinds of message that reach Streamlit; of the kind `backend_operation_request`, only OPERATIONS do."""
OPERATIONS = frozenset({"deferred_file", "dataframe_chunk"})
"""Kinds of `backend_operation_request` that reach Streamlit: a download made on request, and the rows of a table."""
LONGEST_NAME = 255
"""Most bytes of a file's name, as in file systems; Streamlit would fail when it looks for a file with a longer one."""
UPLOADS = "/_stcore/upload_file/"
"""The path of uploads, without the app's base path."""


class MessageFilter:
    """ASGI middleware that drops other messages, and removes a session's older files after each upload."""

    def __init__(self, app: ASGIApp, *, base_path: str) -> None:
        self.app = app
        self.uploads = f"{base_path}{UPLOADS}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or one WebSocket (ASGI)."""
        if scope["type"] == "websocket":
            await self.app(scope, _ours(receive), send)
            return
        path: str = scope.get("path", "")
        if any(len(name.encode(errors="replace")) > LONGEST_NAME for name in path.split("/")):
            await PlainTextResponse("Not Found", 404)(scope, receive, send)
            return
        await self.app(scope, receive, send)
        if path.startswith(self.uploads) and scope["method"] == "PUT":
            files = get_instance().uploaded_file_mgr
            assert isinstance(files, MemoryUploadedFileManager)
            keep_latest(files, path.removeprefix(self.uploads).split("/")[0], LIMITS.held_uploads)


def filtered_message(data: bytes) -> bytes | None:
    """The allowed part of a message; None if there is none. Data that is no message is left to Streamlit to refuse."""
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError:
        return data
    kind = message.WhichOneof("type")
    if kind == "backend_operation_request":
        return data if message.backend_operation_request.WhichOneof("payload") in OPERATIONS else None
    if kind not in MESSAGES:
        return None
    settings = parse_qsl(message.rerun_script.query_string, keep_blank_values=True)
    finite = without_infinite_numbers(settings)
    if len(finite) == len(settings):
        return data
    message.rerun_script.query_string = urlencode(finite)
    return message.SerializeToString()


def keep_latest(files: MemoryUploadedFileManager, session_id: str, most: int) -> None:
    """Remove all but the latest files of a session."""
    held = list(files.file_storage.get(session_id, ()))
    for file_id in held[: max(0, len(held) - most)]:
        files.remove_file(session_id, file_id)


def _ours(receive: Receive) -> Receive:
    async def receive_ours() -> Message:
        while True:
            message = await receive()
            data = message.get("bytes")
            if message["type"] != "websocket.receive" or data is None:
                return message
            if (ours := filtered_message(data)) is not None:
                return {**message, "bytes": ours}

    return receive_ours
