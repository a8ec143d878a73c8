"""The table of covariance structures."""

from __future__ import annotations

from collections.abc import Callable

from gmm_core.errors import ParameterError
from gmm_core.model.covariance import updates
from gmm_core.model.covariance.compact import DIAGONALS, MATRICES, ONE_MATRIX, VARIANCES
from gmm_core.model.covariance.family import CovarianceStructure, Invariance, ScikitLearnType
from gmm_core.model.covariance.formula import N_K, SIGMA_K, W_K, fraction, row, sum_over, word
from gmm_core.model.statistics import Moments

STRUCTURES: dict[str, CovarianceStructure] = {
    structure.name: structure
    for structure in (
        CovarianceStructure(
            name="full",
            alias="VVV",
            summary="each component has an ellipse of its own, in any direction",
            update=updates.full,
            covariance_parameters=lambda k, d: k * d * (d + 1) // 2,
            invariance=Invariance.PER_FEATURE,
            compact=MATRICES,
            formula=row(SIGMA_K, "=", fraction(W_K, N_K)),
            scikit_learn=ScikitLearnType("full", "{}"),
            is_closed_under_floor=True,
        ),
        CovarianceStructure(
            name="tied",
            alias="EEE",
            summary="all components share one ellipse",
            update=updates.tied,
            covariance_parameters=lambda k, d: d * (d + 1) // 2,
            invariance=Invariance.PER_FEATURE,
            compact=ONE_MATRIX,
            formula=row("Σ", "=", fraction(row(sum_over("k"), W_K), "N")),
            scikit_learn=ScikitLearnType("tied", "{}[0]"),
            is_closed_under_floor=True,
        ),
        CovarianceStructure(
            name="diag",
            alias="VVI",
            summary="each component has an ellipse of its own, along the axes",
            update=updates.diag,
            covariance_parameters=lambda k, d: k * d,
            invariance=Invariance.PER_FEATURE,
            compact=DIAGONALS,
            formula=row(SIGMA_K, "=", fraction(row(word("diag"), W_K), N_K)),
            scikit_learn=ScikitLearnType("diag", "np.diagonal({}, axis1=1, axis2=2)"),
            is_closed_under_floor=True,
            moments=Moments.DIAGONAL,
        ),
        CovarianceStructure(
            name="spherical",
            alias="VII",
            summary="each component has a circle of its own",
            update=updates.spherical,
            covariance_parameters=lambda k, d: k,
            invariance=Invariance.GLOBAL,
            compact=VARIANCES,
            formula=row(SIGMA_K, "=", fraction(row(word("tr"), W_K), row("D", N_K)), "I"),
            scikit_learn=ScikitLearnType("spherical", "{}[:, 0, 0]"),
            is_closed_under_floor=True,
            moments=Moments.DIAGONAL,
        ),
    )
}
"""The covariance structures by name."""


def structure_named(name: str) -> CovarianceStructure:
    """The structure of that name or mclust alias; raises `ParameterError` if there is none."""
    for structure in STRUCTURES.values():
        if name in (structure.name, structure.alias):
            return structure
    raise ParameterError(
        f"There is no covariance type named {name!r}: choose one of {', '.join(STRUCTURES)}."
    )


def names_where(is_meant: Callable[[CovarianceStructure], bool]) -> str:
    """The names of the structures for which `is_meant` is true, as in a sentence: full, tied or diag."""
    *others, last = [structure.name for structure in STRUCTURES.values() if is_meant(structure)]
    return f"{', '.join(others)} or {last}" if others else last
