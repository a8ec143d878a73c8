"""A request to the read server: a file, its kind, and the bounds on reading it."""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, ClassVar

from gmm_core.tables.files.options import DEFAULT_LIMITS, DETECT_ALL, MEGABYTE, ReadLimits, ReadOptions


class FileKind(StrEnum):
    """The kind of content that a file is read as."""

    TABLE = "table"
    MODEL = "model"


_PACKED = struct.Struct("!QdQ")
"""CPU seconds, seconds and megabytes, as in the fields of `Bounds`."""


@dataclass(frozen=True)
class Bounds:
    """The bounds on reading one file.

    Parameters
    ----------
    cpu_seconds : int
        The largest CPU time.
    seconds : float
        The longest time, counted from the beginning of the reading.
    megabytes : int
        The most memory beyond what the worker has at its beginning; also the largest size of its answer.
    """

    cpu_seconds: int = 30
    seconds: float = 60
    megabytes: int = 1_000
    SIZE: ClassVar[int] = _PACKED.size

    @property
    def memory_bytes(self) -> int:
        """The memory in bytes."""
        return self.megabytes * MEGABYTE

    def packed(self) -> bytes:
        """The bounds packed into `Bounds.SIZE` bytes, for the read server."""
        return _PACKED.pack(self.cpu_seconds, self.seconds, self.megabytes)

    @classmethod
    def of(cls, packed: bytes) -> Bounds:
        """Unpack bounds."""
        return cls(*_PACKED.unpack(packed))


def as_tuples(value: Any) -> Any:
    """A value of JSON with tuples for its lists, as options have them."""
    return tuple(map(as_tuples, value)) if isinstance(value, list) else value


@dataclass(frozen=True)
class Request:
    """A file and how to read it; the other fields are those of `gmm_core.tables.files.reader.read_file`."""

    kind: FileKind
    content: bytes
    name: str = ""
    options: ReadOptions = DETECT_ALL
    limits: ReadLimits = DEFAULT_LIMITS
    to_fit: bool = True
    bounds: Bounds = Bounds()

    def header(self) -> bytes:
        """All fields except the content."""
        fields = {
            "kind": self.kind,
            "name": self.name,
            "options": asdict(self.options),
            "limits": asdict(self.limits),
            "to_fit": self.to_fit,
            "bounds": asdict(self.bounds),
        }
        return json.dumps(fields).encode()

    @classmethod
    def of(cls, header: bytes | bytearray, content: bytes) -> Request:
        """The request that was sent as these two parts."""
        fields = json.loads(header)
        options = fields["options"]
        return cls(
            kind=FileKind(fields["kind"]),
            content=content,
            name=fields["name"],
            options=ReadOptions(**{name: as_tuples(value) for name, value in options.items()}),
            limits=ReadLimits(**fields["limits"]),
            to_fit=fields["to_fit"],
            bounds=Bounds(**fields["bounds"]),
        )
