"""Pattern: a regular expression that takes time linear in the length of the text, for any text.

Python's `re` can take quadratic time or more on a cell that nearly matches. RE2 does not, but has no look-around and no
back-references. Every expression that is applied to the text of a file is a Pattern.
"""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import re2

from gmm_core.arrays import BoolArray

PATTERNS: dict[str, Pattern] = {}
"""Every Pattern of this process, by its expression."""
BYTES_PATTERNS: dict[str, BytesPattern] = {}
"""Every BytesPattern of this process, by its expression."""


class Pattern:
    r"""A regular expression in RE2's syntax; \d, \w and \s match ASCII characters only."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._compiled = re2.compile(text)
        self._groups = tuple(self._compiled.groupindex.items())
        PATTERNS[text] = self

    def matches(self, cell: str) -> bool:
        """True if the whole cell matches."""
        return self._compiled.fullmatch(cell.encode()) is not None

    def occurs_in(self, text: str) -> bool:
        """True if a part of the text matches."""
        return self._compiled.search(text.encode(errors="replace")) is not None

    def parts(self, cell: str) -> dict[str, str] | None:
        """The named groups of a cell that matches as a whole, "" for an absent group; None if it does not match."""
        match = self._compiled.fullmatch(cell.encode())
        if match is None:
            return None
        groups = match.groups(b"")
        return {name: groups[group - 1].decode() for name, group in self._groups}

    def all_parts(self, column: pd.Series) -> list[dict[str, str] | None]:
        """The `parts` of each cell of a column of text; every group of the pattern must have a name."""
        cells = pa.array(column, type=pa.large_string(), from_pandas=True)
        matches: list[dict[str, str] | None] = pc.extract_regex(cells, rf"\A(?:{self.text})\z").to_pylist()
        return matches

    def matching(self, column: pd.Series) -> BoolArray:
        """A mask (N,) of the cells of a column of text that match as a whole; missing cells do not."""
        return self._in_cells(column, rf"\A(?:{self.text})\z")

    def occurring_in(self, column: pd.Series) -> BoolArray:
        """A mask (N,) of the cells of a column of text of which a part matches."""
        return self._in_cells(column, self.text)

    @staticmethod
    def _in_cells(column: pd.Series, text: str) -> BoolArray:
        cells = pa.array(column, type=pa.large_string(), from_pandas=True)
        matching = pc.fill_null(pc.match_substring_regex(cells, text), False)
        return matching.to_numpy(zero_copy_only=False)


class BytesPattern:
    """A regular expression for bytes, in linear time too; the bytes are text in an extension of ASCII."""

    def __init__(self, text: str) -> None:
        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        self._compiled = re2.compile(text.encode("ascii"), options)
        BYTES_PATTERNS[text] = self

    def occurs_in(self, content: bytes) -> bool:
        """True if a part of the content matches."""
        return self._compiled.search(content) is not None


def literal(text: str) -> str:
    """The regular expression that matches exactly this text."""
    return str(re2.escape(text))
