"""Pattern: a regular expression whose time is linear in the text, whatever the text.

Python's own expressions can take quadratic time and worse over a cell that nearly matches. RE2 never does, at the
price of look-around and back-references. Whatever meets the text of a file is one of these, never `re`.
"""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import re2

from gmm_core.arrays import BoolArray

PATTERNS: dict[str, Pattern] = {}
"""Every pattern that was made, by its text."""
BYTES_PATTERNS: dict[str, BytesPattern] = {}
"""Every pattern over bytes that was made, by its text."""


class Pattern:
    r"""A regular expression in RE2's syntax: \d, \w and \s are of ASCII."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._compiled = re2.compile(text)
        self._groups = tuple(self._compiled.groupindex.items())
        PATTERNS[text] = self

    def matches(self, cell: str) -> bool:
        """Whether the whole of a cell is of this form."""
        return self._compiled.fullmatch(cell.encode()) is not None

    def stands_in(self, text: str) -> bool:
        """Whether this form stands somewhere in a text."""
        return self._compiled.search(text.encode(errors="replace")) is not None

    def parts(self, cell: str) -> dict[str, str] | None:
        """The named groups of a cell that is of this form as a whole, "" where one is absent; else None."""
        found = self._compiled.fullmatch(cell.encode())
        if found is None:
            return None
        groups = found.groups(b"")
        return {name: groups[group - 1].decode() for name, group in self._groups}

    def all_parts(self, column: pd.Series) -> list[dict[str, str] | None]:
        """The `parts` of each cell of a column of text, where every group of the pattern has a name."""
        cells = pa.array(column, type=pa.large_string(), from_pandas=True)
        found: list[dict[str, str] | None] = pc.extract_regex(cells, rf"\A(?:{self.text})\z").to_pylist()
        return found

    def matching(self, column: pd.Series) -> BoolArray:
        """Whether the cells (N,) of a column of text are of this form as a whole; a missing one is not."""
        return self._in_cells(column, rf"\A(?:{self.text})\z")

    def found_in(self, column: pd.Series) -> BoolArray:
        """Whether this form stands somewhere in the cells (N,) of a column of text."""
        return self._in_cells(column, self.text)

    @staticmethod
    def _in_cells(column: pd.Series, text: str) -> BoolArray:
        cells = pa.array(column, type=pa.large_string(), from_pandas=True)
        found = pc.fill_null(pc.match_substring_regex(cells, text), False)
        return found.to_numpy(zero_copy_only=False)


class BytesPattern:
    """A regular expression, as linear, over bytes in which the characters of ASCII are their own."""

    def __init__(self, text: str) -> None:
        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        self._compiled = re2.compile(text.encode("ascii"), options)
        BYTES_PATTERNS[text] = self

    def stands_in(self, content: bytes) -> bool:
        """Whether this form stands somewhere in the content."""
        return self._compiled.search(content) is not None


def literal(text: str) -> str:
    """The pattern of exactly this text."""
    return str(re2.escape(text))
