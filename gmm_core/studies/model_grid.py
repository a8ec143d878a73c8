"""Mixtures of one component, two, three, … with one covariance structure after another, and what is best by a rule."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace

from numpy.typing import ArrayLike

from gmm_core.fitting.narrow_components import NarrowComponent
from gmm_core.fitting.nested import Smaller, fitting_nested
from gmm_core.fitting.plan import Plan, carried_out
from gmm_core.fitting.progress import Progress
from gmm_core.fitting.request import FitRequest, GivenRows
from gmm_core.fitting.result import Fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import structure_named
from gmm_core.model.covariance.family import CovarianceStructure
from gmm_core.model.criteria import Criteria
from gmm_core.starts.kinds import SPLITS
from gmm_core.studies.checks.wide_components import WideComponent, wide_components

SURE = 0.95
"""The responsibility from which a row counts as surely of one component."""
CRITERIA: dict[str, Callable[[Criteria], float | None]] = {
    "BIC": lambda criteria: criteria.bic,
    "AIC": lambda criteria: criteria.aic,
    "ICL": lambda criteria: criteria.icl,
}
"""The criteria by which a cell can be chosen; lower is better in all."""


@dataclass(frozen=True)
class Cell:
    """What a mixture of K components with one structure came to.

    Parameters
    ----------
    specification : FitSpecification
        What was asked; a fit of it is this cell.
    criteria : Criteria or None
        Log-likelihood, parameters and criteria; None if there is no fit.
    at_floor : int
        How many components are held at the variance floor.
    converged : bool
        Whether EM came to rest.
    sure : float
        The share of the rows of which a component has more than 95 %.
    refusal : str
        Why there is no fit, in a sentence; empty if there is one.
    wide : tuple of WideComponent
        Its components that hold few rows and are far wider than the others.
    narrow : tuple of NarrowComponent
        Its components whose spread says little.
    """

    specification: FitSpecification
    criteria: Criteria | None
    at_floor: int = 0
    converged: bool = True
    sure: float = 1.0
    refusal: str = ""
    wide: tuple[WideComponent, ...] = ()
    narrow: tuple[NarrowComponent, ...] = ()

    @property
    def n_components(self) -> int:
        """K."""
        return self.specification.n_components

    @property
    def structure(self) -> CovarianceStructure:
        """Its covariance structure."""
        return structure_named(self.specification.covariance_type)

    def value(self, criterion: str) -> float | None:
        """The criterion of that name; None where there is no fit or it means nothing."""
        return None if self.criteria is None else CRITERIA[criterion](self.criteria)


def cell_specification(
    specification: FitSpecification, n_components: int, covariance_type: str
) -> FitSpecification:
    """What a cell is asked: all as in the specification, with starts from the fit of one component fewer."""
    return replace(specification, n_components=n_components, covariance_type=covariance_type, init=SPLITS)


def cell_specifications(
    specification: FitSpecification, most_components: int, covariance_types: Sequence[str]
) -> list[FitSpecification]:
    """The cells in the order in which they are fitted: all structures with one component, then with two, and so on."""
    return [
        cell_specification(specification, k, name)
        for k in range(1, most_components + 1)
        for name in covariance_types
    ]


@dataclass(frozen=True, eq=False)
class Fitted:
    """A cell as it is made: what is kept of it, and the fit, if there is one."""

    cell: Cell
    fit: Fit | None


def fitting_cell(
    X: ArrayLike,
    specification: FitSpecification,
    smaller: Smaller | None,
    columns: Sequence[str] | None = None,
) -> Generator[Progress, None, Fitted | None]:
    """One cell, from random starts and from the splits of `smaller`; None if it was stopped."""
    return carried_out(_cell(FitRequest(GivenRows(X, columns), specification), smaller))


def _cell(request: FitRequest, smaller: Smaller | None) -> Plan[Fitted | None]:
    outcome = yield from fitting_nested(request, smaller)
    found, specification = outcome.fit, request.specification
    if outcome.stopped:
        return None
    if found is None:
        return Fitted(Cell(specification, None, refusal=outcome.refusal), None)
    sure = float((found.mixture.responsibilities(request.rows.X).max(axis=1) > SURE).mean())
    at_floor = found.best.at_floor
    wide = wide_components(found.mixture, found.says_little)
    reached = found.criteria, sum(at_floor), found.best.converged, sure
    cell = Cell(specification, *reached, wide=wide, narrow=found.narrow)
    return Fitted(cell, found)


def ranked(cells: Sequence[Cell], criterion: str) -> list[Cell]:
    """The cells for which the criterion means something, the lowest first."""
    valued = [(value, cell) for cell in cells if (value := cell.value(criterion)) is not None]
    return [cell for _, cell in sorted(valued, key=lambda pair: pair[0])]
