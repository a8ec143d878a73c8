"""The survey finds the known optima, keeps what is done when it is stopped, and can be repeated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from gmm_core.arrays import FloatArray
from gmm_core.errors import ExplorerError, FitError, ParameterError
from gmm_core.fitting.assembly import Assembly
from gmm_core.fitting.fit import Fit, StopFitting, fit
from gmm_core.fitting.plan import FitOutcome
from gmm_core.fitting.request import FitRequest, GivenRows
from gmm_core.fitting.specification import FitSpecification
from gmm_core.starts.kinds import STARTS
from gmm_core.studies.start_survey import (
    PATH_POINTS,
    StartSurvey,
    planned_survey,
    start_of,
    survey_specification,
    surveying,
)
from gmm_core.tables.samples import load_sample

KINDS = tuple(STARTS)
THREE = FitSpecification(n_components=3)


def surveyed(
    X: FloatArray, specification: FitSpecification, kinds: Sequence[str] = KINDS, count: int = 10
) -> StartSurvey:
    steps = surveying(X, specification, kinds, count)
    while True:
        try:
            next(steps)
        except StopIteration as finished:
            found: StartSurvey = finished.value
            return found


@pytest.fixture(scope="module")
def faithful() -> FloatArray:
    return load_sample("faithful").table[["eruptions", "waiting"]].to_numpy(dtype=np.float64)


@pytest.fixture(scope="module")
def old_faithful(faithful: FloatArray) -> StartSurvey:
    return surveyed(faithful, THREE, count=20)


def test_old_faithful_has_its_four_optima(old_faithful: StartSurvey) -> None:
    heights = {round(optimum.log_likelihood, 1) for optimum in old_faithful.optima}
    assert {-1114.4, -1119.2, -1119.6, -1127.1} <= heights
    assert len(heights) == len(old_faithful.optima)  # none of them is parted in two
    assert old_faithful.best is old_faithful.optima[0]
    often = Counter({round(o.log_likelihood, 1): len(o.runs) for o in old_faithful.optima})
    assert {height for height, _ in often.most_common(4)} == {-1114.4, -1119.2, -1119.6, -1127.1}


def test_k_means_starts_never_find_the_best_of_old_faithful(old_faithful: StartSurvey) -> None:
    reach = {kind: old_faithful.success_rate(old_faithful.best, kind) for kind in KINDS}
    assert reach["k-means"].reached == 0
    assert reach["random points"].reached > 0
    assert {found.runs for found in reach.values()} == {20}


def test_every_run_is_in_one_optimum_and_every_kind_had_its_share(old_faithful: StartSurvey) -> None:
    assert sorted(run for optimum in old_faithful.optima for run in optimum.runs) == list(range(80))
    assert [restart.kind for restart in old_faithful.restarts[:4]] == list(KINDS)
    assert old_faithful.complete
    assert old_faithful.n_reached_once == sum(len(optimum.runs) == 1 for optimum in old_faithful.optima)
    assert old_faithful.shape == (272, 2)


def test_paths_lead_from_the_start_to_the_optimum(faithful: FloatArray, old_faithful: StartSurvey) -> None:
    for position in (0, 1, 2, 3):
        restart = old_faithful.restarts[position]
        assert restart.path.shape == (len(restart.steps), 3, 2)
        assert len(restart.steps) <= PATH_POINTS
        assert (restart.steps[0], restart.steps[-1]) == (0, restart.iterations)
        assert (np.diff(restart.steps) > 0).all()
        np.testing.assert_array_equal(restart.path[-1], restart.mixture.means)
        first = fit(faithful, THREE, starts=[start_of(restart.kind, restart.seed)]).best.mixtures[0].means
        assert {tuple(mean) for mean in np.round(restart.path[0], 8)} == {
            tuple(mean) for mean in np.round(first, 8)
        }


def test_a_climb_can_be_climbed_again_as_a_fit_of_one_restart(
    faithful: FloatArray, old_faithful: StartSurvey
) -> None:
    assert old_faithful.best is not None
    restart = old_faithful.restarts[old_faithful.best.runs[0]]
    again = FitSpecification(
        n_components=3,
        n_init=1,
        init=restart.kind,
        seed=restart.seed,
        tolerance=old_faithful.specification.tolerance,
        max_iterations=old_faithful.specification.max_iterations,
    )
    np.testing.assert_allclose(fit(faithful, again).mixture.means, restart.mixture.means, rtol=1e-12)


def test_more_starts_keep_the_earlier_ones(faithful: FloatArray) -> None:
    few, more = (surveyed(faithful, THREE, ["k-means++"], count) for count in (2, 3))
    assert [restart.log_likelihood for restart in more.restarts[:2]] == [
        restart.log_likelihood for restart in few.restarts
    ]


def test_the_criterion_is_that_of_the_same_fit(faithful: FloatArray, old_faithful: StartSurvey) -> None:
    best = old_faithful.best
    assert best is not None
    assert old_faithful.bic(best) == pytest.approx(-2 * best.log_likelihood + 17 * np.log(272))
    assert old_faithful.parameter_count == 17


def test_one_component_has_one_optimum(faithful: FloatArray) -> None:
    found = surveyed(faithful, FitSpecification(n_components=1), count=3)
    assert len(found.optima) == 1
    assert found.success_rate(found.best, "k-means").n_init == 1


def test_a_spike_on_equal_rows_is_the_best_where_they_are_many_and_has_no_bic() -> None:
    rng = np.random.default_rng(5)
    rows = np.concatenate([rng.normal(size=(60, 2)), np.full((8, 2), 0.3)])
    found = surveyed(rows, THREE, ["random points"], 20)
    best, spikes = found.best, [optimum for optimum in found.optima if optimum.at_floor]
    assert best is not None
    assert spikes
    assert all(found.bic(spike) is None for spike in spikes)
    assert best.at_floor
    assert [optimum for optimum in found.optima if optimum.degenerate] == spikes[1:]
    assert best.score == max(restart.score for restart in found.restarts)


def test_stopping_keeps_what_is_done(faithful: FloatArray) -> None:
    steps = surveying(faithful, THREE, KINDS, 50)
    progress = next(step for step in steps if step.run == 41)  # in the second batch
    assert progress.n_runs == 200
    with pytest.raises(StopIteration) as finished:
        steps.throw(StopFitting())
    found: StartSurvey = finished.value.value
    ended = len(found.restarts)  # the ones before it, and those that ran beside it
    assert 41 <= ended < 64
    assert not found.complete
    shares = [found.success_rate(found.best, kind).runs for kind in KINDS]
    assert sum(shares) == ended
    assert max(shares) - min(shares) <= 1


@pytest.fixture(scope="module")
def first_batch(faithful: FloatArray) -> Fit:
    """What a survey of eleven starts of each kind fits first."""
    return fit(
        faithful,
        survey_specification(THREE),
        starts=[start_of(kind, seed) for seed in range(10) for kind in KINDS],
    )


@pytest.mark.parametrize("missing", [None, 1])
def test_a_stop_is_heard_whichever_runs_had_ended_beside_the_one_told(
    missing: int | None, faithful: FloatArray, old_faithful: StartSurvey, first_batch: Fit
) -> None:
    plan = planned_survey(FitRequest(GivenRows(faithful), survey_specification(THREE)), KINDS, 11)
    assert [start.kind for start in next(plan).request.starts or ()] == [run.kind for run in first_batch.runs]
    ended = tuple(run for run in first_batch.runs if run.number != missing)
    with pytest.raises(StopIteration) as finished:
        plan.send(FitOutcome(replace(first_batch, runs=ended), stopped=True))
    found: StartSurvey = finished.value.value
    whole = {(restart.kind, restart.seed): restart.log_likelihood for restart in old_faithful.restarts}
    assert len(found.restarts) == 40 - (missing is not None)
    assert all(restart.log_likelihood == whole[restart.kind, restart.seed] for restart in found.restarts)


def test_a_stop_before_any_mixture_ends_it(faithful: FloatArray) -> None:
    plan = planned_survey(FitRequest(GivenRows(faithful), survey_specification(THREE)), KINDS, 11)
    assert len(next(plan).request.starts or ()) == 40
    with pytest.raises(FitError):
        plan.send(FitOutcome(FitError("No restart ended in a valid mixture."), stopped=True))


def test_what_plays_no_part_in_a_climb_does_not_part_one_from_another() -> None:
    other = FitSpecification(
        n_components=3, n_init=2, init="k-means", seed=7, tolerance=1e-4, max_iterations=9
    )
    assert survey_specification(other) == survey_specification(THREE)
    assert survey_specification(FitSpecification(tolerance=1e-10, max_iterations=9_000)).tolerance == 1e-10
    assert survey_specification(FitSpecification(n_components=4)) != survey_specification(THREE)


def test_progress_counts_every_start(faithful: FloatArray) -> None:
    seen = {step.run for step in surveying(faithful, FitSpecification(n_components=1), KINDS, 11)}
    assert seen == set(range(44))


def test_a_batch_without_a_mixture_counts_as_failed(
    faithful: FloatArray, monkeypatch: pytest.MonkeyPatch
) -> None:
    assembled = Assembly.of
    batches: list[int] = []

    def failing_first(request: FitRequest) -> Assembly:
        batches.append(len(request.starts or ()))
        if len(batches) == 1:
            raise FitError("No restart ended in a valid mixture.")
        return assembled(request)

    monkeypatch.setattr(Assembly, "of", failing_first)
    found = surveyed(faithful, FitSpecification(n_components=1), ["k-means"], 41)
    assert (len(found.restarts), len(found.failed)) == (1, 40)
    assert found.success_rate(found.best, "k-means").share == pytest.approx(1 / 41)
    batches.clear()
    with pytest.raises(FitError):
        surveyed(faithful, FitSpecification(n_components=1), ["k-means"], 40)


def test_nothing_to_climb_is_a_sentence(faithful: FloatArray) -> None:
    for kinds, count in (((), 10), (KINDS, 0)):
        with pytest.raises(ParameterError, match="choose at least one kind"):
            surveyed(faithful, THREE, kinds, count)
    with pytest.raises(ExplorerError):
        surveyed(np.ones((10, 2)), THREE)
