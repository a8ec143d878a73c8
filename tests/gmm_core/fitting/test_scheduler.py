"""Restarts side by side: begun together where that pays, and one after another where it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Barrier, Event, current_thread, main_thread
from weakref import ref

import numpy as np
import pytest

from gmm_core.em.trajectory import Chunk
from gmm_core.engines.threads import cores, workers
from gmm_core.fitting import scheduler as run_restarts
from gmm_core.fitting.fit import fit
from gmm_core.fitting.restart import FitContext
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.mixture import Mixture
from gmm_core.starts.beginning import Beginning
from gmm_core.starts.kinds import random_starts
from gmm_core.starts.problem import FitProblem

X = np.random.default_rng(0).normal(size=(600, 2)) + 3.0 * np.arange(2).repeat(300)[:, None]
PAIR = FitSpecification(n_components=2, n_init=2)


class Meeting:
    """A start that first does something."""

    kind = "meeting"

    def __init__(self, number: int, first: Callable[[], object]) -> None:
        self._first, self._start = first, random_starts("random points", 2, 0)[number]

    def beginning(self, problem: FitProblem) -> Beginning:
        """What random points start."""
        self._first()
        return self._start.beginning(problem)


def test_the_first_restart_does_not_keep_the_others_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_restarts, "cores", lambda: 2)
    both_are_there = Barrier(2, timeout=60.0)
    result = fit(X, PAIR, starts=[Meeting(number, both_are_there.wait) for number in range(2)])
    assert all(run.converged for run in result.runs)


def test_no_threads_are_asked_where_restarts_are_short(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked() -> None:
        raise AssertionError

    monkeypatch.setattr(run_restarts, "cores", lambda: 2)
    monkeypatch.setattr(run_restarts, "workers", asked)
    assert all(run.converged for run in fit(X[::10], PAIR).runs)
    with pytest.raises(AssertionError):
        fit(X, PAIR)


@pytest.mark.parametrize("engine", ["blocked", "compiled"])
@pytest.mark.parametrize(("n_components", "init"), [(3, "k-means"), (1, "random points")])
def test_the_same_start_is_climbed_once(
    n_components: int, init: str, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    corners = np.array([[0.0, 0.0], [20.0, 0.0], [0.0, 20.0]])
    rows = np.random.default_rng(1).normal(size=(600, 2)) + corners.repeat(200, axis=0)
    fitted_starts, chunks = [], FitContext.chunks

    def counted(context: FitContext, start: Mixture) -> Iterator[Chunk]:
        fitted_starts.append(start)
        return chunks(context, start)

    specification = FitSpecification(n_components=n_components, n_init=6, init=init)
    unchanged = fit(rows, replace(specification, n_init=1), engine=engine).best
    monkeypatch.setattr(run_restarts, "cores", lambda: 1)
    monkeypatch.setattr(FitContext, "chunks", counted)
    runs = fit(rows, specification, engine=engine).runs
    assert len(fitted_starts) == 1
    assert [run.number for run in runs] == list(range(6))
    assert [run.kind for run in runs] == [start.kind for start in random_starts(init, 6, 0)]
    for run in runs:
        assert run.converged
        np.testing.assert_array_equal(run.log_likelihoods, unchanged.log_likelihoods)
        np.testing.assert_array_equal(run.mixture.covariances, unchanged.mixture.covariances)
        assert len(run.mixtures) == len(unchanged.mixtures)


def test_a_fit_goes_on_alone_while_others_keep_the_workers_busy_and_leaves_nothing_with_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run_restarts, "cores", lambda: 2)
    threads = set()
    starts = [Meeting(number % 2, lambda: threads.add(current_thread())) for number in range(12)]
    left = [ref(start) for start in starts]
    over = Event()
    others = [workers().submit(over.wait, 60.0) for _ in range(cores())]
    try:
        result = fit(X, replace(PAIR, n_init=12), starts=starts)
        assert threads == {main_thread()}
        assert [run.number for run in result.runs] == list(range(12))
        assert all(run.converged for run in result.runs)
        starts.clear()
        assert [start() for start in left] == [None] * 12
        assert not any(other.done() for other in others)
    finally:
        over.set()
