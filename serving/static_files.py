"""Static files whose name changes with their content: compressed once, and kept by browsers for a year."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections import OrderedDict
from dataclasses import dataclass

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HELD_BYTES = 32 * 2**20
"""Most bytes of compressed content in memory; all JavaScript of Streamlit and Plotly takes about 8 MiB."""

SMALLEST, LARGEST = 1_000, 16 * 2**20
"""Sizes in bytes between which a file is compressed and kept in memory."""
COMPRESSION_LEVEL = 6
"""Of gzip, from 1, fast, to 9, small."""
ONE_YEAR = "public, immutable, max-age=31536000"
"""The header Cache-Control of a file whose name changes with its content."""
COMPRESSIBLE = (".js", ".css", ".svg", ".json")
"""Endings of the names of files that are compressed."""
VERSIONED = re.compile(r"-\d+(\.\d+)+\.[^/]*$")
"""The name of a file that contains a version, such as name-1.2.3.js."""


@dataclass(frozen=True)
class CompressedFile:
    """One answer, ready to be sent again."""

    headers: list[tuple[bytes, bytes]]
    body: bytes
    etag: str

    def is_known_to(self, request: Headers) -> bool:
        """True if the request's If-None-Match names this content (compared weakly, RFC 9110, 13.1.2)."""
        return self.etag in request.get("if-none-match", "").replace("W/", "").split(", ")


class ImmutableFiles:
    """ASGI middleware around Streamlit's static files, which it serves uncompressed and reads anew each time.

    Streamlit's own hashed files, and those in ./static with a version in their name, are compressed for the
    first request that accepts gzip (others for the same file wait for it) and sent from memory from then on;
    the least recently used go when `held_bytes` are exceeded. Files with a version are marked to be kept by
    browsers for a year, as Streamlit marks its own. All other requests pass through untouched.
    """

    def __init__(self, app: ASGIApp, *, base_path: str = "", held_bytes: int = HELD_BYTES) -> None:
        self.app = app
        self.hashed_folder = f"{base_path}/static/"
        self.app_folder = f"{base_path}/app/static/"
        self.held_bytes = held_bytes
        self.held: OrderedDict[str, CompressedFile] = OrderedDict()
        self.under_way: dict[str, asyncio.Lock] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http" or not self._is_immutable(scope["path"]):
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        request = Headers(scope=scope)
        wants_file = scope["method"] == "GET" and "range" not in request and _accepts_gzip(request)
        if wants_file and path.endswith(COMPRESSIBLE):
            if path not in self.held and not await self._hold_once(path, scope, receive, send):
                return
            if file := self.held.get(path):
                self.held.move_to_end(path)
                await _answer(file, request, send)
                return
        await self.app(scope, receive, self._with_headers(path, send))

    def _is_immutable(self, path: str) -> bool:
        return path.startswith(self.hashed_folder) or (
            path.startswith(self.app_folder) and VERSIONED.search(path) is not None
        )

    def _with_headers(self, path: str, send: Send) -> Send:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in (200, 206, 304):
                headers = MutableHeaders(raw=message["headers"])
                if path.endswith(COMPRESSIBLE) and "accept-encoding" not in headers.get("vary", "").lower():
                    headers.add_vary_header("Accept-Encoding")
                if path.startswith(self.app_folder):
                    headers["cache-control"] = ONE_YEAR
            await send(message)

        return send_with_headers

    async def _hold_once(self, path: str, scope: Scope, receive: Receive, send: Send) -> bool:
        """`_hold`, with everybody who asks for the same file meanwhile waiting for the one answer."""
        try:
            async with self.under_way.setdefault(path, asyncio.Lock()):
                return path in self.held or await self._hold(path, scope, receive, send)
        finally:
            self.under_way.pop(path, None)

    async def _hold(self, path: str, scope: Scope, receive: Receive, send: Send) -> bool:
        """Ask for the file and keep it; if it is none to keep, pass the answer on and say False."""
        messages: list[Message] = []

        async def collect(message: Message) -> None:
            messages.append(message)

        # Neither compressed by Streamlit on every request nor sent past us by the server.
        uncompressed = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        plain = {**scope, "headers": uncompressed, "extensions": {}}
        await self.app(plain, receive, self._with_headers(path, collect))
        body = b"".join(message.get("body", b"") for message in messages[1:])
        headers = MutableHeaders(raw=list(messages[0]["headers"]))
        is_whole = messages[0]["status"] == 200 and "immutable" in headers.get("cache-control", "")
        if not is_whole or not SMALLEST <= len(body) <= LARGEST:
            for message in messages:
                await send(message)
            return False
        compressed = await to_thread.run_sync(lambda: gzip.compress(body, COMPRESSION_LEVEL, mtime=0))
        etag = headers.get("etag", "").removeprefix("W/")
        headers["content-encoding"] = "gzip"
        headers["content-length"] = str(len(compressed))
        headers["etag"] = f"W/{etag}"
        del headers["accept-ranges"]
        self.held[path] = CompressedFile(headers.raw, compressed, etag)
        while sum(len(file.body) for file in self.held.values()) > self.held_bytes:
            self.held.popitem(last=False)
        return True


def _accepts_gzip(request: Headers) -> bool:
    offers = (
        offer.partition(";") for offer in request.get("accept-encoding", "").replace(" ", "").split(",")
    )
    return any(coding == "gzip" and quality not in ("q=0", "q=0.0") for coding, _, quality in offers)


async def _answer(file: CompressedFile, request: Headers, send: Send) -> None:
    known = file.is_known_to(request)
    headers = [(name, value) for name, value in file.headers if not (known and name.startswith(b"content-"))]
    await send({"type": "http.response.start", "status": 304 if known else 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if known else file.body})
