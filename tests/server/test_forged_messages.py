"""Whatever is sent in place of what a browser would send harms its sender at most, and tells nothing."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from itertools import takewhile
from typing import Any

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import ConnectionClosed

from tests.running_server import REPOSITORY, RunningServer
from tests.serving.test_message_filter import messages_of_every_kind
from tests.visitor import Visitor, state

NAN = float("nan")
TEXTS = ["no such option", "", "x" * 100_000, "\x00<script>alert(1)</script>", "[object Object]"]
LISTS = [["no such option", "<b>"], [], ["a"] * 5_000, ["full", "full"], [""]]
NUMBERS = [-1e308, 1e308, 0.5, 2.0**53, -1.0]
PLACES = [[1e308], [-5.0], [-5.0, 7.0, 9.0], [2.5], [0.0]]
ANSWERS = [
    '{"clicked": [1e999, "x"], "picked": {"rows": [1e9, -1, "a", {}], "revision": "keep"}}',
    '{"clicked": [NaN, NaN], "picked": {"rows": [99999999999999999999, 5], "revision": "keep"}}',
    '{"clicked": {}, "picked": "x", "frame": 1e99, "moved": [[1e308, -1e308]]}',
    "null",
    "[1, 2]",
]
FORGED: dict[str, tuple[str, list[Any]]] = {
    "selectbox": ("string_value", TEXTS),
    "text_input": ("string_value", TEXTS),
    "dataframe": ("string_value", ['{"selection": {"rows": [-1, 99999], "columns": ["x"]}}', "{}"]),
    "multiselect": ("string_array_value", LISTS),
    "button_group": ("string_array_value", LISTS),
    "select_slider": ("string_array_value", LISTS),
    "slider": ("double_array_value", PLACES),
    "number_input": ("double_value", NUMBERS),
    "checkbox": ("bool_value", [True, False]),
    "button": ("trigger_value", [True]),
    "download_button": ("trigger_value", [True]),
    "popover": ("bool_value", [True, False]),
    "expander": ("bool_value", [True, False]),
    "bidi_component": ("json_value", ANSWERS),
    "file_uploader": ("string_value", []),
}
"""Of each kind of control: values as no browser sends them, in the form in which it would send others."""
MALFORMED = {
    "number_input": ("double_value", NAN),
    "slider": ("string_value", "x"),
    "bidi_component": ("json_value", "[" * 50_000),
    "selectbox": ("int_array_value", [10**6]),
}
"""What Streamlit itself cannot read."""


@pytest.fixture
def visitor(server: RunningServer) -> Iterator[Visitor]:
    server.new_log()  # what is printed from now on is of this test
    someone = Visitor(server.url)
    someone.run()
    yield someone
    someone.leave()


def kinds_until_heartbeat(visitor: Visitor) -> set[str]:
    """What the server had to say up to now, in its order; a session says at the end of a run that it is idle."""
    visitor.send(BackMsg(app_heartbeat=True))
    kinds = (str(answer.WhichOneof("type")) for answer in visitor.answers())
    return set(takewhile(lambda kind: kind != "heartbeat_ack", kinds))


def forged(visitor: Visitor, turn: int) -> list[WidgetState]:
    made = []
    for identity, kind in visitor.controls().items():
        form, values = FORGED[kind]
        if values:
            made.append(state(identity, form, values[turn % len(values)]))
    return made


def test_values_out_of_bounds_leave_every_page_working(server: RunningServer, visitor: Visitor) -> None:
    for page in visitor.pages:
        for turn in range(5):
            visitor.run(page)
            visitor.run(page, forged(visitor, turn))
            assert not any("unexpected" in sentence for sentence in visitor.problems), (page, turn)
    assert "Traceback" not in server.new_log()


@pytest.mark.parametrize("kind", MALFORMED)
def test_a_value_that_cannot_be_read_gives_its_sender_one_sentence(
    kind: str, server: RunningServer, visitor: Visitor
) -> None:
    other = Visitor(server.url)
    identity = next(identity for identity, found in visitor.controls().items() if found == kind)
    visitor.run(states=[state(identity, *MALFORMED[kind])])
    [sentence] = visitor.problems
    assert "nothing of yours is lost" in sentence
    assert REPOSITORY.name not in str(visitor.elements) and "Error" not in str(visitor.elements)
    other.run()
    assert not other.problems
    other.leave()
    server.new_log()  # which has the details


def test_messages_that_no_page_sends_have_no_effect(server: RunningServer, visitor: Visitor) -> None:
    def computed() -> set[str]:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
            f"{server.url}/_stcore/metrics"
        ) as answer:
            lines = answer.read().decode().splitlines()
        return {line for line in lines if line.startswith("cache_lookups_total") and '"miss"' in line}

    before = computed()
    assert any("ui.compute.cache.generated_dataset" in line for line in before)
    for kind in ("clear_cache", "load_git_info", "set_run_on_save", "install_skills", "dismiss_skills_nudge"):
        message = messages_of_every_kind()[kind]
        if message.HasField("backend_operation_request"):
            message.backend_operation_request.session_id = visitor.session_id
        visitor.send(message)
    assert kinds_until_heartbeat(visitor) <= {"session_status_changed"}
    visitor.run()
    assert computed() == before, "everything was still there"


def test_pages_and_fragments_that_are_not_there_are_passed_over(
    server: RunningServer, visitor: Visitor
) -> None:
    message = BackMsg()
    message.rerun_script.fragment_id = "../../app.py"
    visitor.send(message)
    assert kinds_until_heartbeat(visitor) <= {"session_status_changed"}
    visitor.run(
        "../../server.py", query="seed=1e309&n_init=-inf&k=" + "9" * 10_000 + "&" * 10_000 + "%00=%ff"
    )
    assert not visitor.problems
    assert "Traceback" not in server.new_log()


@pytest.mark.parametrize("data", [b"\xff\xff\xff", "text"])
def test_what_is_no_message_ends_the_connection_and_nothing_else(
    data: bytes | str, server: RunningServer, visitor: Visitor
) -> None:
    visitor.send(data)
    with pytest.raises(ConnectionClosed) as closed:
        for _ in visitor.answers():
            pass
    assert REPOSITORY.name not in str(closed.value)
    other = Visitor(server.url)
    other.run()
    other.leave()
    server.new_log()


def test_a_file_is_taken_of_its_own_session_only_with_its_token_and_within_its_size(
    server: RunningServer, visitor: Visitor
) -> None:
    table = b"a,b\n1,2\n3,5\n"
    assert visitor.upload(table, "mine") == 204
    assert visitor.upload(table, "mine", token="forged") == 403
    assert visitor.upload(table, "mine", session_id="nobody's") == 400
    assert visitor.upload(table, "mine", announced=60 * 2**20) == 413


def test_no_path_leads_out_of_the_folders_that_are_served(server: RunningServer, visitor: Visitor) -> None:
    for path in (
        "/app/static/../server.py",
        "/app/static/%2e%2e/server.py",
        "/app/static/..%2fserver.py",
        "/app/static/..%5cserver.py",
        "/app/static//etc/passwd",
        "/app/static/%00",
        "/static/../../server.py",
        "/media/../../server.py",
        "/component/x/../../server.py",
        "/app/static/" + "a" * 5_000,
    ):
        assert visitor.status(path) in (400, 403, 404), path
    assert visitor.status("/?" + "k=1&" * 10_000) == 200
    assert "Traceback" not in server.new_log()
