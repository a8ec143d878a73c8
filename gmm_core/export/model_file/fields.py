"""Fields: reads and checks the fields of a JSON document by name; each error names the field that is wrong."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from gmm_core.arrays import FloatArray, read_only
from gmm_core.errors import DataError
from gmm_core.wording import counted, listed, quoted

LONGEST_TEXT = 1_000
"""Most characters of a text."""
KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "true or false"),
    ((int, float), "a number"),
    (str, "text"),
    (list, "a list"),
    (dict, "an object"),
    (type(None), "null"),
)
"""(Python type, its name in a sentence) of JSON values; the first match counts, since bool is a subclass of int."""


class Fields:
    """One object of a JSON document, at the path `place`.

    Each method reads one field by its name and raises DataError if the field is missing or of the wrong kind. `done`
    raises DataError if a field was never read.
    """

    def __init__(self, value: object, place: str = "") -> None:
        if not isinstance(value, Mapping):
            raise DataError(
                f"{quoted(place) if place else 'The document'} must be an object, but is {kind(value)}."
            )
        self._value = value
        self._place = place
        self._taken: set[str] = set()

    def within(self, name: str) -> Fields:
        """The object in this field."""
        return Fields(self.taken(name), self._path(name))

    def taken(self, name: str) -> Any:
        """The value of this field, of any kind, which is marked as read."""
        self._taken.add(name)
        if name not in self._value:
            raise DataError(
                f"{quoted(self._path(name))} is missing: every model file has it, so write it again."
            )
        return self._value[name]

    def has(self, name: str) -> bool:
        """True if the object has this field; for fields that are optional."""
        return name in self._value

    def each(self, name: str, most: int) -> list[Fields]:
        """The list of at most `most` objects in this field."""
        values = self._list(name)
        if len(values) > most:
            raise DataError(
                f"{quoted(self._path(name))} must hold at most {counted(most, 'object')}, but holds {len(values):,}."
            )
        return [
            Fields(value, f"{self._path(name)}, number {number}") for number, value in enumerate(values, 1)
        ]

    def is_null(self, name: str) -> bool:
        """True if the value of this field is null."""
        return self.taken(name) is None

    def text(self, name: str) -> str:
        """The text in this field, of at most LONGEST_TEXT characters that can be encoded in UTF-8."""
        return self._text(self.taken(name), self._path(name))

    def choice(self, name: str, options: Collection[str]) -> str:
        """The text in this field, which must be one of `options`."""
        value = self.taken(name)
        if not isinstance(value, str) or value not in options:
            shown = quoted(value) if isinstance(value, str) else kind(value)
            raise DataError(
                f"{quoted(self._path(name))} must be one of {listed(list(options), 8)}, but is {shown}."
            )
        return value

    def truth(self, name: str) -> bool:
        """The boolean in this field."""
        value = self.taken(name)
        if not isinstance(value, bool):
            raise DataError(f"{quoted(self._path(name))} must be true or false, but is {kind(value)}.")
        return value

    def whole(self, name: str, smallest: int, largest: int = 2**53) -> int:
        """The whole number in this field, from `smallest` to `largest`."""
        value = self.number(name)
        if value != math.floor(value) or not smallest <= value <= largest:
            raise DataError(
                f"{quoted(self._path(name))} must be a whole number from {smallest:,} to {largest:,}, but is {value:g}."
            )
        return int(value)

    def number(self, name: str) -> float:
        """The finite number in this field."""
        return self._number(self.taken(name), self._path(name))

    def number_or_null(self, name: str) -> float | None:
        """The finite number in this field, or None for null."""
        return None if self.is_null(name) else self.number(name)

    def texts(self, name: str, most: int) -> tuple[str, ...]:
        """The list of 1 to `most` texts in this field."""
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
        """The length of the list in this field."""
        return len(self._list(name))

    def numbers(self, name: str, shape: tuple[int, ...]) -> FloatArray:
        """The finite numbers in this field, nested lists of exactly this shape, as a read-only array."""
        flat: list[float] = []
        self._collect(self.taken(name), shape, self._path(name), flat)
        return read_only(np.array(flat, dtype=np.float64).reshape(shape))

    def text_pairs(self, most: int) -> tuple[tuple[str, str], ...]:
        """All fields of the object as (name, text), at most `most`."""
        if len(self._value) > most:
            raise DataError(f"{quoted(self._place)} must hold at most {counted(most, 'text')}.")
        return tuple((self._text(name, self._place), self.text(name)) for name in self._value)

    def done(self) -> None:
        """Raise DataError if the object has a field that was not read."""
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
            actual = f"a list of {len(value):,}" if isinstance(value, list) else kind(value)
            raise DataError(f"{quoted(place)} must be a list of {shape[0]:,}, but is {actual}.")
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
    """The kind of a JSON value in words, as in KINDS."""
    return next((words for types, words in KINDS if isinstance(value, types)), "something else")
