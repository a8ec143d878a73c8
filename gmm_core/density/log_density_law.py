"""The distribution of log p(X) for X drawn from the mixture p itself, which tells how unusual a log-density is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import chi2

from gmm_core.arrays import FloatArray
from gmm_core.errors import ParameterError
from gmm_core.model.mixture import Mixture

SEED = 1996
"""The seed of the draws, so that the same mixture always gives the same numbers."""
MAX_DRAWS, FEWEST_DRAWS = 40_000, 5_000
"""The largest and smallest number of points drawn from a mixture."""
OPERATIONS = 5e8
"""The upper bound of draws · K · D²: with many components and features fewer points are drawn."""
ROWS_AT_ONCE = 4_096
"""The number of points whose densities are computed together, which bounds the memory."""


@dataclass(frozen=True, eq=False)
class LogDensityLaw:
    """The distribution of log p(X) for X drawn from the mixture p.

    Parameters
    ----------
    peak : float
        log p at the mean of a single Gaussian, in nats; +∞ if the law is estimated from draws.
    n_features : int
        D.
    draws : (M,)
        log p of M points drawn from the mixture, in nats, ascending; empty if the law is exact.

    With one component, log p(X) = log p(μ) − ½ χ²_D exactly. With more, the law is estimated from draws with a fixed
    seed, as Hyndman does.

    Source: Hyndman, Computing and graphing highest density regions, The American Statistician 50(2) (1996), section 2.
    """

    peak: float
    n_features: int
    draws: FloatArray

    @classmethod
    def of(cls, mixture: Mixture, log_volume: float = 0.0) -> LogDensityLaw:
        """The law of log p(X) − `log_volume`: with Σ_d log scale_d, that of the density in the data's own units."""
        if mixture.n_components == 1:
            return cls(
                float(mixture.log_normalizers[0]) - log_volume,
                mixture.n_features,
                np.empty(0, dtype=np.float64),
            )
        draws = _drawn_log_densities(mixture)
        draws -= log_volume
        draws.sort()
        draws.setflags(write=False)
        return cls(np.inf, mixture.n_features, draws)

    @property
    def n_draws(self) -> int:
        """M, the number of points drawn; 0 if the law is exact."""
        return len(self.draws)

    def quantile(self, share: float) -> float:
        """The log-density below which a point drawn from the mixture lies with probability `share`.

        Raises `ParameterError` for a share outside (0, 1).
        """
        if not 0.0 < share < 1.0:
            raise ParameterError(f"A share of {share:g} has no log-density: take one between 0 and 1.")
        if not self.n_draws:
            return self.peak - 0.5 * float(chi2.isf(share, df=self.n_features))
        return float(np.quantile(self.draws, share))

    def share_below(self, log_density: ArrayLike) -> FloatArray:
        """P(log p(X) < t) for each log-density t, in the shape of the argument."""
        at = np.asarray(log_density, dtype=np.float64)
        if not self.n_draws:
            return np.asarray(chi2.sf(2.0 * (self.peak - at), df=self.n_features), dtype=np.float64)
        return np.searchsorted(self.draws, at, side="left") / self.n_draws

    def standard_error(self, share: float) -> float:
        """The standard error of the share below `quantile(share)`: √(share (1 − share) / M); 0 if the law is exact."""
        return float(np.sqrt(share * (1.0 - share) / self.n_draws)) if self.n_draws else 0.0


def _drawn_log_densities(mixture: Mixture) -> FloatArray:
    """log p of points drawn from the mixture with the fixed seed, component by component, shape (M,)."""
    rng = np.random.default_rng(SEED)
    n_components, n_features = mixture.means.shape
    n_draws = int(np.clip(OPERATIONS / (n_components * n_features**2), FEWEST_DRAWS, MAX_DRAWS))
    counts = rng.multinomial(n_draws, mixture.weights / mixture.weights.sum())
    log_densities = []
    for mean, factor, count in zip(mixture.means, mixture.cholesky_factors, counts.tolist(), strict=True):
        for first in range(0, count, ROWS_AT_ONCE):
            normal = rng.standard_normal((min(ROWS_AT_ONCE, count - first), n_features))
            log_densities.append(mixture.log_density(mean + normal @ factor.T))
    return np.concatenate(log_densities)
