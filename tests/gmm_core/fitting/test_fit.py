"""A fit keeps every restart, picks the best valid one, and says in sentences what went wrong."""

import numpy as np
import pytest

from gmm_core.errors import DataError, FitError, ParameterError
from gmm_core.fitting.fit import Fit, StopFitting, fit, fitting
from gmm_core.fitting.restart_result import Ending
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.mixture import Mixture
from gmm_core.starts.kinds import GivenMeans, GivenMixture

RNG = np.random.default_rng(0)
X = np.concatenate([RNG.normal(size=(150, 2)), RNG.normal(size=(100, 2)) + 5.0])
TWO = FitSpecification(n_components=2, n_init=4)


def test_every_restart_is_kept_whole() -> None:
    result = fit(X, TWO)
    assert len(result.runs) == 4
    for run in result.runs:
        assert run.history_complete
        assert len(run.mixtures) == len(run.log_likelihoods) == run.n_iterations + 1
        for mixture, value in zip(run.mixtures, run.log_likelihoods, strict=True):
            assert mixture.log_density(X).sum() == pytest.approx(value, rel=1e-10)
        assert run.converged
    assert result.log_likelihood == max(run.log_likelihood for run in result.runs)
    assert result.best is result.runs[result.best_index]


def test_progress_is_told_of_every_restart_up_to_its_last_iteration() -> None:
    steps = fitting(X, TWO)
    seen = []
    while True:
        try:
            seen.append(next(steps))
        except StopIteration as finished:
            result: Fit = finished.value
            break
    last = {step.run: step for step in seen}
    assert list(last) == [0, 1, 2, 3]
    for number, run in enumerate(result.runs):
        assert last[number].iteration == run.n_iterations
        log_likelihood = last[number].mean_log_likelihood * len(X) - len(X) * np.log(X.std(axis=0)).sum()
        assert log_likelihood == pytest.approx(run.log_likelihood)
        told = [step.iteration for step in seen if step.run == number]
        assert told == sorted(set(told))
    assert seen[0].n_runs == 4


def test_a_fit_can_be_stopped_and_keeps_what_is_done() -> None:
    steps = fitting(X, FitSpecification(n_components=2, n_init=100))
    for _ in range(20):
        next(steps)
    with pytest.raises(StopIteration) as finished:
        steps.throw(StopFitting())
    result: Fit = finished.value.value
    assert 1 <= len(result.runs) < 100
    assert all(run.ending in (Ending.CONVERGED, Ending.STOPPED) for run in result.runs)
    assert any("was stopped in restart" in warning for warning in result.warnings)


def test_running_out_of_iterations_is_said() -> None:
    result = fit(X, FitSpecification(4, n_init=1, init="random points", max_iterations=2))
    assert result.best.ending is Ending.ITERATION_LIMIT
    assert result.best.n_iterations == 2
    assert any("not converged after 2 iterations" in warning for warning in result.warnings)


def test_components_stand_in_one_order_whatever_the_seed() -> None:
    specifications = [FitSpecification(n_components=2, seed=seed, tolerance=1e-10) for seed in range(6)]
    results = [fit(X, specification) for specification in specifications]
    for result in results:
        np.testing.assert_allclose(result.mixture.means, results[0].mixture.means, atol=1e-4)
        assert result.mixture.means[0, 0] < result.mixture.means[1, 0]
        np.testing.assert_allclose(result.best.mixtures[-1].means, result.mixture.means)


def test_the_history_has_the_order_of_the_end() -> None:
    start = GivenMeans([[6.0, 6.0], [-1.0, -1.0]])
    run = fit(X, TWO, starts=[start]).best
    np.testing.assert_allclose(run.mixtures[0].means, [[-1.0, -1.0], [6.0, 6.0]], atol=1e-12)


def test_a_failing_restart_never_loses_the_good_ones() -> None:
    rows = np.concatenate([np.zeros((5, 2)), X + 20.0])
    spike = Mixture([0.5, 0.5], [[0.0, 0.0], [22.0, 22.0]], np.stack([1e-9 * np.eye(2), 9 * np.eye(2)]))
    good = Mixture([0.5, 0.5], [[20.0, 20.0], [25.0, 25.0]], np.stack([9 * np.eye(2)] * 2))
    specification = FitSpecification(n_components=2, regularization=0.0)
    result = fit(rows, specification, starts=[GivenMixture(spike), GivenMixture(good), GivenMixture(spike)])
    assert [run.ending is Ending.FAILED for run in result.runs] == [True, False, True]
    assert result.best_index == 1
    assert result.runs[0].log_likelihood == -np.inf
    assert any("2 of 3 restarts failed" in warning for warning in result.warnings)
    with pytest.raises(
        FitError, match=r"No restart ended in a valid mixture\. restart 1: .*positive definite"
    ):
        fit(rows, specification, starts=[GivenMixture(spike)])


def test_a_spike_at_the_floor_does_not_win_over_a_sound_restart() -> None:
    rows = np.concatenate([[[1.5, 1.5]], np.random.default_rng(1).normal(size=(60, 2))])
    spike = Mixture([0.1, 0.9], [[1.5, 1.5], [0.0, 0.0]], np.stack([1e-9 * np.eye(2), np.eye(2)]))
    good = Mixture([0.5, 0.5], [[1.0, 1.0], [-1.0, -1.0]], np.stack([np.eye(2)] * 2))
    specification = FitSpecification(n_components=2, regularization=1e-12)
    result = fit(rows, specification, starts=[GivenMixture(spike), GivenMixture(good)])
    assert result.runs[0].log_likelihood > result.runs[1].log_likelihood
    assert any(result.runs[0].at_floor)
    assert result.best_index == 1
    assert result.higher_but_narrow == (0,)
    only = fit(rows, specification, starts=[GivenMixture(spike)])
    assert any("held at the floor" in warning for warning in only.warnings)
    assert only.higher_but_narrow == ()
    assert only.criteria.bic is None
    assert "variance floor" in (only.criteria.refusal or "")


def test_the_component_at_the_floor_is_named_by_its_number_in_the_answer() -> None:
    rows = np.concatenate([np.zeros((5, 2)), X + 20.0])
    spike = Mixture([0.5, 0.5], [[22.0, 22.0], [0.0, 0.0]], np.stack([9 * np.eye(2), 1e-9 * np.eye(2)]))
    specification = FitSpecification(n_components=2, regularization=1e-12)
    result = fit(rows, specification, starts=[GivenMixture(spike)])
    assert result.best.at_floor == (True, False)
    assert any("Component 1 is an atom" in warning for warning in result.warnings)
    kept = fit(rows, specification, starts=[GivenMixture(spike)], keep_order=True)
    assert kept.best.at_floor == (False, True)
    np.testing.assert_allclose(kept.mixture.means[::-1], result.mixture.means)


def test_a_component_that_lost_its_points_is_reported() -> None:
    result = fit(X, TWO, starts=[GivenMeans([[0.0, 0.0], [1e9, 1e9]])])
    assert result.best.reseeded == (1,)
    assert result.mixture.weights.min() * len(X) > 1
    assert any("re-initialised once" in warning for warning in result.warnings)
    both = fit(X, FitSpecification(3), starts=[GivenMeans([[0.0, 0.0], [1e9, 1e9], [-1e9, 1e9]])])
    assert both.best.reseeded[:2] == (1, 1)
    assert any(f"re-initialised, {len(both.best.reseeded)} times in" in warning for warning in both.warnings)


def test_criteria_follow_their_definitions() -> None:
    result = fit(X, TWO)
    criteria = result.criteria
    assert criteria.parameter_count == 1 + 4 + 6
    assert criteria.aic == pytest.approx(-2 * result.log_likelihood + 22)
    assert criteria.bic == pytest.approx(-2 * result.log_likelihood + 11 * np.log(250))
    surest = result.mixture.responsibilities(X).max(axis=1)
    assert criteria.icl == pytest.approx((criteria.bic or 0) - 2 * np.log(surest).sum())
    assert (criteria.icl or 0) >= (criteria.bic or 0)


def test_criteria_are_refused_where_they_mean_nothing() -> None:
    result = fit(RNG.normal(size=(12, 4)), FitSpecification(n_components=2, n_init=2))
    assert (result.criteria.aic, result.criteria.bic, result.criteria.icl) == (None, None, None)
    assert "29 free parameters for 12 rows" in (result.criteria.refusal or "")


def test_a_long_history_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gmm_core.fitting.assembly.HISTORY_VALUES", 100)
    result = fit(X, FitSpecification(3, n_init=4, init="random points"))
    first, *_, last = result.runs
    assert not first.history_complete or not last.history_complete
    assert len(last.mixtures) == 2
    assert last.mixtures[-1].log_density(X).sum() == pytest.approx(last.log_likelihoods[-1])


@pytest.mark.parametrize(
    ("rows", "n_components", "sentence"),
    [
        (np.repeat([[0.0, 1.0], [1.0, 0.0]], 50, axis=0), 3, "at least 3 different rows, but the data has 2"),
        (np.array([[0.0, 1.0], [1.0, 0.0]]), 3, "at least 3 different rows"),
    ],
)
def test_data_that_cannot_carry_the_fit_is_refused(
    rows: np.ndarray, n_components: int, sentence: str
) -> None:
    with pytest.raises(DataError, match=sentence):
        fit(rows, FitSpecification(n_components=n_components), columns=["a", "b", "c"][: rows.shape[1]])


def test_collinear_columns_are_named() -> None:
    rows = np.column_stack([X, X @ [2.0, -1.0], RNG.normal(size=250)])
    names = ["a", "b", "c", "d"]
    result = fit(rows, TWO, columns=names)
    assert any(
        warning.startswith("Column “a”, column “b” and column “c” determine one another")
        for warning in result.warnings
    )
    assert result.criteria.bic is None
    diagonal = fit(rows, FitSpecification(n_components=2, covariance_type="diag"), columns=names)
    assert diagonal.warnings == ()


def test_fewer_rows_than_columns_is_said() -> None:
    result = fit(RNG.normal(size=(5, 9)), FitSpecification(n_components=1))
    assert any("5 rows are too few for 9 columns" in warning for warning in result.warnings)


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"n_components": 0}, "n_components must be a whole number of at least 1, but is 0"),
        ({"n_components": 2.5}, "n_components must be a whole number"),
        ({"n_init": 0}, "n_init"),
        ({"seed": -1}, "seed"),
        ({"max_iterations": -1}, "max_iterations"),
        ({"tolerance": -1e-3}, "tolerance must be at least 0"),
        ({"regularization": float("nan")}, "regularization"),
        ({"covariance_type": "round"}, "choose one of full"),
    ],
)
def test_a_specification_that_makes_no_sense_is_refused(parameters: dict, sentence: str) -> None:
    with pytest.raises(ParameterError, match=sentence):
        FitSpecification(**parameters)
