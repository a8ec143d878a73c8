"""Sentinels: numbers such as -999 that may mean missing values, since they are far from the rest of their column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gmm_core.arrays import safe_unit
from gmm_core.rows.column_values import float_values
from gmm_core.tables.dataset import Dataset
from gmm_core.wording import capital, column_named, counted

USUAL = frozenset(
    {
        *(-9.0, -99.0, -999.0, -9999.0, -99999.0, -999.9, -99.9, -999.25, -999999.0),
        *(99.0, 999.0, 9999.0, 99999.0, 999999.0, 999.9, 9999999.0, 1e20, 9.9e37, 9.91e37, 9.96921e36),
    }
)
"""Numbers that are often used for missing values."""


@dataclass(frozen=True)
class Sentinel:
    """A number in a column that may mean a missing value; `count` is the number of rows that have it."""

    column: str
    value: float
    count: int

    @property
    def note(self) -> str:
        """The sentence that tells a person about the number."""
        return (
            f"{capital(column_named(self.column))} holds {self.value:,g} in {counted(self.count, 'row')}, far from its "
            "other values: if it means that a value is missing, it can be said so."
        )


def sentinels(dataset: Dataset) -> Iterator[Sentinel]:
    """The numbers of USUAL whose distance from a column's other values exceeds the range of these."""
    for name in dataset.numeric_columns:
        values = float_values(dataset.table[name])
        values = values[np.isfinite(values)]
        unit = safe_unit(values)
        for value in {float(values.min()), float(values.max())} & USUAL:
            others = values[values != value] / unit
            apart = float(np.abs(others - value / unit).min()) if len(others) > 1 else 0.0
            if apart > max(float(np.ptp(others)), 1.0 / unit):
                yield Sentinel(name, value, int(np.count_nonzero(values == value)))
