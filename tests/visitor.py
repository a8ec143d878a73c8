"""A visitor without a browser: speaks the app's own protocol, and can say what no browser would."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect
from websockets.typing import Subprotocol

SECONDS = 180.0
ARRAYS = ("double_array_value", "int_array_value", "string_array_value")


class Visitor:
    """One session of the app at `url`, open until `leave()`.

    elements: the elements of the last run, each with its kind, in the order in which they came.
    heard: everything that the server sent, as it came.
    pages: the identity of each page by its address.
    """

    def __init__(self, url: str, *, session_id: str = "") -> None:
        """session_id: of the session to come back to, as a page does that has lost its connection."""
        self.url = url
        # None of the proxies that the environment names: the server is this machine.
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
        with self._open(f"{url}/_stcore/health") as answer:
            self._token = answer.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
        self.cookie = f"_streamlit_xsrf={self._token}"
        said = ["streamlit", self._token, *filter(None, [session_id])]
        self._ends = ExitStack()
        self._socket = self._ends.enter_context(
            connect(
                f"{url.replace('http', 'ws', 1)}/_stcore/stream",
                subprotocols=[Subprotocol(each) for each in said],
                additional_headers={"Cookie": self.cookie},
                max_size=None,
                max_queue=None,
                proxy=None,
                open_timeout=SECONDS,
            )
        )
        self.session_id = ""
        self.pages: dict[str, str] = {}
        self.elements: list[tuple[str, Element]] = []
        self.heard: list[bytes] = []
        self._kept: list[WidgetState] = []

    def run(
        self, page: str = "", states: Sequence[WidgetState] = (), *, query: str = "", fragment: str = ""
    ) -> None:
        """Ask for a run and wait for its end."""
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string, asked.page_script_hash, asked.fragment_id = (
            query,
            self.pages.get(page, page),
            fragment,
        )
        asked.widget_states.widgets.extend([*self._kept, *states])
        self.send(message)
        self.elements = []
        for answer in self.answers():
            kind = answer.WhichOneof("type")
            if kind == "new_session":
                self.session_id = answer.new_session.initialize.session_id
            elif kind == "navigation":
                self.pages = {
                    page.url_pathname: page.page_script_hash for page in answer.navigation.app_pages
                }
            elif kind == "delta" and answer.delta.HasField("new_element"):
                element = answer.delta.new_element
                self.elements.append((element.WhichOneof("type"), element))
            elif kind == "script_finished" and answer.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return

    def send(self, message: BackMsg | bytes | str) -> None:
        """Send anything."""
        self._socket.send(message.SerializeToString() if isinstance(message, BackMsg) else message)

    def answers(self) -> Iterator[ForwardMsg]:
        """What the server sends, as it comes."""
        while True:
            data = self._socket.recv(SECONDS)
            assert isinstance(data, bytes)
            self.heard.append(data)
            answer = ForwardMsg()
            answer.ParseFromString(data)
            yield answer

    def controls(self) -> dict[str, str]:
        """The kind of each control of the last run, by its identity."""
        found = {}
        for kind, element in self.elements:
            if kind == "slider" and element.slider.type == Slider.SELECT_SLIDER:
                kind = "select_slider"
            found[getattr(getattr(element, element.WhichOneof("type")), "id", "")] = kind
        return {identity: kind for identity, kind in found.items() if identity.startswith("$$")}

    @property
    def problems(self) -> list[str]:
        """What the last run said of errors, warnings and the like."""
        assert not [element for kind, element in self.elements if kind == "exception"]
        return [element.alert.body for kind, element in self.elements if kind == "alert"]

    def upload(
        self,
        content: bytes,
        file_id: str,
        *,
        name: str = "a.csv",
        session_id: str = "",
        token: str | None = None,
        announced: int | None = None,
    ) -> int:
        """Send a file as the uploader does, perhaps with a size that it has not; the status of the answer."""
        start = f'--x\r\nContent-Disposition: form-data; name="f"; filename="{name}"\r\n\r\n'
        body = start.encode() + content + b"\r\n--x--\r\n"
        token = self._token if token is None else token
        request = urllib.request.Request(
            f"{self.url}/_stcore/upload_file/{session_id or self.session_id}/{file_id}",
            body,
            {
                "Content-Type": "multipart/form-data; boundary=x",
                "X-Xsrftoken": token,
                "Cookie": self.cookie,
                "Content-Length": str(len(body) if announced is None else announced),
            },
            method="PUT",
        )
        return self.status(request)

    def give(self, name: str, content: bytes) -> None:
        """Choose a file of one's own as the data, and wait for the run that reads it."""
        self.run(query="data=Upload+a+file")
        [uploader] = [identity for identity, kind in self.controls().items() if kind == "file_uploader"]
        file_id = str(uuid4())  # as the page's own code names it
        assert self.upload(content, file_id, name=name) == 204
        said = WidgetState(id=uploader)
        said.file_uploader_state_value.uploaded_file_info.add(file_id=file_id, name=name, size=len(content))
        self._kept.append(said)
        self.run(query="data=Upload+a+file")

    def status(self, request: urllib.request.Request | str) -> int:
        """The status with which the server answers; of an address of this server, or a whole request."""
        try:
            with self._open(f"{self.url}{request}" if isinstance(request, str) else request) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refusal:
            return refusal.code

    def __enter__(self) -> Visitor:
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def leave(self) -> None:
        """End the session."""
        self._ends.close()

    def lose_connection(self) -> None:
        """End the connection without a word, as a network does."""
        self._socket.socket.shutdown(socket.SHUT_RDWR)


def state(identity: str, kind: str, value: Any) -> WidgetState:
    """What a control says of itself: one of WidgetState's kinds of value."""
    made = WidgetState(id=identity)
    if kind in ARRAYS:
        getattr(made, kind).data.extend(value)
        getattr(made, kind).SetInParent()
    else:
        setattr(made, kind, value)
    return made
