"""The server lets in as many sessions as it has places: one too many is told so, and nobody loses their place."""

from __future__ import annotations

import asyncio
import http.client
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from starlette.types import Message
from websockets.exceptions import ConnectionClosed, InvalidStatus

from serving import log_bound, sessions
from serving.descriptors import needed, sessions_within, shortage
from serving.sessions import FULL
from tests.coroutines import awaited
from tests.running_server import REPOSITORY, RunningServer
from tests.visitor import Visitor
from ui.compute.limits import SettingError

PLACES = 4
TRIES = 2_000


@pytest.fixture(scope="module")
def small_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server with descriptors for so many sessions and no more."""
    limited = ["sh", "-c", f'ulimit -n {needed(PLACES)} && exec "$@"', "sh"]
    server = RunningServer.start(tmp_path_factory.mktemp("small"), through=limited)
    yield server
    server.stop()


@pytest.fixture
def come(small_server: RunningServer) -> Iterator[Callable[..., Visitor]]:
    """A function with which somebody opens the app; whoever is still there at the end leaves."""
    with ExitStack() as leaving:

        def come(session_id: str = "") -> Visitor:
            visitor = Visitor(small_server.url, session_id=session_id)
            leaving.callback(visitor.leave)
            visitor.run(query="k=1")
            return visitor

        yield come
    until(lambda: connected(small_server) == 0)


def ask(server: RunningServer, path: str, cookie: str = "") -> tuple[int, str, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc)
    try:
        connection.request(
            "GET", path, headers={"Accept": "text/html", **({"Cookie": cookie} if cookie else {})}
        )
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace"), answer.headers
    finally:
        connection.close()


def connected(server: RunningServer) -> int:
    """How many sessions are connected, as Streamlit counts them."""
    _, metrics, _ = ask(server, "/_stcore/metrics")
    [line] = [line for line in metrics.splitlines() if line.startswith("active_sessions ")]
    return int(float(line.split()[1]))


def until(holds: Callable[[], bool]) -> None:
    """Ask again and again: the server notices a closed connection a moment later."""
    assert any(holds() for _ in range(TRIES))


def refused(come: Callable[..., Visitor], session_id: str = "") -> bool:
    try:
        come(session_id)
    except InvalidStatus as refusal:
        return refusal.response.status_code == 503
    return False


def test_one_too_many_is_told_in_a_sentence_and_all_others_go_on(
    small_server: RunningServer, come: Callable[..., Visitor]
) -> None:
    inside = [come() for _ in range(PLACES)]
    assert refused(come)
    for path in ("/", "/data?k=3", "/clusters"):
        status, page, headers = ask(small_server, path)
        assert status == 503 and all(sentence in page for sentence in FULL.split(". "))
        assert headers["Refresh"] == headers["Retry-After"] == "15"
    for path in ("/_stcore/host-config", "/data/_stcore/host-config", "/data/_stcore/health"):
        status, told, _ = ask(small_server, path)
        assert status == 503 and json.loads(told).split() == FULL.split()
    assert ask(small_server, "/_stcore/health")[0] == 200
    assert ask(small_server, "/static/favicon.png")[0] != 503
    for visitor in inside:
        visitor.run()
        assert not visitor.problems


def test_at_the_limit_of_descriptors_many_more_neither_flood_the_log_nor_disturb(
    small_server: RunningServer, come: Callable[..., Visitor]
) -> None:
    assert f"{needed(PLACES)} file descriptors are enough for {PLACES} sessions" in small_server.log
    inside = [come() for _ in range(PLACES)]
    small_server.new_log()
    assert all(refused(come) for _ in range(100))
    assert len(small_server.new_log().splitlines()) <= 2 * log_bound.MOST
    for visitor in inside:
        visitor.run(query="k=2")


def test_who_closes_the_page_makes_room_at_once(
    small_server: RunningServer, come: Callable[..., Visitor]
) -> None:
    inside = [come() for _ in range(PLACES)]
    for _ in range(2 * PLACES):
        inside.pop(0).leave()
        until(lambda: connected(small_server) < PLACES)
        inside.append(come())
    assert refused(come)


def test_a_lost_connection_keeps_its_place_and_its_session(
    small_server: RunningServer, come: Callable[..., Visitor]
) -> None:
    *_, away = [come() for _ in range(PLACES)]
    away.lose_connection()
    until(lambda: connected(small_server) < PLACES)
    assert refused(come)
    assert ask(small_server, "/")[0] == 503
    assert ask(small_server, "/_stcore/host-config", away.cookie)[0] == 200, "who comes back is let through"
    assert come(away.session_id).session_id == away.session_id
    assert refused(come)


def test_who_comes_back_before_the_loss_is_noticed_takes_the_place_over(
    small_server: RunningServer, come: Callable[..., Visitor]
) -> None:
    *_, away = [come() for _ in range(PLACES)]
    for _ in range(2):
        assert come(away.session_id).session_id == away.session_id
    assert connected(small_server) == PLACES
    assert refused(come)
    with pytest.raises(ConnectionClosed) as ended:
        for _ in away.answers():
            pass
    assert ended.value.rcvd and ended.value.rcvd.code == 1012


def test_a_made_up_session_has_no_place(come: Callable[..., Visitor]) -> None:
    for _ in range(PLACES):
        come()
    assert refused(come, "11111111-2222-3333-4444-555555555555")


def test_a_page_that_is_loaded_again_comes_though_the_app_is_full(
    small_server: RunningServer, come: Callable[..., Visitor]
) -> None:
    inside = [come() for _ in range(PLACES)]
    assert ask(small_server, "/", inside[0].cookie)[0] == 200
    assert ask(small_server, "/", "_streamlit_xsrf=another")[0] == 503
    assert ask(small_server, "/_stcore/host-config", inside[0].cookie)[0] == 503, "a second page has no place"


def test_a_connection_that_asks_for_nothing_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "SECONDS_UNUSED", 0.0)
    sent = []

    async def never() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    async def listening() -> None:
        task = asyncio.current_task()
        assert task
        visit = sessions._Visit(task, "", "")
        message = await sessions._listened(visit, never, send)()
        assert message["type"] == "websocket.disconnect"

    awaited(listening())
    assert sent == [{"type": "websocket.close", "code": 1008}]


@pytest.mark.parametrize(
    ("wanted", "descriptors", "possible"),
    [(200, 1024, 200), (200, 160, 24), (10, 160, 10), (1, 68, 1), (4, 80, 4)],
)
def test_there_are_as_many_places_as_are_wanted_and_can_be(
    wanted: int, descriptors: int, possible: int
) -> None:
    assert sessions_within(wanted, descriptors) == possible
    assert len(shortage(wanted, descriptors)) == (possible < wanted)
    assert sessions_within(wanted, needed(wanted)) == wanted


@pytest.mark.parametrize(("wanted", "descriptors"), [(200, 79), (4, 79), (1, 67), (200, 20)])
def test_with_next_to_no_descriptors_the_app_does_not_start(wanted: int, descriptors: int) -> None:
    with pytest.raises(
        SettingError, match=rf"needs more file descriptors than {descriptors}: .* GMM_EXPLORER"
    ):
        sessions_within(wanted, descriptors)


@pytest.mark.parametrize(("wanted", "given"), [(90, 100), (300, 300), (900, 500)])
def test_the_systems_limit_is_raised_as_far_as_is_needed_and_allowed(wanted: int, given: int) -> None:
    asking = f"from serving.descriptors import available; print(available({wanted}), available(0))"
    limited = ["sh", "-c", 'ulimit -Sn 100 && ulimit -Hn 500 && exec "$@"', "sh"]
    said = subprocess.check_output([*limited, sys.executable, "-c", asking], cwd=REPOSITORY, text=True)
    assert said.split() == [str(given)] * 2


def test_many_lost_connections_keep_a_quarter_of_the_places_and_no_more(
    small_server: RunningServer, come: Callable[..., Visitor]
) -> None:
    """The last of these tests: what is lost here keeps its place for two minutes."""
    away = [come() for _ in range(PLACES)]
    for number, visitor in enumerate(away, 1):
        visitor.lose_connection()
        until(lambda number=number: connected(small_server) == PLACES - number)  # type: ignore[misc]
    for _ in range(PLACES - PLACES // sessions.LOST_SHARE):
        come()
    assert refused(come)
    assert refused(come, away[0].session_id), "who lost it first"
    assert come(away[-1].session_id).session_id == away[-1].session_id
