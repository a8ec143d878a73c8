"""A fit that is cut short, however that happens, leaves nothing behind: no restart, no limit, no file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from traceback import walk_stack
from types import FrameType

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from gmm_core.engines.cancellation import checkpoint, interruptible
from gmm_core.errors import FitError, ParameterError
from gmm_core.fitting import subsample as sampling
from gmm_core.fitting.fit import Fit, StopFitting, fit, fitting
from gmm_core.fitting.progress import Progress
from gmm_core.fitting.restart import Restart
from gmm_core.fitting.specification import FitSpecification
from gmm_core.starts.beginning import Beginning
from gmm_core.starts.kinds import random_starts
from gmm_core.starts.problem import FitProblem
from gmm_core.studies.family_comparison import fitting_structures
from gmm_core.studies.kmeans_comparison.comparison import comparing
from gmm_core.studies.model_grid import fitting_cell
from gmm_core.studies.start_survey import surveying

RNG = np.random.default_rng(1)
X = np.concatenate([RNG.normal(size=(300, 2)), RNG.normal(size=(250, 2)) + 3.0])
SPECIFICATION = FitSpecification(n_components=2, n_init=6)


def restarts() -> list[FrameType]:
    """Where the threads are that are at work on a restart."""
    frames = sys._current_frames().values()
    work = {method.__code__ for method in (Restart.begin, Restart.begin_on_sample, Restart.advance)}
    return [frame for frame in frames if any(at.f_code in work for at, _ in walk_stack(frame))]


@pytest.fixture(autouse=True)
def two_threads_of_blas() -> Iterator[None]:
    """As a fit finds it, which must leave it so: it takes one while it goes on."""
    with threadpool_limits(2, user_api="blas"):
        yield


def limits() -> dict[str, int]:
    return {pool["filepath"]: pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


def same(one: Fit, other: Fit) -> bool:
    return all(
        a.log_likelihoods.tobytes() == b.log_likelihoods.tobytes()
        for a, b in zip(one.runs, other.runs, strict=True)
    )


@pytest.fixture(params=[1, 3], ids=["one restart at a time", "three at a time"])
def _cores(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gmm_core.fitting.scheduler.cores", lambda: request.param)


@pytest.fixture(params=[False, True], ids=["all rows", "a sample"])
def _sample(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param:
        monkeypatch.setattr(sampling, "FEWEST_SAMPLED", 100)
        monkeypatch.setattr(sampling, "ROWS_PER_PARAMETER", 1)


@pytest.mark.usefixtures("_cores", "_sample")
@pytest.mark.parametrize("steps", [1, 3])
@pytest.mark.parametrize("cut", [StopFitting, KeyboardInterrupt, MemoryError, GeneratorExit])
def test_nothing_is_left_and_the_next_fit_is_the_same(
    cut: type[BaseException], steps: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    undisturbed, before = fit(X, SPECIFICATION), limits()
    running = fitting(X, SPECIFICATION)
    for _ in range(steps):
        next(running)
    assert set(limits().values()) == {1}
    if cut is GeneratorExit:
        running.close()
    else:
        with pytest.raises(StopIteration if cut is StopFitting else cut):
            running.throw(cut())
    assert restarts() == []
    assert limits() == before
    assert list(tmp_path.iterdir()) == []
    assert same(fit(X, SPECIFICATION), undisturbed)


class Interrupting:
    """A start in the course of which something goes wrong that is no fault of the mixture."""

    kind = "interrupting"

    def __init__(self, raised: Callable[[], BaseException]) -> None:
        self._raised = raised

    def beginning(self, problem: FitProblem) -> Beginning:
        raise self._raised()


@pytest.mark.usefixtures("_cores")
@pytest.mark.parametrize("raised", [KeyboardInterrupt, MemoryError, ZeroDivisionError])
def test_what_is_raised_within_a_restart_reaches_the_caller(raised: type[BaseException]) -> None:
    before = limits()
    starts = [*random_starts("mixed", 2, 0), Interrupting(raised), *random_starts("mixed", 4, 1)]
    with pytest.raises(raised):
        fit(X, SPECIFICATION, starts=starts)
    assert restarts() == []
    assert limits() == before


@pytest.mark.usefixtures("_cores")
def test_a_start_that_fails_is_that_restarts_alone() -> None:
    starts = [Interrupting(lambda: ParameterError("No such start.")), *random_starts("mixed", 3, 0)]
    result = fit(X, SPECIFICATION, starts=starts)
    assert [run.valid for run in result.runs] == [False, True, True, True]
    assert result.runs[0].reason == "No such start."
    assert same(fit(X, SPECIFICATION, starts=starts), result)


@pytest.mark.parametrize("engine", ["blocked", "compiled"])
def test_a_long_e_step_asks_between_its_blocks_and_ends_with_what_is_done(engine: str) -> None:
    rows = np.random.default_rng(2).normal(size=(1_000_000, 2))
    asked: list[int] = []

    def stop_in_the_third_iteration() -> None:
        asked.append(1)
        if len(done) == 3 and len(asked) > 3:
            raise StopFitting

    done: list[int] = []
    steps = fitting(rows, replace(SPECIFICATION, sampling=False), engine=engine)
    with interruptible(stop_in_the_third_iteration), pytest.raises(StopIteration) as ended:
        while True:
            next(steps)
            asked.clear()
            done.append(1)
    checkpoint()  # nobody asks any more
    result: Fit = ended.value.value
    assert len(done) == 3  # it ended within the fourth, not after it
    assert result.runs[0].n_iterations == 2
    assert "stopped in restart 1 of 6" in result.warnings[-1]


def test_what_is_raised_at_a_checkpoint_comes_through_and_leaves_no_thread() -> None:
    def refuse() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), interruptible(refuse):
        fit(X, SPECIFICATION, engine="blocked")
    assert restarts() == []


SMALL = replace(SPECIFICATION, n_components=3, n_init=3)
COMPUTATIONS: dict[str, Callable[[], Generator[Progress, None, object]]] = {
    "a fit": lambda: fitting(X, SMALL),
    "a grown fit": lambda: fitting(X, replace(SMALL, init="splits")),
    "a survey": lambda: surveying(X, SMALL, ["k-means", "random points"], 3),
    "shapes": lambda: fitting_structures(X, SMALL),
    "a comparison": lambda: comparing(X, SMALL, columns=["a", "b"]),
    "a cell of a sweep": lambda: fitting_cell(X, SMALL, None),
}


@pytest.mark.usefixtures("_cores")
@pytest.mark.parametrize("after", [1, 10, 60])
@pytest.mark.parametrize("name", COMPUTATIONS)
def test_whatever_is_told_at_a_checkpoint_ends_at_the_next_sign_of_progress(name: str, after: int) -> None:
    checkpoints = 0

    def stop_once() -> None:
        nonlocal checkpoints
        checkpoints += 1
        if checkpoints == after:
            raise StopFitting

    steps = COMPUTATIONS[name]()
    with interruptible(stop_once), suppress(StopIteration, FitError):
        while checkpoints < after:
            next(steps)
        steps.throw(StopFitting())
        pytest.fail("It went on after it was stopped.")
    assert restarts() == []
