"""Generated points: how each generator draws its data, from its parameters and a seed alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import make_blobs, make_circles, make_moons

from gmm_core.arrays import FloatArray

OUTLIER = "outlier"
"""The name of the group of outliers."""

# Points (N, D), and the name of each point's true group (N,), or None if there are no groups.
Points = tuple[FloatArray, NDArray[np.str_] | None]


def _groups(numbers: NDArray[np.integer[Any]]) -> NDArray[np.str_]:
    """The names A, B, C, ... of groups 0, 1, 2, ...; letters, since the fitted components have numbers."""
    return np.array([chr(ord("A") + number) for number in numbers])


def blobs(n_samples: int, centers: int, n_features: int, cluster_std: float, random_state: int) -> Points:
    """scikit-learn's make_blobs: spherical Gaussians with centres drawn from the cube [-10, 10]^D."""
    X, y = make_blobs(
        n_samples=n_samples,
        centers=centers,
        n_features=n_features,
        cluster_std=cluster_std,
        random_state=random_state,
    )
    return X, _groups(y)


def anisotropic(
    n_samples: int, centers: int, stretch: float, cluster_std: float, random_state: int
) -> Points:
    """Blobs in the plane under x ↦ Ax, A = R diag(√stretch, 1/√stretch) Rᵀ, R a rotation by 45°."""
    X, y = make_blobs(
        n_samples=n_samples, centers=centers, cluster_std=cluster_std, random_state=random_state
    )
    rotation = np.array([[1.0, -1.0], [1.0, 1.0]]) / np.sqrt(2.0)
    shear = rotation @ np.diag([np.sqrt(stretch), 1.0 / np.sqrt(stretch)]) @ rotation.T
    return X @ shear, _groups(y)


def unequal_sizes(
    n_samples: int, centers: int, size_ratio: float, spread_ratio: float, random_state: int
) -> Points:
    """Blobs whose sizes and standard deviations decrease geometrically from the first group to the last.

    The first group has size_ratio times the points and spread_ratio times the standard deviation of the last,
    which is 0.5.
    """
    falling = np.linspace(1.0, 0.0, centers)
    shares = size_ratio**falling / (size_ratio**falling).sum()
    borders = np.rint(np.cumsum(shares) * n_samples).astype(int)
    X, y = make_blobs(
        n_samples=np.diff(borders, prepend=0),
        cluster_std=0.5 * spread_ratio**falling,
        random_state=random_state,
    )
    return X, _groups(y)


def overlapping(n_samples: int, centers: int, separation: float, random_state: int) -> Points:
    """Gaussians with unit covariance; the means are on a circle, neighbours at the distance `separation`."""
    angles = 2.0 * np.pi * np.arange(centers) / centers
    radius = separation / (2.0 * np.sin(np.pi / centers))
    means = radius * np.column_stack([np.cos(angles), np.sin(angles)])
    X, y = make_blobs(n_samples=n_samples, centers=means, cluster_std=1.0, random_state=random_state)
    return X, _groups(y)


def crossed(n_samples: int, stretch: float, random_state: int) -> Points:
    """Two Gaussians with mean 0: one is `stretch` times as wide as high, the other `stretch` times as high as wide."""
    X, y = make_blobs(n_samples=n_samples, centers=np.zeros((2, 2)), random_state=random_state)
    long, short = np.sqrt(stretch), 1.0 / np.sqrt(stretch)
    return X * np.where(y[:, None] == 0, [long, short], [short, long]), _groups(y)


def concentric(n_samples: int, factor: float, noise: float, random_state: int) -> Points:
    """scikit-learn's make_circles: a ring of radius 1 around a ring of radius `factor`."""
    X, y = make_circles(n_samples=n_samples, factor=factor, noise=noise, random_state=random_state)
    return X, np.where(y == 0, "outer ring", "inner ring")


def moons(n_samples: int, noise: float, random_state: int) -> Points:
    """scikit-learn's make_moons: two interleaving half circles."""
    X, y = make_moons(n_samples=n_samples, noise=noise, random_state=random_state)
    return X, np.where(y == 0, "upper moon", "lower moon")


def uniform_noise(n_samples: int, n_features: int, random_state: int) -> Points:
    """Points distributed uniformly over the cube [-10, 10]^D; there are no groups, hence no true labels."""
    return np.random.RandomState(random_state).uniform(-10.0, 10.0, (n_samples, n_features)), None


def blobs_with_outliers(
    n_samples: int, centers: int, cluster_std: float, outlier_share: float, random_state: int
) -> Points:
    """Blobs in the plane; the share `outlier_share` of the points is distributed uniformly over [-20, 20]²."""
    X, y = make_blobs(
        n_samples=n_samples, centers=centers, cluster_std=cluster_std, random_state=random_state
    )
    # The stream of RandomState never changes, so a link shows the same points after an update of NumPy.
    random = np.random.RandomState(random_state)
    outliers = random.permutation(n_samples)[: round(outlier_share * n_samples)]
    X[outliers] = random.uniform(-20.0, 20.0, (len(outliers), 2))
    names = _groups(y).astype(f"<U{len(OUTLIER)}")
    names[outliers] = OUTLIER
    return X, names
