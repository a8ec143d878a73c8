"""A task in view ends when it is told to, keeps what it has reached, and shares only what is finished."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace

import pytest
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner_utils.exceptions import (
    RerunException,
    ScriptControlException,
    StopException,
)
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

from gmm_core.engines.cancellation import checkpoint
from gmm_core.errors import ExplorerError, FitError
from gmm_core.fitting.fit import Progress, StopFitting
from ui.compute import interruption, own_task, queue
from ui.compute import long_task as module
from ui.compute.bounded_store import BoundedStore, Refusal
from ui.compute.cache import CacheBound
from ui.compute.interruption import Steps
from ui.compute.limits import LIMITS
from ui.compute.long_task import LongTask, TakesTime
from ui.compute.own_task import OwnTask
from ui.compute.queue import Queue
from ui.compute.task_view import TaskView, estimate

NOWHERE = DeltaGenerator()
Begin = Callable[[], Steps[int]]


def counting(most: int) -> Generator[Progress, None, int]:
    for done in range(most):
        try:
            yield Progress(done, most, 1, 0.0)
        except StopFitting:
            return done
    return most


@dataclass
class Visit:
    """What a visitor's session holds, and the task run in it."""

    monkeypatch: pytest.MonkeyPatch
    session: dict[str, object] = field(default_factory=dict)
    store: BoundedStore[int | Refusal] = field(default_factory=lambda: BoundedStore(1_000))

    def value(
        self,
        key: str,
        begin: Begin,
        place: DeltaGenerator | None = NOWHERE,
        *,
        seconds: float = 0.0,
        asks_above: float = math.inf,
    ) -> int:
        self.monkeypatch.setattr(own_task.st, "session_state", self.session)
        self.monkeypatch.setattr(module, "store_of", lambda *_: self.store)
        task = LongTask(
            kind="counts",
            key=key,
            steps=begin,
            seconds=seconds,
            size=lambda _: 1,
            cache_bound=CacheBound(1, 1),
            private=False,
            when_stopped="Stops.",
            asks_above=asks_above,
        )
        return task.value(place)

    @property
    def own(self) -> OwnTask[int]:
        own = self.session["task counts"]
        assert isinstance(own, OwnTask)
        return own

    def press_stop(self, key: str) -> None:
        self.own.stop(key)


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Visit:
    return Visit(monkeypatch)


def test_what_is_finished_is_shared(visit: Visit) -> None:
    assert visit.value("ten", lambda: counting(10)) == 10
    assert visit.store.get("ten") == 10
    assert visit.value("ten", lambda: counting(0)) == 10  # from the store


def test_the_time_budget_ends_it_with_what_is_done_for_its_visitor_alone(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = iter(range(0, 10_000, 25))
    monkeypatch.setattr(module.time, "monotonic", lambda: float(next(ticks)))
    reached = visit.value("long", lambda: counting(10))
    assert reached < 10
    assert visit.store.get("long") is None
    assert visit.value("long", lambda: counting(10)) == reached
    assert Visit(monkeypatch, store=visit.store).value("long", lambda: counting(1)) == 1


def test_what_is_too_large_to_share_is_computed_once_all_the_same(visit: Visit) -> None:
    visit.store = BoundedStore(0)
    assert visit.value("ten", lambda: counting(10)) == 10
    assert visit.store.get("ten") is None
    assert visit.value("ten", lambda: counting(0)) == 10


@pytest.mark.parametrize("place", [NOWHERE, None], ids=["in view", "in no time"])
def test_an_error_is_the_callers_and_is_kept_and_the_next_task_runs(
    visit: Visit, place: DeltaGenerator | None
) -> None:
    def failing() -> Generator[Progress, None, int]:
        yield Progress(0, 1, 1, 0.0)
        raise FitError("Nothing fits: fit something else.")

    for begin in (failing, lambda: counting(3)):  # the second time, nothing is computed
        with pytest.raises(ExplorerError, match="Nothing fits: fit something else"):
            visit.value("bad", begin, place)
    assert visit.store.get("bad") == Refusal("Nothing fits: fit something else.")
    assert visit.value("good", lambda: counting(3), place) == 3


def test_an_error_when_the_time_is_up_is_for_its_visitor_alone(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing_in_time() -> Generator[Progress, None, int]:
        try:
            while True:
                yield Progress(0, 1, 1, 0.0)
        except StopFitting:
            raise FitError("No restart has ended.") from None

    ticks = iter(range(0, 10_000, 25))
    monkeypatch.setattr(module.time, "monotonic", lambda: float(next(ticks)))
    for begin in (nothing_in_time, lambda: counting(1)):
        with pytest.raises(ExplorerError, match="No restart has ended"):
            visit.value("long", begin)
    assert visit.store.get("long") is None


class Leaving:
    """A visitor who goes on after the run of the page has been asked so many times whether it is over."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, how: ScriptControlException, after: int = 3) -> None:
        self.asked = 0
        self._how = how
        self._after = after
        monkeypatch.setattr(interruption, "LOOK_SECONDS", 0.0)
        monkeypatch.setattr(interruption, "get_run_yield_check", lambda: self._check)

    def _check(self) -> None:
        self.asked += 1
        if self.asked == self._after:
            raise self._how


@dataclass
class Endless:
    """A computation that never ends by itself, and never asks within a step unless `in_one_step`."""

    in_one_step: bool = False
    steps: int = 0
    closed: bool = False

    def begin(self) -> Generator[Progress, None, int]:
        try:
            while True:
                self.steps += 1
                while self.in_one_step and self.steps == 2:
                    checkpoint()  # as an E-step does between its blocks
                yield Progress(0, 1, self.steps, 0.0)
        except StopFitting:
            return self.steps
        finally:
            self.closed = True


@pytest.mark.parametrize("in_one_step", [False, True], ids=["between two steps", "within a step"])
@pytest.mark.parametrize("how", [RerunException(RerunData()), StopException()], ids=["rerun", "closed tab"])
def test_it_ends_at_the_next_look_when_its_page_runs_again_or_is_closed(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, how: ScriptControlException, in_one_step: bool
) -> None:
    leaving, endless = Leaving(monkeypatch, how, after=5), Endless(in_one_step)
    with pytest.raises(type(how)):
        visit.value("endless", endless.begin)
    assert endless.closed
    assert leaving.asked == 5
    assert endless.steps <= 5


def test_a_stopped_one_is_shown_as_long_as_it_is_asked_for(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as while_it_runs:
        Leaving(while_it_runs, RerunException(RerunData()))
        with pytest.raises(RerunException):
            visit.value("long", lambda: counting(10))
    visit.press_stop("long")
    reached = visit.value("long", lambda: counting(10))
    assert 0 < reached < 10
    assert visit.store.get("long") is None
    assert visit.value("other", lambda: counting(4)) == 4
    assert visit.value("long", lambda: counting(10)) == reached


def test_one_that_was_stopped_before_it_reached_anything_begins_when_it_is_told_to(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing_yet() -> Generator[Progress, None, int]:
        try:
            while True:
                yield Progress(0, 1, 1, 0.0)
        except StopFitting:
            raise FitError("No restart has ended.") from None

    with monkeypatch.context() as while_it_runs:
        Leaving(while_it_runs, RerunException(RerunData()))
        with pytest.raises(RerunException):
            visit.value("long", nothing_yet)
    visit.press_stop("long")
    said: list[str] = []
    end_with(monkeypatch, said)
    with pytest.raises(StopException):
        visit.value("long", lambda: counting(10))
    assert said == ["Stopped before there was anything to show."]
    visit.own.go_on("long")
    assert visit.value("long", lambda: counting(10)) == 10


def end_with(monkeypatch: pytest.MonkeyPatch, said: list[str]) -> None:
    """Collect what is said where there is nothing to show."""

    def end(_: object, sentence: str, action: str) -> None:
        said.append(sentence)
        raise StopException

    monkeypatch.setattr(TaskView, "end", end)


class Line:
    """A queue with one place, which somebody has, and what is said to those who wait."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, max_waiting: int) -> None:
        self.said: list[str] = []
        self.queue = Queue(1, max_waiting)
        self.somebody = self.queue.enter()
        monkeypatch.setattr(queue, "COMPUTATION_QUEUE", self.queue)
        monkeypatch.setattr(queue, "LOOK_SECONDS", 0.0)
        monkeypatch.setattr(module, "QUIET_SECONDS", -1.0)
        monkeypatch.setattr(TaskView, "show", lambda _, share, sentence: self.said.append(sentence))
        end_with(monkeypatch, self.said)


def test_a_long_one_waits_for_its_turn_and_computes_nothing_meanwhile(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    line, begun = Line(monkeypatch, max_waiting=1), []

    def begin() -> Generator[Progress, None, int]:
        begun.append(1)
        return (yield from counting(10))

    def one_ends() -> None:
        if line.said:
            line.somebody.leave()

    monkeypatch.setattr(queue, "end_if_over", one_ends)
    assert visit.value("long", begin) == 10
    assert line.said[0] == "1 long computation is before yours: it waits for its turn."
    assert len(begun) == 2  # what began before it was known to be long was ended, and begun anew in its turn
    assert line.queue.enter().before == 0


def test_one_that_waits_takes_what_another_visitor_computed_meanwhile(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    Line(monkeypatch, max_waiting=1)
    monkeypatch.setattr(queue, "end_if_over", lambda: visit.store.put("long", 77, 1))
    assert visit.value("long", Endless().begin) == 77


@pytest.mark.parametrize("how", [RerunException(RerunData()), StopException()], ids=["rerun", "closed tab"])
def test_one_that_waits_leaves_the_queue_when_its_page_runs_again_or_is_closed(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, how: ScriptControlException
) -> None:
    line, endless = Line(monkeypatch, max_waiting=1), Endless()

    def over() -> None:
        raise how

    monkeypatch.setattr(queue, "end_if_over", over)
    with pytest.raises(type(how)):
        visit.value("long", endless.begin)
    assert endless.closed
    assert line.queue.enter().before == 1  # only somebody is there
    visit.press_stop("long")
    assert visit.value("long", endless.begin) == endless.steps  # what it had reached before it waited


def test_one_too_many_is_refused_with_a_sentence_and_small_ones_never(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    line, endless = Line(monkeypatch, max_waiting=0), Endless()
    with pytest.raises(StopException):
        visit.value("long", endless.begin)
    assert line.said == [
        "The server is busy: 1 long computation runs and none can wait. Try again in a minute."
    ]
    assert endless.closed
    monkeypatch.setattr(module, "QUIET_SECONDS", 60.0)
    assert visit.value("small", lambda: counting(3)) == 3


def test_one_that_waits_too_long_is_told_so(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(monkeypatch, max_waiting=1)
    monkeypatch.setattr(queue, "LIMITS", replace(LIMITS, waiting_seconds=-1.0))
    with pytest.raises(StopException):
        visit.value("long", Endless().begin)
    assert "It was not your turn within" in line.said[-1]
    assert line.queue.enter().before == 1


def test_what_will_take_long_is_said_before_it_begins() -> None:
    assert estimate(40.0) == "This will take about 40 s."
    assert estimate(600.0) == (
        "This will take about 10 minutes; after 60 s it ends with what it has reached."
    )


def test_what_would_take_too_long_begins_when_its_visitor_says_so(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(TaskView, "show", lambda _, share, sentence: said.append(sentence))
    with monkeypatch.context() as asking:
        end_with(asking, said)
        with pytest.raises(StopException):
            visit.value("long", Endless().begin, seconds=40.0, asks_above=20.0)
    assert said == ["This will take about 40 s."]
    assert visit.value("other", lambda: counting(3), seconds=20.0, asks_above=20.0) == 3
    visit.own.go_on("long")
    assert visit.value("long", lambda: counting(10), seconds=40.0, asks_above=20.0) == 10


def test_without_a_place_for_progress_nothing_takes_long(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[bool] = []

    def endless() -> Generator[Progress, None, int]:
        try:
            while True:
                yield Progress(0, 1, 1, 0.0)
        finally:
            closed.append(True)

    assert visit.value("quick", lambda: counting(3), None) == 3
    monkeypatch.setattr(module, "QUIET_SECONDS", 0.0)
    with pytest.raises(TakesTime):
        visit.value("endless", endless, None)
    assert closed == [True]
    assert visit.store.get("endless") is None
