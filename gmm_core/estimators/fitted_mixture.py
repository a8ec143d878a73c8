"""The methods of a fitted estimator, such as `predict` and `bic`, computed from its weights, means and covariances."""

from __future__ import annotations

import warnings
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, DensityMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.errors import ComponentWarning, DataError, ParameterError
from gmm_core.estimators.single_precision import in_precision, precision_of, wider
from gmm_core.model.covariance.catalogue import structure_named
from gmm_core.model.criteria import akaike, bayesian, classification_penalty
from gmm_core.model.mixture import Mixture
from gmm_core.rows.matrix import as_matrix
from gmm_core.rows.rows import Rows
from gmm_core.rows.weights import as_row_weights

ROUNDING_OF_WEIGHTS = 1e-5
"""Weights whose sum differs from 1 by less than this are rounded, as in float32, and are divided by their sum."""


class FittedMixture(DensityMixin, BaseEstimator):
    """Methods that use the current values of `weights_` (K,), `means_` (K, D) and `covariances_`.

    All of them raise scikit-learn's `NotFittedError` before a fit, and `DataError` for rows that are not a matrix of
    numbers. They compute in float64; values per row are returned as float32 if both rows and attributes are float32.
    """

    covariance_type: str
    random_state: int | np.random.RandomState | None
    weights_: FloatArray
    means_: FloatArray
    covariances_: FloatArray
    precisions_cholesky_: FloatArray

    def predict(self, X: ArrayLike) -> IntArray:
        """The component of largest responsibility for each row, shape (N,)."""
        return self._fitted_mixture().labels(self._rows(X))

    def predict_proba(self, X: ArrayLike) -> FloatArray:
        """The responsibilities r_nk = p(k | x_n), shape (N, K)."""
        return self._in_precision(self._fitted_mixture().responsibilities(self._rows(X)), X)

    def score_samples(self, X: ArrayLike) -> FloatArray:
        """log p(x_n) in nats, shape (N,)."""
        return self._in_precision(self._fitted_mixture().log_density(self._rows(X)), X)

    def score(self, X: ArrayLike, y: object = None, sample_weight: ArrayLike | None = None) -> float:
        """The (weighted) mean of log p(x_n), in nats per row."""
        log_likelihood, total_weight = self._log_likelihood(X, sample_weight)
        return log_likelihood / total_weight

    def sample(self, n_samples: float = 1) -> tuple[FloatArray, IntArray]:
        """Draw n points: the points (n, D) and the component of each (n,), sorted by component.

        Raises `ParameterError` unless n is a whole number of at least 1.
        """
        mixture = self._fitted_mixture()
        if not _is_count(n_samples):
            raise ParameterError(
                f"Invalid value for 'n_samples': {n_samples!r}. The sampling requires at least one sample, in a whole "
                "number."
            )
        rng = check_random_state(self.random_state)
        counts = rng.multinomial(int(n_samples), mixture.weights / mixture.weights.sum())
        components = np.repeat(np.arange(mixture.n_components), counts)
        return mixture.placed(
            rng.standard_normal((int(n_samples), mixture.n_features)), components
        ), components

    def aic(self, X: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """−2 log L + 2 p on the rows of X; lower is better. Source: Akaike (1974)."""
        self._warn_of_criteria()
        log_likelihood, _ = self._log_likelihood(X, sample_weight)
        return akaike(log_likelihood, self._n_parameters())

    def bic(self, X: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """−2 log L + p log N on the rows of X; lower is better. Source: Schwarz (1978)."""
        self._warn_of_criteria()
        return self._bayesian(X, sample_weight)

    def icl(self, X: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """BIC − 2 Σ_n log max_k r_nk; lower is better. Source: Biernacki, Celeux and Govaert (2000)."""
        mixture, rows = self._fitted_mixture(), self._rows(X)
        weights = None if sample_weight is None else as_row_weights(sample_weight, len(rows))
        self._warn_of_criteria()
        return self._bayesian(X, sample_weight) + classification_penalty(Rows(rows, weights), mixture)

    def _bayesian(self, X: ArrayLike, sample_weight: ArrayLike | None) -> float:
        log_likelihood, total_weight = self._log_likelihood(X, sample_weight)
        return bayesian(log_likelihood, self._n_parameters(), total_weight)

    def _warn_of_criteria(self) -> None:
        """Warn with `ComponentWarning` if the fit's likelihood has no bound, so that criteria mean nothing."""
        refusal = vars(self).get("_without_criteria")
        if refusal is not None:
            warnings.warn(refusal, ComponentWarning, stacklevel=3)

    @property
    def mixture_(self) -> Mixture:
        """The mixture of `weights_`, `means_` and either `covariances_` or `precisions_cholesky_`: the one set last."""
        exact = self._unrounded()
        if exact is not None:
            return exact
        compact = structure_named(self.covariance_type).compact
        means = np.asarray(self.means_, dtype=np.float64)
        weights = np.asarray(self.weights_, dtype=np.float64)
        if abs(weights.sum() - 1.0) < ROUNDING_OF_WEIGHTS:
            weights = weights / weights.sum()
        return Mixture(weights, means, compact.expanded(self._covariances(compact.is_diagonal), *means.shape))

    def _unrounded(self) -> Mixture | None:
        """The float64 mixture of a fit to float32 rows; None if there is none or an attribute was changed since."""
        unrounded = vars(self).get("_in_double")
        if unrounded is None:
            return None
        exact = Mixture(*unrounded)
        for name, values in compact_parameters(exact, self.covariance_type).items():
            attribute = np.asarray(getattr(self, name))
            if not np.array_equal(attribute, in_precision(values, attribute.dtype)):
                return None
        return exact

    def _in_precision(self, values: FloatArray, X: ArrayLike) -> FloatArray:
        """The values as float32 if X and the fitted attributes are float32; otherwise as float64."""
        factors = "precisions_cholesky_" if hasattr(self, "precisions_cholesky_") else "covariances_"
        attributes = (getattr(self, name) for name in ("weights_", "means_", factors))
        return in_precision(values, wider(map(precision_of, (X, *attributes))))

    def _covariances(self, is_diagonal: bool) -> FloatArray:
        """The covariances in the compact shape of the covariance type: (K, D, D), (D, D), (K, D) or (K,)."""
        state = vars(self)
        if "covariances_" in state and state.get("_set_last") != "precisions_cholesky_":
            return np.asarray(self.covariances_, dtype=np.float64)
        factors = np.asarray(self.precisions_cholesky_, dtype=np.float64)
        if is_diagonal:
            return 1.0 / np.square(factors)
        inverse = np.linalg.inv(factors)  # Σ⁻¹ = P Pᵀ, so Σ = P⁻ᵀ P⁻¹
        return np.asarray(np.swapaxes(inverse, -1, -2) @ inverse, dtype=np.float64)

    def __setattr__(self, name: str, value: object) -> None:
        """Note which of `covariances_` and `precisions_cholesky_` was set last: it defines the mixture."""
        if name in ("covariances_", "precisions_cholesky_"):
            super().__setattr__("_set_last", name)
        super().__setattr__(name, value)

    def _fitted_mixture(self) -> Mixture:
        check_is_fitted(self)
        return self.mixture_

    def _rows(self, X: ArrayLike, reset: bool = False) -> FloatArray:
        """X as a float64 matrix (N, D).

        With `reset`, set `n_features_in_` and `feature_names_in_` from X; without, check X against them.
        """
        try:
            rows = as_matrix(X)
        except DataError:
            if getattr(X, "dtype", None) == np.dtype(object):
                _refuse_non_numbers(X)
            raise
        if reset and type(X) is np.ndarray:  # it has no column names to look for
            self.n_features_in_ = rows.shape[1]
            self.__dict__.pop("feature_names_in_", None)
        else:
            validate_data(self, X, reset=reset, skip_check_array=True)
        return rows

    def _n_parameters(self) -> int:
        n_components, n_features = self.means_.shape
        return structure_named(self.covariance_type).parameter_count(n_components, n_features)

    def _log_likelihood(self, X: ArrayLike, sample_weight: ArrayLike | None) -> tuple[float, float]:
        """Return Σ_n w_n log p(x_n) in nats and Σ_n w_n; without weights each w_n is 1."""
        log_density = self._fitted_mixture().log_density(self._rows(X))
        if sample_weight is None:
            return float(log_density.sum()), float(len(log_density))
        weights = as_row_weights(sample_weight, len(log_density))
        return float(log_density @ weights), float(weights.sum())


def compact_parameters(mixture: Mixture, covariance_type: str) -> dict[str, FloatArray]:
    """The estimator's attributes for a mixture, by name, in scikit-learn's shapes for the covariance type."""
    compacted = structure_named(covariance_type).compact.compacted
    # scikit-learn's `precisions_cholesky_` is P = L⁻ᵀ, where L is the Cholesky factor of Σ: Σ⁻¹ = P Pᵀ.
    factors = mixture.whitening.transpose(0, 2, 1)
    return {
        "weights_": mixture.weights.copy(),
        "means_": mixture.means.copy(),
        "precisions_cholesky_": compacted(factors),
        "covariances_": compacted(mixture.covariances),
        "precisions_": compacted(factors @ mixture.whitening),
    }


def _is_count(value: Any) -> bool:
    """True if the value is a whole number of at least 1, of an integer or a floating-point type."""
    return isinstance(value, Real) and float(value) >= 1 and float(value).is_integer()


def _refuse_non_numbers(X: Any) -> None:
    """Raise Python's own `TypeError` if a value in X, such as a dict, is neither a number nor text."""
    try:
        np.asarray(X, dtype=np.float64)
    except ValueError:
        return
