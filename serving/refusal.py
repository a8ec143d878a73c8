"""A request or a WebSocket that is refused gets a status and one kind sentence."""

from __future__ import annotations

from html import escape

from starlette.responses import HTMLResponse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>GMM Explorer</title>
<style>body {{ font: 1.1rem/1.5 sans-serif; max-width: 36rem; margin: 15vh auto; padding: 0 1rem }}</style>
<h1>GMM Explorer</h1><p>{sentence}</p></html>
"""


async def refuse(
    scope: Scope,
    receive: Receive,
    send: Send,
    status: int,
    sentence: str,
    headers: dict[str, str] | None = None,
) -> None:
    """Answer with a page that says the sentence; a WebSocket is refused before it is open."""
    response = HTMLResponse(PAGE.format(sentence=escape(sentence)), status, headers)
    if scope["type"] == "http":
        await response(scope, receive, send)
    elif "websocket.http.response" in scope.get("extensions", {}):
        await WebSocket(scope, receive, send).send_denial_response(response)
    else:
        await send({"type": "websocket.close", "code": 1008})  # which a server says as 403
