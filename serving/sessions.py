"""A limit on the number of sessions: further ones get a page that says so, and returning ones get their place back.

A session is open as long as its page; Streamlit keeps it for two more minutes, in case only its connection was lost.
Both are counted. A session whose page was closed ends when another one needs its place; a session whose connection was
lost keeps its place.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from textwrap import fill

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from serving.held_sessions import HeldSessions
from serving.refusal import refuse

FULL = "The app is full at the moment. This page opens by itself as soon as there is room again."
"""The sentence for a visitor for whom there is no place."""
FULL_IN_LINES = fill(FULL, 30)
"""The same on several lines: Streamlit's page does not break lines, and has to fit on a phone."""
SECONDS_TO_NEXT_TRY = 15
"""Seconds after which a refused page loads itself again."""
SECONDS_UNUSED = 30.0
"""Seconds after which a connection that has not asked for a run is closed; a page asks for its first run at once."""
LOST_SHARE = 4
"""At most 1 / LOST_SHARE of the places are kept for sessions that have lost their connection.

Otherwise a few programs that open and drop many connections could keep everybody out.
"""
COOKIE = "_streamlit_xsrf"
"""A cookie that each browser has from its first visit on; it shows that a page that is loaded again has a place."""
HOST_CONFIG = "_stcore/host-config"
"""Path that a page requests before it connects; the page shows its visitor why that request is refused."""
NO_PAGES = ("_stcore/", "static/", "app/static/", "media/", "component/")
"""Beginnings of paths that are not pages: requests, unlike connections, are answered even when the app is full."""
_LEFT = (1000, 1001)
"""Close codes of a WebSocket whose page was closed or left by the visitor."""


@dataclass(eq=False)
class _Visit:
    """One open WebSocket, with its session and what has happened to it."""

    task: asyncio.Task[object]
    cookie: str
    session_id: str
    has_asked: bool = False
    has_session: bool = False
    replaced: bool = False
    code: int = 0

    @property
    def was_lost(self) -> bool:
        """True if the connection ended without a close code, so that its session may come back."""
        return bool(self.session_id) and not self.replaced and self.code not in _LEFT


class Sessions:
    """ASGI middleware that admits a limited number of sessions.

    Parameters
    ----------
    app : ASGI app
        The app that answers admitted sessions.
    most : int
        The number of places.
    base_path : str
        The base path in the settings, with a slash in front unless it is empty.
    """

    def __init__(self, app: ASGIApp, *, most: int, base_path: str) -> None:
        self.app = app
        self.most = most
        self.base_path = base_path
        self.open: set[_Visit] = set()
        self.lost: dict[str, str] = {}
        """The cookies of sessions that have lost their connection, by session, the earliest loss first."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or one WebSocket (ASGI)."""
        if scope["type"] == "websocket":
            await self._visit(scope, receive, send)
            return
        path = scope.get("path", "").removeprefix(self.base_path).removeprefix("/")
        connects = path == HOST_CONFIG or "/_stcore/" in path
        if scope["type"] == "http" and self._is_refused(path, _cookie(scope), connects):
            again = {"Retry-After": str(SECONDS_TO_NEXT_TRY)}
            if connects:
                await JSONResponse(FULL_IN_LINES, 503, again)(scope, receive, send)
            else:
                again["Refresh"] = str(SECONDS_TO_NEXT_TRY)
                await refuse(scope, receive, send, 503, FULL, again)
        else:
            await self.app(scope, receive, send)

    def _is_refused(self, path: str, cookie: str, connects: bool) -> bool:
        """True if a page is not served, or may not connect, because there is no place for its session."""
        if path.startswith(NO_PAGES) and not connects:
            return False
        if (
            len(self.open) + len(self._lost_with_place(HeldSessions())) < self.most
            or cookie in self.lost.values()
        ):
            return False
        # A page that is loaded again is open until the new one has come; only then its place is free.
        is_loaded_again = bool(cookie) and any(visit.cookie == cookie for visit in self.open)
        return connects or not is_loaded_again

    async def _visit(self, scope: Scope, receive: Receive, send: Send) -> None:
        session_id = self._known(_session_before(scope))
        if not session_id and not self._make_room():
            await refuse(scope, receive, send, 503, FULL)
            return
        task = asyncio.current_task()
        assert task
        visit = _Visit(task, _cookie(scope), session_id)
        self._take_over(visit)
        self.open.add(visit)
        try:
            await self.app(scope, _listened(visit, receive, send), _watched(visit, send))
        except asyncio.CancelledError:
            if not visit.replaced:
                raise
            task.uncancel()
            await send({"type": "websocket.close", "code": 1012})
        finally:
            self.open.discard(visit)
            if visit.was_lost:
                self.lost[visit.session_id] = visit.cookie

    def _known(self, session_id: str) -> str:
        """The session that comes back, if it has a place; None for any other identity."""
        known = {*HeldSessions().waiting, *(visit.session_id for visit in self.open)}
        return session_id if session_id in known else ""

    def _make_room(self) -> bool:
        """True if there is a place for one more session, after ending sessions whose page was closed."""
        held = HeldSessions()
        held.forget_expired()
        lost_with_place = self._lost_with_place(held)
        left = [session_id for session_id in held.waiting if session_id not in lost_with_place]
        while left and len(self.open) + len(lost_with_place) + len(left) >= self.most:
            held.forget(left.pop(0))
        return len(self.open) + len(lost_with_place) + len(left) < self.most

    def _take_over(self, visit: _Visit) -> None:
        """Give a returning session its place, and end its earlier connection, which its page has given up."""
        if not visit.session_id:
            return
        self.lost[visit.session_id] = visit.cookie
        for former in [former for former in self.open if former.session_id == visit.session_id]:
            former.replaced = True
            former.task.cancel()
            self.open.discard(former)

    def _lost_with_place(self, held: HeldSessions) -> set[str]:
        """The sessions without a connection that keep their place: those that lost theirs most recently."""
        waiting = set(held.waiting)
        self.lost = {session_id: cookie for session_id, cookie in self.lost.items() if session_id in waiting}
        return set(list(self.lost)[-max(1, self.most // LOST_SHARE) :])


def _listened(visit: _Visit, receive: Receive, send: Send) -> Receive:
    """Receive for a visit: end it if it does not ask for a run, and record how it ended."""

    async def listen() -> Message:
        try:
            message = await asyncio.wait_for(receive(), None if visit.has_asked else SECONDS_UNUSED)
        except TimeoutError:
            message = {"type": "websocket.disconnect", "code": 1008}
            await send({"type": "websocket.close", "code": 1008})
        visit.has_asked |= message["type"] == "websocket.receive"
        if message["type"] == "websocket.disconnect":
            visit.code = message["code"]
        return message

    return listen


def _watched(visit: _Visit, send: Send) -> Send:
    """Send for a visit: record the identity of its session, which the server sends at the first run."""

    async def watch(message: Message) -> None:
        if not visit.has_session and message["type"] == "websocket.send":
            answer = ForwardMsg.FromString(message["bytes"])
            if answer.WhichOneof("type") == "new_session":
                visit.session_id, visit.has_session = answer.new_session.initialize.session_id, True
        await send(message)

    return watch


def _session_before(scope: Scope) -> str:
    """The session that the page had before it lost its connection, from the third subprotocol."""
    protocols = HTTPConnection(scope).headers.get("sec-websocket-protocol", "").split(",")
    return protocols[2].strip() if len(protocols) > 2 else ""


def _cookie(scope: Scope) -> str:
    return HTTPConnection(scope).cookies.get(COOKIE, "")
