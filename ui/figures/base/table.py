"""The table of a figure of a mixture: the parameters of its components."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from gmm_core.model.mixture import Mixture


def component_table(mixture: Mixture, labels: Sequence[str], responsibilities: ArrayLike) -> pd.DataFrame:
    """A row for each component: weight π_k, number of points assigned to it, mean and standard deviation per axis."""
    hard = np.asarray(responsibilities).argmax(axis=1)
    deviations = np.sqrt(np.diagonal(mixture.covariances, axis1=1, axis2=2))
    return pd.DataFrame(
        {
            "component": np.arange(1, mixture.n_components + 1),
            "weight": mixture.weights,
            "points": np.bincount(hard, minlength=mixture.n_components),
            **{f"mean of {label}": mixture.means[:, i] for i, label in enumerate(labels)},
            **{f"standard deviation of {label}": deviations[:, i] for i, label in enumerate(labels)},
        }
    )
