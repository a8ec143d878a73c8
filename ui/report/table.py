"""A table of a report: text, and numbers to a few digits, not too wide for a sheet of paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ui.figures.base.wording import scientific
from ui.shell.text import visible

DIGITS = 6
"""The number of significant digits."""
MAX_COLUMNS = 8
"""The largest number of columns beside the first."""
MAX_CELL_CHARACTERS = 200
"""The largest number of characters of a cell."""
EMPTY_CELL = "–"
"""The text of a cell without a value."""


@dataclass(frozen=True)
class Table:
    """A table: caption, heads of the columns, and rows of cells, of which the first is the name of the row.

    Parameters
    ----------
    numeric : tuple of bool
        True for each column of numbers, which are aligned to the right.
    note : str
        A sentence below the table.
    """

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    note: str = ""

    @classmethod
    def of(cls, caption: str, frame: pd.DataFrame, note: str = "") -> Table:
        """The table of a data frame whose first column has the names of the rows."""
        return cls(
            caption,
            tuple(visible(str(name), MAX_CELL_CHARACTERS) for name in frame.columns),
            tuple(
                tuple(formatted_cell(value) for value in row)
                for row in frame.itertuples(index=False, name=None)
            ),
            tuple(frame.iloc[:, position].dtype.kind in "iuf" for position in range(frame.shape[1])),
            note,
        )

    def split(self, most: int = MAX_COLUMNS) -> tuple[Table, ...]:
        """Tables with at most `most` of the columns each, and the first column in every one."""
        starts = range(1, max(2, len(self.heads)), most)
        return tuple(
            Table(
                self.caption,
                _part(self.heads, start, most),
                tuple(_part(row, start, most) for row in self.rows),
                _part(self.numeric, start, most),
                self.note if start == starts[-1] else "",
            )
            for start in starts
        )


def facts(caption: str, pairs: Iterable[tuple[str, object]]) -> Table:
    """A table of names and their values, one row for each pair."""
    rows = tuple((visible(name, MAX_CELL_CHARACTERS), formatted_cell(value)) for name, value in pairs)
    return Table(caption, ("", ""), rows, (False, False))


def formatted_cell(value: Any) -> str:
    """A cell as text: a number with six digits, text without invisible characters, a dash for a missing value."""
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value):
        return EMPTY_CELL
    if isinstance(value, float):
        return scientific(value, DIGITS) if abs(value) < 1e15 else f"{value:.{DIGITS}g}".replace("-", "−")
    if isinstance(value, bool | str):
        return visible(str(value), MAX_CELL_CHARACTERS)
    if hasattr(value, "__index__"):
        return f"{int(value):,}".replace("-", "−")
    return visible(str(value), MAX_CELL_CHARACTERS)


def _part(cells: Sequence[Any], start: int, most: int) -> tuple[Any, ...]:
    return (cells[0], *cells[start : start + most])
