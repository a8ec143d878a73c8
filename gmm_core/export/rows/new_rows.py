"""New rows: labels of rows that a model was not fitted to, and which of them are unexpected under the model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gmm_core.arrays import IntArray
from gmm_core.density.anomalies import Anomalies
from gmm_core.density.log_density_law import LogDensityLaw
from gmm_core.export.model_file.model import Model
from gmm_core.export.rows.labelled_rows import beside
from gmm_core.wording import unique

UNEXPECTED_SHARE = 0.01
"""Share of the rows drawn from the model itself whose log-density is below the threshold of unexpected rows."""
UNEXPECTED = "unexpected"
"""The name of the column that is added to labelled new rows."""


@dataclass(frozen=True, eq=False)
class NewRows:
    """How many new rows have which label, and which of them are unexpected.

    Parameters
    ----------
    n_rows : int
        N, the number of rows.
    counts : (K,)
        The number of rows with each component as their label.
    unexpected : Anomalies
        The labelled rows whose log-density is below the threshold, see `UNEXPECTED_SHARE`.
    """

    n_rows: int
    counts: IntArray
    unexpected: Anomalies

    @classmethod
    def of(cls, table: pd.DataFrame, model: Model) -> NewRows:
        """Label the rows of a table; raises as `Model.predicted`."""
        predicted = model.predicted(table)
        law = LogDensityLaw.of(model.mixture, model.log_volume)
        return cls(
            predicted.n_rows,
            np.bincount(predicted.predictions.components, minlength=model.n_components),
            Anomalies.of(predicted.predictions.log_density, law, "false alarms", UNEXPECTED_SHARE),
        )

    @property
    def n_labelled(self) -> int:
        """The number of rows that have a label; the others lack a value."""
        return int(self.counts.sum())

    @property
    def threshold(self) -> float:
        """The log-density below which a row is unexpected, in original units."""
        return self.unexpected.threshold


def labelled_new_rows(table: pd.DataFrame, model: Model, threshold: float) -> pd.DataFrame:
    """`labelled_rows` with one more column, true if the row is unexpected: its log-density is below the threshold."""
    predicted = model.predicted(table)
    labelled = beside(table, predicted)
    unexpected = pd.Series(pd.NA, index=labelled.index, dtype="boolean")
    unexpected.iloc[predicted.rows] = predicted.predictions.log_density < threshold
    names = unique([*labelled.columns, UNEXPECTED])
    return labelled.assign(**{names[-1]: unexpected})
