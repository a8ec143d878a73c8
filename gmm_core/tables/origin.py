"""Origin: where a data set comes from, so that it can be had again."""

from __future__ import annotations

from dataclasses import dataclass

from gmm_core.tables.files.options import ReadOptions


@dataclass(frozen=True)
class Generated:
    """A generator of `GENERATORS` with its parameters."""

    key: str
    parameters: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Sampled:
    """A sample of `SAMPLES`."""

    key: str


@dataclass(frozen=True, eq=False)
class FromFile:
    """A file, and the options with which it is read again to the same table.

    name: as it was; never trusted.
    sheets: the names of a workbook's sheets.
    """

    name: str
    content: bytes
    options: ReadOptions
    sheets: tuple[str, ...] = ()


Origin = Generated | Sampled | FromFile
