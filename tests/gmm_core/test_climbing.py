"""Restarts side by side: begun together where that pays, and one after another where it does not."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, current_thread, main_thread

import numpy as np
import pytest

from gmm_core import climbing
from gmm_core.fit import fit
from gmm_core.initialization import random_starts
from gmm_core.mixture import Mixture
from gmm_core.problem import FitProblem
from gmm_core.specification import FitSpecification

X = np.random.default_rng(0).normal(size=(600, 2)) + 3.0 * np.arange(2).repeat(300)[:, None]
PAIR = FitSpecification(n_components=2, n_init=2)


class Meeting:
    """A start that first does something."""

    kind = "meeting"

    def __init__(self, number: int, first: Callable[[], object]) -> None:
        self._first, self._start = first, random_starts("random points", 2, 0)[number]

    def mixture(self, problem: FitProblem) -> Mixture:
        """What random points start."""
        self._first()
        return self._start.mixture(problem)


def test_the_first_restart_does_not_keep_the_others_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(climbing, "cores", lambda: 2)
    both_are_there = Barrier(2, timeout=60.0)
    result = fit(X, PAIR, starts=[Meeting(number, both_are_there.wait) for number in range(2)])
    assert all(run.converged for run in result.runs)


@pytest.mark.parametrize(("n_rows", "alone"), [(60, True), (600, False)])
def test_threads_are_taken_where_a_restart_is_long_enough(
    n_rows: int, alone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(climbing, "cores", lambda: 2)
    threads = set()
    starts = [Meeting(number, lambda: threads.add(current_thread())) for number in range(2)]
    fit(X[:: len(X) // n_rows], PAIR, starts=starts)
    assert (threads == {main_thread()}) is alone
