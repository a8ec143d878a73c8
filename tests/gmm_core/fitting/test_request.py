"""One request for all of a fit: validated when it is carried out, once, and `replace`d for others of the same rows."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from types import FrameType
from typing import Any
from weakref import ref

import numpy as np
import pytest

from gmm_core.engines.blocked_numpy import BlockedEngine
from gmm_core.errors import DataError, ParameterError
from gmm_core.fitting.assembly import Assembly
from gmm_core.fitting.fit import fit, fitting
from gmm_core.fitting.plan import FitOutcome, Plan, PlannedFit, run_plan
from gmm_core.fitting.request import FitRequest, GivenRows
from gmm_core.fitting.restart import FitContext
from gmm_core.fitting.specification import FitSpecification
from gmm_core.starts.kinds import GivenLabels, GivenMeans

RNG = np.random.default_rng(0)
X = np.concatenate([RNG.normal(size=(60, 2)), RNG.normal(size=(40, 2)) + 4.0])
TWO = FitSpecification(n_components=2, n_init=2)

REFUSED: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    "one dimension": (
        {"X": [1.0, 2.0]},
        DataError,
        "X holds 2 values in one dimension where a matrix of N rows and D columns is needed: Reshape your data with "
        "X.reshape(-1, 1) if it is one column, or with X.reshape(1, -1) if it is one row.",
    ),
    "a missing value": (
        {"X": np.array([[0.0, 1.0], [1.0, np.nan]]), "columns": ["a", "b"]},
        DataError,
        "Column “b” has missing values (NaN), which affects 1 of 2 rows: leave these out or fill them in.",
    ),
    "too few weights": (
        {"X": X, "sample_weight": [1.0, 2.0]},
        DataError,
        "The sample weights have the shape (2,), but there are 100 rows: pass one number for each row.",
    ),
    "a negative weight": (
        {"X": X, "sample_weight": -np.ones(100)},
        DataError,
        "A sample weight is negative or not a finite number: weights count rows, so mend it.",
    ),
    "no weight at all, and labels that fit no rows": (
        {"X": X, "sample_weight": np.zeros(100), "starts": [GivenLabels([0, 1])]},
        DataError,
        "All sample weights are 0: Sample weights must contain at least one non-zero number, so that a row counts.",
    ),
    "too wide": (
        {"X": X * 1e200, "columns": ["a", "b"]},
        DataError,
        f"Column “a” goes from {X[:, 0].min() * 1e200:.3g} to {X[:, 0].max() * 1e200:.3g}, where sums of squares are "
        "too large for float64: divide the column by a power of ten, or leave out the rows that are so far away.",
    ),
    "a constant column": (
        {"X": np.column_stack([X[:, 0], np.ones(100)]), "specification": replace(TWO, regularization=0.0)},
        DataError,
        "Column 2 (X[:, 1]) has the same value (1) in every row and tells no components apart: leave it out.",
    ),
    "too few rows": (
        {"X": np.array([[0.0, 1.0], [1.0, 0.0]]), "specification": FitSpecification(3)},
        DataError,
        "3 components need at least 3 different rows, but the data has 2: use fewer components.",
    ),
    "no such engine": (
        {"X": X, "engine": "steam"},
        ParameterError,
        "There is no engine named 'steam': choose one of automatic, blocked, compiled.",
    ),
}


@pytest.mark.parametrize("init", ["mixed", "splits"])
@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_is_said_in_its_sentence_and_no_sooner_than_the_fit_is_made(
    case: str, init: str
) -> None:
    asked, kind, sentence = REFUSED[case]
    specification = replace(asked.get("specification", TWO), init=init)
    steps = fitting(**{**asked, "specification": specification})
    with pytest.raises(kind) as refusal:
        next(steps)
    assert str(refusal.value) == sentence


def test_labels_that_fit_no_rows_fail_their_restart_alone() -> None:
    starts = [GivenLabels([0, 1]), GivenMeans([[0.0, 0.0], [4.0, 4.0]])]
    found = fit(X, TWO, starts=starts)
    assert [run.valid for run in found.runs] == [False, True]
    assert found.runs[0].reason == (
        "Start labels must be one whole number for each of the 100 rows, but have the shape (2,) and type int64."
    )


def test_a_request_is_frozen_and_another_one_of_the_same_rows_validates_nothing_again() -> None:
    request = FitRequest(GivenRows(X, sample_weight=np.arange(100.0)), TWO)
    with pytest.raises(FrozenInstanceError):
        request.keep_order = True  # type: ignore[misc]
    other = replace(request, specification=FitSpecification(3), starts=[GivenMeans([[0.0, 0.0]])])
    assert other.in_order()[0] is request.in_order()[0]
    assert len(request.in_order()[0].rows) == 99  # a row of weight 0 is no row


def test_equal_rows_that_labels_tell_apart_stay_apart_for_that_request_alone() -> None:
    rows = GivenRows([[0.0], [0.0], [1.0], [1.0]])
    told_apart = FitRequest(rows, TWO, starts=[GivenLabels([0, 1, 0, 1])])
    canonical, (start,) = told_apart.in_order()
    assert len(canonical.rows) == 4
    assert isinstance(start, GivenLabels)
    assert np.asarray(start.labels).tolist() == [0, 1, 0, 1]
    assert len(replace(told_apart, starts=None).in_order()[0].rows) == 2


def test_a_plan_is_sent_what_came_of_each_of_its_fits() -> None:
    def plan() -> Plan[list[FitOutcome]]:
        good = yield PlannedFit(FitRequest(GivenRows(X), TWO, engine="blocked"))
        bad = yield PlannedFit(FitRequest(GivenRows(X[:2]), FitSpecification(3)))
        one = FitRequest(GivenRows(X), FitSpecification(1), engine="blocked")
        quiet = yield PlannedFit(one, to_plan_progress=None)
        return [good, bad, quiet]

    steps = run_plan(plan())
    seen = []
    with pytest.raises(StopIteration) as finished:
        while True:
            seen.append(next(steps))
    good, bad, quiet = finished.value.value
    assert good.required().digest == fit(X, TWO, engine="blocked").digest
    assert quiet.required().digest == fit(X, FitSpecification(1), engine="blocked").digest
    assert {progress.n_runs for progress in seen} == {2}
    assert bad.fit is None
    assert bad.refusal == str(bad.result)
    assert "different rows" in bad.refusal
    with pytest.raises(DataError, match="different rows"):
        bad.required()


def test_what_was_put_together_for_a_fit_is_gone_before_the_next_of_its_plan(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assembled = Assembly.of
    before: list[ref[FitContext]] = []

    def noted(request: FitRequest) -> Assembly:
        assert [context() for context in before] == [None] * len(before)
        found = assembled(request)
        before.append(ref(found.whole))
        return found

    monkeypatch.setattr(Assembly, "of", noted)
    fit(X, FitSpecification(3, n_init=2, init="splits"))
    assert len(before) > 3


@pytest.mark.parametrize("init", ["mixed", "splits"])
def test_three_generators_lie_inside_one_another_from_a_fit_to_an_iteration(
    init: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    depths = []
    expectation: Callable[..., Any] = BlockedEngine.expectation

    def noted(*given: Any) -> Any:
        frame: FrameType | None = sys._getframe()
        inside, of_a_start = [], False
        while frame is not None and frame.f_code.co_name != "fit":
            of_a_start = of_a_start or frame.f_code.co_name == "mixture"
            if frame.f_code.co_flags & inspect.CO_GENERATOR:
                inside.append(frame.f_code.co_name)
            frame = frame.f_back
        if not of_a_start:
            depths.append(tuple(inside[::-1]))
        return expectation(*given)

    monkeypatch.setattr("gmm_core.fitting.scheduler.cores", lambda: 1)
    monkeypatch.setattr(BlockedEngine, "expectation", noted)
    fit(X, FitSpecification(3, n_init=1, init=init, max_iterations=5), engine="blocked")
    assert set(depths) == {("run_plan", "run_restarts", "em_from")}
