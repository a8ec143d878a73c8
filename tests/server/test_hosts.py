"""The server answers under its own names and its own pages only: a name that somebody else gives it is refused."""

from __future__ import annotations

import http.client
import socket
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from serving.hosts import Authority, authority, is_answered, is_own_page, refusal
from tests.running_server import RunningServer

NAMES = frozenset({"gmm.example.org"})
FOREIGN = ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "gmm.example.org.evil.example"]
NO_HOSTS = ["", "a b", "[::1", "user@localhost", "localhost:", "localhost:x", "localhost/x", "☃", "a,b"]


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:8501",
        "localhost.",
        "127.0.0.1:1",
        "[::1]:8501",
        "10.0.0.7",
        "gmm.Example.ORG:443",
    ],
)
def test_localhost_addresses_and_names_of_the_setting_are_answered(host: str) -> None:
    asked = authority(host)
    assert asked and is_answered(asked.host, NAMES)


@pytest.mark.parametrize("host", [*FOREIGN, "example.org", "x.gmm.example.org", "2130706433", "0x7f.1"])
def test_other_names_are_not(host: str) -> None:
    asked = authority(host)
    assert asked and not is_answered(asked.host, NAMES)


@pytest.mark.parametrize("host", NO_HOSTS)
def test_what_is_no_host_is_none(host: str) -> None:
    assert authority(host) is None


def test_a_request_says_one_host() -> None:
    scope = {"type": "http", "method": "GET", "headers": [(b"host", b"localhost")]}
    assert refusal(scope, NAMES) is None
    assert refusal(scope | {"headers": []}, NAMES)
    assert refusal(scope | {"headers": [(b"host", b"localhost")] * 2}, NAMES)


@pytest.mark.parametrize(
    ("origin", "host", "own"),
    [
        ("http://localhost:8501", "localhost:8501", True),
        ("https://gmm.example.org", "gmm.example.org", True),
        ("https://gmm.example.org", "gmm.example.org:443", True),
        ("HTTP://localhost:8501", "localhost:8501", False),  # browsers write it in lower case
        ("http://[::1]:8501", "[::1]:8501", True),
        ("http://localhost:3000", "localhost:8501", False),
        ("http://127.0.0.1:8501", "localhost:8501", False),
        ("http://evil.example", "localhost:8501", False),
        ("http://localhost:8501@evil.example", "localhost:8501", False),
        ("null", "localhost:8501", False),
        ("", "localhost:8501", False),
        ("file://", "localhost", False),
        ("http://localhost:8501/x", "localhost:8501", False),
    ],
)
def test_a_page_is_the_apps_own_by_its_host_and_port(origin: str, host: str, own: bool) -> None:
    asked = authority(host)
    assert isinstance(asked, Authority)
    assert is_own_page(origin, asked) is own


def open_socket(server: RunningServer, host: str | None = None, origin: str | None = None) -> int:
    """The status with which a WebSocket is answered: 101 if it is open."""
    place = urlsplit(server.url)
    try:
        with connect(
            f"ws://{host or place.netloc}/_stcore/stream",
            sock=socket.create_connection((place.hostname, place.port)),
            origin=Origin(origin) if origin else None,
            proxy=None,
        ) as opened:
            return opened.response.status_code if opened.response else 0
    except InvalidStatus as refused:
        return refused.response.status_code


def ask(server: RunningServer, method: str, path: str, headers: dict[str, str]) -> tuple[int, str]:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def raw(server: RunningServer, *headers: str, socket_too: bool = False, version: str = "1.1") -> int:
    """The status of a request with these headers and no others, but for those of a WebSocket if it asks for one."""
    opening = [
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]
    lines = [f"GET /_stcore/{'stream' if socket_too else 'health'} HTTP/{version}", *headers]
    place = urlsplit(server.url)
    with socket.create_connection((place.hostname, place.port)) as connection:
        connection.sendall("\r\n".join([*lines, *(opening if socket_too else []), "", ""]).encode())
        return int(connection.makefile("rb").readline().split()[1])


def test_an_own_name_is_answered_however_it_is_written(server: RunningServer) -> None:
    for host in ("localhost", "LocalHost.", "127.0.0.1:1", "[::1]:8501", "[::ffff:127.0.0.1]", "127.0.0.1."):
        assert raw(server, f"Host: {host}") == 200
        assert raw(server, f"Host: {host}", socket_too=True) == 101, "a program says no Origin"
        assert raw(server, f"Host: {host.lower()}", f"Origin: http://{host.lower()}", socket_too=True) == 101


def test_what_is_no_name_or_two_of_them_is_refused(server: RunningServer) -> None:
    foreign = (
        "evil.example",
        "user@localhost",
        "localhost@evil.example",
        "localhost,evil.example",
        "[::1",
        "☃",
        "",
    )
    for host in (
        *foreign,
        "localhost..",
        "localhost:8501:8501",
        "127.0.0.1.evil.example",
        "0x7f.1",
        "[fe80::1%25lo]",
    ):
        for socket_too in (False, True):
            assert raw(server, f"Host: {host}", socket_too=socket_too) in (400, 403), host
    for both in (["localhost", "evil.example"], ["evil.example", "localhost"], ["localhost", "localhost"]):
        assert raw(server, *(f"Host: {host}" for host in both)) in (400, 403)
        assert raw(server, *(f"Host: {host}" for host in both), socket_too=True) in (400, 403)
    assert raw(server, version="1.0") == 403
    assert raw(server, "Host: evil.example", "X-Forwarded-Host: localhost") == 403
    assert raw(server, "Host: localhost", "Forwarded: host=evil.example") == 200, "a proxy passes Host on"


def test_an_origin_that_is_not_the_servers_own_opens_no_socket(server: RunningServer) -> None:
    origins = ["http://localhost:8502", "http://localhost", "https://localhost", "http://127.0.0.1:8501"]
    origins += [
        "null",
        "",
        "http://[::1]:8501",
        "http://user@localhost:8501",
        "http://localhost:8501@evil.example",
    ]
    origins += [
        "HTTP://LOCALHOST:8501",
        "http://localhost:8501/",
        "file://",
        "ws://localhost:8501",
        "☃",
        "localhost:8501",
    ]
    for origin in origins:
        assert raw(server, "Host: localhost:8501", f"Origin: {origin}", socket_too=True) == 403, origin
    own = "Origin: http://localhost:8501"
    assert raw(server, "Host: localhost:8501", own, "Origin: http://evil.example", socket_too=True) in (
        400,
        403,
    )
    assert raw(server, "Host: localhost:8501", "Origin: https://localhost:8501", socket_too=True) == 101, (
        "TLS of a proxy"
    )


def test_no_page_of_another_origin_may_read_what_is_answered(server: RunningServer) -> None:
    for origin in ("http://localhost:3000", "https://evil.example", "null"):
        for path in ("/", "/_stcore/health", "/_stcore/host-config", "/_stcore/metrics", "/media/x.csv"):
            request = urllib.request.Request(f"{server.url}{path}", headers={"Origin": origin})
            try:
                headers = urllib.request.urlopen(request).headers
            except urllib.error.HTTPError as error:
                headers = error.headers
            assert not headers["Access-Control-Allow-Origin"]


@pytest.mark.parametrize("name", FOREIGN)
def test_a_name_of_somebody_else_is_refused_with_a_sentence(name: str, server: RunningServer) -> None:
    port = urlsplit(server.url).port
    assert open_socket(server, f"{name}:{port}", f"http://{name}:{port}") == 403
    assert open_socket(server, f"{name}:{port}") == 403
    status, page = ask(server, "GET", "/", {"Host": f"{name}:{port}"})
    assert status == 403
    assert "does not answer under the name in the address" in page and name not in page


def test_a_page_of_another_host_or_port_opens_no_socket_and_sends_no_file(server: RunningServer) -> None:
    own = f"http://{urlsplit(server.url).netloc}"
    for origin in ("http://localhost:3000", "http://127.0.0.1:3000", "https://evil.example", "null"):
        assert open_socket(server, origin=origin) == 403
        for method in ("PUT", "DELETE", "POST"):
            status, page = ask(server, method, "/_stcore/upload_file/a/b", {"Origin": origin})
            assert status == 403 and "page of another site" in page
    assert open_socket(server, origin=own) == open_socket(server) == 101
    assert ask(server, "GET", "/", {"Origin": "https://evil.example"})[0] == 200, "a link from elsewhere"
    assert "another site" not in ask(server, "PUT", "/_stcore/upload_file/a/b", {"Origin": own})[1]
