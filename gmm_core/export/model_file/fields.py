"""Fields: the parts of a JSON document, each taken by name and checked, with a sentence that says where it is wrong."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from gmm_core.arrays import FloatArray, read_only
from gmm_core.errors import DataError
from gmm_core.wording import counted, listed, quoted

LONGEST_TEXT = 1_000
KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "true or false"),
    ((int, float), "a number"),
    (str, "text"),
    (list, "a list"),
    (dict, "an object"),
    (type(None), "null"),
)


class Fields:
    """One object of a JSON document. What is taken from it is known; `done` refuses whatever else it holds."""

    def __init__(self, value: object, place: str = "") -> None:
        if not isinstance(value, Mapping):
            raise DataError(
                f"{quoted(place) if place else 'The document'} must be an object, but is {kind(value)}."
            )
        self._value = value
        self._place = place
        self._taken: set[str] = set()

    def within(self, name: str) -> Fields:
        """The object of that name."""
        return Fields(self.taken(name), self._path(name))

    def taken(self, name: str) -> Any:
        """Whatever has that name."""
        self._taken.add(name)
        if name not in self._value:
            raise DataError(
                f"{quoted(self._path(name))} is missing: every model file has it, so write it again."
            )
        return self._value[name]

    def has(self, name: str) -> bool:
        """Whether there is anything of that name, which may be left out."""
        return name in self._value

    def each(self, name: str, most: int) -> list[Fields]:
        """A list of at most so many objects."""
        values = self._list(name)
        if len(values) > most:
            raise DataError(
                f"{quoted(self._path(name))} must hold at most {counted(most, 'object')}, but holds {len(values):,}."
            )
        return [
            Fields(value, f"{self._path(name)}, number {number}") for number, value in enumerate(values, 1)
        ]

    def is_null(self, name: str) -> bool:
        """Whether null stands there."""
        return self.taken(name) is None

    def text(self, name: str) -> str:
        """Text that can be written in UTF-8."""
        return self._text(self.taken(name), self._path(name))

    def choice(self, name: str, options: Collection[str]) -> str:
        """One of some texts."""
        value = self.taken(name)
        if not isinstance(value, str) or value not in options:
            shown = quoted(value) if isinstance(value, str) else kind(value)
            raise DataError(
                f"{quoted(self._path(name))} must be one of {listed(list(options), 8)}, but is {shown}."
            )
        return value

    def truth(self, name: str) -> bool:
        """True or false."""
        value = self.taken(name)
        if not isinstance(value, bool):
            raise DataError(f"{quoted(self._path(name))} must be true or false, but is {kind(value)}.")
        return value

    def whole(self, name: str, smallest: int, largest: int = 2**53) -> int:
        """A whole number within bounds."""
        value = self.number(name)
        if value != math.floor(value) or not smallest <= value <= largest:
            raise DataError(
                f"{quoted(self._path(name))} must be a whole number from {smallest:,} to {largest:,}, but is {value:g}."
            )
        return int(value)

    def number(self, name: str) -> float:
        """A finite number."""
        return self._number(self.taken(name), self._path(name))

    def number_or_null(self, name: str) -> float | None:
        """A finite number, or None for null."""
        return None if self.is_null(name) else self.number(name)

    def texts(self, name: str, most: int) -> tuple[str, ...]:
        """A list of at least one and at most so many texts."""
        values = self._list(name)
        if not 1 <= len(values) <= most:
            raise DataError(
                f"{quoted(self._path(name))} must hold 1 to {most:,} texts, but holds {len(values):,}."
            )
        return tuple(
            self._text(value, f"{self._path(name)}, number {number}")
            for number, value in enumerate(values, start=1)
        )

    def length(self, name: str) -> int:
        """How long the list of that name is."""
        return len(self._list(name))

    def numbers(self, name: str, shape: tuple[int, ...]) -> FloatArray:
        """Finite numbers in nested lists of exactly that shape, read-only."""
        flat: list[float] = []
        self._collect(self.taken(name), shape, self._path(name), flat)
        return read_only(np.array(flat, dtype=np.float64).reshape(shape))

    def text_pairs(self, most: int) -> tuple[tuple[str, str], ...]:
        """All of the object, as names and texts, at most so many."""
        if len(self._value) > most:
            raise DataError(f"{quoted(self._place)} must hold at most {counted(most, 'text')}.")
        return tuple((self._text(name, self._place), self.text(name)) for name in self._value)

    def done(self) -> None:
        """Refuse what nobody asked for."""
        unknown = [name for name in self._value if name not in self._taken]
        if unknown:
            raise DataError(f"{quoted(self._path(unknown[0]))} is no part of a model file: take it out.")

    def _path(self, name: str) -> str:
        return f"{self._place}.{name}" if self._place else name

    def _list(self, name: str) -> list[Any]:
        value = self.taken(name)
        if not isinstance(value, list):
            raise DataError(f"{quoted(self._path(name))} must be a list, but is {kind(value)}.")
        return value

    def _collect(self, value: object, shape: tuple[int, ...], place: str, flat: list[float]) -> None:
        if not shape:
            flat.append(self._number(value, place))
            return
        if not isinstance(value, list) or len(value) != shape[0]:
            found = f"a list of {len(value):,}" if isinstance(value, list) else kind(value)
            raise DataError(f"{quoted(place)} must be a list of {shape[0]:,}, but is {found}.")
        for number, part in enumerate(value, start=1):
            self._collect(
                part, shape[1:], f"{place}, {number}" if "," in place else f"{place}, number {number}", flat
            )

    def _number(self, value: object, place: str) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise DataError(f"{quoted(place)} must be a number, but is {kind(value)}.")
        if not math.isfinite(value):
            raise DataError(f"{quoted(place)} is not a finite number: replace it.")
        return float(value)

    def _text(self, value: object, place: str) -> str:
        if not isinstance(value, str):
            raise DataError(f"{quoted(place)} must be text, but is {kind(value)}.")
        if len(value) > LONGEST_TEXT:
            raise DataError(f"{quoted(place)} is longer than {LONGEST_TEXT:,} characters: shorten it.")
        try:
            value.encode()
        except UnicodeEncodeError as problem:
            raise DataError(f"{quoted(place)} holds half of a character: write it again.") from problem
        return value


def kind(value: object) -> str:
    """What a JSON value is, in words."""
    return next((words for types, words in KINDS if isinstance(value, types)), "something else")
