"""The most likely values of all features for a point that is known only on the axes of a view."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.arrays import FloatArray
from gmm_core.geometry.projection import Projection
from gmm_core.model.mixture import Mixture


def completed(mixture: Mixture, projection: Projection, points: ArrayLike) -> FloatArray:
    """The features (M, D) of points (M, E) that are given in a view y = A x + b.

    Each is the conditional mean given y of the component k of largest responsibility in the view:
    x = μ_k + Σ_k Aᵀ (A Σ_k Aᵀ)⁻¹ (y − A μ_k − b). The view shows it exactly at y, and of all such points it is the most
    likely one under component k. The conditional mean of the whole mixture would often lie between components, where
    no data is.

    Source: Bishop, Pattern Recognition and Machine Learning (2006), equation 2.81.
    """
    shown = np.asarray(points, dtype=np.float64).reshape(-1, len(projection.labels))
    seen = projection.mixture(mixture)
    features = np.empty((len(shown), mixture.n_features))
    for row, component in enumerate(seen.labels(shown).tolist() if len(shown) else []):
        gain = mixture.covariances[component] @ projection.matrix.T
        residual = np.linalg.solve(seen.covariances[component], shown[row] - seen.means[component])
        features[row] = mixture.means[component] + gain @ residual
    return features
