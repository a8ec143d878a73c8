"""Sentinels: numbers such as -999 that may stand for missing values, far from all others of their column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gmm_core.rows.column_values import float_values
from gmm_core.tables.cells.column_kinds import safe_unit
from gmm_core.tables.dataset import Dataset
from gmm_core.wording import capital, column_named, counted

USUAL = frozenset(
    {
        *(-9.0, -99.0, -999.0, -9999.0, -99999.0, -999.9, -99.9, -999.25, -999999.0),
        *(99.0, 999.0, 9999.0, 99999.0, 999999.0, 999.9, 9999999.0, 1e20, 9.9e37, 9.91e37, 9.96921e36),
    }
)


@dataclass(frozen=True)
class Sentinel:
    """A number of a column that may mean that a value is missing, and how often it is there."""

    column: str
    value: float
    count: int

    @property
    def note(self) -> str:
        """The sentence about it."""
        return (
            f"{capital(column_named(self.column))} holds {self.value:,g} in {counted(self.count, 'row')}, far from its "
            "other values: if it means that a value is missing, it can be said so."
        )


def sentinels(dataset: Dataset) -> Iterator[Sentinel]:
    """The usual sentinels that lie beyond all other values of a column, by more than these are apart."""
    for name in dataset.numeric_columns:
        values = float_values(dataset.table[name])
        values = values[np.isfinite(values)]
        unit = safe_unit(values)
        for value in {float(values.min()), float(values.max())} & USUAL:
            others = values[values != value] / unit
            apart = float(np.abs(others - value / unit).min()) if len(others) > 1 else 0.0
            if apart > max(float(np.ptp(others)), 1.0 / unit):
                yield Sentinel(name, value, int(np.count_nonzero(values == value)))
