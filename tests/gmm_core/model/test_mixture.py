"""The mixture as a value: its densities agree with scipy's, and it refuses what is none."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from gmm_core.errors import ParameterError
from gmm_core.model.mixture import Mixture


def some_mixture(n_components: int, n_features: int, seed: int = 0) -> Mixture:
    rng = np.random.default_rng(seed)
    factors = rng.normal(size=(n_components, n_features, n_features)) + 2 * np.eye(n_features)
    return Mixture(
        rng.dirichlet(np.full(n_components, 5.0)),
        rng.normal(scale=3, size=(n_components, n_features)),
        factors @ factors.transpose(0, 2, 1),
    )


@pytest.mark.parametrize(("n_components", "n_features"), [(1, 1), (3, 2), (4, 7), (20, 3)])
def test_densities_agree_with_scipy(n_components: int, n_features: int) -> None:
    mixture = some_mixture(n_components, n_features)
    X = np.random.default_rng(1).normal(scale=4, size=(501, n_features))
    joint = np.column_stack(
        [
            np.log(weight) + multivariate_normal(mean, covariance).logpdf(X)
            for weight, mean, covariance in zip(
                mixture.weights, mixture.means, mixture.covariances, strict=True
            )
        ]
    )
    np.testing.assert_allclose(mixture.log_joint(X), joint, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(mixture.log_density(X), np.logaddexp.reduce(joint, axis=1), rtol=1e-9)
    responsibilities = mixture.responsibilities(X)
    np.testing.assert_allclose(responsibilities.sum(axis=1), 1.0, rtol=1e-12)
    assert (mixture.labels(X) == responsibilities.argmax(axis=1)).all()


def test_values_cannot_be_changed() -> None:
    mixture = some_mixture(2, 2)
    for array in (mixture.weights, mixture.means, mixture.covariances):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_the_callers_arrays_stay_theirs() -> None:
    means = np.zeros((1, 2))
    mixture = Mixture(np.ones(1), means, np.eye(2)[None])
    means[0, 0] = 5.0
    assert mixture.means[0, 0] == 0.0


def test_integer_rows_are_scored_in_full_precision() -> None:
    mixture = some_mixture(3, 2)
    X = np.arange(20).reshape(10, 2)
    np.testing.assert_array_equal(mixture.log_density(X), mixture.log_density(X.astype(float)))


def test_far_rows_have_finite_density_and_simplex_responsibilities() -> None:
    mixture = some_mixture(3, 2)
    far = np.array([[1e8, 1e8], [1e8, -2e8], [3e8, 0.1]])
    assert np.isfinite(mixture.log_density(far)).all()
    np.testing.assert_allclose(mixture.responsibilities(far).sum(axis=1), 1.0, rtol=1e-12)


def test_two_components_as_likely_as_each_other_share_a_row_however_far_it_is() -> None:
    mixture = Mixture([0.5, 0.5], [[0.0], [0.0]], np.full((2, 1, 1), 1.0))
    for far in (1e3, 2e8, 1.7e9, 3.3e12):
        np.testing.assert_array_equal(mixture.responsibilities([[far]]), [[0.5, 0.5]])


def test_a_component_without_weight_takes_nothing() -> None:
    mixture = Mixture([1.0, 0.0], [[0.0], [1.0]], np.ones((2, 1, 1)))
    assert (mixture.responsibilities([[1.0], [0.0]])[:, 1] == 0.0).all()


def test_sample_has_the_mixtures_moments() -> None:
    mixture = some_mixture(3, 2)
    points, components = mixture.sample(200_000, np.random.default_rng(5))
    np.testing.assert_allclose(np.bincount(components) / 200_000, mixture.weights, atol=5e-3)
    for k in range(3):
        np.testing.assert_allclose(points[components == k].mean(axis=0), mixture.means[k], atol=0.1)
        np.testing.assert_allclose(
            np.cov(points[components == k].T), mixture.covariances[k], rtol=0.05, atol=0.1
        )


def test_a_plane_shows_the_true_marginal() -> None:
    mixture = some_mixture(3, 4)
    rotation = np.linalg.qr(np.random.default_rng(2).normal(size=(4, 4)))[0][:2]
    image = mixture.affine(rotation, [1.0, -1.0])
    np.testing.assert_allclose(image.means, mixture.means @ rotation.T + [1.0, -1.0])
    np.testing.assert_allclose(image.covariances[1], rotation @ mixture.covariances[1] @ rotation.T)
    np.testing.assert_allclose(
        mixture.marginal([2, 0]).covariances[0], mixture.covariances[0][np.ix_([2, 0], [2, 0])]
    )


@pytest.mark.parametrize(
    ("weights", "means", "covariances", "sentence"),
    [
        ([1.0], [[0.0]], [[1.0]], "make the shapes agree"),
        ([0.5, 0.6], [[0.0], [1.0]], np.ones((2, 1, 1)), "add up to 1.1"),
        ([1.5, -0.5], [[0.0], [1.0]], np.ones((2, 1, 1)), "non-negative"),
        ([1.0], [[np.nan]], [[[1.0]]], "not a finite number"),
    ],
)
def test_what_is_no_mixture_is_refused(weights: list, means: list, covariances: list, sentence: str) -> None:
    with pytest.raises(ParameterError, match=sentence):
        Mixture(weights, means, covariances)


def test_a_singular_covariance_is_named() -> None:
    mixture = Mixture([0.5, 0.5], np.zeros((2, 2)), [np.eye(2), np.ones((2, 2))])
    with pytest.raises(ParameterError, match="component 2 is not positive definite"):
        mixture.log_density([[0.0, 0.0]])


def test_rows_of_another_width_are_refused() -> None:
    with pytest.raises(ParameterError, match="describes 2 features"):
        some_mixture(2, 2).log_density([[1.0, 2.0, 3.0]])
