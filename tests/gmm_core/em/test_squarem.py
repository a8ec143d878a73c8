"""SQUAREM ends where EM ends, in fewer E-steps, and no leap ever goes down."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from gmm_core.em.loop import em_iterations
from gmm_core.em.squarem import squarem_iterations
from gmm_core.engines.blocked_numpy import BlockedEngine
from gmm_core.errors import ParameterError
from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.model.covariance.regularization import Ridge, VarianceFloor
from gmm_core.model.likelihood_model import GaussianModel


def overlapping(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.concatenate(
        [rng.normal(size=(150, 2)) @ rng.normal(size=(2, 2)) + rng.normal(size=2) * 2 for _ in range(3)]
    )


@pytest.mark.parametrize("structure", STRUCTURES)
def test_the_likelihood_never_falls_and_every_mixture_has_the_structure(structure: str) -> None:
    X = overlapping(1)
    start = fit(X, FitSpecification(covariance_type=structure, n_init=1, max_iterations=0)).mixture
    engine = BlockedEngine(X)
    seen = list(
        islice(
            squarem_iterations(engine, GaussianModel(STRUCTURES[structure], VarianceFloor(1e-6)), start), 150
        )
    )
    assert any(iteration.extrapolated for iteration in seen)
    assert not seen[-1].extrapolated or not seen[-2].extrapolated
    assert (np.diff([iteration.mean_log_likelihood for iteration in seen]) > -1e-11).all()
    for iteration in seen:
        covariances = iteration.mixture.covariances
        assert iteration.mixture.log_density(X).sum() == pytest.approx(iteration.log_likelihood, rel=1e-12)
        if structure == "tied":
            np.testing.assert_array_equal(covariances[0], covariances[1])
        if structure in ("diag", "spherical"):
            assert not covariances[:, 0, 1].any()
        if structure == "spherical":
            np.testing.assert_allclose(covariances[:, 0, 0], covariances[:, 1, 1], rtol=1e-12)


def test_it_ends_in_a_fixed_point_of_em_in_fewer_steps_and_seldom_lower() -> None:
    lower, steps = 0, {"none": 0, "squarem": 0}
    for seed in range(12):
        X = overlapping(seed)
        ends = {}
        for name in steps:
            run = fit(
                X,
                FitSpecification(
                    n_init=1, init="random points", seed=seed, acceleration=name, max_iterations=2000
                ),
                engine="compiled",
            ).best
            assert run.converged
            steps[name] += run.n_iterations
            ends[name] = run.log_likelihood / len(X)
            iterations = em_iterations(
                BlockedEngine(X), GaussianModel(STRUCTURES["full"], VarianceFloor(1e-9)), run.mixture
            )
            here, extrapolated = next(iterations), next(iterations)
            assert extrapolated.mean_log_likelihood - here.mean_log_likelihood <= 1e-6
        lower += ends["squarem"] < ends["none"] - 1e-4
    assert steps["squarem"] < 0.5 * steps["none"]
    assert lower <= 1


def test_where_the_likelihood_is_not_what_is_climbed_there_is_no_leap() -> None:
    X = overlapping(2)
    start = fit(X, FitSpecification(n_init=1, max_iterations=0)).mixture
    model = GaussianModel(STRUCTURES["full"], Ridge(0.1))
    ours = islice(squarem_iterations(BlockedEngine(X), model, start), 40)
    theirs = islice(em_iterations(BlockedEngine(X), model, start), 40)
    for one, other in zip(ours, theirs, strict=True):
        assert one.log_likelihood == other.log_likelihood


def test_an_unknown_acceleration_is_refused() -> None:
    with pytest.raises(ParameterError, match="choose one of none, squarem"):
        FitSpecification(acceleration="faster")
