"""Whether data can carry a mixture at all: refusals and warnings in sentences, before anything is computed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.covariance.structure import CovarianceStructure
from gmm_core.errors import DegenerateDataError
from gmm_core.problem import FitProblem
from gmm_core.standardization import CONSTANT, mean_squares
from gmm_core.start_rows import distinct_rows

COLLINEAR = 1e-10
"""The share of the largest eigenvalue of the correlation matrix below which a direction has no variance."""


def suitability(
    rows: FloatArray, problem: FitProblem, names: Sequence[str], carries_degenerate_data: bool
) -> list[str]:
    """Sentences that warn about data for a model; raises `DegenerateDataError` where no fit is possible.

    `rows` (N, D) are those of the problem in the data's units, `names` those of the columns.

    Refused, or warned about where the regularisation carries it: a column with one value only; more components than
    different rows. Warned about: columns that determine one another (where the structure has off-diagonal terms);
    fewer rows than features.
    """
    warnings = []
    n_components, structure, weights = problem.n_components, problem.structure, problem.sample_weight
    deviation = problem.standardization.scale * np.sqrt(mean_squares(problem.rows, weights))
    for name, spread, value in zip(names, deviation, rows[0], strict=True):
        if spread <= CONSTANT * abs(value):
            warnings.append(f"Column {name!r} has the same value ({value:.6g}) in every row: leave it out.")
    n_distinct = len(distinct_rows(rows, n_components))
    if n_distinct < n_components:
        warnings.append(
            f"{n_components} components need at least {n_components} different rows, but the data has {n_distinct}: "
            "use fewer components."
        )
    if warnings:
        if carries_degenerate_data:
            return warnings
        raise DegenerateDataError(warnings[0])
    n_features = rows.shape[1]
    n_rows = float(len(rows) if weights is None else weights.sum())
    if n_rows <= n_features:
        warnings.append(
            f"{n_rows:g} rows are too few for {n_features} columns: a covariance needs more rows than columns, "
            "so use fewer columns."
        )
    elif n_features > 1 and structure.parameter_count(1, n_features) > 2 * n_features:
        involved = _collinear_columns(problem, names)
        if involved:
            warnings.append(
                f"Columns {', '.join(repr(name) for name in involved)} determine one another exactly: leave one "
                "out, or choose diag or spherical."
            )
    return warnings


def criteria_refusal(
    shape: tuple[float, int], n_components: int, structure: CovarianceStructure, at_floor: bool
) -> str | None:
    """Why AIC, BIC and ICL mean nothing for this fit, in one sentence; None where they do."""
    n_rows, n_features = shape
    count = structure.parameter_count(n_components, n_features)
    if count >= n_rows:
        return (
            f"AIC, BIC and ICL mean nothing here: the model has {count} free parameters for {n_rows:g} rows, so use "
            "fewer components or a simpler covariance type."
        )
    if at_floor:
        return (
            "AIC, BIC and ICL mean nothing here: a component has shrunk to the variance floor, where the likelihood "
            "grows without bound as the floor falls."
        )
    return None


def _collinear_columns(problem: FitProblem, names: Sequence[str]) -> list[str]:
    rows = problem.rows  # their mean is zero
    weighted = rows if problem.sample_weight is None else rows * problem.sample_weight[:, None]
    scatter = weighted.T @ rows
    spread = np.sqrt(np.diagonal(scatter))
    values, vectors = np.linalg.eigh(scatter / np.outer(spread, spread))
    if values[0] > COLLINEAR * values[-1]:
        return []
    return [name for name, loading in zip(names, vectors[:, 0], strict=True) if abs(loading) > 0.05]
