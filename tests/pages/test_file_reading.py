"""A file that is read in view: its progress, Stop and "Read it", its turn, and what ends with the run of the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

import pytest
from streamlit.runtime.scriptrunner_utils.exceptions import StopException
from streamlit.testing.v1 import AppTest

from gmm_core.errors import ExplorerError
from gmm_core.export.model_file.model import Model
from gmm_core.tables.files.options import MEGABYTE
from gmm_core.tables.files.reader import OpenedFile, read_file
from serving.reading.client import NotRead
from serving.reading.request import FileKind, Request
from ui.compute.limits import LIMITS, READ_BOUNDS, READ_LIMITS
from ui.compute.long_task import QUIET_SECONDS
from ui.compute.queue import Queue, Ticket
from ui.uploads import reading_in_view as module
from ui.uploads.upload import WAITING

REPOSITORY = Path(__file__).parents[2]
CSV = b"a,b\n1,2.5\n3,4\n"


def data() -> None:
    """A page with nothing but the control for a file of rows."""
    import streamlit as st

    from ui.uploads.upload import DATA

    DATA.choose()
    good, latest = DATA.last_good, DATA.latest
    st.caption(f"good: {None if good is None else good.name}")
    st.caption(f"problem: {None if latest is None else latest.problem}")


def whole() -> None:
    """The sidebar's choice of data."""
    import streamlit as st

    from ui.shell.data_controls import choose_data

    st.session_state.setdefault("data", "upload")
    st.caption(f"told: {choose_data().problem}")


def new_rows() -> None:
    """A page with nothing but the control for new rows."""
    from ui.views.export.new_rows import NEW_ROWS

    NEW_ROWS.choose()


def models() -> None:
    """A page with nothing but the control for a model file."""
    from ui.views.export.opened_model import open_model

    open_model()


@dataclass
class Reader:
    """Stands in for the read server: it asks once whether the file is still wanted, and is then as told."""

    read_names: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    fails: BaseException | None = None

    @property
    def kinds(self) -> list[FileKind]:
        return [request.kind for request in self.requests]

    def read(self, request: Request, ask: Callable[[], object]) -> OpenedFile | Model:
        self.requests.append(request)
        self.read_names.append(request.name)
        ask()
        if self.fails is not None:
            raise self.fails
        return read_file(request.content, request.name)


@dataclass
class Visit:
    """A page, the reader behind it, the queue of files, and whether its visitor goes on."""

    monkeypatch: pytest.MonkeyPatch
    reader: Reader = field(default_factory=Reader)
    queue: Queue = field(default_factory=lambda: Queue(1, 1))

    def page(self, script: Callable[[], None] = data) -> AppTest:
        return AppTest.from_function(script, default_timeout=120).run()

    def choose(self, app: AppTest, name: str, content: bytes = CSV) -> None:
        app.file_uploader[0].upload(name, content, "text/csv").run()
        assert not app.exception

    def goes_on(self, whether: bool = True) -> None:
        """Each run of the page ends where it is asked whether it is still wanted."""

        def end() -> None:
            if whether:
                raise StopException

        self.monkeypatch.setattr(module, "end_if_over", end)
        self.monkeypatch.setattr("ui.compute.queue.end_if_over", end)

    def shows_at_once(self) -> None:
        self.monkeypatch.setattr(module, "QUIET_SECONDS", -1.0)


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Iterator[Visit]:
    visit = Visit(monkeypatch)
    monkeypatch.setattr(module, "READER", visit.reader)
    monkeypatch.setattr(module, "FILE_QUEUE", visit.queue)
    yield visit
    assert not visit.queue._tickets  # however it ended, the next one may read


def screen_text(app: AppTest) -> str:
    texts = [element.value for element in (*app.caption, *app.markdown, *app.error)]
    return " ".join(texts + progress(app)).replace("\\", "")


def progress(app: AppTest) -> list[str]:
    return [element.proto.text for element in app.get("progress")]


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_what_takes_no_time_shows_no_progress(visit: Visit) -> None:
    assert module.QUIET_SECONDS == QUIET_SECONDS == 0.4
    visit.monkeypatch.setattr(module, "QUIET_SECONDS", inf)
    visit.goes_on()
    app = visit.page()
    visit.choose(app, "quick.csv")
    assert not progress(app) and not labels(app)


def test_what_takes_time_says_how_long_it_may_take_and_can_be_stopped(visit: Visit) -> None:
    visit.shows_at_once()
    app = visit.page()
    visit.choose(app, "slow.csv")
    assert "good: slow.csv" in screen_text(app)
    assert not progress(app) and not labels(app)  # it is done
    visit.goes_on(False)
    visit.reader.fails = StopException()  # the run of the page ends while it is shown
    visit.choose(app, "slower.csv")
    assert progress(app) == ["Reading, 0 s so far; it may take 60 s at most"]
    assert labels(app) == ["Stop"]


def test_a_stopped_file_is_read_when_the_visitor_says_so(visit: Visit) -> None:
    app = visit.page()
    visit.choose(app, "first.csv")
    visit.shows_at_once()
    visit.reader.fails = StopException()
    visit.choose(app, "slow.csv")
    press(app, "Stop")
    assert visit.reader.read_names == ["first.csv", "slow.csv"]
    assert "slow.csv: Reading was stopped." in screen_text(app) and "good: first.csv" in screen_text(app)
    assert not progress(app) and labels(app) == ["Read it"]
    app.run()  # and not before
    assert visit.reader.read_names == ["first.csv", "slow.csv"]
    visit.reader.fails = None
    press(app, "Read it")
    assert visit.reader.read_names == ["first.csv", "slow.csv", "slow.csv"]
    assert "good: slow.csv" in screen_text(app) and not labels(app)


def test_a_file_that_another_takes_the_place_of_is_not_read(visit: Visit) -> None:
    visit.reader.fails = StopException()
    app = visit.page()
    visit.choose(app, "first.csv")
    visit.reader.fails = None
    visit.choose(app, "second.csv")
    assert visit.reader.read_names == ["first.csv", "second.csv"]
    assert "good: second.csv" in screen_text(app)


def test_a_file_is_read_by_the_next_run_where_the_visitor_changed_something_else(visit: Visit) -> None:
    visit.goes_on()
    app = visit.page()
    visit.choose(app, "mine.csv")
    assert "good" not in screen_text(app)
    visit.goes_on(False)
    app.run()
    assert visit.reader.read_names == ["mine.csv", "mine.csv"]
    assert "good: mine.csv" in screen_text(app)


@pytest.mark.parametrize("places", [1, 2])
def test_where_others_are_read_it_says_how_many_are_before(visit: Visit, places: int) -> None:
    visit.queue.places, visit.queue.max_waiting = places, 5
    before = [visit.queue.enter() for _ in range(places + 1)]
    visit.goes_on()
    app = visit.page()
    visit.choose(app, "mine.csv")
    assert progress(app) == ["2 files are before yours: it waits for its turn."]
    assert labels(app) == ["Stop"] and not visit.reader.read_names
    leave(before)
    visit.goes_on(False)
    app.run()
    assert "good: mine.csv" in screen_text(app)


def test_where_no_more_may_wait_it_says_so_and_can_be_read_later(visit: Visit) -> None:
    before = [visit.queue.enter() for _ in range(2)]
    app = visit.page()
    visit.choose(app, "mine.csv")
    assert (
        "mine.csv: The server is busy: 1 file is being read and 1 waits. Try again in a minute."
        in screen_text(app)
    )
    assert labels(app) == ["Read it"] and not visit.reader.read_names
    leave(before)
    press(app, "Read it")
    assert "good: mine.csv" in screen_text(app)


def test_what_is_beyond_a_bound_is_a_sentence_and_the_last_good_file_stays(visit: Visit) -> None:
    app = visit.page()
    visit.choose(app, "good.csv")
    visit.reader.fails = NotRead("The file needs more memory than a file may take.")
    visit.choose(app, "bad.csv")
    assert "problem: The file needs more memory than a file may take." in screen_text(app)
    assert "good: good.csv" in screen_text(app) and not labels(app)


def test_while_a_first_file_is_put_off_the_page_says_what_to_press(visit: Visit) -> None:
    visit.shows_at_once()
    visit.reader.fails = StopException()
    app = visit.page(whole)
    assert f"told: {WAITING}" in screen_text(app)
    visit.choose(app, "slow.csv")
    press(app, "Stop")
    assert "told: Your file is not read yet: press “Read it” in the sidebar" in screen_text(app)


def test_new_rows_are_read_in_the_same_way_with_the_bounds_of_the_settings(visit: Visit) -> None:
    app = visit.page(new_rows)
    visit.choose(app, "new.csv", b"a,b\n1,2\n")
    (request,) = visit.reader.requests
    assert request.kind is FileKind.TABLE and not request.to_fit
    assert (request.limits, request.bounds) == (READ_LIMITS, READ_BOUNDS)
    assert READ_BOUNDS.memory_bytes == LIMITS.read_megabytes * MEGABYTE


@pytest.mark.parametrize("part", ["ui", "pages", "app.py", "server.py"])
def test_no_file_is_read_in_the_process_of_the_app(part: str) -> None:
    path = REPOSITORY / part
    files = [path] if path.is_file() else sorted(path.rglob("*.py"))
    reading = re.compile(r"\b(read_file|load_model|read_csv|read_excel|read_parquet|parquet_table)\(")
    assert not [file.name for file in files if reading.search(file.read_text(encoding="utf-8"))]


def test_a_model_file_is_read_in_the_same_way(visit: Visit) -> None:
    visit.shows_at_once()
    visit.reader.fails = StopException()
    app = visit.page(models)
    visit.choose(app, "model.json", b"{}")
    assert visit.reader.kinds == [FileKind.MODEL] and labels(app) == ["Stop"]
    press(app, "Stop")
    assert "Reading was stopped." in screen_text(app) and labels(app) == ["Read it"]
    visit.reader.fails = ExplorerError("This is no model file.")
    press(app, "Read it")
    assert visit.reader.kinds == [FileKind.MODEL] * 2
    assert "This is no model file." in screen_text(app) and not labels(app)


def leave(tickets: list[Ticket]) -> None:
    for ticket in tickets:
        ticket.leave()
