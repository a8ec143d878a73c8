"""A long computation in view: progress, a stop button and a time budget; what a stopped one had reached is kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner_utils.exceptions import ScriptControlException

from gmm_core.fit import Progress, StopFitting
from ui.limits import LIMITS
from ui.store import BoundedStore

QUIET_SECONDS = 0.4
"""A computation that takes no longer than this shows no progress: a bar that flashes only disturbs."""
UPDATE_SECONDS = 0.15

Value = TypeVar("Value")
Steps = Generator[Progress, None, Value]


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
    ) -> Value:
        """The value under the key: from the store, or what a stopped computation had reached, or computed now.

        Progress and the stop button are shown at `place`; without one, a computation that is not done within
        `QUIET_SECONDS` raises `TakesTime`. A computation that is told to stop, or that another one
        replaces, or that takes longer than `LIMITS.fit_seconds`, ends with what it has reached, which is for its
        visitor alone. Raises what the computation raises.
        """
        desk: _Desk[Value] = st.session_state.setdefault(f"desk of {self.name}", _Desk())
        # The run of the page that this one replaces may be at it still, until its next sign of progress.
        with desk.taken:
            known = store.get(key)
            known = desk.found(key) if known is None else known
            if known is not None:
                return known
            found, is_whole = self._computed(key, begin(), place, desk)
            desk.last = key, found
        if is_whole:  # how far a computation got in the time there was is for this visitor alone
            store.put(key, found, self.size(found))
        return found

    def _computed(
        self, key: Hashable, steps: Steps[Value], place: DeltaGenerator | None, desk: _Desk[Value]
    ) -> tuple[Value, bool]:
        """The value, and whether it came to its end within the time there is."""
        begun = shown = time.monotonic()
        bar = None
        is_whole = True
        try:
            while True:
                progress = next(steps)
                now = time.monotonic()
                if place is None and now - begun > QUIET_SECONDS:
                    steps.close()
                    raise TakesTime
                if now - begun > LIMITS.fit_seconds:
                    found, is_whole = _ended_early(steps), False
                    break
                if place is not None and now - begun > QUIET_SECONDS and now - shown > UPDATE_SECONDS:
                    shown = now
                    bar = bar or self._progress_bar(place, key, desk)
                    bar.progress(*_told(progress))
        except StopIteration as finished:
            found = finished.value
        except ScriptControlException:
            desk.unfinished = key, _ended_early(steps)  # the visitor pressed Stop or changed a control
            raise
        if place is not None and bar is not None:
            place.empty()
        return found, is_whole

    def _progress_bar(self, place: DeltaGenerator, key: Hashable, desk: _Desk[Value]) -> DeltaGenerator:
        with place.container(horizontal=True, vertical_alignment="center"):
            # Before the bar, whose text would push it away under the pointer.
            st.button(
                "Stop",
                on_click=desk.stop,
                args=(key,),
                help=self.help_on_stop,
                key=f"stop {self.name}",
            )
            bar = st.progress(0.0)
        return bar


@dataclass
class _Desk(Generic[Value]):
    """Where a visitor's computations of one kind are made, one at a time; the last one stays until the next."""

    taken: Lock = field(default_factory=Lock)
    last: tuple[Hashable, Value] | None = None
    unfinished: tuple[Hashable, Value] | None = None
    asked_to_stop: Hashable | None = None

    def stop(self, key: Hashable) -> None:
        """Show what there is of this computation, as long as the same is asked for."""
        self.asked_to_stop = key

    def found(self, key: Hashable) -> Value | None:
        """What came of this computation, or what it had reached when it was stopped."""
        if self.last is not None and self.last[0] == key:
            return self.last[1]
        if self.asked_to_stop == key and self.unfinished is not None and self.unfinished[0] == key:
            return self.unfinished[1]
        return None


def _ended_early(steps: Steps[Value]) -> Value:
    try:
        steps.throw(StopFitting())
    except StopIteration as finished:
        found: Value = finished.value
        return found
    raise RuntimeError("A computation went on after it was stopped.")


def _told(progress: Progress) -> tuple[float, str]:
    rows = " on a sample of the rows" if progress.on_sample else ""
    sentence = f"Restart {progress.run + 1} of {progress.n_runs}{rows}, iteration {progress.iteration}"
    return progress.share, sentence
