"""A start by a person, whose browser is shown the app."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from tests.running_server import RunningServer, StartServer

TELL = """
import sys, urllib.request
urllib.request.urlopen("http://127.0.0.1:{port}/" + sys.argv[1])
"""


class Listener(HTTPServer):
    """Is told what the person's browser, of which `TELL` takes the place, was asked to open."""

    timeout = 120
    opened = ""


class Note(BaseHTTPRequestHandler):
    """Remembers the one request."""

    def do_GET(self) -> None:
        """Answer one request."""
        assert isinstance(self.server, Listener)
        self.server.opened = self.path.removeprefix("/")
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Started:
    """A server, and the address that the browser of whoever started it was asked to open."""

    server: RunningServer
    opened: str


def started_by_a_person(
    start_server: StartServer, folder: Path, *, base_path: str = "", environment: dict[str, str] | None = None
) -> Started:
    """Start a server as at home, not headless."""
    with Listener(("127.0.0.1", 0), Note) as listener:
        browser = folder / "browser.py"
        browser.write_text(TELL.format(port=listener.server_port))
        server = start_server(
            base_path=base_path,
            environment={
                "STREAMLIT_SERVER_HEADLESS": "false",
                "BROWSER": f"{sys.executable} {browser} %s",
                **(environment or {}),
            },
        )
        listener.handle_request()
        return Started(server, listener.opened)
