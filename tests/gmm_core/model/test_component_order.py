"""The distance by which components are matched to those of the fit before."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import multivariate_normal, norm

from gmm_core.model.component_order import bhattacharyya_distances, matched_components
from gmm_core.model.mixture import Mixture


def test_the_distance_is_minus_the_logarithm_of_the_overlap_in_one_dimension() -> None:
    one = Mixture([0.3, 0.7], np.array([[0.0], [2.0]]), np.array([[[1.0]], [[4.0]]]))
    other = Mixture([0.2, 0.8], np.array([[0.0], [3.0]]), np.array([[[9.0]], [[0.25]]]))
    distances = bhattacharyya_distances(one, other)
    for k in range(2):
        for j in range(2):
            p = norm(one.means[k, 0], np.sqrt(one.covariances[k, 0, 0]))
            q = norm(other.means[j, 0], np.sqrt(other.covariances[j, 0, 0]))
            overlap, _ = quad(lambda x, p=p, q=q: np.sqrt(p.pdf(x) * q.pdf(x)), -30, 30, points=[0, 2, 3])
            assert distances[k, j] == pytest.approx(-np.log(overlap), rel=1e-6)


def test_and_in_two() -> None:
    p = multivariate_normal([0.0, 1.0], [[2.0, 0.6], [0.6, 1.0]])
    q = multivariate_normal([1.0, -1.0], [[1.0, -0.4], [-0.4, 3.0]])
    one, other = (Mixture([1.0], np.asarray(of.mean)[None], np.asarray(of.cov)[None]) for of in (p, q))
    axis = np.linspace(-12, 12, 481)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1)
    overlap = np.sqrt(p.pdf(grid) * q.pdf(grid)).sum() * (axis[1] - axis[0]) ** 2
    assert bhattacharyya_distances(one, other)[0, 0] == pytest.approx(-np.log(overlap), rel=1e-5)


def test_shape_and_place_weigh_against_each_other() -> None:
    """The round component lies nearer to the narrow earlier one, but continues the round one a little further off."""
    later = Mixture([0.5, 0.5], np.array([[0.0], [6.0]]), np.array([[[1.0]], [[0.01]]]))
    earlier = Mixture([0.5, 0.5], np.array([[0.2], [1.0]]), np.array([[[0.0001]], [[1.0]]]))
    assert matched_components(later, earlier)[0] == 1 - matched_components(later, earlier)[1]
    distances = bhattacharyya_distances(later, earlier)
    assert distances[0, 1] < distances[0, 0]
