"""What a visitor sees of a long task: a bar and a stop button while it runs, a button to go on while it does not."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import Any, NoReturn

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from gmm_core.fitting.progress import Progress
from ui.compute.limits import LIMITS
from ui.compute.own_task import OwnTask
from ui.figures.base.wording import duration

ESTIMATED_SECONDS = 3.0
"""A task that is expected to take longer shows the estimate before it begins."""
EXTRAPOLATION_SHARE = 0.1
"""From this share of the work on, the time left is extrapolated from the time spent; before, it is the estimate's."""


class StoppableBar:
    """A progress bar beside a stop button, made when there is something to show.

    Parameters
    ----------
    name : str
        What is stopped, for the key of the button.
    when_stopped : str
        What the stop button does, in a sentence.
    stop : callable
        What the stop button calls.
    place : DeltaGenerator
        Where it is shown.
    """

    def __init__(self, name: str, when_stopped: str, stop: Callable[[], None], place: DeltaGenerator) -> None:
        self.name = name
        self.when_stopped = when_stopped
        self.stop = stop
        self.place = place
        self.bar: DeltaGenerator | None = None

    def show(self, share: float, sentence: str) -> None:
        """Show what share is done, in the bar with a sentence."""
        if self.bar is None:
            with self.place.container(horizontal=True, vertical_alignment="center"):
                # Before the bar, whose text would push it away under the pointer.
                st.button("Stop", on_click=self.stop, help=self.when_stopped, key=f"stop {self.name}")
                self.bar = st.progress(0.0)
        self.bar.progress(share, sentence)

    def clear(self) -> None:
        """Take away what was shown."""
        if self.bar is not None:
            self.place.empty()


class TaskView(StoppableBar):
    """A place on the page for one task, or for a series of tasks, of this kind and key; its buttons change `own`."""

    def __init__(
        self, kind: str, key: Hashable, when_stopped: str, place: DeltaGenerator, own: OwnTask[Any]
    ) -> None:
        super().__init__(kind, when_stopped, partial(own.stop, key), place)
        self.key = key
        self.own = own

    def end(self, sentence: str, label: str) -> NoReturn:
        """Say why nothing is computed, with a button that has it computed all the same, and end the page's run."""
        with self.place.container(horizontal=True, vertical_alignment="center"):
            st.button(label, on_click=self.own.go_on, args=(self.key,), key=f"again {self.name}")
            st.markdown(sentence)
        st.stop()


def estimate(seconds: float) -> str:
    """The sentence before a task that will take about so many seconds."""
    about = f"This will take about {duration(seconds)}"
    if seconds <= LIMITS.fit_seconds:
        return f"{about}."
    return f"{about}; after {duration(LIMITS.fit_seconds)} it ends with what it has reached."


def progress_sentence(progress: Progress, spent: float, expected: float) -> str:
    """What runs now and how long the rest will take, `spent` seconds after a task of `expected` seconds has begun."""
    rows = " on a sample of the rows" if progress.on_sample else ""
    sentence = f"Restart {progress.run + 1} of {progress.n_runs}{rows}, iteration {progress.iteration}"
    left = spent * (1 / progress.share - 1) if progress.share > EXTRAPOLATION_SHARE else expected - spent
    return f"{sentence}; about {duration(left)} left" if left > ESTIMATED_SECONDS else sentence
