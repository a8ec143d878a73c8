"""Downloads: made only for the session that requests them, with addresses that reveal nothing and are never reused.

By default, Streamlit makes any download that a message names, and it names a file of more than a megabyte by parts of
its content only: two files that differ elsewhere get the same name, and the first is served for both.
"""

from __future__ import annotations

import hmac
import secrets

from streamlit import runtime
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest
from streamlit.proto.ForwardMsg_pb2 import BackendOperationResponse
from streamlit.runtime import memory_media_file_storage
from streamlit.runtime.backend_operation_handler import DeferredFileHandler

NOT_YOURS = "This download is not of this page."
"""The answer to a session that asks for a download of another one."""
_KEY = secrets.token_bytes(32)
"""Key of the HMAC that names downloads; new in each process."""
_handle = DeferredFileHandler.handle


def keep_downloads_apart() -> None:
    """Make Streamlit check the session of each download, and name files by `file_id`."""
    DeferredFileHandler.handle = handle_own  # type: ignore[method-assign, assignment]
    memory_media_file_storage._calculate_file_id = file_id


async def handle_own(
    handler: DeferredFileHandler, request: BackendOperationRequest, session_id: str
) -> BackendOperationResponse:
    """Make a download if the session that asks has a button for it."""
    own = runtime.get_instance().media_file_mgr._deferred_ids_by_session.get(session_id, ())
    if request.deferred_file.file_id in own:
        return await _handle(handler, request, session_id)
    return BackendOperationResponse(request_id=request.request_id, error_msg=NOT_YOURS)


def file_id(data: bytes, mimetype: str, filename: str | None = None) -> str:
    """The name of a file in its address: an HMAC of its whole content, with a key that only this process has."""
    name = hmac.new(_KEY, digestmod="sha256")
    for part in (mimetype.encode(), (filename or "").encode(), data):
        name.update(len(part).to_bytes(8, "big"))
        name.update(part)
    return name.hexdigest()
