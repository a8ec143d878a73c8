"""A series does its tasks in order and keeps each; it stops, asks and tries again as its visitor says."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field, replace

import pytest
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner_utils.exceptions import RerunException, StopException
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

from gmm_core.errors import FitError
from gmm_core.fitting.progress import Progress, StopFitting
from ui.compute import interruption, long_series, long_task, own_task, queue
from ui.compute.bounded_store import BoundedStore, Refusal
from ui.compute.cache import CacheBound
from ui.compute.limits import LIMITS
from ui.compute.long_series import LongSeries
from ui.compute.long_task import LongTask
from ui.compute.own_task import OwnTask
from ui.compute.queue import Queue
from ui.compute.task_view import TaskView


@dataclass
class Visit:
    """A page whose tasks are numbers, each of which is its own value, and what it shows."""

    store: BoundedStore[int | Refusal] = field(default_factory=lambda: BoundedStore(100))
    session: dict[str, object] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)
    ended: list[tuple[str, str]] = field(default_factory=list)
    done: list[int] = field(default_factory=list)
    fails: set[int] = field(default_factory=set)

    def series(self, *numbers: int, seconds: float = 0.0, spent: float = 0.0) -> LongSeries[int]:
        return LongSeries(
            kind="numbers",
            key="all numbers",
            tasks=tuple(self._task(number, seconds) for number in numbers),
            noun="number",
            seconds_spent=spent,
            when_stopped="Keeps those that are done.",
            asks_above=20.0,
        )

    def _task(self, number: int, seconds: float) -> LongTask[int]:
        return LongTask(
            kind="number",
            key=number,
            steps=lambda: self._steps(number),
            seconds=seconds,
            size=lambda _: 1,
            cache_bound=CacheBound(1, 1),
            private=False,
            when_stopped="Keeps those that are done.",
            name=f"Number {number}",
        )

    def _steps(self, number: int) -> Generator[Progress, None, int]:
        for iteration in range(3):
            try:
                yield Progress(0, 1, iteration, 0.0)
            except StopFitting:
                raise FitError("It was stopped before its end.") from None
        if number in self.fails:
            raise FitError("It *cannot* be done.")
        self.done.append(number)
        return number

    def run(self, series: LongSeries[int]) -> None:
        """One run of the page, to its end."""
        with pytest.raises((RerunException, StopException)):
            series.go_on(DeltaGenerator())

    @property
    def own(self) -> OwnTask[int]:
        own = self.session["task numbers"]
        assert isinstance(own, OwnTask)
        return own


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Visit:
    visit = Visit()

    def rerun() -> None:
        raise RerunException(RerunData())

    def end(_: object, sentence: str, label: str) -> None:
        visit.ended.append((sentence, label))
        raise StopException

    monkeypatch.setattr(own_task.st, "session_state", visit.session)
    monkeypatch.setattr(long_task, "store_of", lambda *_: visit.store)
    monkeypatch.setattr(long_series.st, "rerun", rerun)
    monkeypatch.setattr(TaskView, "show", lambda _, share, sentence: visit.shown.append(sentence))
    monkeypatch.setattr(TaskView, "end", end)
    return visit


def test_tasks_are_done_in_order_and_the_page_is_drawn_between_them(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_series, "REDRAW_SECONDS", -1.0)
    for so_far in ((), (1,), (1, 2)):
        series = visit.series(1, 2, 3)
        assert series.values == so_far
        visit.run(series)
        assert visit.shown[-1] == f"{len(so_far)} of 3 numbers"
    whole = visit.series(1, 2, 3)
    assert whole.values == (1, 2, 3)
    whole.go_on(DeltaGenerator())  # the run of the page goes on: nothing is left
    assert visit.done == [1, 2, 3] and not visit.ended


def test_what_is_done_is_kept_for_another_series_and_another_visitor(visit: Visit) -> None:
    visit.run(visit.series(1, 2))
    assert visit.series(2, 4, 1).values == (2, 1)
    series = visit.series(5, 6)
    assert series.values == ()
    visit.store.put(5, 5, 1)  # by somebody else, after the page was drawn
    visit.run(series)
    assert visit.done == [1, 2, 6]


def test_a_stopped_one_stays_so_until_its_visitor_goes_on(visit: Visit) -> None:
    visit.session["task numbers"] = OwnTask(stopped_key="all numbers")
    visit.run(visit.series(1, 2))
    visit.run(visit.series(1))
    assert visit.ended == [
        ("Stopped. 2 numbers are not done.", "Go on"),
        ("Stopped. 1 number is not done.", "Go on"),
    ]
    visit.own.go_on("all numbers")
    visit.run(visit.series(1, 2))
    assert visit.done == [1, 2]


def test_it_ends_within_a_task_when_stop_is_pressed_and_keeps_those_before(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def check() -> None:
        asked.append(1)
        if len(asked) == 6:
            raise RerunException(RerunData())

    monkeypatch.setattr(interruption, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(interruption, "get_run_yield_check", lambda: check)
    visit.run(visit.series(1, 2, 3))
    assert 0 < len(visit.series(1, 2, 3).values) < 3


def test_what_will_take_long_asks_first_by_what_is_left(visit: Visit) -> None:
    visit.run(visit.series(1, seconds=15.0))
    assert visit.done == [1]
    assert visit.shown[0] == "0 of 1 numbers, about 15 s left"
    visit.run(visit.series(1, 2, 3, seconds=15.0))
    assert visit.ended == [("The rest will take about 30 s. 2 numbers are not done.", "Go on")]
    visit.own.go_on("all numbers")
    visit.run(visit.series(1, 2, 3, seconds=15.0))
    assert visit.done == [1, 2, 3]


def test_a_task_that_has_no_time_is_named_and_tried_again_when_told(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as hurried:
        hurried.setattr(long_task, "LIMITS", replace(LIMITS, fit_seconds=-1.0))
        visit.run(visit.series(1, 2))
    visit.run(visit.series(1, 2))
    assert visit.ended == [("Number 1 was not done within 60 s. 2 numbers are not done.", "Try again")]
    visit.run(visit.series(2))  # without it, the series goes on
    assert visit.done == [2]
    visit.run(visit.series(1, 2))
    visit.own.go_on("all numbers")
    visit.run(visit.series(1, 2))
    assert visit.done == [2, 1]


def test_a_task_that_cannot_be_done_says_why(visit: Visit) -> None:
    visit.fails = {2}
    visit.run(visit.series(1, 2, 3))
    visit.run(visit.series(1, 2, 3))
    assert visit.done == [1]
    assert visit.ended == [("It \\*cannot\\* be done\\. 2 numbers are not done.", "Try again")]


def test_it_waits_for_its_turn_once_it_has_taken_long_and_says_when_it_is_refused(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Queue(1, 1)
    somebody = line.enter()
    monkeypatch.setattr(queue, "COMPUTATION_QUEUE", line)
    monkeypatch.setattr(queue, "LOOK_SECONDS", 0.0)
    visit.run(visit.series(1))  # small ones never wait
    with monkeypatch.context() as waiting:
        waiting.setattr(
            queue, "end_if_over", lambda: somebody.leave() if "before yours" in visit.shown[-1] else None
        )
        visit.run(visit.series(1, 2, spent=1.0))
    assert "1 of 2 numbers. 1 long computation is before yours: it waits for its turn." in visit.shown
    assert visit.done == [1, 2]

    full = Queue(1, 0)
    somebody = full.enter()
    monkeypatch.setattr(queue, "COMPUTATION_QUEUE", full)
    visit.run(visit.series(3, spent=1.0))
    visit.run(visit.series(3, spent=1.0))
    ((sentence, label),) = visit.ended
    assert sentence.startswith("The server is busy: 1 long computation runs and none can wait.")
    assert (sentence.endswith(" 1 number is not done."), label) == (True, "Go on")
    somebody.leave()
    visit.own.go_on("all numbers")
    visit.run(visit.series(3, spent=1.0))
    assert visit.done == [1, 2, 3]


def test_one_that_becomes_long_waits_and_begins_again_in_its_turn(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Queue(1, 1)
    somebody = line.enter()
    monkeypatch.setattr(queue, "COMPUTATION_QUEUE", line)
    monkeypatch.setattr(queue, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(long_task, "QUIET_SECONDS", -1.0)
    monkeypatch.setattr(queue, "end_if_over", lambda: somebody.leave())
    visit.run(visit.series(1))
    assert visit.done == [1]
    assert visit.shown[1] == "0 of 1 numbers. 1 long computation is before yours: it waits for its turn."
