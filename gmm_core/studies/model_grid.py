"""The grid of models: fits for every number of components and covariance structure, ranked by a criterion."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace

from numpy.typing import ArrayLike

from gmm_core.fitting.narrow_components import NarrowComponent
from gmm_core.fitting.nested import SmallerFit, fitting_nested
from gmm_core.fitting.plan import Plan, run_plan
from gmm_core.fitting.progress import Progress
from gmm_core.fitting.request import FitRequest, GivenRows
from gmm_core.fitting.result import Fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import structure_named
from gmm_core.model.covariance.family import CovarianceStructure
from gmm_core.model.criteria import Criteria
from gmm_core.starts.kinds import SPLITS
from gmm_core.studies.checks.wide_components import WideComponent, wide_components
from gmm_core.studies.sure_rows import share_sure

CRITERIA: dict[str, Callable[[Criteria], float | None]] = {
    "BIC": lambda criteria: criteria.bic,
    "AIC": lambda criteria: criteria.aic,
    "ICL": lambda criteria: criteria.icl,
}
"""The criteria by which cells can be ranked, lower is better; a criterion is None where it means nothing."""


@dataclass(frozen=True)
class Cell:
    """The summary of one fit of the grid: K components with one covariance structure.

    Parameters
    ----------
    specification : FitSpecification
        The specification of this fit.
    criteria : Criteria or None
        Log-likelihood, number of parameters and criteria; None if there is no fit.
    at_floor : int
        The number of components with a variance held at the floor.
    converged : bool
        True if EM converged.
    sure : float
        The share of the rows that are sure; see `share_sure`.
    refusal : str
        A sentence that says why there is no fit; empty if there is one.
    wide : tuple of WideComponent
        The components that hold few rows and are far wider than the others.
    narrow : tuple of NarrowComponent
        The components whose covariance is not a reliable estimate.
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
        """The covariance structure of the fit."""
        return structure_named(self.specification.covariance_type)

    def value(self, criterion: str) -> float | None:
        """The value of the criterion of that name; None if there is no fit or the value means nothing."""
        return None if self.criteria is None else CRITERIA[criterion](self.criteria)


def cell_specification(
    specification: FitSpecification, n_components: int, covariance_type: str
) -> FitSpecification:
    """The specification of one cell: as given, but with this K and structure, and starts from the fit of K − 1."""
    return replace(specification, n_components=n_components, covariance_type=covariance_type, init=SPLITS)


def cell_specifications(
    specification: FitSpecification, most_components: int, covariance_types: Sequence[str]
) -> list[FitSpecification]:
    """The specifications of all cells in the order of fitting: all structures with one component, then with two, ….

    Parameters
    ----------
    specification : FitSpecification
        What the cells have in common.
    most_components : int
        The largest K; the smallest is 1.
    covariance_types : sequence of str
        The names of the structures.
    """
    return [
        cell_specification(specification, k, name)
        for k in range(1, most_components + 1)
        for name in covariance_types
    ]


@dataclass(frozen=True, eq=False)
class Fitted:
    """A new cell together with its whole fit, or None if there is no fit."""

    cell: Cell
    fit: Fit | None


def fitting_cell(
    X: ArrayLike,
    specification: FitSpecification,
    smaller: SmallerFit | None,
    columns: Sequence[str] | None = None,
) -> Generator[Progress, None, Fitted | None]:
    """Fit one cell to the rows X (N, D), from random starts and from splits of the fit `smaller`; None if stopped.

    Yields, stops and raises as `gmm_core.fitting.fit.fitting` does.
    """
    return run_plan(_cell(FitRequest(GivenRows(X, columns), specification), smaller))


def _cell(request: FitRequest, smaller: SmallerFit | None) -> Plan[Fitted | None]:
    outcome = yield from fitting_nested(request, smaller)
    fit, specification = outcome.fit, request.specification
    if outcome.stopped:
        return None
    if fit is None:
        return Fitted(Cell(specification, None, refusal=outcome.refusal), None)
    sure = share_sure(fit.mixture.responsibilities(request.rows.X))
    at_floor = fit.best.at_floor
    wide = wide_components(fit.mixture, fit.says_little)
    reached = fit.criteria, sum(at_floor), fit.best.converged, sure
    cell = Cell(specification, *reached, wide=wide, narrow=fit.narrow)
    return Fitted(cell, fit)


def ranked(cells: Sequence[Cell], criterion: str) -> list[Cell]:
    """The cells with a meaningful value of the criterion, the lowest first."""
    valued = [(value, cell) for cell in cells if (value := cell.value(criterion)) is not None]
    return [cell for _, cell in sorted(valued, key=lambda pair: pair[0])]
