"""The comparison of K-means and the mixture on the altered data, and the rows that it uses."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gmm_core.arrays import IntArray
from gmm_core.fitting.fit import Fit
from gmm_core.fitting.time_estimate import seconds_of_fit
from gmm_core.studies.kmeans_comparison.comparison import KMeansComparison, comparing
from gmm_core.tables.alteration import altered
from gmm_core.tables.preparation import UNLABELLED, PreparedData
from ui.compute.cache import CacheBound, size_of_fits
from ui.compute.limits import LIMITS
from ui.compute.long_task import LongTask
from ui.figures.base.points import drawn_rows
from ui.shell.analysis import Analysis
from ui.views.kmeans_or_gmm.alteration import chosen_alteration


@dataclass(frozen=True, eq=False)
class ComparisonWithRows:
    """A comparison with the rows that it used.

    Parameters
    ----------
    comparison : KMeansComparison
        The comparison.
    prepared : PreparedData
        The rows that it used, altered.
    outlier : int or None
        The position of the added outlier; None if there is none.
    is_sample : bool
        True if only a sample of the rows was used.
    """

    comparison: KMeansComparison
    prepared: PreparedData
    outlier: int | None
    is_sample: bool


def comparison_task(analysis: Analysis, prepared: PreparedData, fit: Fit) -> LongTask[KMeansComparison]:
    """The comparison as a long task."""
    return _task(analysis, _altered_rows(prepared, fit))


def computed_comparison(analysis: Analysis, prepared: PreparedData, fit: Fit) -> ComparisonWithRows | None:
    """The comparison if it is ready or takes no time; else None, and a sentence on the screen says why."""
    changed = _altered_rows(prepared, fit)
    comparison = _task(analysis, changed).computed()
    if comparison is None:
        return None
    has_outlier = bool(chosen_alteration(prepared).outlier)
    return ComparisonWithRows(
        comparison,
        changed,
        len(changed.X) - 1 if has_outlier else None,
        len(prepared.X) > LIMITS.comparison_rows,
    )


def _task(analysis: Analysis, changed: PreparedData) -> LongTask[KMeansComparison]:
    """The comparison on the altered rows as a long task."""
    return LongTask(
        kind="comparisons",
        key=(changed.digest, len(changed.X), analysis.preparation.label_column, analysis.specification),
        steps=lambda: comparing(
            changed.X, analysis.specification, columns=changed.columns, labels=changed.labels
        ),
        seconds=seconds_of_fit(changed.X.shape, analysis.specification),
        size=_size,
        cache_bound=CacheBound(LIMITS.shared_comparison_megabytes, LIMITS.private_comparison_megabytes),
        private=analysis.private,
        when_stopped="Compares with the best of the restarts done so far.",
    )


def _altered_rows(prepared: PreparedData, fit: Fit) -> PreparedData:
    """The rows, or a random sample of `LIMITS.comparison_rows` of them, altered as is chosen."""
    rows = drawn_rows(len(prepared.X), LIMITS.comparison_rows)
    some = prepared
    if len(rows) < len(prepared.X):
        labels = None if prepared.labels is None else prepared.labels[rows]
        some = replace(
            prepared,
            X=prepared.X[rows],
            original=prepared.original[rows],
            rows=prepared.rows[rows],
            labels=labels,
        )
    return altered(some, chosen_alteration(prepared), _groups(some, fit))


def _groups(prepared: PreparedData, fit: Fit) -> IntArray:
    """The group (N,) of each row: its true label if labels are known, else its component in the fit."""
    if prepared.labels is not None and len(np.unique(prepared.labels[prepared.labels != UNLABELLED])) > 1:
        _, groups = np.unique(prepared.labels, return_inverse=True)
        return np.asarray(groups)
    return fit.mixture.labels(prepared.X)


def _size(comparison: KMeansComparison) -> int:
    """The bytes that a comparison takes: rows, responsibilities, labels, and the histories of the fit."""
    of_rows = 8 * comparison.X.size + 8 * len(comparison.X) * (comparison.kmeans.n_clusters + 3)
    return of_rows + size_of_fits(comparison.fit)
