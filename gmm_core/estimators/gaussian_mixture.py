"""GaussianMixture: the mixture in the shape of a scikit-learn estimator. It fits with `fit` and holds no EM itself."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.errors import ComponentWarning, DataError, DataWarning, DegenerateDataError, FitError
from gmm_core.estimators.fitted_mixture import FittedMixture, compact_parameters
from gmm_core.estimators.parameters import RELATIVE, require_allowed
from gmm_core.estimators.single_precision import DOUBLE, in_precision, precisions_of_fit
from gmm_core.fitting.fit import Fit, fitting
from gmm_core.fitting.narrow_components import sentences
from gmm_core.fitting.restart_result import Run
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import structure_named
from gmm_core.model.covariance.regularization import ARITHMETIC, Regularization, Ridge, VarianceFloor
from gmm_core.model.mixture import Mixture
from gmm_core.rows.weights import as_row_weights
from gmm_core.starts.given_parts import GivenParameters, given_means, given_precisions, given_weights
from gmm_core.starts.kinds import MIXED, RAW_K_MEANS, SHORT_RUNS, GivenMixture, Start, random_starts

INIT_PARAMS = {
    MIXED: MIXED,
    "kmeans": RAW_K_MEANS.name,
    "whitened_kmeans": "k-means",
    "k-means++": "k-means++",
    "random": "random responsibilities",
    "random_from_data": "random points",
    "short_runs": SHORT_RUNS.name,
}
"""scikit-learn's names of the starts, and three more, by the names of `ALL_STARTS`."""
NOT_CONVERGED = (
    "Best performing initialization did not converge. Try different init parameters, or increase max_iter, tol, "
    "or check for degenerate data."
)
ILL_DEFINED = (
    "Fitting the mixture model failed because some components have ill-defined empirical covariance (for instance "
    "caused by singleton or collapsed samples). Try to decrease the number of components, increase reg_covar, or "
    "scale the input data."
)


CANNOT_GO_ON = (
    "warm_start has nothing to go on from: the last fit had (n_components, n_features, covariance_type) = {last}, this "
    "one has {asked}, so it starts anew."
)


class GaussianMixture(FittedMixture):
    """A Gaussian mixture fitted by expectation–maximisation, with scikit-learn's parameters, methods and attributes.

    p(x) = Σ_k π_k N(x | μ_k, Σ_k). Where a default or a meaning differs from scikit-learn's class, it says so here.

    Rows of float32 are computed with in float64; what comes of them is float32 where it is in scikit-learn.

    Parameters
    ----------
    n_components : int, default 1
        K ≥ 1.
    covariance_type : str, default "full"
        The family of the Σ_k: a name of `model.covariance.catalogue.STRUCTURES`, such as "tied", or mclust's for it.
    tol : float, default 1e-6 (scikit-learn: 1e-3, which stops early)
        A restart has converged once the mean log-likelihood rises by no more than this, in nats per row. The
        value after each M-step is that of the parameters of this M-step, not of those before.
    reg_covar : "relative", float, VarianceFloor or Ridge, default "relative" (scikit-learn: 1e-6)
        "relative" holds every variance at 1e-20 of the data's own or above, which guards the arithmetic alone: units
        do not matter, and a component that does not need it is left alone. A number is added to every variance, in
        the data's units, as scikit-learn does. A column with one value only has no variance of its own: it gets that
        number, or else 1e-6 in its own units, and the fit a `DataWarning`.
    max_iter : int, default 500 (scikit-learn: 100)
        M-steps per restart at most; 0 keeps the start.
    n_init : int, default 1
        Restarts; the best valid one is kept, and a failed one loses no other.
    init_params : str, default "mixed" (scikit-learn: "kmeans")
        The kind of start: "kmeans", k-means on the rows as they are, "k-means++", "random" or "random_from_data", as
        in scikit-learn; "whitened_kmeans", on their principal components in unit variance, so that units do not
        matter; "short_runs", which goes on from the best of many short runs; or "mixed", which takes kinds in turn,
        beginning with "short_runs", which is three of four.
    weights_init, means_init, precisions_init : array-like, optional
        Where to start, in the data's units and scikit-learn's shapes; what is not given comes from `init_params`.
        With any of them the components keep that order; else they stand in canonical order, whatever the seed.
    random_state : int, RandomState or None
        Where randomness comes from, in `fit` and `sample`. An int gives the same start as `FitSpecification.seed`.
    warm_start : bool
        Start from the last fit's parameters, where there are any; after a change of K, covariance type or the number
        of columns a warning says that they cannot be used.
    keep_history : bool, default False (not in scikit-learn)
        Whether pickles and copies of the fitted estimator hold `history_` and `runs_`, which may be large.
    verbose, verbose_interval : int
        1 or more writes a line to standard output for every restart, and after every `verbose_interval` iterations,
        or more where compiled code takes more at a time.

    Attributes
    ----------
    weights_ : (K,)
    means_ : (K, D)
    covariances_, precisions_, precisions_cholesky_ : (K, D, D), (D, D), (K, D) or (K,)
        By covariance type as in scikit-learn; P with Σ⁻¹ = P Pᵀ for the last one.
    converged_ : bool
    n_iter_ : int
        M-steps of the best restart, on all rows.
    lower_bound_ : float
        Mean log-likelihood of the fitted mixture on the (weighted) rows, in nats.
    lower_bounds_ : list of float
        The same after every M-step of the best restart.
    history_ : tuple of Mixture
        The start and the mixture after every M-step of the best restart (start and end alone for very long ones).
    runs_ : tuple of Run
        Every restart, and how it ended.
    warnings_ : tuple of str
        What is worth knowing about the fit, in sentences.
    mixture_ : Mixture
        The mixture of `weights_`, `means_` and `covariances_` as they now stand.
    n_features_in_ : int
    feature_names_in_ : (D,) of str
        Where X had such names.
    """

    def __init__(
        self,
        n_components: int = 1,
        *,
        covariance_type: str = "full",
        tol: float = 1e-6,
        reg_covar: float | str | Regularization = RELATIVE,
        max_iter: int = 500,
        n_init: int = 1,
        init_params: str = MIXED,
        weights_init: ArrayLike | None = None,
        means_init: ArrayLike | None = None,
        precisions_init: ArrayLike | None = None,
        random_state: int | np.random.RandomState | None = None,
        warm_start: bool = False,
        verbose: int = 0,
        verbose_interval: int = 10,
        keep_history: bool = False,
    ) -> None:
        self.n_components = n_components
        self.covariance_type = covariance_type
        self.tol = tol
        self.reg_covar = reg_covar
        self.max_iter = max_iter
        self.n_init = n_init
        self.init_params = init_params
        self.weights_init = weights_init
        self.means_init = means_init
        self.precisions_init = precisions_init
        self.random_state = random_state
        self.warm_start = warm_start
        self.verbose = verbose
        self.verbose_interval = verbose_interval
        self.keep_history = keep_history

    def fit(self, X: ArrayLike, y: object = None, sample_weight: ArrayLike | None = None) -> Self:
        """Fit to the rows of X (N, D), N ≥ 2; a row of `sample_weight` 3 counts as that row three times.

        Raises `DataError` for data, `ParameterError` for parameters and `FitError` where no restart ended in a
        valid mixture; all are `ValueError`s. Warns with `ConvergenceWarning` if `max_iter` was too small, and with
        `DataWarning` where a column has one value only, columns determine one another, or there are few rows, with
        `ComponentWarning` where a component holds few different rows, so that its spread says little.
        """
        specification = self._specification()
        rows = self._rows(X, reset=True)
        if len(rows) < 2:
            raise DataError(
                "X has 1 sample (n_samples = 1) while a minimum of 2 is required: pass more rows."
            )
        if len(rows) < self.n_components:
            raise DataError(
                f"Expected n_samples >= n_components but got n_components = {self.n_components}, n_samples = "
                f"{len(rows)}: use fewer components."
            )
        weights = None if sample_weight is None else as_row_weights(sample_weight, len(rows))
        names = getattr(self, "feature_names_in_", None)
        columns = None if names is None else [str(name) for name in names]
        starts, keep_order = self._starts(specification, rows.shape[1])
        start = self.weights_init, self.means_init, self.precisions_init
        if isinstance(starts[0], GivenMixture):
            start = self.weights_, self.means_, self.precisions_cholesky_
        precisions = precisions_of_fit(X, structure_named(self.covariance_type), *start)
        try:
            result = self._fitted(rows, specification, starts, columns, weights, keep_order)
        except (DataError, FitError) as refusal:
            if isinstance(refusal, DegenerateDataError) or "covariance" in str(refusal):
                raise type(refusal)(f"{refusal} {ILL_DEFINED}") from refusal
            raise
        self._take_over(result, float(len(rows) if weights is None else weights.sum()), *precisions)
        for sentence in result.data_warnings:
            warnings.warn(sentence, DataWarning, stacklevel=2)
        for sentence in sentences(result.narrow):
            warnings.warn(sentence, ComponentWarning, stacklevel=2)
        if not self.converged_ and self.max_iter > 0:
            warnings.warn(NOT_CONVERGED, ConvergenceWarning, stacklevel=2)
        return self

    def fit_predict(self, X: ArrayLike, y: object = None, sample_weight: ArrayLike | None = None) -> IntArray:
        """`fit`, then `predict` of the same rows, shape (N,)."""
        return self.fit(X, y, sample_weight).predict(X)

    @property
    def history_(self) -> tuple[Mixture, ...]:
        """The start and the mixture after every M-step of the best restart, in the data's units."""
        return self._kept_runs[self._best].mixtures

    @property
    def runs_(self) -> tuple[Run, ...]:
        """Every restart, and how it ended."""
        return self._kept_runs

    def __getstate__(self) -> dict[str, Any]:
        """What pickles and copies hold."""
        state: dict[str, Any] = dict(super().__getstate__())
        if not self.keep_history:
            state.pop("_kept_runs", None)
        return state

    def _specification(self) -> FitSpecification:
        require_allowed(self.get_params(deep=False), INIT_PARAMS)
        seed = self.random_state
        if not isinstance(seed, int | np.integer):
            seed = int(check_random_state(seed).randint(2**31 - 1))
        return FitSpecification(
            n_components=self.n_components,
            covariance_type=self.covariance_type,
            n_init=self.n_init,
            init=INIT_PARAMS[self.init_params],
            seed=int(seed),
            tolerance=self.tol,
            max_iterations=self.max_iter,
            regularization=self._regularization(),
        )

    def _regularization(self) -> Regularization:
        if isinstance(self.reg_covar, str):
            return VarianceFloor(ARITHMETIC)
        if isinstance(self.reg_covar, int | float | np.number):
            return Ridge(float(self.reg_covar))
        return self.reg_covar

    def _starts(self, specification: FitSpecification, n_features: int) -> tuple[Sequence[Start], bool]:
        """Where the restarts begin, and whether the components keep the order that they have there."""
        if self.warm_start and hasattr(self, "converged_"):
            asked = specification.n_components, n_features, structure_named(self.covariance_type).name
            last = (*self.means_.shape, self._fitted_type)
            if asked == last:
                return [GivenMixture(self.mixture_)], True
            warnings.warn(CANNOT_GO_ON.format(last=last, asked=asked), stacklevel=3)
        bases = random_starts(specification.init, specification.n_init, specification.seed)
        k = specification.n_components
        weights = None if self.weights_init is None else given_weights(self.weights_init, k)
        means = None if self.means_init is None else given_means(self.means_init, k, n_features)
        covariances = None
        if self.precisions_init is not None:
            name = structure_named(self.covariance_type).name
            covariances = given_precisions(self.precisions_init, name, k, n_features)
        if weights is None and means is None and covariances is None:
            return bases, False
        return [GivenParameters(base, weights, means, covariances) for base in bases], True

    def _fitted(
        self,
        rows: FloatArray,
        specification: FitSpecification,
        starts: Sequence[Start],
        columns: Sequence[str] | None,
        weights: FloatArray | None,
        keep_order: bool,
    ) -> Fit:
        steps = fitting(
            rows, specification, starts=starts, columns=columns, sample_weight=weights, keep_order=keep_order
        )
        written = -1, 0
        while True:
            try:
                step = next(steps)
            except StopIteration as finished:
                result: Fit = finished.value
                return result
            run, iteration = written
            if self.verbose and (step.run > run or step.iteration >= iteration + self.verbose_interval):
                written = step.run, step.iteration
                sys.stdout.write(
                    f"restart {step.run + 1} of {step.n_runs}, iteration {step.iteration}, "
                    f"mean log-likelihood {step.mean_log_likelihood:.8g} in standard units\n"
                )

    def _take_over(
        self, result: Fit, total_weight: float, precision: np.dtype[Any], of_covariances: np.dtype[Any]
    ) -> None:
        """Set the attributes in their precision, which is float64 where one of them lies beyond float32."""
        mixture, best = result.mixture, result.best
        parameters = compact_parameters(mixture, result.structure.name)
        rounded = {
            name: in_precision(values, precision if name in ("weights_", "means_") else of_covariances)
            for name, values in parameters.items()
        }
        if not all(np.isfinite(values).all() for values in rounded.values()):
            rounded = parameters
        for name, attribute in rounded.items():
            setattr(self, name, attribute)
        is_rounded = any(attribute.dtype != DOUBLE for attribute in rounded.values())
        self._in_double = (mixture.weights, mixture.means, mixture.covariances) if is_rounded else None
        self.converged_ = best.converged
        # Where there are very many rows, the first iterations were taken on a sample of them: those are no bounds.
        reached = best.log_likelihoods[best.n_on_sample :] / total_weight
        bounds = list(in_precision(reached, self.weights_.dtype))
        self.n_iter_ = len(bounds) - 1
        self.lower_bound_ = bounds[-1]
        self.lower_bounds_ = bounds[1:]
        self._kept_runs = result.runs
        self._best = result.runs.index(best)
        self._fitted_type = result.structure.name
        self.warnings_ = result.warnings
        self._without_criteria = result.criteria.refusal if result.has_boundless_likelihood else None
