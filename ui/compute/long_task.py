"""A long computation in view: an estimate, progress, a stop button, a turn and a time budget.

What a stopped one had reached is kept. One whose page is run again, or whose tab is closed, ends within an E-step.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, NoReturn, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from gmm_core.errors import ExplorerError
from gmm_core.fit import Progress, StopFitting
from gmm_core.interruption import interruptible
from ui.compute.bounded_store import BoundedStore
from ui.compute.interruption import Ending, Steps
from ui.compute.limits import LIMITS
from ui.compute.turn import NoTurn, Turn
from ui.figures.base.wording import duration

QUIET_SECONDS = 0.4
"""A computation that takes no longer than this shows no progress: a bar that flashes only disturbs."""
UPDATE_SECONDS = 0.15
ESTIMATED_SECONDS = 3.0
"""What takes longer than this says so before it begins."""
TELLING_SHARE = 0.1
"""From this share on, what is done says better than the estimate how long the rest will take."""

Value = TypeVar("Value")


class TakesTime(Exception):
    """A computation was not done within `QUIET_SECONDS`."""


@dataclass(frozen=True)
class Computation(Generic[Value]):
    """A kind of computation that runs in view.

    Parameters
    ----------
    name : str
        Tells it from others of the same visitor.
    size : (value) -> int
        The bytes that a value keeps.
    help_on_stop : str
        What the stop button does, in a sentence.
    """

    name: str
    size: Callable[[Value], int]
    help_on_stop: str

    def value(
        self,
        key: Hashable,
        begin: Callable[[], Steps[Value]],
        store: BoundedStore[Value],
        place: DeltaGenerator | None,
        expected: float = 0.0,
    ) -> Value:
        """The value under the key: from the store, or what a stopped computation had reached, or computed now.

        Progress and the stop button are shown at `place`; without one, a computation that is not done within
        `QUIET_SECONDS` raises `TakesTime`. One that is not needs a turn among those of all visitors
        (`ui.compute.turn`); where there is none to be had, a sentence says so and the run of the page ends. A
        computation that is told to stop, or that another one replaces, or that takes longer than
        `LIMITS.fit_seconds`, ends with what it has reached, which is for its visitor alone. `expected` is about how
        many seconds it will take. Raises what the computation raises.
        """
        desk: _Desk[Value] = st.session_state.setdefault(f"desk of {self.name}", _Desk())
        # The run of the page that this one replaces may be at it still, until it is asked next.
        with desk.taken:
            known = store.get(key)
            known = desk.found(key) if known is None else known
            if known is not None:
                return known
            if place is None:
                found, is_whole = _in_no_time(begin()), True
            else:
                found, is_whole = _View(self, key, begin, store, place, desk, expected).computed()
            desk.last = key, found
        if is_whole:  # how far a computation got in the time there was is for this visitor alone
            store.put(key, found, self.size(found))
        return found


def _in_no_time(steps: Steps[Value]) -> Value:
    """The end of a computation, or `TakesTime`."""
    late = time.monotonic() + QUIET_SECONDS

    def ask() -> None:
        if time.monotonic() > late:
            raise TakesTime

    try:
        with interruptible(ask):
            while True:
                next(steps)
                ask()
    except StopIteration as finished:
        found: Value = finished.value
        return found
    finally:
        steps.close()


@dataclass
class _View(Generic[Value]):
    """One computation as its visitor sees it; the fields are what `Computation.value` takes."""

    kind: Computation[Value]
    key: Hashable
    begin: Callable[[], Steps[Value]]
    store: BoundedStore[Value]
    place: DeltaGenerator
    desk: _Desk[Value]
    expected: float
    bar: DeltaGenerator | None = None

    def computed(self) -> tuple[Value, bool]:
        """The value, and whether it is all that was asked for."""
        if self.desk.asked_to_stop == self.key == self.desk.fruitless:
            self._end("Stopped before there was anything to show.", "Go on")
        if self.expected > ESTIMATED_SECONDS:
            self._tell(0.0, estimate(self.expected))
        with Turn() as turn:
            try:
                found = self._went_on(turn)
                if found is None:
                    turn.wait(lambda sentence: self._tell(0.0, sentence), self._is_known)
                    # What others asked for too may be there by now.
                    known = self.store.get(self.key)
                    found = (known, True) if known is not None else self._went_on(turn)
            except NoTurn as refusal:
                self._end(str(refusal), "Try again")
        assert found is not None
        if self.bar is not None:
            self.place.empty()
        return found

    def _went_on(self, turn: Turn) -> tuple[Value, bool] | None:
        """The value and whether it is whole; None if it was not its turn when it became long, which it keeps."""
        ending = Ending(LIMITS.fit_seconds)
        begun = shown = time.monotonic()
        has_to_wait = False

        def each(progress: Progress) -> None:
            nonlocal shown, has_to_wait
            now = time.monotonic()
            if now - begun <= QUIET_SECONDS:
                return
            if not turn.has_come():
                has_to_wait = True
                raise StopFitting  # threads of its own would go on while it waits
            if now - shown > UPDATE_SECONDS:
                shown = now
                self._tell(progress.share, _told(progress, now - begun, self.expected))

        try:
            found = ending.of(self.begin(), each)
        except ExplorerError:
            if not ending.told and not has_to_wait:
                raise
            self.desk.fruitless = self.key
        else:
            if ending.told or has_to_wait:
                self.desk.unfinished = self.key, found
            else:
                return found, not ending.late
        if ending.told:
            raise ending.told  # the visitor pressed Stop, changed a control or closed the tab
        return None

    def _is_known(self) -> bool:
        return self.store.get(self.key) is not None

    def _tell(self, share: float, sentence: str) -> None:
        if self.bar is None:
            with self.place.container(horizontal=True, vertical_alignment="center"):
                # Before the bar, whose text would push it away under the pointer.
                st.button(
                    "Stop",
                    on_click=self.desk.stop,
                    args=(self.key,),
                    help=self.kind.help_on_stop,
                    key=f"stop {self.kind.name}",
                )
                self.bar = st.progress(0.0)
        self.bar.progress(share, sentence)

    def _end(self, sentence: str, action: str) -> NoReturn:
        """Say why there is nothing to show, with a button to ask again, and end the run of the page."""
        with self.place.container(horizontal=True, vertical_alignment="center"):
            st.button(action, on_click=self.desk.go_on, key=f"again {self.kind.name}")
            st.markdown(sentence)
        st.stop()


@dataclass
class _Desk(Generic[Value]):
    """Where a visitor's computations of one kind are made, one at a time; the last one stays until the next.

    unfinished: the last that was ended early, with what it had reached. fruitless: the last that had reached nothing.
    """

    taken: Lock = field(default_factory=Lock)
    last: tuple[Hashable, Value] | None = None
    unfinished: tuple[Hashable, Value] | None = None
    fruitless: Hashable | None = None
    asked_to_stop: Hashable | None = None

    def stop(self, key: Hashable) -> None:
        """Show what there is of this computation, as long as the same is asked for."""
        self.asked_to_stop = key

    def go_on(self) -> None:
        """Compute what was stopped."""
        self.asked_to_stop = None

    def found(self, key: Hashable) -> Value | None:
        """What came of this computation, or what it had reached when it was stopped."""
        if self.last is not None and self.last[0] == key:
            return self.last[1]
        if self.asked_to_stop == key and self.unfinished is not None and self.unfinished[0] == key:
            return self.unfinished[1]
        return None


def estimate(expected: float) -> str:
    """What is said before a computation that will take so many seconds."""
    about = f"This will take about {duration(expected)}"
    if expected <= LIMITS.fit_seconds:
        return f"{about}."
    return f"{about}; after {duration(LIMITS.fit_seconds)} it ends with what it has reached."


def _told(progress: Progress, spent: float, expected: float) -> str:
    rows = " on a sample of the rows" if progress.on_sample else ""
    sentence = f"Restart {progress.run + 1} of {progress.n_runs}{rows}, iteration {progress.iteration}"
    left = spent * (1 / progress.share - 1) if progress.share > TELLING_SHARE else expected - spent
    return f"{sentence}; about {duration(left)} left" if left > ESTIMATED_SECONDS else sentence
