"""Static files are compressed once, whoever asks, and what is kept has a bound."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from serving.static_files import ImmutableFiles

HASHED = "/static/js/index.D0rmvYxC.js"
Result = TypeVar("Result")

CONTENT = b"const picture = 'ellipse';\n" * 200
GZIP = {"accept-encoding": "br, gzip;q=0.8"}


@dataclass
class Files:
    """Serves the same text under every path, as Streamlit does its own files, and counts how often."""

    content: bytes = CONTENT
    cache_control: str = "public, immutable, max-age=31536000"
    asked: list[str] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        self.asked.append(scope["path"])
        await asyncio.sleep(0)
        headers = {"cache-control": self.cache_control, "etag": '"abc"', "accept-ranges": "bytes"}
        await Response(self.content, headers=headers, media_type="text/javascript")(scope, receive, send)


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


async def ask(app: ImmutableFiles, path: str, headers: dict[str, str], method: str = "GET") -> Answer:
    """One request to the middleware."""
    messages: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        messages.append(message)

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await app({"type": "http", "method": method, "path": path, "headers": raw}, receive, send)
    return Answer(
        messages[0]["status"],
        {name.decode(): value.decode() for name, value in messages[0]["headers"]},
        b"".join(message.get("body", b"") for message in messages[1:]),
    )


def run(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """`asyncio.run` in a thread of its own: Playwright leaves a loop running in the one that tests run in."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def test_forty_browsers_at_once_cost_one_compression() -> None:
    files = Files()
    app = ImmutableFiles(files)

    async def forty() -> list[Answer]:
        return await asyncio.gather(*(ask(app, HASHED, GZIP) for _ in range(40)))

    answers = run(forty())
    assert files.asked == [HASHED]
    assert {gzip.decompress(answer.body) for answer in answers} == {CONTENT}
    assert {answer.headers["content-encoding"] for answer in answers} == {"gzip"}
    assert {int(answer.headers["content-length"]) for answer in answers} == {len(answers[0].body)}
    assert {answer.headers["vary"] for answer in answers} == {"Accept-Encoding"}
    assert not app.under_way


@pytest.mark.parametrize(
    ("headers", "method"),
    [
        ({}, "GET"),
        ({"accept-encoding": "br"}, "GET"),
        ({"accept-encoding": "gzip;q=0, br"}, "GET"),
        (GZIP | {"range": "bytes=0-10"}, "GET"),
        (GZIP, "HEAD"),
    ],
)
def test_who_does_not_ask_for_a_whole_compressed_file_gets_it_as_it_is(
    headers: dict[str, str], method: str
) -> None:
    app = ImmutableFiles(Files())
    answer = run(ask(app, HASHED, headers, method))
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept-Encoding"
    assert not app.held


@pytest.mark.parametrize("known", ['W/"abc"', '"abc"', '"other", W/"abc"'])
def test_a_browser_that_has_the_file_is_told_so(known: str) -> None:
    app = ImmutableFiles(Files())
    run(ask(app, HASHED, GZIP))
    answer = run(ask(app, HASHED, GZIP | {"if-none-match": known}))
    assert (answer.status, answer.body) == (304, b"")
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    ("path", "files"),
    [
        ("/static/js/index.D0rmvYxC.js", Files(cache_control="no-cache")),
        ("/static/js/index.D0rmvYxC.js", Files(content=b"short")),
        ("/static/media/font.BsWL4Kly.woff2", Files()),
        ("/data", Files()),
        ("/app/static/favicon.svg", Files()),
        ("/staticky/index.D0rmvYxC.js", Files()),
    ],
)
def test_what_may_change_or_would_not_shrink_is_passed_on(path: str, files: Files) -> None:
    app = ImmutableFiles(files)
    answer = run(ask(app, path, GZIP))
    assert answer.body == files.content
    assert "content-encoding" not in answer.headers
    assert not app.held and not app.under_way


@pytest.mark.parametrize("base_path", ["", "/course/gmm"])
def test_a_file_with_its_version_in_its_name_is_kept_for_a_year(base_path: str) -> None:
    app = ImmutableFiles(Files(cache_control="no-cache"), base_path=base_path)
    answer = run(ask(app, f"{base_path}/app/static/plotly-7.1.0.min.js", GZIP))
    assert answer.headers["cache-control"] == "public, immutable, max-age=31536000"
    assert gzip.decompress(answer.body) == CONTENT


def test_what_is_kept_has_a_bound_and_the_least_recently_used_goes_first() -> None:
    size = len(gzip.compress(CONTENT, 6, mtime=0))
    app = ImmutableFiles(Files(), held_bytes=2 * size)
    for name in ("a", "b", "a", "c"):
        run(ask(app, f"/static/js/{name}.js", GZIP))
    assert list(app.held) == ["/static/js/a.js", "/static/js/c.js"]


def test_a_file_beyond_the_bound_is_still_served() -> None:
    app = ImmutableFiles(Files(), held_bytes=10)
    assert run(ask(app, HASHED, GZIP)).body == CONTENT
