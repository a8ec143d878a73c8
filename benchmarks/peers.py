"""Who is timed: our engines, scikit-learn and Intel's oneDAL, each as a row that takes the same start."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture as ScikitLearn

from gmm_core import GaussianMixture
from gmm_core.arrays import FloatArray
from gmm_core.engines.choice import AUTOMATIC, ENGINES
from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.regularization import Ridge
from gmm_core.model.mixture import Mixture
from gmm_core.starts.kinds import GivenMixture

RIDGE = 1e-6
"""What is added to every variance, by everybody: scikit-learn's default."""


@dataclass(frozen=True)
class Peer:
    """An implementation: `iterations(X, start, n)` takes n EM steps from the start and gives the mixture.

    `package` is what must be installed, by its name on PyPI; `module` is what is imported of it.
    """

    name: str
    package: str
    module: str
    iterations: Callable[[FloatArray, Mixture, int], Mixture]

    @property
    def is_installed(self) -> bool:
        """Whether it can be run here."""
        return find_spec(self.module) is not None

    @property
    def absence(self) -> str:
        """What to say where it cannot."""
        return f"{self.name} is left out: it is not installed (pip install {self.package})."

    @property
    def version(self) -> str:
        """Its version."""
        return version(self.package) if self.package != "numba" else "this checkout"


@dataclass(frozen=True)
class Solver:
    """A whole fit: `solve(X, K, seed)` from nothing to a mixture; `settings` says with what."""

    name: str
    peer: str
    settings: str
    solve: Callable[[FloatArray, int, int], Mixture]


def _ours(engine: str) -> Callable[[FloatArray, Mixture, int], Mixture]:
    def iterations(X: FloatArray, start: Mixture, n: int) -> Mixture:
        specification = FitSpecification(
            n_components=start.n_components, tolerance=0.0, max_iterations=n, regularization=Ridge(RIDGE)
        )
        best = fit(X, specification, starts=[GivenMixture(start)], engine=engine, keep_order=True).best
        _require_iterations(best.n_iterations, n)
        return best.mixture

    return iterations


def _scikit_learn(X: FloatArray, start: Mixture, n: int) -> Mixture:
    model = ScikitLearn(
        start.n_components,
        tol=0.0,
        reg_covar=RIDGE,
        max_iter=n,
        weights_init=start.weights,
        means_init=start.means,
        precisions_init=np.linalg.inv(start.covariances),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X)
    _require_iterations(model.n_iter_, n)
    return Mixture(model.weights_, model.means_, model.covariances_)


def _onedal(X: FloatArray, start: Mixture, n: int) -> Mixture:
    algorithm = import_module("daal4py").em_gmm(
        nComponents=start.n_components, maxIterations=n, accuracyThreshold=0.0, regularizationFactor=RIDGE
    )
    result = algorithm.compute(
        X, start.weights.reshape(1, -1), np.array(start.means), [np.array(c) for c in start.covariances]
    )
    _require_iterations(int(np.ravel(result.nIterations)[0]), n)
    return _of_onedal(result)


def _of_onedal(result: Any) -> Mixture:
    weights = np.ravel(result.weights)
    return Mixture(weights / weights.sum(), result.means, np.stack(result.covariances))


def _require_iterations(taken: int, asked: int) -> None:
    if taken != asked:
        raise RuntimeError(
            f"{asked} iterations were asked for and {taken} taken: no time per iteration follows."
        )


PEERS: dict[str, Peer] = {
    peer.name: peer
    for peer in (
        Peer("ours", "numba", "numba", _ours(AUTOMATIC)),
        *(Peer(f"ours, {name} engine", "numba", "numba", _ours(name)) for name in ENGINES),
        Peer("scikit-learn", "scikit-learn", "sklearn", _scikit_learn),
        Peer("oneDAL", "scikit-learn-intelex", "daal4py", _onedal),
    )
}


def _solve_ours(n_init: int, tol: float = 1e-6) -> Callable[[FloatArray, int, int], Mixture]:
    def solve(X: FloatArray, n_components: int, seed: int) -> Mixture:
        return GaussianMixture(n_components, n_init=n_init, tol=tol, random_state=seed).fit(X).mixture_

    return solve


def _solve_scikit_learn(n_init: int, **more: float) -> Callable[[FloatArray, int, int], Mixture]:
    def solve(X: FloatArray, n_components: int, seed: int) -> Mixture:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model = ScikitLearn(n_components, n_init=n_init, random_state=seed, **more).fit(X)
        return Mixture(model.weights_, model.means_, model.covariances_)

    return solve


def _solve_onedal(X: FloatArray, n_components: int, seed: int) -> Mixture:
    daal4py = import_module("daal4py")
    engine = daal4py.engines_mt19937(seed=seed)
    start = daal4py.em_gmm_init(nComponents=n_components, nTrials=1, nIterations=10, engine=engine).compute(X)
    # scikit-learn's threshold; here it is one of the whole log-likelihood, not of its mean.
    result = daal4py.em_gmm(
        nComponents=n_components,
        maxIterations=100,
        accuracyThreshold=1e-3 * len(X),
        regularizationFactor=RIDGE,
    ).compute(X, start.weights, start.means, start.covariances)
    return _of_onedal(result)


SOLVERS: dict[str, Solver] = {
    solver.name: solver
    for solver in (
        Solver("ours", "ours", "GaussianMixture(K)", _solve_ours(1)),
        Solver("ours, n_init=10", "ours", "GaussianMixture(K, n_init=10)", _solve_ours(10)),
        Solver(
            "ours, n_init=10, hasty",
            "ours",
            "GaussianMixture(K, n_init=10, tol=1e-3), which is when scikit-learn stops",
            _solve_ours(10, tol=1e-3),
        ),
        Solver("scikit-learn", "scikit-learn", "GaussianMixture(K)", _solve_scikit_learn(1)),
        Solver(
            "scikit-learn, n_init=10",
            "scikit-learn",
            "GaussianMixture(K, n_init=10)",
            _solve_scikit_learn(10),
        ),
        Solver(
            "scikit-learn, n_init=10, patient",
            "scikit-learn",
            "GaussianMixture(K, n_init=10, tol=1e-6, max_iter=500), which is when ours stops",
            _solve_scikit_learn(10, tol=1e-6, max_iter=500),
        ),
        Solver(
            "oneDAL",
            "oneDAL",
            "em_gmm_init(nTrials=1), then em_gmm with scikit-learn's tol and max_iter",
            _solve_onedal,
        ),
    )
}
