"""The status and the page of a refused request or WebSocket, in the colours of the app."""

from __future__ import annotations

from html import escape

import streamlit as st
from starlette.responses import HTMLResponse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

COLOURS = {"paper": "backgroundColor", "ink": "textColor", "accent": "primaryColor"}
"""The page's CSS variables, and the option of Streamlit's theme that each one is set from."""
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>GMM Explorer</title>
<style>
  :root {{ color-scheme: light dark; {light} }}
  @media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}
  body {{ margin: 0 auto; max-width: 34rem; padding: 18vh 1.5rem 2rem; font: 1.0625rem/1.6 "Source Sans", system-ui,
    sans-serif; color: var(--ink); background: var(--paper) }}
  p {{ margin: 0; overflow-wrap: break-word }}
  .name {{ color: var(--accent); font-weight: 600 }}
  h1 {{ margin: .5rem 0 .75rem; font-size: 1.6rem; line-height: 1.25; font-weight: 600; text-wrap: balance }}
</style>
<main><p class="name">GMM Explorer</p><h1>{what}</h1><p>{then}</p></main></html>
"""
"""The page in HTML, a template of `str.format`."""


def page(reason: str) -> str:
    """The reason as an HTML page: its first sentence as the heading, below it the sentences on what to do."""
    what, _, then = reason.partition(". ")
    return PAGE.format(
        light=_colours("light"), dark=_colours("dark"), what=escape(what.removesuffix(".")), then=escape(then)
    )


async def refuse(
    scope: Scope,
    receive: Receive,
    send: Send,
    status: int,
    reason: str,
    headers: dict[str, str] | None = None,
) -> None:
    """Answer with a page that says the reason; a WebSocket is refused before it is open."""
    response = HTMLResponse(page(reason), status, headers)
    if scope["type"] == "http":
        await response(scope, receive, send)
    elif "websocket.http.response" in scope.get("extensions", {}):
        await WebSocket(scope, receive, send).send_denial_response(response)
    else:
        await send({"type": "websocket.close", "code": 1008})  # which a server says as 403


def _colours(theme: str) -> str:
    return "; ".join(
        f"--{name}: {st.get_option(f'theme.{theme}.{option}')}" for name, option in COLOURS.items()
    )
