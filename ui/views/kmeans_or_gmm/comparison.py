"""The comparison of K-means and the mixture on the changed data, from the cache or computed in view."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from gmm_core.arrays import IntArray
from gmm_core.errors import ExplorerError
from gmm_core.fitting.fit import Fit
from gmm_core.fitting.time_estimate import seconds_of_fit
from gmm_core.studies.kmeans_comparison.comparison import KMeansComparison, comparing
from gmm_core.tables.alteration import altered
from gmm_core.tables.preparation import UNLABELLED, PreparedData
from ui.compute.cache import comparison_store
from ui.compute.limits import LIMITS
from ui.compute.long_task import LongTask, TakesTime
from ui.figures.base.points import drawn_rows
from ui.shell.analysis import Analysis
from ui.shell.text import markdown
from ui.views.kmeans_or_gmm.alteration import chosen_alteration


@dataclass(frozen=True, eq=False)
class Compared:
    """A comparison with the rows it was made on, as they were altered.

    Parameters
    ----------
    outlier : int or None
        The position of the added row, or None.
    is_sample : bool
        True if it was made on some of the rows only.
    """

    versus: KMeansComparison
    prepared: PreparedData
    outlier: int | None
    is_sample: bool


def compute_comparison(analysis: Analysis, prepared: PreparedData, fit: Fit) -> None:
    """Have the comparison ready for `computed_comparison`, with progress and a stop button while it is computed."""
    place = st.empty()  # always there, so that what follows keeps its place, and a chart its node
    try:
        _comparison(analysis, _changed(prepared, fit), place)
    except ExplorerError:
        return  # `computed_comparison` says why


def computed_comparison(analysis: Analysis, prepared: PreparedData, fit: Fit) -> Compared | None:
    """The comparison if it is ready or takes no time, or None with a sentence on the screen that says why not."""
    place = st.container()
    changed = _changed(prepared, fit)
    try:
        versus = _comparison(analysis, changed, None)
    except TakesTime:
        st.rerun()
    except ExplorerError as error:
        place.error(markdown(str(error), 600), icon=":material/error:")
        return None
    has_outlier = bool(chosen_alteration(prepared).outlier)
    return Compared(
        versus,
        changed,
        len(changed.X) - 1 if has_outlier else None,
        len(prepared.X) > LIMITS.comparison_rows,
    )


def _changed(prepared: PreparedData, fit: Fit) -> PreparedData:
    """The rows, or a random sample of them, altered as the controls say."""
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
    """What is pulled apart: the true labels where they are known, else the components of the fit."""
    if prepared.labels is not None and len(np.unique(prepared.labels[prepared.labels != UNLABELLED])) > 1:
        _, groups = np.unique(prepared.labels, return_inverse=True)
        return np.asarray(groups)
    return fit.mixture.labels(prepared.X)


def _comparison(analysis: Analysis, changed: PreparedData, place: DeltaGenerator | None) -> KMeansComparison:
    return COMPARISONS.value(
        (changed.digest, len(changed.X), analysis.preparation.label_column, analysis.specification),
        lambda: comparing(changed.X, analysis.specification, columns=changed.columns, labels=changed.labels),
        comparison_store(analysis.private),
        place,
        seconds_of_fit(changed.X.shape, analysis.specification),
    )


def _size(versus: KMeansComparison) -> int:
    """Bytes that a comparison keeps: rows, responsibilities and labels, and the histories of the fit."""
    runs = versus.fit.runs
    histories = 16 * sum(len(run.log_likelihoods) + run.history_values for run in runs)
    return 8 * versus.X.size + 8 * len(versus.X) * (versus.kmeans.n_clusters + 3) + histories + 4096


COMPARISONS = LongTask("comparisons", _size, "Compares with the best of the restarts done so far.")
