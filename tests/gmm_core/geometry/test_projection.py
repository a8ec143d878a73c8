"""A view keeps what it promises: chosen axes as they are, principal components as the textbook has them."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from gmm_core.errors import ParameterError
from gmm_core.geometry.projection import ROWS_PER_BLOCK, Projection
from gmm_core.model.mixture import Mixture

COLUMNS = ("length", "width", "height", "mass")


def data(n: int = 200, offset: float = 0.0) -> np.ndarray:
    rng = np.random.default_rng(7)
    return rng.normal(size=(n, 4)) @ rng.normal(size=(4, 4)) + offset


def mixture() -> Mixture:
    rng = np.random.default_rng(3)
    factors = rng.normal(size=(3, 4, 4))
    covariances = factors @ factors.transpose(0, 2, 1) + 0.1 * np.eye(4)
    return Mixture([0.2, 0.3, 0.5], rng.normal(size=(3, 4)), covariances)


@pytest.mark.parametrize("positions", [(0,), (2, 0), (3, 1, 2)])
def test_axes_pick_columns_and_marginals_unchanged(positions: tuple[int, ...]) -> None:
    view = Projection.axes(COLUMNS, positions)
    X, marginal = data(), mixture().marginal(positions)
    assert view.labels == tuple(COLUMNS[position] for position in positions)
    np.testing.assert_array_equal(view.points(X), X[:, positions])
    np.testing.assert_allclose(view.mixture(mixture()).means, marginal.means, rtol=1e-14)
    np.testing.assert_allclose(view.mixture(mixture()).covariances, marginal.covariances, rtol=1e-13)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
@pytest.mark.parametrize("offset", [0.0, 1e6])
def test_principal_components_agree_with_scikit_learn_up_to_sign(n: int, offset: float) -> None:
    X = data(offset=offset)
    view, peer = Projection.principal_components(X, n, COLUMNS), PCA(n, svd_solver="full").fit(X)
    signs = np.sign((view.matrix * peer.components_).sum(axis=1))
    np.testing.assert_allclose(view.matrix, signs[:, None] * peer.components_, atol=1e-7)
    np.testing.assert_allclose(view.points(X), signs * peer.transform(X), atol=1e-6)
    shares = [
        f"PC {i + 1} ({100 * share:.0f} % of variance)"
        for i, share in enumerate(peer.explained_variance_ratio_)
    ]
    assert list(view.labels) == shares


def test_the_largest_loading_of_each_component_is_positive() -> None:
    matrix = Projection.principal_components(data(), 4, COLUMNS).matrix
    assert (matrix[np.arange(4), np.abs(matrix).argmax(axis=1)] > 0).all()


def test_principal_components_are_centred_and_uncorrelated() -> None:
    points = Projection.principal_components(data(offset=1e4), 3, COLUMNS).points(data(offset=1e4))
    np.testing.assert_allclose(points.mean(axis=0), 0.0, atol=1e-9)
    covariance = np.cov(points.T)
    np.testing.assert_allclose(covariance, np.diag(np.diag(covariance)), atol=1e-8)
    assert (np.diff(np.diag(covariance)) <= 0).all()


def test_more_rows_than_a_block_give_the_components_of_all_rows() -> None:
    X = data(ROWS_PER_BLOCK + 500)
    np.testing.assert_allclose(
        np.abs(Projection.principal_components(X, 2, COLUMNS).matrix),
        np.abs(PCA(2).fit(X).components_),
        atol=1e-9,
    )


def test_the_projected_mixture_is_that_of_projected_samples() -> None:
    view = Projection.principal_components(data(), 2, COLUMNS)
    samples, _ = mixture().sample(200_000, np.random.default_rng(0))
    projected = view.mixture(mixture())
    mean = projected.weights @ projected.means
    spread = projected.means - mean
    covariance = np.einsum("k,kij->ij", projected.weights, projected.covariances)
    covariance = covariance + np.einsum("k,ki,kj->ij", projected.weights, spread, spread)
    np.testing.assert_allclose(view.points(samples).mean(axis=0), mean, atol=0.03)
    np.testing.assert_allclose(np.cov(view.points(samples).T), covariance, rtol=0.02, atol=0.03)


@pytest.mark.parametrize("X", [np.ones((1, 4)), np.full((9, 4), 3.0)])
def test_data_without_variance_still_has_a_view(X: np.ndarray) -> None:
    view = Projection.principal_components(X, 2, COLUMNS)
    assert view.labels == ("PC 1 (0 % of variance)", "PC 2 (0 % of variance)")
    np.testing.assert_allclose(view.points(X), 0.0, atol=1e-12)


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: Projection.axes(COLUMNS, [4]), "no column at position 4"),
        (lambda: Projection.axes(COLUMNS, [-1]), "no column at position -1"),
        (lambda: Projection.principal_components(data(), 5, COLUMNS), "choose from 1 to 4"),
        (lambda: Projection.principal_components(data(), 0, COLUMNS), "choose from 1 to 4"),
        (lambda: Projection.principal_components(data()[:, :3], 2, COLUMNS), "rows of 4 numbers"),
        (lambda: Projection.principal_components(np.empty((0, 4)), 2, COLUMNS), "at least one row"),
        (lambda: Projection.axes(COLUMNS, [0]).points(data()[:, :3]), "takes 4 features"),
        (lambda: Projection(np.eye(2), np.zeros(2), ("a",), ("a", "b")), "make the shapes agree"),
    ],
)
def test_what_cannot_be_projected_is_refused_in_one_sentence(call: object, reason: str) -> None:
    assert callable(call)
    with pytest.raises(ParameterError, match=reason):
        call()
