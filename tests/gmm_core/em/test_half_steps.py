"""An E-step and an M-step in turn are EM, and each half is what the textbook says."""

from itertools import islice

import numpy as np
import pytest

from gmm_core.em.half_steps import expectation
from gmm_core.em.loop import em_iterations
from gmm_core.engines.blocked_numpy import BlockedEngine
from gmm_core.engines.choice import ENGINES
from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.model.covariance.family import CovarianceStructure
from gmm_core.model.covariance.regularization import UNREGULARIZED, Regularization, Ridge, VarianceFloor
from gmm_core.model.likelihood_model import GaussianModel
from gmm_core.model.mixture import Mixture

RNG = np.random.default_rng(11)


def problem(n_components: int, n_features: int) -> tuple[np.ndarray, Mixture]:
    X = RNG.normal(size=(150, n_features)) + 3.0 * RNG.integers(0, 3, size=(150, 1))
    means = X[RNG.choice(len(X), n_components, replace=False)]
    covariances = np.stack([np.eye(n_features) * (1.0 + k) for k in range(n_components)])
    return X, Mixture(np.full(n_components, 1.0 / n_components), means, covariances)


@pytest.mark.parametrize("structure", STRUCTURES.values(), ids=STRUCTURES)
@pytest.mark.parametrize(("n_components", "n_features"), [(1, 1), (3, 1), (2, 2), (4, 3), (2, 8)])
@pytest.mark.parametrize("regularization", [UNREGULARIZED, VarianceFloor(0.05), Ridge(0.1)], ids=repr)
def test_an_e_step_and_an_m_step_in_turn_are_an_iteration(
    structure: CovarianceStructure, n_components: int, n_features: int, regularization: Regularization
) -> None:
    X, mixture = problem(n_components, n_features)
    model = GaussianModel(structure, regularization)
    for iteration in islice(em_iterations(BlockedEngine(X), model, mixture), 6):
        found = expectation(X, mixture)
        assert found.statistics.log_likelihood == pytest.approx(iteration.log_likelihood, rel=1e-12)
        np.testing.assert_allclose(mixture.weights, iteration.mixture.weights, rtol=1e-9)
        np.testing.assert_allclose(mixture.means, iteration.mixture.means, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(mixture.covariances, iteration.mixture.covariances, rtol=1e-8, atol=1e-9)
        mixture, _ = model.m_step(found.statistics, mixture)


@pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)
@pytest.mark.parametrize("weighted", [False, True])
def test_the_statistics_are_the_engines(engine: object, weighted: bool) -> None:
    X, mixture = problem(3, 2)
    sample_weight = RNG.uniform(0.5, 3.0, len(X)) if weighted else None
    ours = expectation(X, mixture, sample_weight).statistics
    theirs = engine(X, sample_weight).expectation(mixture.scores)  # type: ignore[operator]
    for name in ("counts", "sums", "scatter", "origin", "log_likelihood"):
        np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name), rtol=1e-10, atol=1e-10)


def test_responsibilities_are_densities_times_weights_divided_by_their_sum() -> None:
    X, mixture = problem(3, 2)
    found = expectation(X, mixture)
    products = np.exp(found.log_joint)
    np.testing.assert_allclose(found.responsibilities, products / products.sum(axis=1, keepdims=True))
    np.testing.assert_allclose(found.responsibilities, mixture.responsibilities(X))


def test_a_row_far_from_every_component_has_responsibilities_too() -> None:
    _, mixture = problem(2, 2)
    found = expectation([[1e3, 1e3]], mixture)
    assert found.responsibilities.sum() == pytest.approx(1.0)
