"""A computation in view ends when it is told to, keeps what it has reached, and shares only what is finished."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field

import pytest
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner_utils.exceptions import RerunException
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

from gmm_core.errors import FitError
from gmm_core.fit import Progress, StopFitting
from ui import computation as module
from ui.computation import Computation, Steps, TakesTime
from ui.store import BoundedStore

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
    """What a visitor's session holds, and the computation run in it."""

    monkeypatch: pytest.MonkeyPatch
    session: dict[str, object] = field(default_factory=dict)
    store: BoundedStore[int] = field(default_factory=lambda: BoundedStore(1_000))
    kind: Computation[int] = field(default_factory=lambda: Computation("counts", lambda _: 1, "Stops."))

    def value(self, key: str, begin: Begin, place: DeltaGenerator | None = NOWHERE) -> int:
        self.monkeypatch.setattr(module.st, "session_state", self.session)
        return self.kind.value(key, begin, self.store, place)

    def press_stop(self, key: str) -> None:
        desk = self.session["desk of counts"]
        assert isinstance(desk, module._Desk)
        desk.stop(key)


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


def test_an_error_is_the_callers_and_the_desk_is_free_again(visit: Visit) -> None:
    def failing() -> Generator[Progress, None, int]:
        yield Progress(0, 1, 1, 0.0)
        raise FitError("Nothing fits: fit something else.")

    with pytest.raises(FitError):
        visit.value("bad", failing)
    assert visit.value("good", lambda: counting(3)) == 3


def test_a_stopped_one_is_shown_as_long_as_it_is_asked_for(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupting(*_: object) -> DeltaGenerator:
        raise RerunException(RerunData())

    ticks = iter(range(10_000))
    with monkeypatch.context() as while_it_runs:
        while_it_runs.setattr(module.time, "monotonic", lambda: float(next(ticks)))
        while_it_runs.setattr(Computation, "_progress_bar", interrupting)
        with pytest.raises(RerunException):
            visit.value("long", lambda: counting(10))
    visit.press_stop("long")
    assert visit.value("long", lambda: counting(10)) == 0
    assert visit.store.get("long") is None
    assert visit.value("other", lambda: counting(4)) == 4
    assert visit.value("long", lambda: counting(10)) == 0


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
