"""A contour at level p holds the share p of a Gaussian, in one, two and three dimensions."""

import numpy as np
import pytest

from gmm_core.geometry.ellipse import ellipse, ellipsoid, mahalanobis_radius

COVARIANCE = np.array([[4.0, 1.2, -0.3], [1.2, 1.0, 0.2], [-0.3, 0.2, 0.5]])


def distances(points: np.ndarray, mean: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    difference = points - mean
    return np.sqrt(np.einsum("nd,nd->n", difference, np.linalg.solve(covariance, difference.T).T))


@pytest.mark.parametrize("n_features", [1, 2, 3])
@pytest.mark.parametrize("probability", [0.5, 0.9, 0.95])
def test_the_radius_holds_the_probability_in_its_dimension(n_features: int, probability: float) -> None:
    draws = np.random.default_rng(0).standard_normal((400_000, n_features))
    inside = np.linalg.norm(draws, axis=1) <= mahalanobis_radius(probability, n_features)
    assert inside.mean() == pytest.approx(probability, abs=4e-3)


def test_the_radius_in_the_plane_is_known() -> None:
    assert mahalanobis_radius(0.9, 2) == pytest.approx(np.sqrt(4.605170186))


def test_every_point_of_an_ellipse_stands_at_the_radius() -> None:
    mean = np.array([10.0, -5.0])
    contour = ellipse(mean, COVARIANCE[:2, :2], 0.9)
    np.testing.assert_allclose(distances(contour, mean, COVARIANCE[:2, :2]), mahalanobis_radius(0.9, 2))
    np.testing.assert_allclose(contour[0], contour[-1])


def test_every_vertex_of_an_ellipsoid_stands_at_the_radius() -> None:
    mean = np.array([1.0, 2.0, 3.0])
    vertices, triangles = ellipsoid(mean, COVARIANCE, 0.5)
    np.testing.assert_allclose(distances(vertices, mean, COVARIANCE), mahalanobis_radius(0.5, 3))
    assert triangles.min() == 0
    assert triangles.max() == len(vertices) - 1
