"""A film shows what the run went through, and says where it leaps."""

import numpy as np
import pytest

from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.mixture import Mixture
from gmm_core.starts.kinds import GivenMeans
from gmm_core.studies.em_film import MAX_VALUES, Film, shown_states

RNG = np.random.default_rng(5)
X = np.concatenate([RNG.normal(size=(120, 3)), RNG.normal(size=(80, 3)) + np.array([2.5, 0.0, 1.0])])


def same(mixture: Mixture) -> Mixture:
    return mixture


def test_every_state_of_a_run_comes_with_its_own_numbers() -> None:
    run = fit(X, FitSpecification(n_components=2, n_init=1)).best
    film = Film.of(run, X, same)
    assert film.iterations.tolist() == list(range(run.n_iterations + 1))
    assert film.one_by_one == film.n_iterations == run.n_iterations
    assert film.history_complete
    assert not film.reseeded.any()
    for state, mixture in enumerate(run.mixtures):
        np.testing.assert_allclose(film.log_joint[state], mixture.log_joint(X), rtol=1e-5, atol=1e-5)
        assert film.log_likelihoods[state] == pytest.approx(mixture.log_density(X).sum())
        assert film.mixtures[state] is mixture


def test_the_view_shows_marginals_and_the_densities_stay_those_of_all_features() -> None:
    run = fit(X, FitSpecification(n_components=2, n_init=1)).best
    film = Film.of(run, X[:10], lambda mixture: mixture.marginal([0, 2]))
    assert {mixture.n_features for mixture in film.mixtures} == {2}
    assert film.log_joint.shape == (run.n_iterations + 1, 10, 2)
    np.testing.assert_allclose(film.log_joint[-1], run.mixture.log_joint(X[:10]), rtol=1e-5)


def test_a_long_run_leaps_after_its_beginning_and_ends_at_its_end() -> None:
    run = fit(X, FitSpecification(n_components=3, n_init=1, tolerance=0.0, max_iterations=80)).best
    film = Film.of(run, X, same, most_states=20)
    assert len(film.mixtures) == 20
    assert film.iterations[:10].tolist() == list(range(10))
    assert film.one_by_one == 10
    assert film.iterations[-1] == film.n_iterations == run.n_iterations
    assert film.log_likelihoods[-1] == run.log_likelihood


def test_the_size_of_a_film_is_bounded_whatever_is_drawn() -> None:
    run = fit(X, FitSpecification(n_components=3, n_init=1, tolerance=0.0, max_iterations=80)).best
    drawn = np.tile(X, (100, 1))
    film = Film.of(run, drawn, same)
    assert film.log_joint.size <= MAX_VALUES
    assert film.iterations[-1] == run.n_iterations


def test_a_run_that_kept_no_history_shows_its_start_and_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gmm_core.fitting.assembly.HISTORY_VALUES", 60)
    run = fit(X, FitSpecification(2, n_init=1, init="random points")).best
    film = Film.of(run, X, same)
    assert not film.history_complete
    assert film.iterations.tolist() == [0, run.n_iterations]
    assert film.log_likelihoods.tolist() == [run.log_likelihoods[0], run.log_likelihood]


def test_a_component_that_is_reseeded_is_noted() -> None:
    start = GivenMeans([[0.0, 0.0, 0.0], [1e6, 1e6, 1e6], [-1e6, 1e6, 1e6]])
    run = fit(X, FitSpecification(n_components=3), starts=[start]).best
    assert run.reseeded
    film = Film.of(run, X, same)
    assert np.repeat(film.iterations, film.reseeded).tolist() == list(run.reseeded) == [1, 1]


def test_one_component_is_a_film_of_two_states() -> None:
    film = Film.of(fit(X, FitSpecification(n_components=1, n_init=1)).best, X, same)
    assert film.iterations.tolist() == [0, 1]


@pytest.mark.parametrize(("n_states", "most"), [(1, 2), (5, 5), (6, 5), (1000, 7), (10_001, 500)])
def test_kept_states_are_ordered_without_repetition_and_hold_both_ends(n_states: int, most: int) -> None:
    kept = shown_states(n_states, most)
    assert len(kept) == min(n_states, most)
    assert (np.diff(kept) > 0).all()
    assert (kept[0], kept[-1]) == (0, n_states - 1)


def test_a_run_that_began_on_a_sample_begins_with_all_rows() -> None:
    many = np.repeat(X, 600, axis=0) + RNG.normal(scale=0.1, size=(600 * len(X), 3))
    run = fit(many, FitSpecification(n_components=2, n_init=2)).best
    assert run.n_on_sample > 0
    film = Film.of(run, many[:20], same)
    assert film.iterations[0] == 0
    assert film.n_iterations == run.n_iterations - run.n_on_sample
    assert (np.diff(film.log_likelihoods) >= -1e-6).all()
    for state in (0, -1):
        expected = film.mixtures[state].log_density(many).sum()
        assert film.log_likelihoods[state] == pytest.approx(expected)
