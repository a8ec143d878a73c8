"""Origin: where a data set comes from, in enough detail to make or read it again."""

from __future__ import annotations

from dataclasses import dataclass

from gmm_core.tables.files.options import ReadOptions


@dataclass(frozen=True)
class Generated:
    """Data drawn by a generator: its key in `GENERATORS`, and its parameters as (name, value)."""

    key: str
    parameters: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Sampled:
    """A sample data set: its key in `SAMPLES`."""

    key: str


@dataclass(frozen=True, eq=False)
class FromFile:
    """A file with the options that read it to the same table again.

    Parameters
    ----------
    name : str
        The file's name as it was; untrusted text.
    content : bytes
        The bytes of the file.
    options : ReadOptions
        How the file is written.
    sheets : tuple of str
        The names of a workbook's sheets.
    """

    name: str
    content: bytes
    options: ReadOptions
    sheets: tuple[str, ...] = ()


Origin = Generated | Sampled | FromFile
