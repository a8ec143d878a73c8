"""A person with an open tab, as the server sees one: Streamlit's own messages over a WebSocket, without a browser.

    async with Visitor(url) as visitor:
        await visitor.opened()
        seconds = await visitor.changed("k", 4.0)

What a browser does that the server has to do with is done here: it asks for the page's files, says which large
messages it still holds, and sends with every change the state of all controls on the screen.
"""

from __future__ import annotations

import asyncio
import gzip
import re
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from types import TracebackType
from typing import Any
from uuid import uuid4

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

XSRF_COOKIE = "_streamlit_xsrf"
MAX_MESSAGE_BYTES = 1 << 28
MESSAGE_LIFE = 2
"""For how many runs a browser holds a message that was not shown again (`global.maxCachedMessageAge`)."""
GZIP = {"Accept-Encoding": "gzip"}
GZIP_MAGIC = b"\x1f\x8b"

_FINISHED = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


def _write_strings(state: WidgetState, values: Any) -> None:
    state.string_array_value.data[:] = values


def _write_doubles(state: WidgetState, values: Any) -> None:
    state.double_array_value.data[:] = values


def _scalar(field_name: str) -> Callable[[WidgetState, Any], None]:
    return lambda state, value: setattr(state, field_name, value)


@dataclass(frozen=True)
class Kind:
    """How one kind of control tells its state: what it shows at first, and how that is written."""

    shown: Callable[[Any], Any]
    write: Callable[[WidgetState, Any], None]


def _chosen(control: Any) -> list[str]:
    """What of several options is chosen."""
    if control.set_value:
        return list(control.raw_values)
    options = [getattr(option, "content", option) for option in control.options]
    return [options[position] for position in control.default]


def _slid(slider: Any) -> list[Any]:
    if slider.options:
        return (
            list(slider.raw_value) if slider.set_value else [slider.options[int(at)] for at in slider.default]
        )
    return list(slider.value if slider.set_value else slider.default)


def _write_slid(state: WidgetState, values: Any) -> None:
    (_write_strings if values and isinstance(values[0], str) else _write_doubles)(state, values)


def _selected(box: Any) -> str | None:
    if box.set_value:
        return str(box.raw_value)
    return box.options[box.default] if box.HasField("default") else None


def _entered(entry: Any) -> Any:
    return entry.value if entry.set_value else entry.default


KINDS: dict[str, Kind] = {
    "slider": Kind(_slid, _write_slid),
    "button_group": Kind(_chosen, _write_strings),
    "multiselect": Kind(_chosen, _write_strings),
    "selectbox": Kind(_selected, _scalar("string_value")),
    "number_input": Kind(_entered, _scalar("double_value")),
    "text_input": Kind(_entered, _scalar("string_value")),
    "checkbox": Kind(_entered, _scalar("bool_value")),
    "button": Kind(lambda _: None, _scalar("trigger_value")),
    "file_uploader": Kind(
        lambda _: None, lambda state, value: state.file_uploader_state_value.CopyFrom(value)
    ),
}
"""The kinds of control that a visitor here can use, by their name in Streamlit's messages."""


@dataclass
class Control:
    """A control on the screen: its kind, its state and the fragment that reruns when it changes."""

    id: str
    kind: Kind
    value: Any
    fragment: str


class Trouble(Exception):
    """Something that a person would call an error: a red box, a lost connection, a run that does not end."""


@dataclass
class Visitor:
    """One open tab.

    url: of the server, without a path. patience: seconds after which a run that has not ended is an error.
    """

    url: str
    patience: float = 60.0
    controls: dict[str, Control] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    bytes_received: int = 0
    messages_received: int = 0
    session_id: str = ""
    progress: str = ""
    xsrf: str = ""

    async def __aenter__(self) -> Visitor:
        """Connect."""
        self.xsrf = await asyncio.to_thread(self._cookie)
        self._held: dict[str, int] = {}
        self._runs = 0
        self._page = ""
        self._finished = asyncio.Event()
        self._answers: dict[str, asyncio.Future[Any]] = {}
        self._heard = asyncio.Condition()
        self._shown: set[str] = set()
        self._socket = await websockets.connect(
            f"{self.url.replace('http', 'ws', 1)}/_stcore/stream",
            subprotocols=["streamlit", self.xsrf],  # type: ignore[list-item]
            origin=self.url,  # type: ignore[arg-type]
            additional_headers={"Cookie": f"{XSRF_COOKIE}={self.xsrf}"},
            max_size=MAX_MESSAGE_BYTES,
            open_timeout=self.patience,
        )
        self._listening = asyncio.create_task(self._listen())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the tab."""
        await self.leave()

    async def opened(self, query: str = "", page: str = "") -> float:
        """Open a page, and say how many seconds its first run took."""
        return await self._run(query=query, page=page)

    async def changed(self, key: str, value: Any) -> float:
        """Change a control, and say how many seconds passed until its run was finished."""
        control = self.controls[key]
        control.value = value
        return await self._run(control)

    async def open(self, query: str = "", page: str = "") -> None:
        """Open a page and do not wait."""
        await self._send(query=query, page=page)

    async def wait_for_progress(self, condition: Callable[[str], bool]) -> None:
        """Wait until a progress bar says what meets the condition."""

        async def heard() -> None:
            async with self._heard:
                await self._heard.wait_for(lambda: condition(self.progress))

        try:
            await asyncio.wait_for(heard(), self.patience)
        except TimeoutError:
            raise Trouble(f"the progress bar still says {self.progress!r}") from None

    async def leave(self) -> None:
        """Close the tab."""
        self._listening.cancel()
        with suppress(asyncio.CancelledError):
            await self._listening
        await self._socket.close()

    async def uploaded(self, key: str, name: str, content: bytes) -> float:
        """Upload a file as the browser does, and say how many seconds passed until its run was finished."""
        begun = monotonic()
        asked = BackMsg()
        request = asked.file_urls_request
        request.request_id, request.session_id = str(uuid4()), self.session_id
        request.file_names.append(name)
        answer = self._answers[request.request_id] = asyncio.get_running_loop().create_future()
        await self._socket.send(asked.SerializeToString())
        (urls,) = await asyncio.wait_for(answer, self.patience)
        await asyncio.to_thread(self._put, urls.upload_url, name, content)
        control = self.controls[key]
        state = WidgetState().file_uploader_state_value
        info = state.uploaded_file_info.add()
        info.name, info.size, info.file_id = name, len(content), urls.file_id
        info.file_urls.CopyFrom(urls)
        control.value = state
        await self._run(control)
        return monotonic() - begun

    async def _run(self, changed: Control | None = None, query: str = "", page: str = "") -> float:
        begun = monotonic()
        self._finished.clear()
        await self._send(changed, query, page)
        finished = asyncio.create_task(self._finished.wait())
        try:
            await asyncio.wait(
                (finished, self._listening), timeout=self.patience, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            finished.cancel()
        if not self._finished.is_set():
            raise Trouble("connection lost" if self._listening.done() else "no end of the run")
        return monotonic() - begun

    async def _send(self, changed: Control | None = None, query: str = "", page: str = "") -> None:
        message = BackMsg()
        rerun = message.rerun_script
        rerun.query_string = query
        rerun.page_script_hash = self._page
        rerun.page_name = page
        rerun.cached_message_hashes.extend(self._held)
        rerun.widget_states.SetInParent()
        if changed is not None:
            rerun.fragment_id = changed.fragment
        for control in self.controls.values():
            if control.value is not None:
                state = rerun.widget_states.widgets.add()
                state.id = control.id
                control.kind.write(state, control.value)
        if changed is not None and changed.kind is KINDS["button"]:
            changed.value = None
        await self._socket.send(message.SerializeToString())

    async def _listen(self) -> None:
        with suppress(websockets.ConnectionClosed):
            async for content in self._socket:
                if isinstance(content, bytes):
                    self.bytes_received += len(content)
                    self.messages_received += 1
                    self._receive(ForwardMsg.FromString(content))
                    async with self._heard:
                        self._heard.notify_all()

    def _receive(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.session_id = message.new_session.initialize.session_id or self.session_id
            self._page = message.new_session.page_script_hash
            if not message.metadata.run.fragment_ids:
                self._shown = set()
                self._whole = True
            else:
                self._whole = False
        elif kind == "delta":
            if message.metadata.cacheable:
                self._held[message.hash] = self._runs
            self._show(message.delta)
        elif kind == "ref_hash":
            self._held[message.ref_hash] = self._runs
        elif kind == "script_finished":
            self._end_run(message.script_finished)
        elif kind == "session_event":
            if message.session_event.WhichOneof("type") == "script_compilation_exception":
                self.troubles.append("The script does not compile.")
        elif kind == "file_urls_response":
            answer = self._answers.pop(message.file_urls_response.response_id)
            answer.set_result(list(message.file_urls_response.file_urls))

    def _end_run(self, status: int) -> None:
        self._runs += 1
        if status not in _FINISHED:  # another run takes its place
            return
        self._finished.set()
        self._held = {hash_: run for hash_, run in self._held.items() if self._runs - run <= MESSAGE_LIFE}
        if self._whole:  # what the whole app did not draw again is no longer on the screen
            self.controls = {key: each for key, each in self.controls.items() if key in self._shown}

    def _show(self, delta: Delta) -> None:
        if delta.WhichOneof("type") != "new_element":
            return
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.troubles.append(element.exception.message)
        elif kind == "alert" and element.alert.format == element.alert.ERROR:
            self.troubles.append(element.alert.body)
        elif kind == "progress":
            self.progress = element.progress.text
        elif kind in KINDS:
            self._place(element, kind, delta.fragment_id)

    def _place(self, element: Element, kind: str, fragment: str) -> None:
        control = getattr(element, kind)
        key = control.id.split("-", 2)[-1]
        known = self.controls.get(key)
        self._shown.add(key)
        if known is None or known.id != control.id or getattr(control, "set_value", False):
            self.controls[key] = Control(control.id, KINDS[kind], KINDS[kind].shown(control), fragment)
        else:
            known.fragment = fragment

    def files_fetched(self) -> int:
        """Fetch the page and the scripts and styles that it names, as an empty browser does; bytes sent."""
        page = self._fetched("/")
        text = (gzip.decompress(page) if page.startswith(GZIP_MAGIC) else page).decode()
        addresses = re.findall(r'(?:src|href)="(\./static/[^"]+)"', text)
        return len(page) + sum(len(self._fetched(address[1:])) for address in addresses)

    def _fetched(self, path: str) -> bytes:
        request = urllib.request.Request(f"{self.url}{path}", headers=GZIP)
        with urllib.request.urlopen(request, timeout=self.patience) as answer:
            content: bytes = answer.read()
            return content

    def _cookie(self) -> str:
        with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=self.patience) as answer:
            found = re.search(f"{XSRF_COOKIE}=([^;]+)", answer.headers.get("set-cookie", ""))
        return found.group(1) if found else ""

    def _put(self, path: str, name: str, content: bytes) -> None:
        boundary = uuid4().hex
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
            "Content-Type: text/csv\r\n\r\n"
        )
        request = urllib.request.Request(
            f"{self.url}{path}",
            data=head.encode() + content + f"\r\n--{boundary}--\r\n".encode(),
            method="PUT",
            headers={
                "Content-Type": f"multipart/form-data; boundary={boundary}",
                "X-Xsrftoken": self.xsrf,
                "Cookie": f"{XSRF_COOKIE}={self.xsrf}",
            },
        )
        urllib.request.urlopen(request, timeout=self.patience).close()
