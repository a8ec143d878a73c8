"""Dataset: a table, where it comes from, and which of its columns can be fitted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from gmm_core.arrays import IntArray, safe_unit
from gmm_core.errors import DataError
from gmm_core.rows.column_values import float_values
from gmm_core.tables.cells.column_kinds import (
    CATEGORICAL_KINDS,
    NUMERIC_KINDS,
    ColumnKind,
    column_kind,
)
from gmm_core.tables.cells.preselection import HOLDS_CODES, Preselection, preselect
from gmm_core.tables.cells.roles import Roles
from gmm_core.wording import column_named, listed

MAX_GROUPS = 50
"""Most distinct values of a label column; more are identifiers or free text, which no figure or table can show."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """An immutable table with its name, its source and, where known, its column of true labels.

    Parameters
    ----------
    name : str
        Shown on screen; may be a file's name, so it is untrusted text.
    table : pd.DataFrame
        As it was read, rows numbered from 0.
    source : str
        One sentence; for a sample data set, with the citation.
    label_column : str or None
        The column of true labels, which is never fitted; None where there are none.
    digest : str
        SHA-256 in hexadecimal, as `content_digest` computes it; the key of caches.
    notes : tuple of str
        What the reader did or noticed, one sentence each.
    units : mapping of str to str
        The units that were written in the cells of columns of numbers, such as $, % or kg, by the columns' names.
    """

    name: str
    table: pd.DataFrame
    source: str
    label_column: str | None
    digest: str
    notes: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        name: str,
        table: pd.DataFrame,
        source: str,
        label_column: str | None = None,
        notes: Sequence[str] = (),
    ) -> Dataset:
        """Make a data set from a table: column names become text, rows are numbered from 0.

        Raises
        ------
        DataError
            If two columns have the same name or the label column is not in the table.
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
        """The columns that can be fitted: numbers with at least two distinct finite values; not the true labels."""
        return tuple(
            name for name, kind in self.kinds.items() if kind in NUMERIC_KINDS and name != self.label_column
        )

    @cached_property
    def categorical_columns(self) -> tuple[str, ...]:
        """The columns that name groups: those of text or of true and false, and the true labels."""
        return tuple(
            name
            for name, kind in self.kinds.items()
            if kind in CATEGORICAL_KINDS or (name == self.label_column and kind is not ColumnKind.EMPTY)
        )

    @cached_property
    def label_columns(self) -> tuple[str, ...]:
        """The columns whose groups can be compared with clusters: categories, codes and the true labels.

        Each names 2 to MAX_GROUPS groups.
        """
        names = []
        for name in self.table.columns:
            may = name in self.categorical_columns or self.columns_left_out().get(name) == HOLDS_CODES
            if may and 2 <= self.table[name].nunique() <= MAX_GROUPS:
                names.append(name)
        return tuple(names)

    def default_columns(self) -> tuple[str, ...]:
        """The numeric columns that are chosen by default, see `preselect`."""
        return self._preselection.chosen

    def columns_left_out(self) -> dict[str, str]:
        """The numeric columns that are not chosen by default, each with the reason, such as “counts the rows”."""
        return dict(self._preselection.left_out)

    @property
    def columns_left_out_by_reason(self) -> dict[str, tuple[str, ...]]:
        """The same, the columns by the reasons."""
        return self._preselection.left_out_by_reason

    @property
    def roles(self) -> Roles:
        """The columns that look like weights of rows, coordinates or answers."""
        return self._preselection.roles

    @cached_property
    def _preselection(self) -> Preselection:
        return preselect({name: float_values(self.table[name]) for name in self.numeric_columns})


def column_summary(dataset: Dataset) -> pd.DataFrame:
    """Summary statistics of the data set: one row for each column of its table, in the same order.

    The columns of the summary are column, kind, missing, distinct, mean, standard deviation, minimum, median and
    maximum. Infinite values count as missing, as in the preparation. The standard deviation is the population's
    (divided by the number of values), as the standard scaling uses it. The five statistics are in the column's
    units, and NaN where a column holds no numbers.
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
    """SHA-256, in hexadecimal, of the column names, dtypes, values and the name of the label column."""
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
    """The position (N,) of each row's value in the list of distinct values, -1 where missing; and that list."""
    if not isinstance(column.dtype, pd.StringDtype):
        # The text includes the type, so that 1, 1.0 and "1" stay distinct and values need not be hashable.
        column = column.astype(object).map(
            lambda value: f"{type(value).__name__}: {value!r}", na_action="ignore"
        )
    codes, values = pd.factorize(column)
    return np.ascontiguousarray(codes, dtype=np.int64), [str(value) for value in values]
