"""Promises that hold for any data: simplices, climbing, equivariance, reproducibility, means within the data."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gmm_core.fitting.fit import Fit, fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import STRUCTURES


@st.composite
def problems(draw: st.DrawFn) -> tuple[np.ndarray, FitSpecification]:
    """Rows of a rounded random mixture, with ties, and a specification that they can carry."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n_features = draw(st.integers(1, 4))
    n_components = draw(st.integers(1, 5))
    n_rows = draw(st.integers(12, 120))
    centres = rng.normal(scale=draw(st.sampled_from([0.0, 1.0, 10.0])), size=(3, n_features))
    rows = centres[rng.integers(3, size=n_rows)] + rng.normal(size=(n_rows, n_features))
    rows = np.round(rows, draw(st.sampled_from([1, 6])))
    specification = FitSpecification(
        n_components=n_components,
        covariance_type=draw(st.sampled_from(sorted(STRUCTURES))),
        n_init=draw(st.integers(1, 4)),
        seed=draw(st.integers(0, 1000)),
        max_iterations=60,
    )
    return rows, specification


def all_iterations(result: Fit) -> list[tuple[float, float]]:
    return [pair for run in result.runs if not run.reseeded for pair in pairwise(run.log_likelihoods)]


@settings(max_examples=60, deadline=None)
@given(problems())
def test_weights_and_responsibilities_are_simplices(problem: tuple[np.ndarray, FitSpecification]) -> None:
    rows, specification = problem
    for mixture in fit(rows, specification).best.mixtures:
        assert abs(mixture.weights.sum() - 1) < 1e-10
        assert mixture.weights.min() >= 0
        responsibilities = mixture.responsibilities(rows)
        assert responsibilities.min() >= 0
        np.testing.assert_allclose(responsibilities.sum(axis=1), 1.0, rtol=1e-10)


@settings(max_examples=100, deadline=None)
@given(problems())
def test_the_objective_never_falls(problem: tuple[np.ndarray, FitSpecification]) -> None:
    """To rounding: where a component is held, its covariance has 11 digits, and so has what is computed with it 5."""
    rows, specification = problem
    for run in fit(rows, specification).runs:
        rounding = 1e-4 if any(run.at_floor) else 1e-8
        for before, after in [] if run.reseeded else pairwise(run.log_likelihoods):
            assert after >= before - rounding * (1 + abs(before))


@settings(max_examples=40, deadline=None)
@given(problems(), st.integers(-8, 8), st.integers(-1000, 1000))
def test_shifting_and_scaling_the_data_does_so_to_the_answer(
    problem: tuple[np.ndarray, FitSpecification], power: int, offset: int
) -> None:
    """Powers of two and small offsets: the rows then stand for the same real numbers to the last bits but few."""
    rows, specification = problem
    specification = FitSpecification(
        n_components=min(2, specification.n_components),
        covariance_type=specification.covariance_type,
        n_init=1,
        init="random responsibilities",
        max_iterations=15,
        tolerance=0.0,
    )
    factor = 2.0**power
    here, there = fit(rows, specification), fit((rows + offset) * factor, specification)
    iterations = min(here.best.n_iterations, there.best.n_iterations)
    first, second = here.best.mixtures[iterations], there.best.mixtures[iterations]
    if (np.argsort(here.best.order) != np.argsort(there.best.order)).any():
        first = first.reordered(np.argsort(here.best.order))
        second = second.reordered(np.argsort(there.best.order))
    np.testing.assert_allclose(second.means / factor - offset, first.means, rtol=1e-6, atol=1e-5)
    np.testing.assert_allclose(second.covariances / factor**2, first.covariances, rtol=1e-4, atol=1e-5)


@settings(max_examples=30, deadline=None)
@given(problems())
def test_integers_and_floats_agree_and_the_same_seed_gives_the_same_bytes(
    problem: tuple[np.ndarray, FitSpecification],
) -> None:
    rows, specification = problem
    whole = np.round(rows * 10).astype(np.int64)
    integers, floats = fit(whole, specification), fit(whole.astype(np.float64), specification)
    assert integers.mixture.covariances.tobytes() == floats.mixture.covariances.tobytes()
    for one, other in zip(integers.runs, floats.runs, strict=True):
        assert one.log_likelihoods.tobytes() == other.log_likelihoods.tobytes()


@settings(max_examples=60, deadline=None)
@given(problems())
def test_no_mean_leaves_the_datas_range(problem: tuple[np.ndarray, FitSpecification]) -> None:
    rows, specification = problem
    slack = 1e-9 * (1 + np.abs(rows).max())
    for run in fit(rows, specification).runs:
        for mixture in run.mixtures:
            assert (mixture.means >= rows.min(axis=0) - slack).all()
            assert (mixture.means <= rows.max(axis=0) + slack).all()
