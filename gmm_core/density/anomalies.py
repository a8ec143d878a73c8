"""Anomalies: the least likely rows under a mixture, by one of two rules, and how many and how far chance explains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binom, chi2

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.density.log_density_law import LogDensityLaw
from gmm_core.density.predictions import nearest_components
from gmm_core.errors import ParameterError
from gmm_core.model.mixture import Mixture

TOO_MANY = 0.001
"""The probability below which chance does not explain the number of anomalies, or the distance of a row."""


def share_of_rows(log_density: FloatArray, law: LogDensityLaw, share: float) -> float:
    """The log-density below which the given share of the rows lies, rounded down to whole rows.

    It is the (m + 1)-th smallest log-density, m = ⌊share · N⌋: at most m rows lie below it, and fewer only if several
    rows have exactly this log-density. This rule finds anomalies in any data, even if no row is unusual.
    """
    below = int(np.floor(share * len(log_density) + 1e-9))
    return float(np.partition(log_density, below)[below])


def false_alarms(log_density: FloatArray, law: LogDensityLaw, share: float) -> float:
    """The log-density below which a point drawn from the mixture lies with probability `share`: the false-alarm rate.

    It bounds the highest-density region of probability 1 − share. It does not depend on the rows: if they follow the
    mixture, about share · N of them lie below it.
    """
    return law.quantile(share)


@dataclass(frozen=True)
class Rule:
    """A rule that turns a share into a threshold.

    Parameters
    ----------
    label, summary : str
        Its name and its description on screen.
    threshold : (log-densities (N,), law, share) -> float
        The log-density below which a row is an anomaly.
    """

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
"""The rules for anomalies, by name."""


@dataclass(frozen=True, eq=False)
class Anomalies:
    """The rows whose log-density lies below a threshold.

    Parameters
    ----------
    threshold : float
        A row is an anomaly if its log-density, in nats, is smaller.
    positions : (M,)
        The positions of the anomalies, the least likely first.
    n_rows : int
        N, the number of rows that were examined.
    expected_share : float
        P(log p(X) < threshold) for X from the mixture.
    """

    threshold: float
    positions: IntArray
    n_rows: int
    expected_share: float

    @classmethod
    def of(cls, log_density: FloatArray, law: LogDensityLaw, rule: str, share: float) -> Anomalies:
        """The anomalies among rows with these log-densities (N,), by a rule of `RULES` and a share in (0, 1).

        Raises `ParameterError` for an unknown rule or a share outside (0, 1).
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
        """M, the number of rows below the threshold."""
        return len(self.positions)

    @property
    def expected(self) -> float:
        """The expected number of rows below the threshold if all N rows were drawn from the mixture."""
        return self.n_rows * self.expected_share

    @property
    def probability(self) -> float:
        """The binomial probability that at least M of N rows drawn from the mixture lie below the threshold."""
        return float(binom.sf(self.count - 1, self.n_rows, self.expected_share))

    @property
    def too_many(self) -> bool:
        """True if there are more anomalies than chance explains, so that the mixture does not fit the tails."""
        return self.count > 0 and self.probability < TOO_MANY


def farthest_by_chance(n_rows: int, n_features: int) -> float:
    """The distance that no row of N drawn from a mixture exceeds, but for probability α: c = √χ²_D⁻¹(1 − α / N).

    It is a Mahalanobis distance to the nearest component, in its standard deviations; α = `TOO_MANY`. For X from
    component j the smallest distance is at most that to j, whose square follows χ²_D. So P(min_k d_k² > t) ≤
    P(χ²_D > t) for every mixture of D features, and by Boole's inequality the farthest of N rows lies beyond √t with
    probability at most N P(χ²_D > t).

    Source: Anderson, An Introduction to Multivariate Statistical Analysis (2003), theorem 3.3.3; Bonferroni (1936).
    """
    return float(np.sqrt(chi2.isf(TOO_MANY / n_rows, n_features)))


@dataclass(frozen=True)
class FarRows:
    """The anomalies that lie farther from every component than chance explains.

    Parameters
    ----------
    count : int
        The number of anomalies whose Mahalanobis distance to the nearest component exceeds `limit`.
    limit : float
        c of `farthest_by_chance`, in standard deviations of the nearest component.
    farthest : float
        The largest distance of an anomaly, in the same unit; 0 if there are no anomalies.
    """

    count: int
    limit: float
    farthest: float

    @classmethod
    def of(cls, anomalies: Anomalies, mixture: Mixture, X: ArrayLike) -> FarRows:
        """The far rows among the anomalies found in rows X (N, D), which are in the units of the mixture."""
        distances, _ = nearest_components(mixture, np.asarray(X)[anomalies.positions])
        limit = farthest_by_chance(anomalies.n_rows, mixture.n_features)
        return cls(int(np.count_nonzero(distances > limit)), limit, float(distances.max(initial=0.0)))
