"""A table as the report prints it: text in rows, numbers to a few digits, never too wide for a sheet of paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ui.figures.base.wording import scientific
from ui.shell.text import visible

DIGITS = 6
MAX_COLUMNS = 8
LONGEST_CELL = 200
NOTHING = "–"


@dataclass(frozen=True)
class Table:
    """A caption, a row of heads and rows of cells; the first column names its row.

    Parameters
    ----------
    numeric : tuple of bool
        Of each column, whether its cells are numbers, which are set flush right.
    note : str
        A sentence below.
    """

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    note: str = ""

    @classmethod
    def of(cls, caption: str, frame: pd.DataFrame, note: str = "") -> Table:
        """The table of a frame whose first column names its rows."""
        return cls(
            caption,
            tuple(visible(str(name), LONGEST_CELL) for name in frame.columns),
            tuple(
                tuple(formatted_cell(value) for value in row)
                for row in frame.itertuples(index=False, name=None)
            ),
            tuple(frame.iloc[:, position].dtype.kind in "iuf" for position in range(frame.shape[1])),
            note,
        )

    def parted(self, most: int = MAX_COLUMNS) -> tuple[Table, ...]:
        """The same as tables of no more than `most` columns beside the first, which each of them has."""
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
    """What is so, a row each: its name and its value."""
    rows = tuple((visible(name, LONGEST_CELL), formatted_cell(value)) for name, value in pairs)
    return Table(caption, ("", ""), rows, (False, False))


def formatted_cell(value: Any) -> str:
    """A cell: a number to six digits, text as it is but for what cannot be seen, a dash where there is nothing."""
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value):
        return NOTHING
    if isinstance(value, float):
        return scientific(value, DIGITS) if abs(value) < 1e15 else f"{value:.{DIGITS}g}".replace("-", "−")
    if isinstance(value, bool | str):
        return visible(str(value), LONGEST_CELL)
    if hasattr(value, "__index__"):
        return f"{int(value):,}".replace("-", "−")
    return visible(str(value), LONGEST_CELL)


def _part(cells: Sequence[Any], start: int, most: int) -> tuple[Any, ...]:
    return (cells[0], *cells[start : start + most])
