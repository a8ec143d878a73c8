"""What the server sends beside the pages: headers, compression, Plotly's JavaScript, and no file of ours."""

from __future__ import annotations

import gzip
import re
import urllib.error
import urllib.request
from email.message import Message

import pytest

from tests.running_server import RunningServer
from tests.server.conftest import EMBEDDED_IN
from tests.server.starting import Started
from ui.chart.plotly_javascript import STATIC_FOLDER, ensure_plotly_javascript


def get(server: RunningServer, path: str) -> tuple[Message, bytes]:
    """Headers and body of a request that accepts gzip."""
    request = urllib.request.Request(server.url + path, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        return answer.headers, answer.read()


def test_plotlys_javascript_is_a_script_sent_compressed_and_kept(server: RunningServer) -> None:
    name = ensure_plotly_javascript()
    headers, body = get(server, f"/app/static/{name}")
    assert headers["Content-Type"] in ("application/javascript", "text/javascript")
    assert headers["Cache-Control"] == "public, immutable, max-age=31536000"
    assert gzip.decompress(body) == (STATIC_FOLDER / name).read_bytes()


@pytest.mark.parametrize("path", ["/", "/data"])
def test_a_page_asks_for_plotlys_javascript_at_once(server: RunningServer, path: str) -> None:
    headers, _ = get(server, path)
    link = f"</app/static/{ensure_plotly_javascript()}>; rel=preload; as=script; fetchpriority=low"
    assert headers["Link"] == link


def test_streamlits_own_javascript_is_sent_compressed(server: RunningServer) -> None:
    _, page = get(server, "/")
    script = re.search(r'src="\./(static/js/[^"]+\.js)"', page.decode())
    assert script
    headers, body = get(server, f"/{script[1]}")
    assert headers["Content-Encoding"] == "gzip"
    assert "immutable" in headers["Cache-Control"]
    assert len(body) < 0.5 * len(gzip.decompress(body))


@pytest.mark.parametrize("path", ["/", "/data", "/_stcore/health", "/app/static/favicon.svg", "/clusters"])
def test_every_answer_carries_the_headers_of_a_public_site(server: RunningServer, path: str) -> None:
    headers, _ = get(server, path)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "frame-ancestors 'self' https:" in headers["Content-Security-Policy"]


def test_who_may_embed_the_app_can_be_set(set_otherwise: Started) -> None:
    headers, _ = get(set_otherwise.server, "/")
    policy = headers["Content-Security-Policy"].split("; ")
    assert f"frame-ancestors {EMBEDDED_IN}" in policy


@pytest.mark.parametrize("path", ["/app/static/../server.py", "/app/static/%2e%2e/server.py"])
def test_no_file_outside_the_static_folder_is_served(server: RunningServer, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refusal:
        get(server, path)
    assert refusal.value.code in (400, 404)
    refusal.value.close()
