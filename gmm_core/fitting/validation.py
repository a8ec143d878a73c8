"""Checks before a fit whether the data can carry the mixture; errors and warnings are sentences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gmm_core.arrays import LARGEST_EXACT_WHOLE_NUMBER, FloatArray
from gmm_core.errors import DataError, DegenerateDataError
from gmm_core.model.covariance.catalogue import names_where
from gmm_core.model.covariance.family import CovarianceStructure
from gmm_core.model.covariance.regularization import Regularization
from gmm_core.model.standardization import CONSTANT, mean_squares
from gmm_core.rows.rows import Rows
from gmm_core.starts.problem import FitProblem
from gmm_core.wording import capital

NARROWEST = 1e-144
"""The smallest range of a column that can be fitted, in the data's units.

(1e-10 · 1e-144)² = 1e-308 is about the smallest normal float64, and its reciprocal is still finite."""
COLLINEAR = 1e-10
"""A direction has no variance if its eigenvalue of the correlation matrix is at most this share of the largest."""
FAR = 1e4
"""A row is an outlier, left out when collinearity is tested again, beyond this many median absolute deviations."""


def require_variances(rows: Rows, names: Sequence[str]) -> None:
    """Check that float64 can represent the variances of every column.

    Parameters
    ----------
    rows : Rows
        The rows in the data's units.
    names : sequence of str
        The names of the columns for use in sentences.

    Raises
    ------
    DataError
        If a column's range is so large or so small that its variance overflows or underflows.
    """
    widest = np.sqrt(np.finfo(np.float64).max / (len(rows) * rows.n_features)) / 4
    lowest, highest = rows.range
    with np.errstate(over="ignore"):
        spans = highest - lowest
    for name, span, least, largest in zip(names, spans, lowest, highest, strict=True):
        if span > widest:
            raise DataError(
                f"{capital(name)} goes from {least:.3g} to {largest:.3g}, where sums of squares are too "
                "large for float64: divide the column by a power of ten, or leave out the rows that are so far away."
            )
        if 0 < span < NARROWEST:
            raise DataError(
                f"{capital(name)} spans no more than {span:.3g}, where variances are too small for float64: multiply "
                "the column by a power of ten."
            )


def data_warnings(
    rows: Rows, problem: FitProblem, names: Sequence[str], regularization: Regularization
) -> list[str]:
    """Return warnings about the data for a model, one sentence each.

    Constant columns, and more components than distinct rows, are errors; if the regularisation allows them, warnings.
    Otherwise there is a warning for no more rows than features, or for columns that determine one another if the
    structure has off-diagonal terms.

    Parameters
    ----------
    rows : Rows
        The rows of the problem, in the data's units.
    problem : FitProblem
        The standardised rows and the model.
    names : sequence of str
        The names of the columns for use in sentences.
    regularization : Regularization
        The regularisation as specified, in the data's units.

    Raises
    ------
    DegenerateDataError
        If no fit is possible.
    """
    n_components, structure = problem.n_components, problem.structure
    deviation = problem.standardization.scale * np.sqrt(mean_squares(problem.rows))
    constant = deviation <= CONSTANT * np.abs(rows.first)
    warnings = [_constant_column(names[column], rows, column) for column in np.flatnonzero(constant).tolist()]
    if warnings and not regularization.carries_constant_columns:
        raise DegenerateDataError(warnings[0])
    n_distinct = problem.rows.n_different(n_components)
    if n_distinct < n_components:
        warnings.append(
            f"{n_components} components need at least {n_components} different rows, but the data has {n_distinct}"
            f"{_as_rounded(*rows.range)}: use fewer components."
        )
        if not regularization.carries_degenerate_data:
            raise DegenerateDataError(warnings[-1])
    if constant.any() or n_distinct < n_components:
        return warnings
    n_features, n_rows = rows.n_features, rows.total_weight
    if n_rows <= n_features:
        warnings.append(
            f"{n_rows:g} rows are too few for {n_features} columns: a covariance needs more rows than columns, "
            "so use fewer columns."
        )
    elif n_features > 1 and not structure.is_axis_aligned:
        involved = _collinear_columns(problem.rows, names)
        if involved:
            warnings.append(
                f"{capital(', '.join(involved[:-1]))} and {involved[-1]} determine one another exactly: leave one out, "
                f"or choose {names_where(lambda structure: structure.is_axis_aligned)}."
            )
    return warnings


def _constant_column(name: str, rows: Rows, column: int) -> str:
    lowest, highest = (float(bound[column]) for bound in rows.range)
    value = float(rows.first[column])
    if lowest < highest:
        return (
            f"{capital(name)} differs by {highest - lowest:.3g} at most from row to row, which for values of "
            f"{value:.6g} is rounding, and counts as constant: subtract {value!r} from it first if that "
            "difference matters, or leave it out."
        )
    return (
        f"{capital(name)} has the same value ({value:.6g}) in every row{_as_rounded(lowest, highest)} and tells "
        "no components apart: leave it out."
    )


def _as_rounded(lowest: FloatArray | float, highest: FloatArray | float) -> str:
    """A note that float64 rounds large whole numbers; empty if the bounds are below `LARGEST_EXACT_WHOLE_NUMBER`."""
    if max(np.abs(lowest).max(), np.abs(highest).max()) < LARGEST_EXACT_WHOLE_NUMBER:
        return ""
    return f" (float64 rounds whole numbers beyond {LARGEST_EXACT_WHOLE_NUMBER:,})"


def criteria_refusal(
    shape: tuple[float, int], n_components: int, structure: CovarianceStructure, at_floor: bool
) -> str | None:
    """The sentence that explains why AIC, BIC and ICL are not meaningful for this fit; None if they are.

    Parameters
    ----------
    shape : (N, D)
        The total weight of the rows, and the number of features.
    n_components : int
        K.
    structure : CovarianceStructure
        The covariance structure of the fit.
    at_floor : bool
        True if a component is an atom or at the floor, so that the likelihood has no bound.
    """
    n_rows, n_features = shape
    count = structure.parameter_count(n_components, n_features)
    if count >= n_rows:
        return (
            f"AIC, BIC and ICL mean nothing here: the model has {count} free parameters for {n_rows:g} rows, so use "
            "fewer components or a simpler covariance type."
        )
    if at_floor:
        return (
            "AIC, BIC and ICL mean nothing here: a component has shrunk onto equal or aligned rows or to the variance "
            "floor, where the likelihood grows without bound as the floor falls."
        )
    return None


def _collinear_columns(rows: Rows, names: Sequence[str]) -> list[str]:
    """The columns that determine one another, both in all rows and in the rows without outliers."""
    if _flattest_direction(rows) is None:
        return []
    medians = rows.medians
    usual = rows.changed(lambda values: np.abs(values - medians)).medians
    bounds = np.where(usual > 0, FAR * usual, np.inf)
    near = rows.where(rows.of_each(lambda values: np.all(np.abs(values - medians) <= bounds, axis=1)))
    loadings = _flattest_direction(near) if len(near) else None
    if loadings is None:
        return []
    return [name for name, loading in zip(names, loadings, strict=True) if abs(loading) > 0.05]


def _flattest_direction(rows: Rows) -> FloatArray | None:
    """The direction (D,) in which the rows, with columns scaled to variance 1, have no variance; None without one."""
    centre = rows.mean

    def of_block(values: FloatArray, weights: FloatArray | None) -> FloatArray:
        centred = values - centre
        return (centred if weights is None else centred * weights[:, None]).T @ centred

    scatter = rows.reduce(of_block)
    spread = np.sqrt(np.diagonal(scatter))
    if not spread.all():  # one value only
        return None
    values, vectors = np.linalg.eigh(scatter / np.outer(spread, spread))
    return vectors[:, 0] if values[0] <= COLLINEAR * values[-1] else None
