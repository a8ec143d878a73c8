"""What a check looks at: the data as it is fitted, the fit, and a sample of rows where all would take long."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.fitting.fit import Fit
from gmm_core.tables.preparation import PreparedData
from gmm_core.tables.scaling import SCALINGS

MAX_ROWS = 2_000
"""How many rows a check looks at where its cost grows with them."""
SEED = 0


@dataclass(frozen=True, eq=False)
class Evidence:
    """A fit, the data that it was made of, and how that was scaled (a name of `SCALINGS`)."""

    fit: Fit
    prepared: PreparedData
    scaling: str

    def __post_init__(self) -> None:
        assert self.scaling in SCALINGS

    @property
    def n_rows(self) -> int:
        """N, all rows."""
        return len(self.prepared.X)

    @property
    def n_features(self) -> int:
        """D."""
        return self.prepared.X.shape[1]

    @property
    def n_components(self) -> int:
        """K."""
        return self.fit.mixture.n_components

    @property
    def is_sample(self) -> bool:
        """Whether `rows` are fewer than all."""
        return self.n_rows > MAX_ROWS

    @cached_property
    def positions(self) -> IntArray:
        """Which rows are looked at: all, or `MAX_ROWS` drawn without replacement, the same every time."""
        if not self.is_sample:
            return np.arange(self.n_rows)
        drawn = np.random.default_rng(SEED).choice(self.n_rows, MAX_ROWS, replace=False, shuffle=False)
        return np.sort(drawn)

    @cached_property
    def rows(self) -> FloatArray:
        """The rows that are looked at, in the units of the fit."""
        return self.prepared.X[self.positions] if self.is_sample else self.prepared.X

    @cached_property
    def responsibilities(self) -> FloatArray:
        """p(k | x) of `rows`, (rows, K)."""
        return self.fit.mixture.responsibilities(self.rows)

    @cached_property
    def counts(self) -> FloatArray:
        """N_k = N π_k, the rows that each component holds, of all rows."""
        return self.n_rows * self.fit.mixture.weights
