"""The input of a check: the fit, the data as it was fitted, and a sample of the rows for costly checks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.fitting.fit import Fit
from gmm_core.tables.preparation import PreparedData
from gmm_core.tables.scaling import SCALINGS

MAX_ROWS = 2_000
"""The largest number of rows that a check uses if its cost grows with them."""
SEED = 0
"""The seed for drawing the sample of rows."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """The input of a check.

    Parameters
    ----------
    fit : Fit
        The fit to be checked.
    prepared : PreparedData
        The data that was fitted.
    scaling : str
        How its columns were scaled, a name of `SCALINGS`.
    """

    fit: Fit
    prepared: PreparedData
    scaling: str

    def __post_init__(self) -> None:
        assert self.scaling in SCALINGS

    @property
    def n_rows(self) -> int:
        """N, the number of all rows."""
        return len(self.prepared.X)

    @property
    def n_features(self) -> int:
        """D, the number of features."""
        return self.prepared.X.shape[1]

    @property
    def n_components(self) -> int:
        """K, the number of components."""
        return self.fit.mixture.n_components

    @property
    def is_sample(self) -> bool:
        """True if `rows` is a sample and not all rows."""
        return self.n_rows > MAX_ROWS

    @cached_property
    def positions(self) -> IntArray:
        """The positions of `rows`: all, or `MAX_ROWS` drawn without replacement, always the same ones, ascending."""
        if not self.is_sample:
            return np.arange(self.n_rows)
        drawn = np.random.default_rng(SEED).choice(self.n_rows, MAX_ROWS, replace=False, shuffle=False)
        return np.sort(drawn)

    @cached_property
    def rows(self) -> FloatArray:
        """The rows that costly checks use, at most `MAX_ROWS`, in the units of the fit."""
        return self.prepared.X[self.positions] if self.is_sample else self.prepared.X

    @cached_property
    def responsibilities(self) -> FloatArray:
        """The responsibilities p(k | x) of `rows`, shape (len(rows), K)."""
        return self.fit.mixture.responsibilities(self.rows)

    @cached_property
    def counts(self) -> FloatArray:
        """N_k = N π_k, the expected number of rows in each component, shape (K,)."""
        return self.n_rows * self.fit.mixture.weights
