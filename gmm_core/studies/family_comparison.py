"""The same rows fitted once with every covariance structure of the catalogue."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.fitting.nested import fits
from gmm_core.fitting.plan import Plan, carried_out
from gmm_core.fitting.progress import Progress
from gmm_core.fitting.request import FitRequest, GivenRows
from gmm_core.fitting.result import Fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.model.covariance.family import CovarianceStructure


@dataclass(frozen=True, eq=False)
class Shape:
    """What one structure makes of the rows.

    Parameters
    ----------
    structure : CovarianceStructure
        The row of the catalogue.
    fit : Fit or None
        The fit; None if there is none.
    refusal : str
        Why there is none, in a sentence; empty if there is one.
    """

    structure: CovarianceStructure
    fit: Fit | None
    refusal: str = ""

    @property
    def bic(self) -> float | None:
        """BIC of the fit, lower is better; None where there is none or it means nothing."""
        return None if self.fit is None else self.fit.criteria.bic


def fitting_shapes(
    X: ArrayLike, specification: FitSpecification, *, columns: Sequence[str] | None = None
) -> Generator[Progress, None, tuple[Shape, ...]]:
    """Fit the rows X (N, D) with each structure in turn, all else as in the specification.

    Yields and stops as `gmm_core.fitting.fit.fitting` does; what is stopped has the structures it came to.
    """
    return carried_out(_shapes(FitRequest(GivenRows(X, columns), specification)))


def _shapes(request: FitRequest) -> Plan[tuple[Shape, ...]]:
    shapes: list[Shape] = []
    for position, structure in enumerate(STRUCTURES.values()):
        asked = replace(request.specification, covariance_type=structure.name)
        outcome = yield from fits(replace(request, specification=asked), partial(_within, position))
        shapes.append(Shape(structure, outcome.fit, outcome.refusal))
        if outcome.stopped:
            break
    return tuple(shapes)


def _within(position: int, progress: Progress) -> Progress:
    """The progress of one structure's fit as that of all."""
    return replace(progress, share=(position + progress.share) / len(STRUCTURES))


def best_by_bic(shapes: Sequence[Shape]) -> Shape | None:
    """The one of lowest BIC; None where BIC means nothing for any."""
    judged = [shape for shape in shapes if shape.bic is not None]
    return min(judged, key=lambda shape: shape.bic or 0.0, default=None)


def missed(shapes: Sequence[Shape]) -> list[tuple[Shape, Shape]]:
    """Pairs of a structure and one it includes that nonetheless scores higher: the first missed its best optimum.

    Fits with a component at the variance floor are left out, and differences below 1e-6 of the score.
    """
    sound = [
        (shape, shape.fit.best.score)
        for shape in shapes
        if shape.fit is not None and not any(shape.fit.best.at_floor)
    ]
    return [
        (wider, narrower)
        for wider, height in sound
        for narrower, above in sound
        if wider is not narrower
        and wider.structure.includes(narrower.structure)
        and above - height > 1e-6 * max(1.0, float(np.abs(above)))
    ]
