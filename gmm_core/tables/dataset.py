"""Dataset: a table, where it comes from, and which of its columns can be fitted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from gmm_core.arrays import IntArray
from gmm_core.errors import DataError
from gmm_core.rows.column_values import float_values
from gmm_core.tables.cells.column_kinds import (
    CATEGORICAL_KINDS,
    NUMERIC_KINDS,
    ColumnKind,
    column_kind,
    safe_unit,
)
from gmm_core.tables.cells.preselection import HOLDS_CODES, Preselection, preselect
from gmm_core.wording import column_named, listed

# More than these are identifiers or free text, which no picture and no table of clusters can show.
MAX_GROUPS = 50


@dataclass(frozen=True, eq=False)
class Dataset:
    """A table with its origin; nothing in it is ever changed.

    name: shown to people; it may be a file's name and is never trusted.
    table: as it was read, rows numbered from 0.
    source: one sentence, with the citation for a sample.
    label_column: the column of true labels where they are known; never fitted.
    digest: SHA-256, in hexadecimal, over column names, dtypes, values and the label column; caches key on it.
    notes: what reading did, a sentence each.
    """

    name: str
    table: pd.DataFrame
    source: str
    label_column: str | None
    digest: str
    notes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        name: str,
        table: pd.DataFrame,
        source: str,
        label_column: str | None = None,
        notes: Sequence[str] = (),
    ) -> Dataset:
        """A data set from a table, its column names made text and its rows numbered from 0.

        Raises DataError where two columns have one name or the label column is not in the table.
        """
        own = table.set_axis([str(column) for column in table.columns], axis="columns").reset_index(drop=True)
        if not own.columns.is_unique:
            twice = list(own.columns[own.columns.duplicated()].unique())
            raise DataError(f"Two columns share the name {listed(twice)}: give each column its own name.")
        if label_column is not None and label_column not in own.columns:
            raise DataError(
                f"There is no {column_named(label_column)} to take the true labels from: "
                f"choose one of {listed(list(own.columns))}."
            )
        return cls(name, own, source, label_column, content_digest(own, label_column), tuple(notes))

    @cached_property
    def kinds(self) -> dict[str, ColumnKind]:
        """The kind of every column, in the table's order."""
        return {name: column_kind(self.table[name]) for name in self.table.columns}

    @cached_property
    def numeric_columns(self) -> tuple[str, ...]:
        """The columns that can be fitted: numbers with two distinct finite values, not the true labels."""
        return tuple(
            name for name, kind in self.kinds.items() if kind in NUMERIC_KINDS and name != self.label_column
        )

    @cached_property
    def categorical_columns(self) -> tuple[str, ...]:
        """The columns that name groups: text, true or false, and the true labels."""
        return tuple(
            name
            for name, kind in self.kinds.items()
            if kind in CATEGORICAL_KINDS or (name == self.label_column and kind is not ColumnKind.EMPTY)
        )

    @cached_property
    def label_columns(self) -> tuple[str, ...]:
        """The columns whose groups can be compared with clusters: categories, codes and the true labels.

        Each names two groups at least, and MOST_GROUPS at most.
        """
        found = []
        for name in self.table.columns:
            may = name in self.categorical_columns or self.columns_left_out().get(name) == HOLDS_CODES
            if may and 2 <= self.table[name].nunique() <= MAX_GROUPS:
                found.append(name)
        return tuple(found)

    def default_columns(self) -> tuple[str, ...]:
        """The numeric columns to begin with, as `preselect` chooses them."""
        return self._preselection.chosen

    def columns_left_out(self) -> dict[str, str]:
        """The numeric columns that are not preselected, each with the reason, such as “counts the rows”."""
        return dict(self._preselection.left_out)

    @cached_property
    def _preselection(self) -> Preselection:
        return preselect({name: float_values(self.table[name]) for name in self.numeric_columns})


def column_summary(dataset: Dataset) -> pd.DataFrame:
    """A row for each column of the table, in its order.

    The result's columns are column, kind, missing, distinct, mean, standard deviation, minimum, median and
    maximum. Infinite values count as missing, as they do in the preparation. The standard deviation is the
    population's (divided by the number of values), which is what standardising divides by. The five
    statistics are in the column's units, and NaN where a column holds no numbers.
    """
    rows = [_summary_row(name, dataset.table[name], dataset.kinds[name]) for name in dataset.table.columns]
    names = ["column", "kind", "missing", "distinct"]
    statistics = ["mean", "standard deviation", "minimum", "median", "maximum"]
    return pd.DataFrame(rows, columns=[*names, *statistics])


def _summary_row(name: str, column: pd.Series, kind: ColumnKind) -> tuple[object, ...]:
    if kind not in NUMERIC_KINDS | {ColumnKind.CONSTANT}:
        _, distinct = _factorized(column)
        return (name, str(kind), int(column.isna().sum()), len(distinct), *(np.nan,) * 5)
    values = float_values(column)
    finite = values[np.isfinite(values)]
    unit = safe_unit(finite)
    measured = finite / unit
    statistics = (measured.mean(), measured.std(), measured.min(), np.median(measured), measured.max())
    counts = (len(values) - finite.size, np.unique(finite).size)
    return (name, str(kind), *counts, *(float(statistic) * unit for statistic in statistics))


def content_digest(table: pd.DataFrame, label_column: str | None) -> str:
    """SHA-256, in hexadecimal, over column names, dtypes, values and the name of the label column."""
    described = [[name, str(dtype)] for name, dtype in table.dtypes.items()]
    digest = hashlib.sha256(json.dumps([len(table), described, label_column]).encode())
    for name in table.columns:
        column = table[name]
        if isinstance(column.dtype, np.dtype) and column.dtype.kind in "biufcmM":
            digest.update(np.ascontiguousarray(column.to_numpy()).tobytes())
            continue
        codes, values = _factorized(column)
        digest.update(codes.tobytes())
        digest.update(json.dumps(values).encode())
    return digest.hexdigest()


def _factorized(column: pd.Series) -> tuple[IntArray, list[str]]:
    """For each row the position of its value among the distinct ones, -1 where missing; and these as text."""
    if not isinstance(column.dtype, pd.StringDtype):
        # The type is named, so that 1, 1.0 and "1" stay apart and a value need not be hashable.
        column = column.astype(object).map(
            lambda value: f"{type(value).__name__}: {value!r}", na_action="ignore"
        )
    codes, values = pd.factorize(column)
    return np.ascontiguousarray(codes, dtype=np.int64), [str(value) for value in values]
