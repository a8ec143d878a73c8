"""When a computation is to end before its end: the run of the page that it belongs to is over, or its time is up."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from functools import partial
from typing import TypeVar

from streamlit.runtime.scriptrunner_utils.exceptions import ScriptControlException
from streamlit.runtime.scriptrunner_utils.script_run_context import get_run_yield_check

from gmm_core.interruption import interruptible
from gmm_core.progress import Progress, StopFitting

LOOK_SECONDS = 0.05
"""How often it is looked whether the visitor went on."""

Value = TypeVar("Value")
Steps = Generator[Progress, None, Value]


def end_if_over() -> None:
    """Raise what ends this run of the page if its visitor changed a control, pressed Stop or closed the tab."""
    check = get_run_yield_check()
    if check is not None:
        check()


class Ending:
    """Goes through the steps of a computation as long as it may.

    told: what ends the run of the page, once it is known; it is for the caller to raise it. late: whether the time
    was up. In either case the computation was ended early, with what it had reached.
    """

    def __init__(self, seconds: float) -> None:
        self.told: ScriptControlException | None = None
        self.late = False
        self._seconds = seconds

    @property
    def early(self) -> bool:
        """Whether it has been ended before its end."""
        return self.late or self.told is not None

    def of(self, steps: Steps[Value], each: Callable[[Progress], None]) -> Value:
        """What the steps return, which may be less than all; `each` sees every sign of progress.

        Raises what the steps raise, and closes them if `each` raises.
        """
        begun = look = time.monotonic()
        has_begun = False

        def ask() -> None:
            nonlocal look
            if self.early:
                return  # it draws its conclusions
            now = time.monotonic()
            if now >= look:
                look = now + LOOK_SECONDS
                self._listen(end_if_over)
            self.late = has_begun and now - begun > self._seconds  # before, there is nothing to show
            if self.early:
                raise StopFitting

        try:
            with interruptible(ask):
                while not self.early:
                    progress = next(steps)
                    has_begun = True
                    self._listen(partial(each, progress))
                    ask()
            return ended_early(steps)
        except StopFitting:
            return ended_early(steps)
        except StopIteration as finished:
            found: Value = finished.value
            return found
        finally:
            steps.close()

    def _listen(self, to: Callable[[], object]) -> None:
        """Whatever is shown may raise what ends the run of the page."""
        try:
            to()
        except ScriptControlException as told:
            self.told = told


def ended_early(steps: Steps[Value]) -> Value:
    """What the computation had reached."""
    try:
        steps.throw(StopFitting())
    except StopIteration as finished:
        found: Value = finished.value
        return found
    raise RuntimeError("A computation went on after it was stopped.")
