"""What one visitor's session holds of one kind of long task."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Generic, TypeVar

import streamlit as st

from ui.compute.bounded_store import Refusal

Value = TypeVar("Value")


@dataclass
class OwnTask(Generic[Value]):
    """The state of a kind of task, of which a visitor runs one at a time.

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
    allowed_key : hashable or None
        The task that the visitor allowed to take long.
    obstacle : (key, sentence, label) or None
        Why a task of a series cannot be done now, or why the series cannot go on, and the label of the button that
        tries again.
    """

    lock: Lock = field(default_factory=Lock)
    last: tuple[Hashable, Value | Refusal] | None = None
    unfinished: tuple[Hashable, Value] | None = None
    fruitless_key: Hashable | None = None
    stopped_key: Hashable | None = None
    allowed_key: Hashable | None = None
    obstacle: tuple[Hashable, str, str] | None = None

    def stop(self, key: Hashable) -> None:
        """Stop this task: its unfinished value is shown as long as the page needs a task with this key."""
        self.stopped_key = key

    def go_on(self, key: Hashable) -> None:
        """Compute this task although it was stopped, failed or will take long."""
        self.stopped_key, self.allowed_key, self.obstacle = None, key, None

    def outcome_of(self, key: Hashable) -> Value | Refusal | None:
        """The outcome of this task, or what it had reached when it was stopped."""
        if self.last is not None and self.last[0] == key:
            return self.last[1]
        if self.stopped_key == key and self.unfinished is not None and self.unfinished[0] == key:
            return self.unfinished[1]
        return None


def own_task(kind: str) -> OwnTask[Any]:
    """The state of this kind of task in the visitor's session."""
    own: OwnTask[Any] = st.session_state.setdefault(f"task {kind}", OwnTask())
    return own
