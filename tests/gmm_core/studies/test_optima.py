"""Runs are grouped by the optimum that they ended in: by its partition and its height."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from gmm_core.arrays import FloatArray
from gmm_core.fitting.fit import fit
from gmm_core.fitting.restart_result import Ending
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.mixture import Mixture
from gmm_core.starts.kinds import GivenLabels
from gmm_core.studies.optima import EQUAL_LOG_LIKELIHOOD, distinct_optima


@dataclass(frozen=True)
class Run:
    """The end of a run, without the run."""

    mixture: Mixture
    log_likelihood: float
    ending: Ending = Ending.CONVERGED
    at_floor: tuple[bool, ...] = (False, False)
    cost: float = 0.0

    @property
    def score(self) -> float:
        return self.log_likelihood - self.cost


X = np.linspace(0.0, 1.0, 300)[:, None]


def parted_at(place: float, *, swapped: bool = False) -> Mixture:
    means = np.array([[place - 1.0], [place + 1.0]])[:: -1 if swapped else 1]
    return Mixture(np.array([0.5, 0.5]), means, np.ones((2, 1, 1)))


HALF = Run(parted_at(0.5), -100.0)


def grouped(*runs: Run, rows: FloatArray = X) -> list[tuple[int, ...]]:
    return [optimum.runs for optimum in distinct_optima(rows, runs)]


def test_a_run_that_stopped_a_hair_short_ended_in_the_same_optimum() -> None:
    hair = Run(
        parted_at(0.509), -100.0 - 0.9 * EQUAL_LOG_LIKELIHOOD * len(X)
    )  # two or three rows of 300 differ
    assert grouped(hair, HALF) == [(1, 0)]


def test_what_a_component_is_called_plays_no_part() -> None:
    assert grouped(HALF, replace(HALF, mixture=parted_at(0.5, swapped=True))) == [(0, 1)]


def test_another_partition_is_another_optimum_at_the_same_height() -> None:
    assert grouped(HALF, replace(HALF, mixture=parted_at(0.52))) == [(0,), (1,)]


def test_another_height_is_another_optimum_with_the_same_partition() -> None:
    assert grouped(HALF, replace(HALF, log_likelihood=-100.0 - 1.1 * EQUAL_LOG_LIKELIHOOD * len(X))) == [
        (0,),
        (1,),
    ]


def test_one_row_may_differ_however_few_there_are() -> None:
    few = np.linspace(0.0, 1.0, 20)[:, None]
    assert grouped(HALF, replace(HALF, mixture=parted_at(0.54)), rows=few) == [(0, 1)]
    assert grouped(HALF, replace(HALF, mixture=parted_at(0.6)), rows=few) == [(0,), (1,)]


def test_the_best_comes_first_and_what_is_degenerate_last() -> None:
    low, spike = replace(HALF, log_likelihood=-200.0), replace(HALF, log_likelihood=50.0, cost=200.0)
    spike = replace(spike, at_floor=(True, False))
    optima = distinct_optima(X, [low, spike, HALF])
    assert [(optimum.runs, optimum.degenerate) for optimum in optima] == [
        ((2,), False),
        ((0,), False),
        ((1,), True),
    ]
    assert optima[0].log_likelihood == -100.0
    first, *_ = distinct_optima(X, [HALF, replace(spike, cost=100.0)])
    assert (first.runs, first.at_floor, first.degenerate) == ((1,), True, False)


@pytest.mark.parametrize("ending", [Ending.FAILED, Ending.STOPPED])
def test_a_run_that_did_not_come_to_its_end_ended_in_no_optimum(ending: Ending) -> None:
    assert grouped(replace(HALF, ending=ending)) == []
    assert grouped(replace(HALF, ending=Ending.ITERATION_LIMIT)) == [(0,)]


def test_the_runs_of_a_fit_are_grouped_as_they_are() -> None:
    rng = np.random.default_rng(3)
    rows = np.concatenate([rng.normal(centre, 0.1, (40, 2)) for centre in (-2.0, 0.0, 2.0)])
    truth = np.repeat([0, 1, 2], 40)
    starts = [GivenLabels(truth), GivenLabels(2 - truth), GivenLabels(np.roll(truth, 3))]
    found = fit(rows, FitSpecification(n_components=3), starts=starts)
    (optimum,) = distinct_optima(rows, found.runs)
    assert sorted(optimum.runs) == [0, 1, 2]
    assert optimum.log_likelihood == found.log_likelihood
    np.testing.assert_array_equal(np.bincount(optimum.labels), [40, 40, 40])
