"""A long task in view: an estimate, progress, a stop button, a slot in the queue and a time budget.

What a stopped task had reached is kept. A task whose page is run again, or whose tab is closed, ends within an E-step.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, NoReturn, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from gmm_core.engines.cancellation import interruptible
from gmm_core.errors import ExplorerError
from gmm_core.fitting.fit import Progress, StopFitting
from ui.compute.bounded_store import BoundedStore, Refusal
from ui.compute.interruption import Steps, Supervisor
from ui.compute.limits import LIMITS
from ui.compute.queue import NoQueueSlot, QueueSlot
from ui.figures.base.wording import duration

QUIET_SECONDS = 0.4
"""A task that takes no longer shows no progress, since a bar that flashes up only disturbs."""
UPDATE_SECONDS = 0.15
"""Seconds between updates of the progress bar."""
ESTIMATED_SECONDS = 3.0
"""A task that is expected to take longer shows the estimate before it begins."""
EXTRAPOLATION_SHARE = 0.1
"""From this share of the work on, the time left is extrapolated from the time spent; before, it is the estimate's."""
REFUSAL_BYTES = 512
"""Size that is assumed for a refusal in a bounded store, in bytes."""

Value = TypeVar("Value")


class TakesTime(Exception):
    """A task was not done within `QUIET_SECONDS`."""


@dataclass(frozen=True)
class LongTask(Generic[Value]):
    """A kind of computation that runs in view.

    Parameters
    ----------
    name : str
        Tells it from other kinds of the same visitor.
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
        store: BoundedStore[Value | Refusal],
        place: DeltaGenerator | None,
        expected: float = 0.0,
    ) -> Value:
        """The value under the key: from the store, or what a stopped task had reached, or computed now.

        A task that is stopped, or replaced by another one, or that takes longer than `LIMITS.fit_seconds`, ends with
        what it has reached, which is kept for its visitor alone. One that takes longer than `QUIET_SECONDS` needs a
        slot in the queue of all visitors; where there is none, a sentence says so and the run of the page ends.

        Parameters
        ----------
        key : hashable
            What the value depends on.
        begin : () -> steps
            Begins the computation.
        store : BoundedStore
            Where finished values and refusals are kept.
        place : DeltaGenerator or None
            Where progress and the stop button are shown.
        expected : float
            About how many seconds the task will take.

        Raises
        ------
        ExplorerError
            If the computation does: the same sentence again as long as the store keeps it.
        TakesTime
            If the task is not done within `QUIET_SECONDS` and there is no place for its progress.
        """
        own: _OwnTask[Value] = st.session_state.setdefault(f"task {self.name}", _OwnTask())
        # The run of the page that this one replaces may still compute, until it is asked next.
        with own.lock:
            known = store.get(key)
            known = own.outcome_of(key) if known is None else known
            if known is None:
                if place is None:
                    known, is_whole = _in_no_time(begin()), True
                else:
                    known, is_whole = _Run(self, key, begin, store, place, own, expected).outcome()
                own.last = key, known
                if is_whole:  # how far a task got in the time there was is for this visitor alone
                    store.put(key, known, REFUSAL_BYTES if isinstance(known, Refusal) else self.size(known))
        if isinstance(known, Refusal):
            raise ExplorerError(known.sentence)
        return known


def _in_no_time(steps: Steps[Value]) -> Value | Refusal:
    """What the steps end with; raises `TakesTime` if they take longer than `QUIET_SECONDS`."""
    deadline = time.monotonic() + QUIET_SECONDS

    def ask() -> None:
        if time.monotonic() > deadline:
            raise TakesTime

    try:
        with interruptible(ask):
            while True:
                next(steps)
                ask()
    except StopIteration as finished:
        value: Value = finished.value
        return value
    except ExplorerError as error:
        return Refusal(str(error))
    finally:
        steps.close()


@dataclass
class _Run(Generic[Value]):
    """One run of a task as its visitor sees it; the fields are the arguments of `LongTask.value`."""

    task: LongTask[Value]
    key: Hashable
    begin: Callable[[], Steps[Value]]
    store: BoundedStore[Value | Refusal]
    place: DeltaGenerator
    own: _OwnTask[Value]
    expected: float
    bar: DeltaGenerator | None = None

    def outcome(self) -> tuple[Value | Refusal, bool]:
        """The value, or why there is none, and whether it is all that was asked for."""
        if self.own.stopped_key == self.key == self.own.fruitless_key:
            self._end("Stopped before there was anything to show.", "Go on")
        if self.expected > ESTIMATED_SECONDS:
            self._show(0.0, estimate(self.expected))
        with QueueSlot() as slot:
            try:
                outcome = self._compute(slot)
                if outcome is None:
                    slot.wait(lambda sentence: self._show(0.0, sentence), self._is_known)
                    # Another visitor may have computed the same meanwhile.
                    known = self.store.get(self.key)
                    outcome = (known, True) if known is not None else self._compute(slot)
            except NoQueueSlot as refusal:
                self._end(str(refusal), "Try again")
        assert outcome is not None
        if self.bar is not None:
            self.place.empty()
        return outcome

    def _compute(self, slot: QueueSlot) -> tuple[Value | Refusal, bool] | None:
        """The outcome and whether it is whole; None if the task became long while there was no slot for it."""
        supervisor = Supervisor(LIMITS.fit_seconds)
        begun = shown = time.monotonic()
        has_to_wait = False

        def on_progress(progress: Progress) -> None:
            nonlocal shown, has_to_wait
            now = time.monotonic()
            if now - begun <= QUIET_SECONDS:
                return
            if not slot.is_free():
                has_to_wait = True
                raise StopFitting  # threads of its own would go on while it waits
            if now - shown > UPDATE_SECONDS:
                shown = now
                self._show(progress.share, _progress_sentence(progress, now - begun, self.expected))

        try:
            value = supervisor.run(self.begin(), on_progress)
        except ExplorerError as error:
            if not supervisor.page_over and not has_to_wait:
                return Refusal(str(error)), not supervisor.timed_out
            self.own.fruitless_key = self.key
        else:
            if not supervisor.page_over and not has_to_wait:
                return value, not supervisor.timed_out
            self.own.unfinished = self.key, value
        if supervisor.page_over:
            raise supervisor.page_over  # the visitor pressed Stop, changed a control or closed the tab
        return None

    def _is_known(self) -> bool:
        return self.store.get(self.key) is not None

    def _show(self, share: float, sentence: str) -> None:
        if self.bar is None:
            with self.place.container(horizontal=True, vertical_alignment="center"):
                # Before the bar, whose text would push it away under the pointer.
                st.button(
                    "Stop",
                    on_click=self.own.stop,
                    args=(self.key,),
                    help=self.task.help_on_stop,
                    key=f"stop {self.task.name}",
                )
                self.bar = st.progress(0.0)
        self.bar.progress(share, sentence)

    def _end(self, sentence: str, action: str) -> NoReturn:
        """Say why there is nothing to show, with a button to ask again, and end the run of the page."""
        with self.place.container(horizontal=True, vertical_alignment="center"):
            st.button(action, on_click=self.own.go_on, key=f"again {self.task.name}")
            st.markdown(sentence)
        st.stop()


@dataclass
class _OwnTask(Generic[Value]):
    """What one visitor's session holds of one kind of task; one runs at a time.

    Parameters
    ----------
    lock : Lock
        Held while a task runs.
    last : (key, outcome) or None
        The latest outcome.
    unfinished : (key, value) or None
        The latest task that ended early, with what it had reached.
    fruitless_key : hashable or None
        The latest task that ended early with nothing to show.
    stopped_key : hashable or None
        The task that the visitor stopped.
    """

    lock: Lock = field(default_factory=Lock)
    last: tuple[Hashable, Value | Refusal] | None = None
    unfinished: tuple[Hashable, Value] | None = None
    fruitless_key: Hashable | None = None
    stopped_key: Hashable | None = None

    def stop(self, key: Hashable) -> None:
        """Show what there is of this task, as long as the same is asked for."""
        self.stopped_key = key

    def go_on(self) -> None:
        """Compute what was stopped."""
        self.stopped_key = None

    def outcome_of(self, key: Hashable) -> Value | Refusal | None:
        """The outcome of this task, or what it had reached when it was stopped."""
        if self.last is not None and self.last[0] == key:
            return self.last[1]
        if self.stopped_key == key and self.unfinished is not None and self.unfinished[0] == key:
            return self.unfinished[1]
        return None


def estimate(expected: float) -> str:
    """The sentence before a task that will take about so many seconds."""
    about = f"This will take about {duration(expected)}"
    if expected <= LIMITS.fit_seconds:
        return f"{about}."
    return f"{about}; after {duration(LIMITS.fit_seconds)} it ends with what it has reached."


def _progress_sentence(progress: Progress, spent: float, expected: float) -> str:
    rows = " on a sample of the rows" if progress.on_sample else ""
    sentence = f"Restart {progress.run + 1} of {progress.n_runs}{rows}, iteration {progress.iteration}"
    left = spent * (1 / progress.share - 1) if progress.share > EXTRAPOLATION_SHARE else expected - spent
    return f"{sentence}; about {duration(left)} left" if left > ESTIMATED_SECONDS else sentence
