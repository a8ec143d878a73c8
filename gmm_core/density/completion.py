"""Where a point that is known on the axes of a view lies in all features."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.arrays import FloatArray
from gmm_core.geometry.projection import Projection
from gmm_core.model.mixture import Mixture


def completed(mixture: Mixture, projection: Projection, points: ArrayLike) -> FloatArray:
    """The points (M, E) of a view y = A x + b with the features that it leaves open, shape (M, D).

    Of the component k of largest responsibility in the view, the mean given what is shown:
    x = μ_k + Σ_k Aᵀ (A Σ_k Aᵀ)⁻¹ (y − A μ_k − b). It is shown at y exactly, and is the likeliest such point of k. The
    mean of all components together would often lie between them, where no point is.

    Source: Bishop, Pattern Recognition and Machine Learning (2006), equation 2.81.
    """
    shown = np.asarray(points, dtype=np.float64).reshape(-1, len(projection.labels))
    seen = projection.mixture(mixture)
    found = np.empty((len(shown), mixture.n_features))
    for row, component in enumerate(seen.labels(shown).tolist() if len(shown) else []):
        gain = mixture.covariances[component] @ projection.matrix.T
        residual = np.linalg.solve(seen.covariances[component], shown[row] - seen.means[component])
        found[row] = mixture.means[component] + gain @ residual
    return found
