"""A control as a row of a table: its names, its default, its place on the screen and what it sets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import streamlit as st

from gmm_core.errors import ParameterError
from gmm_core.wording import quoted
from ui.shell.control_kinds import Kind

_MAX_NAMED = 4
"""Most options that a sentence names; the others are counted."""


class NotOffered(ParameterError):
    """A link or a lesson names a value that the control does not offer; `instead` is the value it gets."""

    def __init__(self, sentence: str, instead: Any) -> None:
        super().__init__(sentence)
        self.instead = instead


class Place(Enum):
    """The place of a control; in the sidebar, all but the controls of data, model and screen are folded."""

    DATA = "Data"
    PARAMETERS = "Data parameters"
    PREPARATION = "Columns and scale"
    MODEL = "Model"
    ADVANCED = "Advanced"
    SCREEN = "Screen"
    PAGE = "Page"


@dataclass(frozen=True, eq=False)
class Control:
    """One row of the table of controls.

    Parameters
    ----------
    key : str
        Its name in links, and its key in the session.
    label, help : str
        Its words on the screen.
    default : value
        What it has until another value is chosen; then no link names it.
    kind : Kind
        What it offers.
    place : Place
        A place in the sidebar, where controls are in the order of the table, or `Place.PAGE` for a page's own.
    field : str
        The field of `FitSpecification` or `Preparation`, or the generator's parameter, that it sets, and its name in
        lessons; empty if it sets none.
    source : str
        The only data for which it is shown; empty if it is shown for all.
    private : bool
        True if its value names what is a visitor's own: then no link has it.
    """

    key: str
    label: str
    help: str
    default: Any
    kind: Kind
    place: Place = Place.PAGE
    field: str = ""
    source: str = ""
    private: bool = False

    def draw(self, on_change: Callable[..., None] | None = None, **look: Any) -> Any:
        """Draw the widget and return its value; what a forged message carries becomes a value that is offered.

        `look` are further arguments of its widget, such as its width.
        """
        if self.place is not Place.PAGE:
            look["width"] = "stretch"
        value = self.kind.draw(
            self.default,
            {
                "label": self.label,
                "key": self.key,
                "help": self.help,
                "on_change": on_change,
                "bind": None if self.private else "query-params",
                "persist_state": "session" if self.private else None,
                **look,
            },
        )
        return self.kind.nearest(value, self.default)

    @property
    def value(self) -> Any:
        """The current value in this session; always one that is offered."""
        return self.kind.nearest(st.session_state.get(self.key, self.default), self.default)

    def read(self, texts: Sequence[str]) -> Any:
        """The value that a link names with these texts; raises `NotOffered`, with a sentence for a person."""
        try:
            return self.kind.read(texts)
        except (ValueError, KeyError) as error:
            instead = self.kind.instead(texts, self.default)
            raise NotOffered(self._refusal(", ".join(texts)), instead) from error

    def required(self, value: object) -> Any:
        """The value, as a lesson names it; raises `NotOffered` if it cannot be chosen."""
        if not self.kind.offers(value):
            raise NotOffered(self._refusal(value), self.default)
        return self.kind.nearest(value, self.default)

    def _refusal(self, value: object) -> str:
        return f"{self.label} takes {self.kind.offer(_MAX_NAMED)}, not {quoted(value)}."
