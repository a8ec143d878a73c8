"""Options: what is found out about how a file is written, or said by a person who knows better; and bounds."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1 << 20
"""In bytes, as the browser counts them too."""


@dataclass(frozen=True)
class ReadOptions:
    """How a file is read; what is None is found out, and stands here once it is.

    encoding: a key of ENCODINGS.
    delimiter: a name of DELIMITERS, or of NO_DELIMITER.
    decimal_comma: whether 1,5 is one and a half.
    header: whether the table's first row names its columns.
    sheet: the name of a workbook's sheet.
    as_numbers: columns that are turned into numbers on request only: dates become days since 1970-01-01, and
        of a column that is mostly numbers the other values become missing.
    missing: what else stands for a value that is missing, such as -999.
    """

    encoding: str | None = None
    delimiter: str | None = None
    decimal_comma: bool | None = None
    header: bool | None = None
    sheet: str | None = None
    as_numbers: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReadLimits:
    """How much is read at most: bytes of the file and of what it unpacks to, rows, columns, values, cells of workbooks.

    cells: rows times columns, of which each takes memory, an empty one too.
    """

    rows: int = 1_000_000
    columns: int = 2_000
    bytes: int = 50 * MEGABYTE
    unpacked_bytes: int = 100 * MEGABYTE
    workbook_cells: int = 500_000
    cells: int = 10_000_000


FIND_OUT = ReadOptions()
DEFAULT_LIMITS = ReadLimits()
