"""Very many rows: restarts look on a sample, and every answer is a fixed point of EM on all rows."""

from __future__ import annotations

import numpy as np
import pytest

from gmm_core import GaussianMixture
from gmm_core.em.loop import em_iterations
from gmm_core.engines.blocked_numpy import BlockedEngine
from gmm_core.engines.cancellation import interruptible
from gmm_core.fitting import subsample as sampling
from gmm_core.fitting.fit import StopFitting, fit, fitting
from gmm_core.fitting.restart import FitContext, Restart
from gmm_core.fitting.restart_result import Ending
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import structure_named
from gmm_core.model.likelihood_model import GaussianModel
from gmm_core.starts.kinds import GivenMeans

RNG = np.random.default_rng(5)
X = np.concatenate(
    [RNG.normal(size=(n, 2)) + centre for n, centre in ((3000, 0.0), (2000, 3.0), (1000, (6, -3)))]
)
SPECIFICATION = FitSpecification(n_components=3, n_init=6)


@pytest.fixture(autouse=True)
def small_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "FEWEST_SAMPLED", 500)
    monkeypatch.setattr(sampling, "ROWS_PER_PARAMETER", 10)


def test_the_answer_is_a_fixed_point_of_em_on_all_rows() -> None:
    result = fit(X, SPECIFICATION)
    assert result.best.n_on_sample > 0
    assert not result.best.on_sample
    assert result.best.converged
    assert result.mixture.log_density(X).sum() == pytest.approx(result.log_likelihood, rel=1e-10)
    iterations = em_iterations(BlockedEngine(X), GaussianModel(structure_named("full")), result.mixture)
    here, there = next(iterations), next(iterations)
    assert 0 <= there.mean_log_likelihood - here.mean_log_likelihood <= SPECIFICATION.tolerance
    assert result.log_likelihood == pytest.approx(
        fit(X, FitSpecification(n_components=3, n_init=6, sampling=False)).log_likelihood, abs=0.05
    )


def test_every_restart_tells_where_it_ended() -> None:
    result = fit(X, SPECIFICATION)
    endings = [run.ending for run in result.runs]
    assert len(endings) == 6
    assert set(endings) == {Ending.CONVERGED, Ending.LEFT_BEHIND}
    assert endings.count(Ending.CONVERGED) <= sampling.CONTINUED
    for run in result.runs:
        assert run.on_sample == (run.ending is Ending.LEFT_BEHIND)
        assert len(run.mixtures) == len(run.log_likelihoods)
        # estimates for all rows from a sample of 500: of the same size, and not the same
        assert run.log_likelihoods[run.n_on_sample - 1] == pytest.approx(result.log_likelihood, rel=0.2)
        if run.on_sample:
            continue
        handed_over = run.mixtures[run.n_on_sample - 1 : run.n_on_sample + 1]
        np.testing.assert_array_equal(handed_over[0].means, handed_over[1].means)
        for mixture, value in list(zip(run.mixtures, run.log_likelihoods, strict=True))[run.n_on_sample :]:
            assert mixture.log_density(X).sum() == pytest.approx(value, rel=1e-10)
        assert (np.diff(run.log_likelihoods[run.n_on_sample :]) > -1e-6).all()


def test_the_seed_decides_and_the_number_of_threads_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    results = []
    for cores in (1, 3, 3):
        monkeypatch.setattr("gmm_core.fitting.scheduler.cores", lambda cores=cores: cores)
        results.append(fit(X, SPECIFICATION))
    for other in results[1:]:
        for one, two in zip(results[0].runs, other.runs, strict=True):
            assert one.ending is two.ending
            assert one.log_likelihoods.tobytes() == two.log_likelihoods.tobytes()
            assert one.mixture.covariances.tobytes() == two.mixture.covariances.tobytes()


def test_weighted_rows_are_sampled_as_repeated_ones_are() -> None:
    weights = RNG.integers(1, 3, size=len(X)).astype(float)
    weighted = fit(X, SPECIFICATION, sample_weight=weights)
    repeated = fit(np.repeat(X, weights.astype(int), axis=0), SPECIFICATION)
    assert weighted.best_index == repeated.best_index
    np.testing.assert_allclose(
        weighted.best.log_likelihoods[:5], repeated.best.log_likelihoods[:5], rtol=1e-9
    )
    assert weighted.log_likelihood == pytest.approx(repeated.log_likelihood, rel=1e-9)


def test_given_starts_and_few_rows_are_followed_on_all_rows() -> None:
    start = GivenMeans([[0.0, 0.0], [3.0, 3.0], [6.0, -3.0]])
    assert fit(X, SPECIFICATION, starts=[start]).best.n_on_sample == 0
    assert fit(X[::10], SPECIFICATION).best.n_on_sample == 0


def test_stopped_on_the_sample_there_is_an_answer_for_all_rows() -> None:
    steps = fitting(X, SPECIFICATION)
    told = next(steps)
    assert told.on_sample
    with pytest.raises(StopIteration) as finished:
        steps.throw(StopFitting())
    result = finished.value.value
    assert result.best.ending is Ending.STOPPED
    assert not result.best.on_sample
    assert result.mixture.log_density(X).sum() == pytest.approx(result.log_likelihood, rel=1e-10)
    assert any("was stopped" in warning for warning in result.warnings)


def test_stopped_before_all_rows_had_their_say_there_is_an_answer_for_them_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    going_on: list[int] = []
    stopped: list[bool] = []
    go_on = Restart.go_on_with_all_rows

    def noted(restart: Restart, whole: FitContext) -> None:
        going_on.append(restart.number)
        go_on(restart, whole)

    def stop_in_the_first_e_step_on_all_rows() -> None:
        if going_on and not stopped:
            stopped.append(True)
            raise StopFitting

    monkeypatch.setattr("gmm_core.fitting.scheduler.cores", lambda: 1)
    monkeypatch.setattr(Restart, "go_on_with_all_rows", noted)
    with interruptible(stop_in_the_first_e_step_on_all_rows):
        result = fit(X, SPECIFICATION, engine="blocked")
    assert stopped
    assert result.best.ending is Ending.STOPPED
    assert not result.best.on_sample
    assert result.mixture.log_density(X).sum() == pytest.approx(result.log_likelihood, rel=1e-10)


def test_progress_says_which_rows_and_never_goes_back() -> None:
    told = list(fitting(X, SPECIFICATION))
    assert [step.on_sample for step in told] == sorted((step.on_sample for step in told), reverse=True)
    assert {step.on_sample for step in told} == {True, False}
    shares = [step.share for step in told]
    assert shares == sorted(shares)
    assert all(0 <= share < 1 for share in shares)


def test_the_estimator_counts_what_was_done_on_all_rows() -> None:
    model = GaussianMixture(3, n_init=4, random_state=0).fit(X)
    assert len(model.lower_bounds_) == model.n_iter_
    assert model.lower_bounds_[-1] == model.lower_bound_ == pytest.approx(model.score(X), rel=1e-10)
    assert (np.diff(model.lower_bounds_) > -1e-9).all()
    assert len(model.history_) > model.n_iter_
