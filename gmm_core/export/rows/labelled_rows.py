"""Labelled rows: a table with the component, probabilities, uncertainty and log-density of each row added."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gmm_core.arrays import FloatArray
from gmm_core.export.model_file.model import Model, PredictedRows
from gmm_core.wording import unique

LABEL, UNCERTAINTY, LOG_DENSITY = "component", "uncertainty", "log-density"
"""Names of columns that are added, beside those of `probability_names`."""


def probability_names(n_components: int) -> list[str]:
    """The names of the K columns of responsibilities."""
    return [f"probability of component {number}" for number in range(1, n_components + 1)]


def labelled_rows(table: pd.DataFrame, model: Model) -> pd.DataFrame:
    """The table with all its rows and columns in their order, and these columns added at the end.

    - component: the one with the largest responsibility, counted from 1 as on screen.
    - probability of component k: the responsibility p(k | x_n).
    - uncertainty: 1 − the largest responsibility.
    - log-density: log p(x_n) in nats, in the columns' own units.

    They are empty for a row that lacks a value, unless the model fills it. If the table has a column of the same name,
    a number is added to the new name. Raises as `Model.predicted`.
    """
    return beside(table, model.predicted(table))


def beside(table: pd.DataFrame, predicted: PredictedRows) -> pd.DataFrame:
    """The table with the columns of results added; `found` are the results for its rows."""
    predictions = predicted.predictions
    labels = np.zeros(predicted.n_rows, dtype=np.int64)
    labels[predicted.rows] = predictions.components + 1
    results: dict[str, pd.Series] = {LABEL: pd.Series(labels, dtype="Int64").where(labels > 0)}
    for name, column in zip(
        probability_names(predictions.responsibilities.shape[1]), predictions.responsibilities.T, strict=True
    ):
        results[name] = _spread(column, predicted)
    results[UNCERTAINTY] = _spread(predictions.uncertainty, predicted)
    results[LOG_DENSITY] = _spread(predictions.log_density, predicted)
    added = pd.DataFrame(results).set_axis(table.index)
    whole = pd.concat([table, added], axis=1)
    whole.columns = pd.Index(unique([str(name) for name in whole.columns]))
    return whole


def result_names(table: pd.DataFrame, n_components: int) -> list[str]:
    """The names of the columns that `labelled_rows` adds to this table."""
    own = [LABEL, *probability_names(n_components), UNCERTAINTY, LOG_DENSITY]
    return unique([*(str(name) for name in table.columns), *own])[-len(own) :]


def _spread(values: FloatArray, predicted: PredictedRows) -> pd.Series:
    """A column (N,) with the values (M,) in their rows and NaN in the others."""
    spread = np.full(predicted.n_rows, np.nan)
    spread[predicted.rows] = values
    return pd.Series(spread)
