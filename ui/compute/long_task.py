"""A long task as one value: what is computed, how long it will take, what it keeps, and what its stop button does.

All else is done here for every task: the estimate, the question before what takes too long, a slot in the queue,
progress, a stop button, a time budget and the cache. What a stopped task had reached is kept. A task whose page is run
again, or whose tab is closed, ends within an E-step.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from gmm_core.engines.cancellation import interruptible
from gmm_core.errors import ExplorerError
from gmm_core.fitting.progress import Progress, StopFitting
from ui.compute.bounded_store import BoundedStore, Refusal
from ui.compute.cache import CacheBound, store_of
from ui.compute.interruption import Steps, Supervisor
from ui.compute.limits import LIMITS
from ui.compute.own_task import OwnTask, own_task
from ui.compute.queue import NoQueueSlot, QueueSlot
from ui.compute.task_view import ESTIMATED_SECONDS, TaskView, estimate, progress_sentence
from ui.figures.base.wording import duration
from ui.shell.element_identity import kept_place
from ui.shell.text import markdown

QUIET_SECONDS = 0.4
"""A task that takes no longer shows no progress, since a bar that flashes up only disturbs."""
UPDATE_SECONDS = 0.15
"""Seconds between updates of the progress bar."""
REFUSAL_BYTES = 512
"""Size that is assumed for a refusal in a bounded store, in bytes."""

Value = TypeVar("Value")


class TakesTime(Exception):
    """A task was not done within `QUIET_SECONDS`."""


@dataclass(frozen=True, eq=False)
class LongTask(Generic[Value]):
    """A computation that may take long.

    Parameters
    ----------
    kind : str
        The kind of task, "fits". A visitor runs one task of each kind at a time, and each kind has its own cache.
    key : hashable
        What the value depends on: digests and specifications, never the data itself.
    steps : () -> generator
        Begins the computation. The generator yields its `Progress` and returns the value. After `StopFitting` it
        returns what it has reached, or raises an `ExplorerError` if that is nothing.
    seconds : float
        The estimate of how long it will take; 0 if it is not known.
    size : (value) -> int
        The bytes that a value keeps.
    cache_bound : CacheBound
        How much of this kind is kept.
    private : bool
        Whether the data is the visitor's own, so that the value is kept for this visitor's session alone.
    when_stopped : str
        What the stop button does, in a sentence.
    name : str
        What it is called where it is one of a series, "K = 3, full".
    asks_above : float
        If it is expected to take more seconds, it begins only when the visitor says so.
    """

    kind: str
    key: Hashable
    steps: Callable[[], Steps[Value]]
    seconds: float
    size: Callable[[Value], int]
    cache_bound: CacheBound
    private: bool
    when_stopped: str
    name: str = ""
    asks_above: float = math.inf

    def compute(self) -> Value | None:
        """Have the value ready for `computed`, with progress and a stop button while it is computed.

        A task that is stopped, or replaced by another one, or that takes longer than `LIMITS.fit_seconds`, ends with
        what it has reached, which is kept for its visitor alone. One that takes longer than `QUIET_SECONDS` needs a
        slot in the queue of all visitors; where there is none, a sentence says so and the run of the page ends.
        """
        place = st.empty()
        try:
            return self.value(place)
        except ExplorerError:
            return None  # `computed` says why

    def computed(self) -> Value | None:
        """The value if it is ready or takes no time, or None with a sentence on the screen that says why there is none.

        A fragment's run hears neither a stop button nor another control, so it leaves a task that takes time to a run
        of the whole app.
        """
        place = kept_place()
        try:
            return self.value(None)
        except TakesTime:
            st.rerun()
        except ExplorerError as error:
            place.error(markdown(str(error), 600), icon=":material/error:")
        return None

    def in_view(self) -> Value | None:
        """The value, computed with progress in view, or None with a sentence on the screen that says why not."""
        self.compute()
        return self.computed()

    def known(self) -> Value | Refusal | None:
        """The whole value, or why there is none, if that is kept."""
        return self._store.get(self.key)

    def keep(self, value: Value | Refusal) -> None:
        """Keep the whole value, or why there is none."""
        self._store.put(self.key, value, REFUSAL_BYTES if isinstance(value, Refusal) else self.size(value))

    @property
    def _store(self) -> BoundedStore[Value | Refusal]:
        return store_of(self.kind, self.private, self.cache_bound)

    def value(self, place: DeltaGenerator | None) -> Value:
        """The value: as it is kept, or what a stopped task had reached, or computed now.

        Parameters
        ----------
        place : DeltaGenerator or None
            Where progress and the stop button are shown.

        Raises
        ------
        ExplorerError
            If the computation does: the same sentence again as long as it is kept.
        TakesTime
            If the task is not done within `QUIET_SECONDS` and there is no place for its progress.
        """
        own: OwnTask[Value] = own_task(self.kind)
        # The run of the page that this one replaces may still compute, until it is asked next.
        with own.lock:
            known = self.known()
            known = own.outcome_of(self.key) if known is None else known
            if known is None:
                if place is None:
                    outcome = Outcome(_in_no_time(self.steps()), True)
                else:
                    outcome = self._in_view(TaskView(self.kind, self.key, self.when_stopped, place, own))
                known = outcome.value
                own.last = self.key, known
                if outcome.is_whole:  # how far a task got in the time there was is for this visitor alone
                    self.keep(known)
        if isinstance(known, Refusal):
            raise ExplorerError(known.sentence)
        return known

    def _in_view(self, view: TaskView) -> Outcome[Value]:
        own = view.own
        if own.stopped_key == self.key == own.fruitless_key:
            view.end("Stopped before there was anything to show.", "Go on")
        if self.seconds > self.asks_above and own.allowed_key != self.key:
            view.end(f"This will take about {duration(self.seconds)}.", "Go on")
        if self.seconds > ESTIMATED_SECONDS:
            view.show(0.0, estimate(self.seconds))

        def tell(progress: Progress, spent: float) -> None:
            view.show(progress.share, progress_sentence(progress, spent, self.seconds))

        with QueueSlot() as slot:
            try:
                outcome = self.outcome(own, slot, lambda sentence: view.show(0.0, sentence), tell)
            except NoQueueSlot as refusal:
                view.end(str(refusal), "Try again")
        view.clear()
        return outcome

    def outcome(
        self,
        own: OwnTask[Value],
        slot: QueueSlot,
        tell_wait: Callable[[str], object],
        tell: Callable[[Progress, float], object],
    ) -> Outcome[Value]:
        """What the task ends with; where it becomes long and there is no slot, it begins again when there is one.

        Parameters
        ----------
        own : OwnTask
            Where what it had reached is kept if the run of the page ends.
        slot : QueueSlot
            Its position in the queue, or none yet.
        tell_wait : (sentence) -> object
            Shows how many are before it.
        tell : (progress, seconds) -> object
            Shows the progress, and is given the seconds since it began.

        Raises
        ------
        NoQueueSlot
            If the queue is full or the wait too long.
        """
        outcome = self._computed(own, slot, tell)
        if outcome is None:
            slot.wait(tell_wait, lambda: self.known() is not None)
            known = self.known()  # another visitor may have computed the same meanwhile
            outcome = self._computed(own, slot, tell) if known is None else Outcome(known, True)
        assert outcome is not None
        return outcome

    def _computed(
        self, own: OwnTask[Value], slot: QueueSlot, tell: Callable[[Progress, float], object]
    ) -> Outcome[Value] | None:
        """The outcome; None if the task became long while there was no slot for it."""
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
                tell(progress, now - begun)

        try:
            value = supervisor.run(self.steps(), on_progress)
        except ExplorerError as error:
            if not supervisor.page_over and not has_to_wait:
                return Outcome(Refusal(str(error)), not supervisor.timed_out)
            own.fruitless_key = self.key
        else:
            if not supervisor.page_over and not has_to_wait:
                return Outcome(value, not supervisor.timed_out)
            own.unfinished = self.key, value
        if supervisor.page_over:
            raise supervisor.page_over  # the visitor pressed Stop, changed a control or closed the tab
        return None


@dataclass(frozen=True)
class Outcome(Generic[Value]):
    """The value or refusal that a task ended with; `is_whole` is False if it was cut short."""

    value: Value | Refusal
    is_whole: bool


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
