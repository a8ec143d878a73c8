"""Comparison of covariance families: the same rows are fitted with every covariance structure of the catalogue."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.fitting.nested import plan_of_fit
from gmm_core.fitting.plan import Plan, run_plan
from gmm_core.fitting.progress import Progress
from gmm_core.fitting.request import FitRequest, GivenRows
from gmm_core.fitting.result import Fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.model.covariance.family import CovarianceStructure


@dataclass(frozen=True, eq=False)
class StructureFit:
    """The fit of the rows with one covariance structure.

    Parameters
    ----------
    structure : CovarianceStructure
        The structure, a row of the catalogue.
    fit : Fit or None
        The fit; None if it failed.
    refusal : str
        A sentence that says why it failed; empty if there is a fit.
    """

    structure: CovarianceStructure
    fit: Fit | None
    refusal: str = ""

    @property
    def bic(self) -> float | None:
        """The BIC of the fit, lower is better; None if there is no fit or its BIC means nothing."""
        return None if self.fit is None else self.fit.criteria.bic


def fitting_structures(
    X: ArrayLike, specification: FitSpecification, *, columns: Sequence[str] | None = None
) -> Generator[Progress, None, tuple[StructureFit, ...]]:
    """Fit the rows X (N, D) with each structure in turn, and with everything else as in the specification.

    Yields and stops as `gmm_core.fitting.fit.fitting` does. If stopped, it returns the structures begun until then.
    """
    return run_plan(_structure_fits(FitRequest(GivenRows(X, columns), specification)))


def _structure_fits(request: FitRequest) -> Plan[tuple[StructureFit, ...]]:
    structure_fits: list[StructureFit] = []
    for position, structure in enumerate(STRUCTURES.values()):
        specification = replace(request.specification, covariance_type=structure.name)
        outcome = yield from plan_of_fit(
            replace(request, specification=specification), partial(_within, position)
        )
        structure_fits.append(StructureFit(structure, outcome.fit, outcome.refusal))
        if outcome.stopped:
            break
    return tuple(structure_fits)


def _within(position: int, progress: Progress) -> Progress:
    """Convert the progress of the fit at `position` into that of the whole comparison."""
    return replace(progress, share=(position + progress.share) / len(STRUCTURES))


def best_by_bic(structure_fits: Sequence[StructureFit]) -> StructureFit | None:
    """The fit of lowest BIC; None if no fit has a meaningful BIC."""
    judged = [structure_fit for structure_fit in structure_fits if structure_fit.bic is not None]
    return min(judged, key=lambda structure_fit: structure_fit.bic or 0.0, default=None)


def missed_optima(structure_fits: Sequence[StructureFit]) -> list[tuple[StructureFit, StructureFit]]:
    """Pairs (general, special) where the special structure scores higher, so the general one missed its best optimum.

    A general structure includes all covariances of the special one. Fits with a component at the variance floor are
    ignored, and so are relative differences of the score below 1e-6.
    """
    regular = [
        (structure_fit, structure_fit.fit.best.score)
        for structure_fit in structure_fits
        if structure_fit.fit is not None and not any(structure_fit.fit.best.at_floor)
    ]
    return [
        (wider, narrower)
        for wider, height in regular
        for narrower, above in regular
        if wider is not narrower
        and wider.structure.includes(narrower.structure)
        and above - height > 1e-6 * max(1.0, float(np.abs(above)))
    ]
