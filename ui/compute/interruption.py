"""Ending a computation early: because the run of its page is over, or because its time is up."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from functools import partial
from typing import TypeVar

from streamlit.runtime.scriptrunner_utils.exceptions import ScriptControlException
from streamlit.runtime.scriptrunner_utils.script_run_context import get_run_yield_check

from gmm_core.engines.cancellation import interruptible
from gmm_core.fitting.progress import Progress, StopFitting

LOOK_SECONDS = 0.05
"""Seconds between a computation's checks for whether the run of its page is over."""

Value = TypeVar("Value")
Steps = Generator[Progress, None, Value]


def end_if_over() -> None:
    """Raise what ends this run of the page if its visitor changed a control, pressed Stop or closed the tab."""
    check = get_run_yield_check()
    if check is not None:
        check()


class Supervisor:
    """Runs the steps of a computation until they end, or its page is over, or its time is up.

    Attributes
    ----------
    page_over : ScriptControlException or None
        What ends the run of the page, once it is known; the caller has to raise it.
    timed_out : bool
        True if the time was up. In either case the computation was ended early, with what it had reached.
    """

    def __init__(self, seconds: float) -> None:
        self.page_over: ScriptControlException | None = None
        self.timed_out = False
        self._seconds = seconds

    @property
    def ended_early(self) -> bool:
        """True if the computation was ended before its end."""
        return self.timed_out or self.page_over is not None

    def run(self, steps: Steps[Value], on_progress: Callable[[Progress], None]) -> Value:
        """What the steps return, which may be less than all; `on_progress` sees every sign of progress.

        Raises what the steps raise, and closes them if `on_progress` raises.
        """
        begun = look = time.monotonic()
        has_begun = False

        def ask() -> None:
            nonlocal look
            if self.ended_early:
                return  # the computation is on its way to its end
            now = time.monotonic()
            if now >= look:
                look = now + LOOK_SECONDS
                self._call(end_if_over)
            self.timed_out = has_begun and now - begun > self._seconds  # before, there is nothing to show
            if self.ended_early:
                raise StopFitting

        try:
            with interruptible(ask):
                while not self.ended_early:
                    progress = next(steps)
                    has_begun = True
                    self._call(partial(on_progress, progress))
                    ask()
            return ended_early(steps)
        except StopFitting:
            return ended_early(steps)
        except StopIteration as finished:
            value: Value = finished.value
            return value
        finally:
            steps.close()

    def _call(self, function: Callable[[], object]) -> None:
        """Call what may raise the end of the page's run, as anything does that is shown."""
        try:
            function()
        except ScriptControlException as over:
            self.page_over = over


def ended_early(steps: Steps[Value]) -> Value:
    """What the computation had reached."""
    try:
        steps.throw(StopFitting())
    except StopIteration as finished:
        found: Value = finished.value
        return found
    raise RuntimeError("A computation went on after it was stopped.")
