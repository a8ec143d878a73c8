"""What a person who starts the app sees first: their own browser, at the app."""

from __future__ import annotations

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.running_server import StartServer

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


@pytest.mark.parametrize("base_path", ["", "course/gmm"])
def test_the_app_opens_in_the_persons_browser(
    base_path: str, start_server: StartServer, tmp_path: Path
) -> None:
    with Listener(("127.0.0.1", 0), Note) as listener:
        browser = tmp_path / "browser.py"
        browser.write_text(TELL.format(port=listener.server_port))
        server = start_server(
            base_path=base_path,
            environment={
                "STREAMLIT_SERVER_HEADLESS": "false",
                "BROWSER": f"{sys.executable} {browser} %s",
            },
        )
        listener.handle_request()
    server.stop()
    assert listener.opened == server.url.replace("127.0.0.1", "localhost")
