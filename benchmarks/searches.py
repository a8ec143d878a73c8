"""Ways to look for the best optimum of one likelihood: ours, scikit-learn's, and wider ones that tell what is best."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture as ScikitLearn

from benchmarks.hierarchical import hierarchical_labels, scaled_principal_components
from benchmarks.problems import OptimumProblem
from gmm_core import GaussianMixture
from gmm_core.arrays import FloatArray
from gmm_core.errors import ComponentWarning, DataWarning, FitError
from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import structure_named
from gmm_core.model.mixture import Mixture
from gmm_core.starts.kinds import ALL_STARTS, GivenLabels, Start, random_starts

Find = Callable[[FloatArray, OptimumProblem, int, int], Mixture]
"""(X, problem, n_init, seed) -> where it ended."""
TOLERANCE, MAX_ITERATIONS = 1e-6, 1_000
OPTIMUM_TOLERANCE = 1e-9
"""The tolerance where the best optimum is looked for: EM ends where it has nothing more to gain."""
STARTS_OF_A_KIND = 20
MAX_FOR_HIERARCHICAL = 400
"""Hierarchical clustering compares all rows with one another."""


@dataclass(frozen=True)
class Search:
    """A way to look."""

    name: str
    settings: str
    find: Find


def _ours(X: FloatArray, problem: OptimumProblem, n_init: int, seed: int) -> Mixture:
    model = GaussianMixture(
        problem.n_components,
        covariance_type=problem.covariance_type,
        n_init=n_init,
        random_state=seed,
        tol=TOLERANCE,
        max_iter=MAX_ITERATIONS,
    )
    with warnings.catch_warnings():
        for category in (ConvergenceWarning, DataWarning, ComponentWarning):
            warnings.simplefilter("ignore", category)
        return model.fit(X).mixture_


def _scikit_learn(X: FloatArray, problem: OptimumProblem, n_init: int, seed: int) -> Mixture:
    model = ScikitLearn(
        problem.n_components,
        covariance_type=problem.covariance_type,
        n_init=n_init,
        random_state=seed,
        tol=TOLERANCE,
        max_iter=MAX_ITERATIONS,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X)
    expanded = structure_named(problem.covariance_type).compact.expanded
    covariances = expanded(model.covariances_, problem.n_components, X.shape[1])
    return Mixture(model.weights_, model.means_, covariances)


SEARCHES: dict[str, Search] = {
    search.name: search
    for search in (
        Search("ours", "`GaussianMixture(K, n_init=n, tol=1e-6, max_iter=1000)`", _ours),
        Search(
            "scikit-learn",
            "its `GaussianMixture(K, n_init=n, tol=1e-6, max_iter=1000)`, which starts with k-means",
            _scikit_learn,
        ),
    )
}


def large_search(X: FloatArray, problem: OptimumProblem) -> Iterator[Mixture]:
    """Where starts of every kind lead, scikit-learn's among them ("k-means on raw rows"), and mclust's for few rows."""
    starts: list[Start] = [
        start for kind in ALL_STARTS for start in random_starts(kind, STARTS_OF_A_KIND, 2**31)
    ]
    if len(X) <= MAX_FOR_HIERARCHICAL:
        labels = hierarchical_labels(scaled_principal_components(X), problem.n_components)
        starts.append(GivenLabels(np.asarray(labels)))
    yield from fitted_from(X, problem, starts)


def fitted_from(X: FloatArray, problem: OptimumProblem, starts: list[Start]) -> Iterator[Mixture]:
    """The mixtures in which EM ends from these starts."""
    specification = FitSpecification(
        n_components=problem.n_components,
        covariance_type=problem.covariance_type,
        tolerance=OPTIMUM_TOLERANCE,
        max_iterations=5_000,
    )
    try:
        runs = fit(X, specification, starts=starts).runs
    except FitError:  # not one of them is valid
        return
    yield from (run.mixture for run in runs if run.valid)
