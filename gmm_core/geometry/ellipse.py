"""Contours that contain a given probability of a Gaussian: ellipses in the plane, ellipsoids in space."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import chi2

from gmm_core.arrays import FloatArray, IntArray


@lru_cache(maxsize=256)
def mahalanobis_radius(probability: float, n_features: int) -> float:
    """The Mahalanobis radius that contains `probability` of a D-dimensional Gaussian: √χ²_D⁻¹(probability).

    It grows with the dimension: 90 % lie within 1.645 standard deviations on a line, within √4.605 ≈ 2.15 in the plane.
    """
    return float(np.sqrt(chi2.ppf(probability, df=n_features)))


def ellipse(mean: ArrayLike, covariance: ArrayLike, probability: float, n_points: int = 97) -> FloatArray:
    """The closed contour {x : (x − μ)ᵀ Σ⁻¹ (x − μ) = χ²₂⁻¹(probability)} in the plane, shape (n_points, 2)."""
    angles = np.linspace(0.0, 2.0 * np.pi, n_points)
    circle = np.column_stack([np.cos(angles), np.sin(angles)])
    return np.asarray(mean) + mahalanobis_radius(probability, 2) * circle @ _factor(covariance).T


def ellipsoid(
    mean: ArrayLike, covariance: ArrayLike, probability: float, n_rings: int = 16
) -> tuple[FloatArray, IntArray]:
    """A triangle mesh of the ellipsoid {x : (x − μ)ᵀ Σ⁻¹ (x − μ) = χ²₃⁻¹(probability)} in space.

    Returns
    -------
    (V, 3), (T, 3) of int
        The vertices, and the three vertex positions of each triangle.
    """
    n_sectors = 2 * n_rings
    polar, azimuth = np.meshgrid(
        np.linspace(0.0, np.pi, n_rings + 1), np.arange(n_sectors) * (2 * np.pi / n_sectors), indexing="ij"
    )
    sphere = np.column_stack(
        [
            (np.sin(polar) * np.cos(azimuth)).ravel(),
            (np.sin(polar) * np.sin(azimuth)).ravel(),
            np.cos(polar).ravel(),
        ]
    )
    vertices = np.asarray(mean) + mahalanobis_radius(probability, 3) * sphere @ _factor(covariance).T
    ring, sector = (grid.ravel() for grid in np.indices((n_rings, n_sectors)))
    right = (sector + 1) % n_sectors
    here, there = ring * n_sectors + sector, ring * n_sectors + right
    below, below_right = here + n_sectors, there + n_sectors
    triangles = np.concatenate(
        [np.column_stack([here, below, there]), np.column_stack([there, below, below_right])]
    )
    return vertices, triangles


def _factor(covariance: ArrayLike) -> FloatArray:
    """A with A Aᵀ = Σ from eigenvectors, the longest axis first, so that a contour starts on its longest axis."""
    values, vectors = np.linalg.eigh(np.asarray(covariance, dtype=np.float64))
    return vectors[:, ::-1] * np.sqrt(np.maximum(values[::-1], 0.0))
