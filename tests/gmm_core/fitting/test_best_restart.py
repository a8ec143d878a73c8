"""Which restart is the answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from gmm_core.errors import FitError
from gmm_core.fitting.best_restart import best_run


@dataclass
class Ended:
    """A restart of which the score is asked."""

    log_likelihood: float
    cost: float = 0.0
    valid: bool = True
    on_sample: bool = False
    reason: str = "for a reason"
    asked: list[int] = field(default_factory=list)

    @property
    def score(self) -> float:
        self.asked.append(1)
        return self.log_likelihood - self.cost


def best(*runs: Ended) -> int:
    return best_run(cast(Any, runs))


def test_the_restart_of_highest_score_wins_and_of_equal_ones_the_first() -> None:
    assert best(Ended(1.0), Ended(3.0, cost=2.5), Ended(2.0)) == 2
    assert best(Ended(1.0), Ended(2.0), Ended(2.0)) == 1
    assert best(Ended(2.0), Ended(3.0, cost=1.0)) == 0
    assert best(Ended(3.0, cost=1.0), Ended(2.0)) == 0


def test_what_failed_or_was_left_on_a_sample_is_no_answer() -> None:
    assert best(Ended(9.0, valid=False), Ended(8.0, on_sample=True), Ended(1.0)) == 2
    with pytest.raises(FitError, match="for a reason"):
        best(Ended(1.0, valid=False))


def test_only_restarts_that_could_win_are_asked_what_narrow_components_cost_them() -> None:
    runs = Ended(1.0), Ended(5.0), Ended(4.0)
    assert best(*runs) == 1
    assert not runs[0].asked and not runs[2].asked
