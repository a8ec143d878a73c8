"""Labelled rows: a table as it was, with what a model says of each of its rows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gmm_core.arrays import FloatArray
from gmm_core.export.model_file.model import AppraisedRows, Model
from gmm_core.wording import unique

LABEL, UNCERTAINTY, LOG_DENSITY = "component", "uncertainty", "log-density"


def probability_names(n_components: int) -> list[str]:
    """The names of the columns of probabilities."""
    return [f"probability of component {number}" for number in range(1, n_components + 1)]


def labelled_rows(table: pd.DataFrame, model: Model) -> pd.DataFrame:
    """All columns and rows of the table in their order, and the label and its certainty behind them.

    component: of largest responsibility, counted from 1 as on screen.
    probability of component k: the responsibility p(k | x_n).
    uncertainty: 1 − the largest of them.
    log-density: log p(x_n) in nats, in the columns' own units.

    They are empty for a row that lacks a value, unless the model fills it. Where the table has a column of one of
    these names, a number is added to the new one. Errors as `Model.appraised`.
    """
    return beside(table, model.appraised(table))


def beside(table: pd.DataFrame, found: AppraisedRows) -> pd.DataFrame:
    """The table with these results of its own rows behind it."""
    appraisal = found.appraisal
    labels = np.zeros(found.n_rows, dtype=np.int64)
    labels[found.rows] = appraisal.components + 1
    results: dict[str, pd.Series] = {LABEL: pd.Series(labels, dtype="Int64").where(labels > 0)}
    for name, column in zip(
        probability_names(appraisal.responsibilities.shape[1]), appraisal.responsibilities.T, strict=True
    ):
        results[name] = _spread(column, found)
    results[UNCERTAINTY] = _spread(appraisal.uncertainty, found)
    results[LOG_DENSITY] = _spread(appraisal.log_density, found)
    added = pd.DataFrame(results).set_axis(table.index)
    whole = pd.concat([table, added], axis=1)
    whole.columns = pd.Index(unique([str(name) for name in whole.columns]))
    return whole


def result_names(table: pd.DataFrame, n_components: int) -> list[str]:
    """How the results are called behind this table."""
    own = [LABEL, *probability_names(n_components), UNCERTAINTY, LOG_DENSITY]
    return unique([*(str(name) for name in table.columns), *own])[-len(own) :]


def _spread(values: FloatArray, found: AppraisedRows) -> pd.Series:
    """The values at their rows, NaN at the others."""
    spread = np.full(found.n_rows, np.nan)
    spread[found.rows] = values
    return pd.Series(spread)
