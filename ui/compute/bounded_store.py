"""A cache of bounded size: the least recently used values are dropped first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True)
class Refusal:
    """Why there is no value, in a sentence, which is as good to keep as a value."""

    sentence: str


class BoundedStore(Generic[Value]):
    """Values under keys, each with a size; their sizes together never exceed `most`, and one larger is not kept."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held = 0
        self._values: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Value | None:
        """The value under the key, now the most recently used; None if it is not there."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key][0]

    def put(self, key: Hashable, value: Value, size: int) -> None:
        """Keep the value, letting go of others until it fits."""
        with self._lock:
            if key in self._values:
                self._held -= self._values.pop(key)[1]
            if size > self._most:
                return
            self._values[key] = value, size
            self._held += size
            while self._held > self._most:
                _, (_, freed) = self._values.popitem(last=False)
                self._held -= freed

    @property
    def held(self) -> int:
        """The sizes of all values together."""
        return self._held
