"""Scores are all that an E-step needs: of a mixture, of a component without a shape, of a posterior."""

import numpy as np
import pytest
from scipy.special import digamma, logsumexp
from scipy.stats import multivariate_normal
from sklearn.datasets import load_iris
from sklearn.mixture import BayesianGaussianMixture

from gmm_core.engines.choice import ENGINES, engine_named
from gmm_core.model.mixture import Mixture
from gmm_core.model.scores import Scores, log_sum_exp, shares
from gmm_core.model.statistics import Moments

X = np.asarray(load_iris().data, dtype=np.float64)
EVERY = pytest.mark.parametrize("engine", ENGINES)


def mixture(diagonal: bool) -> Mixture:
    covariance = np.cov(X.T, bias=True) * (np.eye(4) if diagonal else 1.0)
    return Mixture(np.array([0.3, 0.7]), X[[10, 120]], np.stack([covariance, 0.5 * covariance]))


@pytest.mark.parametrize("diagonal", [False, True])
def test_a_mixture_scores_its_log_joint(diagonal: bool) -> None:
    given = mixture(diagonal)
    assert given.scores.is_diagonal == diagonal
    expected = [
        np.log(weight) + multivariate_normal(mean, covariance).logpdf(X)
        for weight, mean, covariance in zip(given.weights, given.means, given.covariances, strict=True)
    ]
    np.testing.assert_allclose(given.scores.of(X), expected, rtol=1e-10)


def test_logarithms_of_sums_and_shares_do_not_overflow() -> None:
    scores = np.array([[-1e4, 1e4, -np.inf], [-1e4 - 1, 1e4, -np.inf]])
    np.testing.assert_allclose(log_sum_exp(scores)[:2], logsumexp(scores, axis=0)[:2])
    assert log_sum_exp(scores)[2] == -np.inf
    np.testing.assert_allclose(shares(scores[:, :2]), [[1 / (1 + np.exp(-1)), 0.5], [1 / (1 + np.e), 0.5]])


@EVERY
@pytest.mark.parametrize("moments", Moments)
@pytest.mark.parametrize("diagonal", [False, True])
def test_a_flat_component_holds_what_the_others_leave(engine: str, moments: Moments, diagonal: bool) -> None:
    given, noise = mixture(diagonal), 1e-3
    scores = Scores(
        np.vstack([given.means, X.mean(axis=0)]),
        np.concatenate([given.scores.factors, np.zeros_like(given.scores.factors[:1])]),
        np.append(given.scores.offsets, np.log(noise)),
    )
    density = np.exp(given.log_density(X))
    found = engine_named(engine, X).expectation(scores, moments)
    assert found.counts[2] == pytest.approx((noise / (density + noise)).sum(), rel=1e-12)
    assert found.log_likelihood == pytest.approx(np.log(density + noise).sum(), rel=1e-12)
    np.testing.assert_allclose(found.counts.sum(), len(X), rtol=1e-12)
    r = np.exp(given.log_joint(X)) / (density + noise)[:, None]
    np.testing.assert_allclose(found.means()[:2], r.T @ X / r.sum(axis=0)[:, None], rtol=1e-12)


@EVERY
def test_scores_of_a_posterior_give_its_variational_responsibilities(engine: str) -> None:
    theirs = BayesianGaussianMixture(n_components=4, random_state=0, max_iter=30, tol=0.0)
    with pytest.warns(UserWarning, match="did not converge"):
        theirs.fit(X)
    weights = theirs.weight_concentration_  # of a Dirichlet process: two arrays
    expected_log = digamma(weights[0]) - digamma(weights[0] + weights[1])
    rest = digamma(weights[1]) - digamma(weights[0] + weights[1])
    log_weights = expected_log + np.append(0.0, np.cumsum(rest)[:-1])
    degrees, d = theirs.degrees_of_freedom_, X.shape[1]
    # scikit-learn's precisions are those of the expected covariance; the posterior's precision has a mean of its own.
    posterior = Mixture(np.full(4, 0.25), theirs.means_, theirs.covariances_)
    log_precision = (
        digamma(0.5 * (degrees - np.arange(d)[:, None])).sum(axis=0)
        + d * np.log(2.0)
        - d * np.log(degrees)
        - 2.0 * np.log(np.diagonal(posterior.cholesky_factors, axis1=1, axis2=2)).sum(axis=1)
    )
    offsets = log_weights + 0.5 * (log_precision - d * np.log(2 * np.pi) - d / theirs.mean_precision_)
    scores = Scores(posterior.means, posterior.scores.factors, offsets)
    np.testing.assert_allclose(shares(scores.of(X)).T, theirs.predict_proba(X), rtol=1e-10, atol=1e-12)
    counts = engine_named(engine, X).expectation(scores).counts
    np.testing.assert_allclose(counts, theirs.predict_proba(X).sum(axis=0), rtol=1e-12, atol=1e-12)
