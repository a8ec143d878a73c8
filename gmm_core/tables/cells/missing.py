"""Missing: the treatments of rows with a missing value in a chosen column; infinite values count as missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from gmm_core.arrays import BoolArray, FloatArray, IntArray, safe_unit
from gmm_core.wording import counted, quoted, were


@dataclass(frozen=True, eq=False)
class Completed:
    """Values of which none is missing any more.

    Parameters
    ----------
    rows : (N,)
        Positions of the rows that are left.
    values : (N, D)
        All finite.
    filled : (N, D)
        True where a missing value was replaced.
    medians : (D,) or None
        The replacements, NaN for a column without any value; None if the treatment replaces nothing.
    """

    rows: IntArray
    values: FloatArray
    filled: BoolArray
    medians: FloatArray | None = None


@dataclass(frozen=True)
class Treatment:
    """A way to treat missing values; `complete` takes values (N, D), some missing, and returns complete ones."""

    name: str
    label: str
    help: str
    complete: Callable[[FloatArray], Completed]


def dropped(values: FloatArray) -> Completed:
    """The rows that have a value in every column."""
    rows = np.flatnonzero(np.isfinite(values).all(axis=1))
    complete_rows = values[rows] if len(rows) < len(values) else values
    return Completed(rows, complete_rows, np.zeros(complete_rows.shape, dtype=bool))


def filled_by_median(values: FloatArray) -> Completed:
    """The rows that have any value; each missing value is replaced by the median of its column."""
    return filled_with(column_medians(values), values)


def filled_with(medians: FloatArray, values: FloatArray) -> Completed:
    """The rows that have any value; each missing value is replaced by its column's number in `medians` (D,)."""
    finite = np.isfinite(values)
    rows = np.flatnonzero(finite.any(axis=1))
    filled_rows, gaps = values[rows], ~finite[rows]
    for position in np.flatnonzero(gaps.any(axis=0)):
        if np.isfinite(medians[position]):
            filled_rows[gaps[:, position], position] = medians[position]
    return Completed(rows, filled_rows, gaps, medians)


def column_medians(values: FloatArray) -> FloatArray:
    """The median (D,) of the finite values of each column; NaN for a column that has none."""
    medians = np.full(values.shape[1], np.nan)
    for position, column in enumerate(values.T):
        present = column[np.isfinite(column)]
        if len(present):
            unit = safe_unit(present)
            medians[position] = float(np.median(present / unit)) * unit
    return medians


TREATMENTS: dict[str, Treatment] = {
    treatment.name: treatment
    for treatment in (
        Treatment("drop", "Leave rows out", "A row counts only if every chosen column has a value.", dropped),
        Treatment(
            "median",
            "Fill by median",
            "A missing value becomes its column's median: no row is lost, but variances shrink, covariances are "
            "pulled towards 0, and filled rows can pass for a cluster.",
            filled_by_median,
        ),
    )
}
"""The treatments by their names, in the order in which they are offered."""


def warning_on_filling(completed: Completed, columns: Sequence[str]) -> str | None:
    """A sentence on how filling shrank the variance of the column that it shrank most; None if nothing was filled.

    The variance of all rows, Σ_n (x_n - mean)² / N, is compared with that of the known values alone.
    """
    counts = completed.filled.sum(axis=0)
    if not counts.any():
        return None
    shares = [
        _share_of_variance(completed.values[:, position], completed.filled[:, position])
        for position in range(len(columns))
    ]
    most = int(np.argmin(shares))
    total, n_columns = int(counts.sum()), int(np.count_nonzero(counts))
    where = f"in {counted(n_columns, 'column')}" if n_columns > 1 else f"of {quoted(columns[most])}"
    return (
        f"{counted(total, 'missing value')} {where} {were(total)} filled by the median. That leaves "
        f"{quoted(columns[most])} {100.0 * shares[most]:.3g} % of the variance that its known values have, pulls its "
        "covariances towards 0, and the filled rows can pass for a cluster of their own."
    )


def _share_of_variance(values: FloatArray, filled: BoolArray) -> float:
    known = values[~filled]
    if not filled.any() or not len(known):
        return 1.0
    unit = safe_unit(known - known.mean() if np.isfinite(known.sum()) else known)
    before = float(np.var(known / unit))
    return float(np.var(values / unit)) / before if before > 0 else 1.0
