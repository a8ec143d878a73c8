"""Which rows are the least likely under a mixture, by one of two rules; how many chance explains, and how far out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binom, chi2

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.density.appraisal import nearest_components
from gmm_core.density.log_density_law import LogDensityLaw
from gmm_core.errors import ParameterError
from gmm_core.model.mixture import Mixture

TOO_MANY = 0.001
"""Below this probability the rows under a threshold are more, or lie farther out, than chance explains."""


def share_of_rows(log_density: FloatArray, law: LogDensityLaw, share: float) -> float:
    """The threshold under which the least likely `share` of the rows lies, rounded down to whole rows.

    It is the (m + 1)-th smallest log-density, m = ⌊share · N⌋, so that at most m rows lie below, and fewer only where
    several have exactly that log-density. It finds rows in any data, whether or not they are odd.
    """
    below = int(np.floor(share * len(log_density) + 1e-9))
    return float(np.partition(log_density, below)[below])


def false_alarms(log_density: FloatArray, law: LogDensityLaw, share: float) -> float:
    """The threshold under which a `share` of what the mixture itself draws lies: the rate of false alarms.

    The same boundary as that of the highest-density region of probability 1 − share. It does not depend on the rows:
    if these follow the mixture, about share · N of them lie below.
    """
    return law.quantile(share)


@dataclass(frozen=True)
class Rule:
    """How a share becomes a threshold."""

    label: str
    summary: str
    threshold: Callable[[FloatArray, LogDensityLaw, float], float]


RULES: dict[str, Rule] = {
    "rows": Rule("Share of the rows", "the least likely so many percent of these rows", share_of_rows),
    "false alarms": Rule(
        "False-alarm rate",
        "below this log-density lie so many percent of what the mixture itself draws, each of them a false alarm",
        false_alarms,
    ),
}


@dataclass(frozen=True, eq=False)
class Anomalies:
    """The rows whose log-density lies below a threshold.

    Parameters
    ----------
    threshold : float
        A row is an anomaly if its log-density is smaller.
    positions : (M,)
        Of these rows, the least likely first.
    n_rows : int
        N, how many rows were looked at.
    expected_share : float
        P(log p(X) < threshold) for X from the mixture.
    """

    threshold: float
    positions: IntArray
    n_rows: int
    expected_share: float

    @classmethod
    def of(cls, log_density: FloatArray, law: LogDensityLaw, rule: str, share: float) -> Anomalies:
        """The anomalies among rows of these log-densities (N,), by a rule of `RULES` and a share in (0, 1).

        Raises ParameterError for an unknown rule or another share.
        """
        if rule not in RULES:
            raise ParameterError(
                f"There is no rule {rule!r} for anomalies: choose one of {', '.join(RULES)}."
            )
        if not 0.0 < share < 1.0:
            raise ParameterError(f"A share of {share:g} of the rows is none: take one between 0 and 1.")
        threshold = RULES[rule].threshold(log_density, law, share)
        below = np.flatnonzero(log_density < threshold)
        ordered = below[np.argsort(log_density[below], kind="stable")]
        return cls(threshold, ordered, len(log_density), float(law.share_below(threshold)))

    @property
    def count(self) -> int:
        """M, how many rows lie below the threshold."""
        return len(self.positions)

    @property
    def expected(self) -> float:
        """How many of N rows drawn from the mixture would lie below, on average."""
        return self.n_rows * self.expected_share

    @property
    def probability(self) -> float:
        """P(at least M of N rows drawn from the mixture lie below): binomial, so small where M are too many."""
        return float(binom.sf(self.count - 1, self.n_rows, self.expected_share))

    @property
    def too_many(self) -> bool:
        """Whether there are more than chance explains, so that the mixture does not fit the tails."""
        return self.count > 0 and self.probability < TOO_MANY


def farthest_by_chance(n_rows: int, n_features: int) -> float:
    """c = √χ²_D⁻¹(1 − α / N), α = TOO_MANY: beyond it lies a row of N drawn from a mixture with probability ≤ α.

    A Mahalanobis distance, in standard deviations of the nearest component. For X from component j the smallest
    distance is at most that to j, whose square follows χ²_D. So P(min_k d_k² > t) ≤ P(χ²_D > t) for every mixture of D
    features, and by Boole's inequality the farthest of N rows lies beyond √t with probability at most N P(χ²_D > t).

    Source: Anderson, An Introduction to Multivariate Statistical Analysis (2003), theorem 3.3.3; Bonferroni (1936).
    """
    return float(np.sqrt(chi2.isf(TOO_MANY / n_rows, n_features)))


@dataclass(frozen=True)
class FarRows:
    """How many anomalies lie farther from every component than chance explains.

    Parameters
    ----------
    count : int
        How many have a Mahalanobis distance to the nearest component that exceeds `limit`.
    limit : float
        c of `farthest_by_chance`, in standard deviations of the nearest component.
    farthest : float
        The largest distance, in the same unit; 0 where there are no anomalies.
    """

    count: int
    limit: float
    farthest: float

    @classmethod
    def of(cls, found: Anomalies, mixture: Mixture, X: ArrayLike) -> FarRows:
        """Those of the anomalies that were found among rows X (N, D), in the units of the mixture."""
        distances, _ = nearest_components(mixture, np.asarray(X)[found.positions])
        limit = farthest_by_chance(found.n_rows, mixture.n_features)
        return cls(int(np.count_nonzero(distances > limit)), limit, float(distances.max(initial=0.0)))
