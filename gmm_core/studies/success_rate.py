"""How often starts reach an optimum, and how many restarts it takes to reach it almost surely."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

SURE = 0.99
"""The probability with which the best is to be reached."""
CONFIDENCE = 0.95


def restarts_needed(share: float, probability: float = SURE) -> int | None:
    """The fewest restarts of which at least one succeeds with `probability`, if each does with `share`.

    n = ⌈log(1 − probability) / log(1 − share)⌉; one restart if the share is 1, and None, no number, if it is 0.
    """
    if share <= 0.0:
        return None
    if share >= 1.0:
        return 1
    # Rounding must not turn exactly one restart into two.
    return max(1, int(np.ceil(np.log1p(-probability) / np.log1p(-share) - 1e-9)))


@dataclass(frozen=True)
class SuccessRate:
    """Of `runs` starts of one kind, `reached` ended in the optimum."""

    reached: int
    runs: int

    @property
    def share(self) -> float:
        """The share of starts that reached it; 0 where there was none."""
        return self.reached / self.runs if self.runs else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval of the share: what so few runs leave open.

        (p̂ + z²/2n ± z √(p̂(1 − p̂)/n + z²/4n²)) / (1 + z²/n); all of [0, 1] without runs.

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
        """How many restarts reach it with 99 %, were the share exact; None where no run did."""
        return restarts_needed(self.share)

    @property
    def n_init_interval(self) -> tuple[int, int | None]:
        """The same at the ends of the interval: at least, and at most; None where there is no upper bound."""
        low, high = self.interval
        fewest = restarts_needed(high)
        assert fewest is not None  # the upper end of the interval is above 0
        return fewest, restarts_needed(low)
