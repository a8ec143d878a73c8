"""Ways to look for the best optimum of one likelihood: ours, scikit-learn's four starts, mclust's start."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture as ScikitLearn

from benchmarks.hierarchical import hierarchical_labels, scaled_principal_components
from gmm_core import GaussianMixture
from gmm_core.arrays import FloatArray
from gmm_core.covariance.catalogue import structure_named
from gmm_core.errors import FitError
from gmm_core.fit import fit
from gmm_core.initialization import GivenLabels
from gmm_core.mixture import Mixture
from gmm_core.specification import FitSpecification

Find = Callable[[FloatArray, int, str, int, int], Mixture | None]
"""(X, K, covariance type, n_init, seed) -> where it ended; None where it ended nowhere."""


@dataclass(frozen=True)
class Search:
    """A way to look; `is_random` says whether seeds and restarts make a difference."""

    name: str
    settings: str
    find: Find
    is_random: bool = True


def _ours(X: FloatArray, n_components: int, covariance_type: str, n_init: int, seed: int) -> Mixture | None:
    model = GaussianMixture(n_components, covariance_type=covariance_type, n_init=n_init, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(X).mixture_


def _scikit_learn(init_params: str, patient: bool) -> Find:
    settings = {"tol": 1e-6, "max_iter": 500} if patient else {}

    def find(
        X: FloatArray, n_components: int, covariance_type: str, n_init: int, seed: int
    ) -> Mixture | None:
        model = ScikitLearn(
            n_components,
            covariance_type=covariance_type,
            init_params=init_params,
            n_init=n_init,
            random_state=seed,
            **settings,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(X)
        expanded = structure_named(covariance_type).compact.expanded
        covariances = expanded(model.covariances_, n_components, X.shape[1])
        return Mixture(model.weights_, model.means_, covariances)

    return find


def _mclust(X: FloatArray, n_components: int, covariance_type: str, n_init: int, seed: int) -> Mixture | None:
    labels = hierarchical_labels(scaled_principal_components(X), n_components)
    specification = FitSpecification(n_components=n_components, covariance_type=covariance_type)
    try:
        return fit(X, specification, starts=[GivenLabels(np.asarray(labels))]).mixture
    except FitError:
        return None


SCIKIT_LEARN_STARTS = ("kmeans", "k-means++", "random", "random_from_data")
SEARCHES: dict[str, Search] = {
    search.name: search
    for search in (
        Search(
            "ours",
            "GaussianMixture(K, n_init=n): mixed starts, every other one the best of short runs",
            _ours,
        ),
        *(
            Search(
                f"{start}{', patient' if patient else ''}",
                f"scikit-learn's GaussianMixture(K, init_params={start!r}, n_init=n"
                f"{', tol=1e-6, max_iter=500' if patient else ''})",
                _scikit_learn(start, patient),
            )
            for patient in (False, True)
            for start in SCIKIT_LEARN_STARTS
        ),
        Search(
            "mclust's start",
            "labels of model-based hierarchical clustering (VVV, on scaled principal components), then our EM",
            _mclust,
            is_random=False,
        ),
    )
}
