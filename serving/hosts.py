"""The host names under which the server answers, as a protection against DNS rebinding.

A page of another site whose host name resolves to this machine is, for the browser, the app's own page: its Origin
equals its Host. So the host name itself is checked. Nobody else can make `localhost` or an IP address resolve to
another machine.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from serving.refusal import refuse
from ui.compute.limits import PREFIX, SettingError, quoted

VARIABLE = f"{PREFIX}HOSTS"
"""The environment variable that names further hosts."""
_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
"""One part of a host name."""
_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*")
"""A host name without a port."""
_AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:(?P<port>[0-9]{1,5}))?")
"""Host and port, as in the header Host."""
_ORIGIN = re.compile(r"(?P<scheme>https?)://(?P<authority>[^/?#@]+)")
"""Scheme, host and port, as in the header Origin."""
_PORTS = {"http": 80, "https": 443}
"""The default port of each scheme."""
READING = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods of HTTP that change nothing; requests by others must come from the app's own pages."""
UNKNOWN_NAME = (
    "This server does not answer under the name in the address. Open it under its own name; whoever runs it can add "
    f"another to {VARIABLE}."
)
"""The answer to a request under an unknown host name."""
OTHER_PAGE = "This came from a page of another site. The app answers its own pages only: open the app itself."
"""The answer to a request from a page of another site."""


@dataclass(frozen=True)
class Authority:
    """A host, in lower case and without a final dot, and a port; None if no port is given."""

    host: str
    port: int | None


def authority(text: str) -> Authority | None:
    """The host and port in a Host header; None if it is invalid."""
    match = _AUTHORITY.fullmatch(text)
    if not match:
        return None
    host = match["host"].lower().removesuffix(".")
    return Authority(host, int(match["port"]) if match["port"] else None)


def hosts_from(text: str) -> frozenset[str]:
    """The names in the setting, which are separated by commas; raises `SettingError` for an invalid name."""
    entries = [name.strip() for name in text.split(",")] if text.strip() else []
    names = [_ascii(name) for name in entries]
    for entry, name in zip(entries, names, strict=True):
        if not _NAME.fullmatch(name):
            raise SettingError(
                f"{VARIABLE} takes names of hosts with commas between, without scheme and port, as in "
                f'"gmm.example.org, gmm.local", not {quoted(entry)}.'
            )
    return frozenset(names)


def is_answered(host: str, names: frozenset[str]) -> bool:
    """True for a name of this machine that nobody else can register: localhost, an IP address, or one of the names."""
    return host == "localhost" or host in names or _is_address(host)


def is_own_page(origin: str, host: Authority) -> bool:
    """True if a request comes from a page of the same host and port that it is sent to."""
    match = _ORIGIN.fullmatch(origin)
    page = authority(match["authority"]) if match else None
    if not match or not page:
        return False
    usual = _PORTS[match["scheme"]]
    return (page.host, page.port or usual) == (host.host, host.port or usual)


def refusal(scope: Scope, names: frozenset[str]) -> str | None:
    """A sentence that says why a request is not answered; None if it is."""
    values = _values(scope, b"host")
    host = authority(values[0]) if len(values) == 1 else None
    if not host or not is_answered(host.host, names):
        return UNKNOWN_NAME
    changing = scope["type"] == "websocket" or scope["method"] not in READING
    # A program that is no browser says no Origin; a browser always does here.
    if changing and not all(is_own_page(origin, host) for origin in _values(scope, b"origin")):
        return OTHER_PAGE
    return None


class Hosts:
    """ASGI middleware that refuses requests under other host names, and requests from pages of other sites."""

    def __init__(self, app: ASGIApp, *, names: Iterable[str]) -> None:
        self.app = app
        self.names = frozenset(names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or one WebSocket (ASGI)."""
        if scope["type"] in ("http", "websocket") and (sentence := refusal(scope, self.names)):
            await refuse(scope, receive, send, 403, sentence)
        else:
            await self.app(scope, receive, send)


def _ascii(name: str) -> str:
    name = name.lower().removesuffix(".")
    try:
        return name.encode("idna").decode()
    except UnicodeError:
        return ""


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]
