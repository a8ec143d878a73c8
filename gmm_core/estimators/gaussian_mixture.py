"""GaussianMixture, the scikit-learn estimator: it checks parameters, calls `gmm_core.fitting` and sets attributes."""

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
from gmm_core.starts.given_parameters import GivenParameters, given_means, given_precisions, given_weights
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
"""Values of `init_params` and the kind of start of each: a name of `ALL_STARTS`, or `MIXED`.

"mixed", "whitened_kmeans" and "short_runs" are not in scikit-learn.
"""
NOT_CONVERGED = (
    "Best performing initialization did not converge. Try different init parameters, or increase max_iter, tol, "
    "or check for degenerate data."
)
"""The `ConvergenceWarning` of a fit that reached `max_iter`; the sentence is scikit-learn's."""
ILL_DEFINED = (
    "Fitting the mixture model failed because some components have ill-defined empirical covariance (for instance "
    "caused by singleton or collapsed samples). Try to decrease the number of components, increase reg_covar, or "
    "scale the input data."
)
"""Added to an error about a covariance; the sentence is scikit-learn's."""


CANNOT_GO_ON = (
    "warm_start has nothing to go on from: the last fit had (n_components, n_features, covariance_type) = {last}, this "
    "one has {current}, so it begins with new starts."
)
"""The warning if `warm_start` cannot use the parameters of the last fit."""


class GaussianMixture(FittedMixture):
    """A Gaussian mixture fitted by expectation–maximisation, with scikit-learn's parameters, methods and attributes.

    p(x) = Σ_k π_k N(x | μ_k, Σ_k). Defaults and meanings that differ from scikit-learn's class are named below.

    All computation is in float64. For float32 rows, results are rounded to float32 wherever scikit-learn's are.

    Parameters
    ----------
    n_components : int, default 1
        K ≥ 1.
    covariance_type : str, default "full"
        The family of the Σ_k: a name of `model.covariance.catalogue.STRUCTURES`, such as "tied", or its mclust name.
    tol : float, default 1e-6 (scikit-learn: 1e-3, which stops early)
        A restart has converged once an iteration raises the mean log-likelihood by no more than this, in nats per
        row. The log-likelihood of an iteration is that of the parameters after its M-step, not before.
    reg_covar : "relative", float, VarianceFloor or Ridge, default "relative" (scikit-learn: 1e-6)
        "relative" keeps every variance at or above 1e-20 of the data's variance. It only guards the arithmetic: it
        does not depend on units and leaves larger variances unchanged. A number is added to every variance, in
        squared units of the data, as in scikit-learn. A column with a single value has no variance: the fit gives it
        that number, or 1e-6 in its own units, and a `DataWarning`.
    max_iter : int, default 500 (scikit-learn: 100)
        The largest number of M-steps per restart; with 0 the result is the start.
    n_init : int, default 1
        The number of restarts. The best valid one is kept; a restart that fails does not affect the others.
    init_params : str, default "mixed" (scikit-learn: "kmeans")
        The kind of start. As in scikit-learn: "kmeans" (k-means on the rows as they are), "k-means++", "random" and
        "random_from_data". Also: "whitened_kmeans", k-means on principal components of unit variance, so that units
        do not matter; "short_runs", the best of many short runs of EM; and "mixed", which takes several kinds in
        turn, beginning with "short_runs", which is three of every four.
    weights_init, means_init, precisions_init : array-like, optional
        The start, in the data's units and scikit-learn's shapes; parts that are not given come from `init_params`.
        If any is given, the components keep its order; otherwise they are in canonical order, whatever the seed.
    random_state : int, RandomState or None
        The source of randomness in `fit` and `sample`. An int gives the same starts as `FitSpecification.seed`.
    warm_start : bool
        If True, start from the parameters of the last fit. If K, the covariance type or the number of columns has
        changed since, they cannot be used, and a warning says so.
    keep_history : bool, default False (not in scikit-learn)
        If True, pickles and copies of the fitted estimator contain `history_` and `runs_`, which may be large.
    verbose, verbose_interval : int
        With `verbose` ≥ 1, write a line to standard output for every restart and after every `verbose_interval`
        iterations, or after more if compiled code takes several iterations in one call.

    Attributes
    ----------
    weights_ : (K,)
        π_k, with the sum 1.
    means_ : (K, D)
        μ_k, in the data's units.
    covariances_, precisions_, precisions_cholesky_ : (K, D, D), (D, D), (K, D) or (K,)
        The shape depends on the covariance type, as in scikit-learn; the last is P with Σ⁻¹ = P Pᵀ.
    converged_ : bool
        True if the best restart converged.
    n_iter_ : int
        The number of M-steps of the best restart on all rows.
    lower_bound_ : float
        The mean log-likelihood of the fitted mixture on the (weighted) rows, in nats per row.
    lower_bounds_ : list of float
        This mean log-likelihood after every M-step of the best restart.
    history_ : tuple of Mixture
        The start and the mixture after every M-step of the best restart; only start and end if it is very long.
    runs_ : tuple of Run
        All restarts, each with how it ended.
    warnings_ : tuple of str
        Sentences about the data and the fit, each with a possible problem.
    mixture_ : Mixture
        The mixture of the current `weights_`, `means_` and `covariances_`.
    n_features_in_ : int
        D.
    feature_names_in_ : (D,) of str
        The column names; missing if X had none.
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

        Raises
        ------
        DataError, ParameterError, FitError
            If the rows, a parameter or every restart is invalid, in this order; all three are `ValueError`s.

        Warns
        -----
        ConvergenceWarning
            If the best restart reached `max_iter` before it converged.
        DataWarning
            If a column has a single value, columns determine one another, or there are few rows.
        ComponentWarning
            If a component holds so few different rows that its covariance means little.
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
        """All restarts in the order of their starts, each with its history and how it ended."""
        return self._kept_runs

    def __getstate__(self) -> dict[str, Any]:
        """The state of a pickle or copy; without the restarts unless `keep_history`."""
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
        """Return the start of each restart, and True if the components keep the order that they have in the start."""
        if self.warm_start and hasattr(self, "converged_"):
            current = specification.n_components, n_features, structure_named(self.covariance_type).name
            last = (*self.means_.shape, self._fitted_type)
            if current == last:
                return [GivenMixture(self.mixture_)], True
            warnings.warn(CANNOT_GO_ON.format(last=last, current=current), stacklevel=3)
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
        """Set the fitted attributes from a result.

        Parameters
        ----------
        result : Fit
            The fit.
        total_weight : float
            Σ_n w_n; N without weights.
        precision, of_covariances : dtype
            The precision of weights and means, and that of covariances and precisions. All are float64 instead if
            a value is beyond the range of float32.
        """
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
        # With very many rows the first iterations use a sample of them: their log-likelihoods are not comparable.
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
