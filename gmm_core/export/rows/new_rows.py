"""New rows: what a model says of rows that it was not fitted to, and whether it expects such."""

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
"""Rows less likely than so much of what the model itself draws are unexpected."""
UNEXPECTED = "unexpected"


@dataclass(frozen=True, eq=False)
class NewRows:
    """What a model says of new rows, in numbers.

    Parameters
    ----------
    n_rows : int
        N, how many rows there are.
    counts : (K,)
        How many rows have each component as their label.
    unexpected : Anomalies
        The labelled rows of a log-density below the threshold under which 1 % of what the model draws lies.
    """

    n_rows: int
    counts: IntArray
    unexpected: Anomalies

    @classmethod
    def of(cls, table: pd.DataFrame, model: Model) -> NewRows:
        """Errors as `Model.appraised`."""
        found = model.appraised(table)
        law = LogDensityLaw.of(model.mixture, model.log_volume)
        return cls(
            found.n_rows,
            np.bincount(found.appraisal.components, minlength=model.n_components),
            Anomalies.of(found.appraisal.log_density, law, "false alarms", UNEXPECTED_SHARE),
        )

    @property
    def n_labelled(self) -> int:
        """How many rows have a label; the others lack a value."""
        return int(self.counts.sum())

    @property
    def threshold(self) -> float:
        """The log-density below which a row is unexpected, in original units."""
        return self.unexpected.threshold


def labelled_new_rows(table: pd.DataFrame, model: Model, threshold: float) -> pd.DataFrame:
    """`labelled_rows`, and behind them whether a row is unexpected: of a log-density below the threshold."""
    found = model.appraised(table)
    labelled = beside(table, found)
    unexpected = pd.Series(pd.NA, index=labelled.index, dtype="boolean")
    unexpected.iloc[found.rows] = found.appraisal.log_density < threshold
    names = unique([*labelled.columns, UNEXPECTED])
    return labelled.assign(**{names[-1]: unexpected})
