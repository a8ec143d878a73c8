"""The fitted density with what its page needs of it more than once."""

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


@dataclass(frozen=True, eq=False)
class FittedDensity:
    """A mixture of fitted units, whose densities are told in the data's own.

    Parameters
    ----------
    mixture : Mixture
        Of the fitted units.
    prepared : PreparedData
        The rows, and the way back to their own units.
    law : LogDensityLaw
        Of the mixture, in the data's own units.
    """

    mixture: Mixture
    prepared: PreparedData
    law: LogDensityLaw

    @cached_property
    def log_volume(self) -> float:
        """What is taken off a log-density of fitted units."""
        return log_volume(self.prepared)

    @cached_property
    def of_rows(self) -> Predictions:
        """What it says of every row."""
        return Predictions.of(self.mixture, self.prepared.X, self.log_volume)

    @cached_property
    def peak(self) -> float:
        """The largest log-density at a row or a mean."""
        at_means = self.mixture.log_density(self.mixture.means).max() - self.log_volume
        return float(max(at_means, self.of_rows.log_density.max()))

    def fitted_units(self, points: FloatArray) -> FloatArray:
        """Points (M, D) of the data's own units, as they are fitted."""
        return np.asarray((points - self.prepared.center) / self.prepared.scale)


def log_volume(prepared: PreparedData) -> float:
    """Σ_d log scale_d of the preparation."""
    return Standardization(prepared.center, prepared.scale).log_volume


def fitted_density(mixture: Mixture, prepared: PreparedData) -> FittedDensity:
    """The density of this fit; what was drawn to know its law is kept until the visitor looks at another."""
    known: tuple[Mixture, str, LogDensityLaw] | None = st.session_state.get(_KEY)
    if known is None or known[0] is not mixture or known[1] != prepared.digest:
        known = (mixture, prepared.digest, LogDensityLaw.of(mixture, log_volume(prepared)))
        st.session_state[_KEY] = known
    return FittedDensity(mixture, prepared, known[2])
