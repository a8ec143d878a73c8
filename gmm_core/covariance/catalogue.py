"""The covariance structures on offer: a row each."""

from __future__ import annotations

from gmm_core.covariance import updates
from gmm_core.covariance.structure import CovarianceStructure, Invariance
from gmm_core.errors import ParameterError
from gmm_core.statistics import Moments

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
        ),
        CovarianceStructure(
            name="tied",
            alias="EEE",
            summary="all components share one ellipse",
            update=updates.tied,
            covariance_parameters=lambda k, d: d * (d + 1) // 2,
            invariance=Invariance.PER_FEATURE,
        ),
        CovarianceStructure(
            name="diag",
            alias="VVI",
            summary="each component has an ellipse of its own, along the axes",
            update=updates.diag,
            covariance_parameters=lambda k, d: k * d,
            invariance=Invariance.PER_FEATURE,
            moments=Moments.DIAGONAL,
        ),
        CovarianceStructure(
            name="spherical",
            alias="VII",
            summary="each component has a circle of its own",
            update=updates.spherical,
            covariance_parameters=lambda k, d: k,
            invariance=Invariance.GLOBAL,
            moments=Moments.DIAGONAL,
        ),
    )
}


def structure_named(name: str) -> CovarianceStructure:
    """The structure of that name or mclust alias; a `ParameterError` that lists them all if there is none."""
    for structure in STRUCTURES.values():
        if name in (structure.name, structure.alias):
            return structure
    raise ParameterError(
        f"There is no covariance type named {name!r}: choose one of {', '.join(STRUCTURES)}."
    )
