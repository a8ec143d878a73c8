"""A control of the sidebar as a row of a table: its names, its value and what it offers, and the widget it becomes."""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import streamlit as st

from gmm_core.errors import ParameterError
from gmm_core.tables.parameter import Parameter
from gmm_core.wording import quoted

_NUMBER = re.compile(r"[0-9.eE+-]{1,40}")
"""A number in a link; what Python reads besides is refused: “nan”, “inf”, “1_000” and the digits of other scripts."""
_MAX_NAMED = 4
"""Most options that a sentence names; the others are counted."""


class NotOffered(ParameterError):
    """A control was asked for a value that it does not offer; `instead` is the value that it has then."""

    def __init__(self, sentence: str, instead: Any) -> None:
        super().__init__(sentence)
        self.instead = instead


class Place(Enum):
    """Where in the sidebar a control stands; all but the controls of data, model and screen are folded."""

    DATA = "Data"
    PARAMETERS = "Data parameters"
    PREPARATION = "Columns and scale"
    MODEL = "Model"
    ADVANCED = "Advanced"
    SCREEN = "Screen"


class Kind(ABC):
    """What a control offers: how its value is drawn as a widget, read from a link, written into one and bounded."""

    @abstractmethod
    def offer(self, most: int | None = None) -> str:
        """What it takes, in words that name so many options at most."""

    @abstractmethod
    def draw(self, default: Any, shared: dict[str, Any]) -> Any:
        """Draw the widget; `shared` are the arguments that widgets of all kinds take."""

    @abstractmethod
    def read(self, texts: Sequence[str]) -> Any:
        """The value that a link names; raises `ValueError` for what is not offered."""

    @abstractmethod
    def written(self, value: Any) -> list[str]:
        """The value as a link names it."""

    @abstractmethod
    def offers(self, value: object) -> bool:
        """True if the value can be chosen."""

    def nearest(self, value: object, default: Any) -> Any:
        """The value if it is offered, else the default; for what a forged message carries."""
        return value if self.offers(value) else default


@dataclass(frozen=True)
class Number(Kind):
    """A number within the bounds of a parameter, in a field or on a slider."""

    parameter: Parameter
    slider: bool = False

    def offer(self, most: int | None = None) -> str:
        """“a whole number from 1 to 20”."""
        row = self.parameter
        return f"a {'whole ' if row.whole else ''}number from {row.minimum:,} to {row.maximum:,}"

    def draw(self, default: Any, shared: dict[str, Any]) -> Any:
        """A slider or a field."""
        row = self.parameter
        cast = int if row.whole else float
        widget: Callable[..., Any] = st.slider if self.slider else st.number_input
        return widget(
            min_value=cast(row.minimum),
            max_value=cast(row.maximum),
            value=cast(default),
            step=cast(row.step),
            **shared,
        )

    def read(self, texts: Sequence[str]) -> Any:
        """The number that the last text names."""
        if not _NUMBER.fullmatch(texts[-1]):
            raise ValueError(texts[-1])
        number = float(texts[-1])
        if not self.parameter.accepts(number):
            raise ValueError(texts[-1])
        return self.parameter.validated(number)

    def written(self, value: Any) -> list[str]:
        """A whole number without a decimal point."""
        return [str(int(value)) if value == int(value) else repr(float(value))]

    def offers(self, value: object) -> bool:
        """True for a number within the bounds."""
        return self.parameter.accepts(value)

    def nearest(self, value: object, default: Any) -> Any:
        """The nearest number within the bounds."""
        return self.parameter.clamped(value)


@dataclass(frozen=True)
class Choice(Kind):
    """One of several options; `text` is what an option is called on the screen and in links.

    Parameters
    ----------
    options : collection
        In the order in which they are offered; a table may grow after the control was made.
    widget : callable
        A widget of Streamlit that takes a label, options and `format_func`: `st.selectbox`, `st.segmented_control` or
        `st.select_slider`.
    """

    options: Collection[Any]
    text: Callable[[Any], str] = str
    widget: Callable[..., Any] = st.selectbox

    def offer(self, most: int | None = None) -> str:
        """“full, tied, diag or spherical”."""
        return _enumerated([self.text(option) for option in self.options], "or", most)

    def draw(self, default: Any, shared: dict[str, Any]) -> Any:
        """The widget with the default chosen."""
        options = list(self.options)
        if self.widget is st.selectbox:
            how: dict[str, Any] = {"index": options.index(default)}
        elif self.widget is st.segmented_control:
            how = {"default": default, "required": True, "width": "stretch"}
        else:
            how = {"value": default}
        return self.widget(options=options, format_func=self.text, **how, **shared)

    def read(self, texts: Sequence[str]) -> Any:
        """The option that the last text names."""
        return option_named(texts[-1], self.options, self.text)

    def written(self, value: Any) -> list[str]:
        """What the option is called."""
        return [self.text(value)]

    def offers(self, value: object) -> bool:
        """True for an option."""
        return value in list(self.options)


@dataclass(frozen=True)
class Choices(Kind):
    """Any number of options."""

    options: Collection[str]

    def offer(self, most: int | None = None) -> str:
        """“any of eruptions and waiting”."""
        return f"any of {_enumerated([*self.options], 'and', most)}"

    def draw(self, default: Any, shared: dict[str, Any]) -> Any:
        """A field that holds several."""
        return st.multiselect(options=list(self.options), default=list(default), **shared)

    def read(self, texts: Sequence[str]) -> Any:
        """The options that the texts name, each once; an empty text alone names none."""
        if list(texts) == [""]:
            return []
        return list(dict.fromkeys(option_named(text, self.options, str) for text in texts))

    def written(self, value: Any) -> list[str]:
        """A text for each."""
        return list(value) or [""]

    def offers(self, value: object) -> bool:
        """True for a list of options."""
        return isinstance(value, (list, tuple)) and all(each in self.options for each in value)


@dataclass(frozen=True)
class Switch(Kind):
    """On or off."""

    def offer(self, most: int | None = None) -> str:
        """“true or false”."""
        return "true or false"

    def draw(self, default: Any, shared: dict[str, Any]) -> Any:
        """A toggle."""
        return st.toggle(value=default, **shared)

    def read(self, texts: Sequence[str]) -> Any:
        """True or false."""
        return {"true": True, "false": False}[texts[-1].lower()]

    def written(self, value: Any) -> list[str]:
        """“true” or “false”."""
        return [str(value).lower()]

    def offers(self, value: object) -> bool:
        """True for either."""
        return isinstance(value, bool)


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
        Where it stands; the order within a place is that of the table.
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
    place: Place
    field: str = ""
    source: str = ""
    private: bool = False

    def draw(self, on_change: Callable[[], None] | None = None) -> Any:
        """Draw the widget and return its value; what a forged message carries becomes a value that is offered."""
        value = self.kind.draw(
            self.default,
            {
                "label": self.label,
                "key": self.key,
                "help": self.help,
                "on_change": on_change,
                "bind": None if self.private else "query-params",
                "persist_state": "session" if self.private else None,
            },
        )
        return self.kind.nearest(value, self.default)

    @property
    def value(self) -> Any:
        """What it stands at in this session; a value that is offered."""
        return self.kind.nearest(st.session_state.get(self.key, self.default), self.default)

    def read(self, texts: Sequence[str]) -> Any:
        """The value that a link names with these texts; raises `NotOffered`, with a sentence for a person."""
        try:
            return self.kind.read(texts)
        except (ValueError, KeyError) as error:
            raise NotOffered(self._refusal(", ".join(texts)), self._instead(texts)) from error

    def required(self, value: object) -> Any:
        """The value, as a lesson names it; raises `NotOffered` if it cannot be chosen."""
        if not self.kind.offers(value):
            raise NotOffered(self._refusal(value), self.default)
        return self.kind.nearest(value, self.default)

    def _instead(self, texts: Sequence[str]) -> Any:
        """Of several options that a link names those that are offered, else the default."""
        if not isinstance(self.kind, Choices):
            return self.default
        return [option for option in self.kind.options if option in texts] or self.default

    def _refusal(self, value: object) -> str:
        return f"{self.label} takes {self.kind.offer(_MAX_NAMED)}, not {quoted(value)}."


def _enumerated(names: Sequence[str], conjunction: str, most: int | None) -> str:
    if most is not None and len(names) > most + 1:
        return f"{', '.join(names[:most])} {conjunction} {len(names) - most} others"
    *others, last = names or ["nothing"]
    return f"{', '.join(others)} {conjunction} {last}" if others else last


def option_named(wanted: str, options: Collection[Any], text: Callable[[Any], str]) -> Any:
    """The option that is called so, in letters of either case, or is that number; raises `ValueError` if none is."""
    for option in options:
        if wanted in (text(option), option):
            return option
    for option in options:
        if wanted.lower() in (text(option).lower(), str(option).lower()):
            return option
        if isinstance(option, float) and _NUMBER.fullmatch(wanted) and math.isclose(float(wanted), option):
            return option
    raise ValueError(wanted)
