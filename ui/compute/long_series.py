"""A series of long tasks, done one after another while the page shows those that are done."""

from __future__ import annotations

import math
import time
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from gmm_core.fitting.progress import Progress
from ui.compute.bounded_store import Refusal
from ui.compute.limits import LIMITS
from ui.compute.long_task import QUIET_SECONDS, LongTask
from ui.compute.own_task import OwnTask, own_task
from ui.compute.queue import NoQueueSlot, QueueSlot
from ui.compute.task_view import TaskView
from ui.figures.base.wording import duration
from ui.shell.text import markdown

REDRAW_SECONDS = 0.7
"""Seconds for which tasks are done before the page is drawn with what they found."""
MIN_SECONDS_ANNOUNCED = 2.0
"""If the rest is expected to take longer, the bar says so."""

Value = TypeVar("Value")


@dataclass(frozen=True, eq=False)
class LongSeries(Generic[Value]):
    """Long tasks that belong together; each has the time budget of a task, and its value is kept as soon as it is done.

    Parameters
    ----------
    kind : str
        The kind of series, "sweep". A visitor runs one series of each kind at a time.
    key : hashable
        What the tasks have in common; a series with other tasks and the same key stays stopped or allowed.
    tasks : tuple of LongTask
        In the order in which they are done. The sum of their `seconds` is the estimate of how long the rest takes.
    noun : str
        What a task is called in sentences, "fit".
    seconds_spent : float
        The seconds that tasks have taken in earlier runs of the page.
    when_stopped : str
        What the stop button does, in a sentence.
    asks_above : float
        If the rest is expected to take more seconds, it goes on only when the visitor says so.
    """

    kind: str
    key: Hashable
    tasks: tuple[LongTask[Value], ...]
    noun: str
    seconds_spent: float
    when_stopped: str
    asks_above: float = math.inf

    @cached_property
    def _outcomes(self) -> list[Value | Refusal | None]:
        return [task.known() for task in self.tasks]

    @property
    def values(self) -> tuple[Value, ...]:
        """The values of the tasks that are done, in their order, as they were when first asked for."""
        return tuple(each for each in self._outcomes if each is not None and not isinstance(each, Refusal))

    @property
    def _remaining(self) -> list[LongTask[Value]]:
        return [task for task, outcome in zip(self.tasks, self._outcomes, strict=True) if outcome is None]

    def go_on(self, place: DeltaGenerator) -> None:
        """Do the next tasks and have the page drawn again; or say at the place why not, if not all are done.

        To be called at the end of the page: its run ends here unless all tasks are done.
        """
        if not self._remaining:
            return
        own: OwnTask[Value] = own_task(self.kind)
        view = TaskView(self.kind, self.key, self.when_stopped, place, own)
        self._end_where_it_waits_for_its_visitor(view)
        with own.lock:
            self._do_next(view)
        st.rerun()

    def _end_where_it_waits_for_its_visitor(self, view: TaskView) -> None:
        left, own = self._remaining, view.own
        not_done = f"{len(left)} {self.noun if len(left) == 1 else f'{self.noun}s'}"
        not_done += f" {'is' if len(left) == 1 else 'are'} not done."
        if own.obstacle is not None and own.obstacle[0] in (self.key, *(task.key for task in left)):
            view.end(f"{own.obstacle[1]} {not_done}", own.obstacle[2])
        if own.stopped_key == self.key:
            view.end(f"Stopped. {not_done}", "Go on")
        if self._seconds > self.asks_above and own.allowed_key != self.key:
            view.end(f"The rest will take about {duration(self._seconds)}. {not_done}", "Go on")

    @property
    def _seconds(self) -> float:
        return sum(task.seconds for task in self._remaining)

    def _do_next(self, view: TaskView) -> None:
        share = 1 - len(self._remaining) / len(self.tasks)
        so_far = f"{len(self.tasks) - len(self._remaining)} of {len(self.tasks)} {self.noun}s"

        def tell_wait(sentence: str) -> None:
            view.show(share, f"{so_far}. {sentence}")

        about = f", about {duration(self._seconds)} left" if self._seconds > MIN_SECONDS_ANNOUNCED else ""
        view.show(share, so_far + about)
        with QueueSlot() as slot:
            try:
                if self.seconds_spent > QUIET_SECONDS:
                    slot.wait(tell_wait)
                begun = time.monotonic()
                for task in self._remaining:

                    def tell(progress: Progress, _: float, name: str = task.name) -> None:
                        view.show(
                            share, f"{name}: restart {progress.run + 1}, iteration {progress.iteration}"
                        )

                    if task.known() is None:  # another visitor may have done it meanwhile
                        outcome = task.outcome(view.own, slot, tell_wait, tell)
                        if not outcome.is_whole:
                            sentence = f"{task.name} was not done within {LIMITS.fit_seconds:.0f} s."
                            view.own.obstacle = task.key, sentence, "Try again"
                            return
                        if isinstance(outcome.value, Refusal):
                            view.own.obstacle = task.key, markdown(outcome.value.sentence, 600), "Try again"
                            return
                        task.keep(outcome.value)
                    if time.monotonic() - begun > REDRAW_SECONDS:
                        return
            except NoQueueSlot as refusal:
                view.own.obstacle = self.key, str(refusal), "Go on"
