"""The success rate of starts in reaching an optimum, and the number of restarts needed to reach it almost certainly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

ALMOST_CERTAIN = 0.99
"""The probability with which the restarts together should reach the optimum."""
CONFIDENCE = 0.95
"""The confidence level of intervals for the success rate."""


def restarts_needed(share: float, probability: float = ALMOST_CERTAIN) -> int | None:
    """The fewest restarts of which at least one succeeds with `probability`, if each succeeds with probability `share`.

    n = ⌈log(1 − probability) / log(1 − share)⌉; 1 if the share is 1, and None if it is 0.
    """
    if share <= 0.0:
        return None
    if share >= 1.0:
        return 1
    # Rounding must not turn exactly one restart into two.
    return max(1, int(np.ceil(np.log1p(-probability) / np.log1p(-share) - 1e-9)))


@dataclass(frozen=True)
class SuccessRate:
    """The success rate of one kind of start: `reached` of `runs` restarts ended in the optimum."""

    reached: int
    runs: int

    @property
    def share(self) -> float:
        """The share of restarts that reached the optimum; 0 if there was none."""
        return self.reached / self.runs if self.runs else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval of the share.

        (p̂ + z²/2n ± z √(p̂(1 − p̂)/n + z²/4n²)) / (1 + z²/n); [0, 1] if there was no restart.

        Source: Wilson, Probable inference, the law of succession, and statistical inference (1927).
        """
        if not self.runs:
            return 0.0, 1.0
        z = float(norm.ppf(0.5 + CONFIDENCE / 2))
        middle = self.share + z * z / (2 * self.runs)
        half = z * np.sqrt(self.share * (1 - self.share) / self.runs + z * z / (4 * self.runs**2))
        scale = 1 + z * z / self.runs
        low = 0.0 if self.reached == 0 else float((middle - half) / scale)
        high = 1.0 if self.reached == self.runs else float((middle + half) / scale)
        return low, high

    @property
    def n_init(self) -> int | None:
        """The restarts needed to reach the optimum with 99 % if the share is exact; None if no restart reached it."""
        return restarts_needed(self.share)

    @property
    def n_init_interval(self) -> tuple[int, int | None]:
        """The smallest and largest `n_init` over the 95 % interval of the share; None if there is no upper bound."""
        low, high = self.interval
        fewest = restarts_needed(high)
        assert fewest is not None  # the upper end of the interval is above 0
        return fewest, restarts_needed(low)
