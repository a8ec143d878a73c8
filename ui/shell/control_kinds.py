"""The kinds of controls: what each draws, reads from a link, writes into one and offers."""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from gmm_core.tables.parameter import Parameter

_NUMBER = re.compile(r"[0-9.eE+-]{1,40}")
"""A number in a link; what Python reads besides is refused: “nan”, “inf”, “1_000” and the digits of other scripts."""


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

    def instead(self, texts: Sequence[str], default: Any) -> Any:
        """The value that a control has if a link names it with texts of which not all are offered."""
        return default

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
            how = {"default": default, "required": True}
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
    """Any number of options; `text` as of a `Choice`, `widget` is `st.multiselect` or `st.pills`."""

    options: Collection[Any]
    text: Callable[[Any], str] = str
    widget: Callable[..., Any] = st.multiselect

    def offer(self, most: int | None = None) -> str:
        """“any of eruptions and waiting”."""
        return f"any of {_enumerated([self.text(option) for option in self.options], 'and', most)}"

    def draw(self, default: Any, shared: dict[str, Any]) -> Any:
        """The widget with the default chosen."""
        how: dict[str, Any] = {"selection_mode": "multi"} if self.widget is st.pills else {}
        options = list(self.options)
        return self.widget(options=options, default=list(default), format_func=self.text, **how, **shared)

    def read(self, texts: Sequence[str]) -> Any:
        """The options that the texts name, each once; an empty text alone names none."""
        if list(texts) == [""]:
            return []
        return list(dict.fromkeys(option_named(text, self.options, self.text) for text in texts))

    def instead(self, texts: Sequence[str], default: Any) -> Any:
        """Those of the options that are offered."""
        return [option for option in self.options if self.text(option) in texts] or default

    def written(self, value: Any) -> list[str]:
        """A text for each."""
        return [self.text(option) for option in value] or [""]

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
