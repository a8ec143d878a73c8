"""A start with given weights, means or precisions; a random start provides the parts that are not given."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linear_sum_assignment

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.errors import ParameterError
from gmm_core.model.covariance.catalogue import structure_named
from gmm_core.model.mixture import Mixture
from gmm_core.starts.beginning import Beginning
from gmm_core.starts.kinds import RandomStart
from gmm_core.starts.problem import FitProblem

SUM, SUM_OF_FEW_DIGITS = 2e-8, 2e-6
"""How far the sum of starting weights may be from 1; the second if they are of type float32 or float16."""


@dataclass(frozen=True, eq=False)
class GivenParameters:
    """A start from weights (K,), means (K, D) and covariances (K, D, D) in the data's units; `base` gives what is None.

    If means are given, they are paired with the components of `base` so that the distances are smallest; each given
    mean takes the missing weight or covariance from its pair.
    """

    base: RandomStart
    weights: FloatArray | None
    means: FloatArray | None
    covariances: FloatArray | None

    @property
    def kind(self) -> str:
        """See `Start.kind`."""
        return "given parameters" if self._complete else self.base.kind

    @property
    def _complete(self) -> bool:
        return self.weights is not None and self.means is not None and self.covariances is not None

    def beginning(self, problem: FitProblem) -> Beginning:
        """See `Start.beginning`."""
        if self.weights is not None and self.means is not None and self.covariances is not None:
            given = Mixture(self.weights, self.means, self.covariances)
            return Beginning.at(problem.standardization.mixture(given))
        rest = problem.standardization.restored(self.base.beginning(problem).last)
        if self.means is not None:
            rest = rest.reordered(_nearest(self.means, rest.means, problem.standardization.scale))
        completed = Mixture(
            rest.weights if self.weights is None else self.weights,
            rest.means if self.means is None else self.means,
            rest.covariances if self.covariances is None else self.covariances,
        )
        return Beginning.at(problem.standardization.mixture(completed))


def _nearest(means: FloatArray, others: FloatArray, scale: FloatArray) -> IntArray:
    """The position in `others` of the pair of each mean, shape (K,): the one-to-one pairing of least squared distance.

    Distances are in units of `scale` (D,).
    """
    distances = np.square((means[:, None] - others) / scale).sum(axis=2)
    return np.asarray(linear_sum_assignment(distances)[1])


def given_weights(values: ArrayLike, n_components: int) -> FloatArray:
    """Check starting weights, and return them as an array (K,) with the sum 1.

    Raises `ParameterError` for a wrong shape, values outside [0, 1] or another sum; its text begins as scikit-learn's.
    """
    weights = _of_shape(values, (n_components,), "weights", "weights_init")
    rounded = getattr(values, "dtype", None) == np.float32 or getattr(values, "dtype", None) == np.float16
    if weights.min() < 0 or weights.max() > 1:
        raise ParameterError(
            "The parameter 'weights' should be in the range [0, 1], but got max value "
            f"{weights.max():.5f}, min value {weights.min():.5f}: divide the weights by their sum."
        )
    if abs(weights.sum() - 1.0) > (SUM_OF_FEW_DIGITS if rounded else SUM):
        raise ParameterError(
            f"The parameter 'weights' should be normalized, but got sum(weights) = {weights.sum():.5f}: divide "
            "the weights by their sum."
        )
    return weights / weights.sum()


def given_means(values: ArrayLike, n_components: int, n_features: int) -> FloatArray:
    """Check starting means, and return them as an array (K, D); raises `ParameterError` for a wrong shape or value."""
    return _of_shape(values, (n_components, n_features), "means", "means_init")


def given_precisions(
    values: ArrayLike, covariance_type: str, n_components: int, n_features: int
) -> FloatArray:
    """The covariances (K, D, D) of starting precisions, which have the compact shape of `covariance_type`.

    Raises `ParameterError` for a wrong shape, or precisions that are not symmetric and positive definite.
    """
    compact = structure_named(covariance_type).compact
    name = f"{covariance_type} precision"
    precisions = _of_shape(values, compact.shape(n_components, n_features), name, "precisions_init")
    if compact.is_diagonal:
        if precisions.min() <= 0:
            raise ParameterError(f"'{name}' should be positive: a precision is 1 / variance.")
        return compact.expanded(1.0 / precisions, n_components, n_features)
    symmetric = np.allclose(precisions, np.swapaxes(precisions, -1, -2))
    if not symmetric or np.linalg.eigvalsh(precisions).min() <= 0:
        raise ParameterError(
            f"'{name}' should be symmetric, positive-definite: a precision is the inverse of a covariance."
        )
    covariances = np.asarray(np.linalg.inv(precisions), dtype=np.float64)
    covariances = 0.5 * (covariances + np.swapaxes(covariances, -1, -2))
    return compact.expanded(covariances, n_components, n_features)


def _of_shape(values: ArrayLike, shape: tuple[int, ...], name: str, parameter: str) -> FloatArray:
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise ParameterError(
            f"The {parameter!r} parameter of GaussianMixture must be an array of numbers, but is {values!r}."
        ) from problem
    if array.shape != shape:
        raise ParameterError(
            f"The parameter '{name}' should have the shape of {shape}, but got {array.shape}: mend {parameter}."
        )
    if not np.isfinite(array).all():
        raise ParameterError(
            f"The parameter '{name}' holds a value that is not a finite number: replace it in {parameter}."
        )
    return array
