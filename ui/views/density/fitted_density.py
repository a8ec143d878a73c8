"""The density of the fitted mixture in the data's own units, with the values that the page uses more than once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import streamlit as st

from gmm_core.arrays import FloatArray
from gmm_core.density.log_density_law import LogDensityLaw
from gmm_core.density.predictions import Predictions
from gmm_core.model.mixture import Mixture
from gmm_core.model.standardization import Standardization
from gmm_core.tables.preparation import PreparedData

_KEY = "law of the log-density"
"""Key of the session state: the mixture, the digest of its data and its `LogDensityLaw`."""


@dataclass(frozen=True, eq=False)
class FittedDensity:
    """A mixture in fitted units, and its log-densities in the data's own units.

    Parameters
    ----------
    mixture : Mixture
        The mixture, in fitted units.
    prepared : PreparedData
        The rows, with the center and the scale of each column.
    law : LogDensityLaw
        The distribution of the log-density of points drawn from the mixture, in the data's own units.
    """

    mixture: Mixture
    prepared: PreparedData
    law: LogDensityLaw

    @cached_property
    def log_volume(self) -> float:
        """Σ_d log scale_d: log-density in the data's own units = log-density in fitted units − this."""
        return log_volume(self.prepared)

    @cached_property
    def of_rows(self) -> Predictions:
        """The log-density of every row, in the data's own units, and its responsibilities."""
        return Predictions.of(self.mixture, self.prepared.X, self.log_volume)

    @cached_property
    def peak(self) -> float:
        """The largest log-density at any row or mean, in the data's own units."""
        at_means = self.mixture.log_density(self.mixture.means).max() - self.log_volume
        return float(max(at_means, self.of_rows.log_density.max()))

    def fitted_units(self, points: FloatArray) -> FloatArray:
        """Points (M, D) in the data's own units, converted to fitted units."""
        return np.asarray((points - self.prepared.center) / self.prepared.scale)


def log_volume(prepared: PreparedData) -> float:
    """Σ_d log scale_d over the fitted columns."""
    return Standardization(prepared.center, prepared.scale).log_volume


def fitted_density(mixture: Mixture, prepared: PreparedData) -> FittedDensity:
    """The density of this fit; its `law` may need many draws, so it is kept until the fit changes."""
    known: tuple[Mixture, str, LogDensityLaw] | None = st.session_state.get(_KEY)
    if known is None or known[0] is not mixture or known[1] != prepared.digest:
        known = (mixture, prepared.digest, LogDensityLaw.of(mixture, log_volume(prepared)))
        st.session_state[_KEY] = known
    return FittedDensity(mixture, prepared, known[2])
