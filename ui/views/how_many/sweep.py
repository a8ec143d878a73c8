"""The sweep over K and covariance types: a series of long tasks, each of which fits one cell of the grid."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import streamlit as st

from gmm_core.engines.choice import compiled_is_loaded
from gmm_core.errors import FitError
from gmm_core.fitting.fit import Fit
from gmm_core.fitting.nested import SmallerFit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.studies.model_grid import Cell, cell_specification, cell_specifications, fitting_cell
from gmm_core.tables.parameter import Parameter
from gmm_core.tables.preparation import PreparedData
from ui.compute.cache import CacheBound
from ui.compute.interruption import Steps
from ui.compute.limits import LIMITS
from ui.compute.long_series import LongSeries
from ui.compute.long_task import LongTask
from ui.links.followed_link import page_control
from ui.shell.analysis import Analysis
from ui.shell.control import Control
from ui.shell.control_kinds import Choices
from ui.shell.controls import number
from ui.shell.page import fit_task

ASKS_ABOVE_SECONDS = 20.0
"""If the rest of a sweep is expected to take more seconds than this, the visitor is asked first."""
CELL_BYTES = 2048
"""The size that is assumed for a cell in a cache, in bytes."""
DEFAULT_MAX_COMPONENTS = 9
"""The largest K, unless the visitor chooses another."""


@dataclass(frozen=True)
class Sweep:
    """The chosen sweep: every K from 1 to `most_components` with each of the covariance types."""

    most_components: int
    covariance_types: tuple[str, ...]

    def specifications(self, specification: FitSpecification) -> list[FitSpecification]:
        """The specifications of its cells, in the order of fitting; all else is as in the given specification."""
        return cell_specifications(specification, self.most_components, self.covariance_types)


@dataclass(frozen=True, eq=False)
class Grid:
    """The result of a sweep.

    Parameters
    ----------
    specifications : tuple of FitSpecification
        The specifications of all cells, in the order of fitting.
    cells : tuple of Cell
        The cells that are done, in the same order.
    """

    specifications: tuple[FitSpecification, ...]
    cells: tuple[Cell, ...]

    @property
    def complete(self) -> bool:
        """True if every cell is done."""
        return len(self.cells) == len(self.specifications)


def choose_sweep() -> Sweep:
    """Show the controls for the range of K and the covariance types, and return what is chosen."""
    most = page_control(
        number(
            "k_max",
            Parameter(
                name="n_components",
                label="Largest K",
                default=DEFAULT_MAX_COMPONENTS,
                minimum=1,
                maximum=LIMITS.components,
                step=1,
                whole=True,
                help="Mixtures of 1, 2, … components up to this many are fitted. What is done is kept when it grows.",
            ),
            slider=True,
        ),
        width=220,
    )
    types = page_control(
        Control(
            "sweep_types",
            "Covariance types",
            "Each fit has the sidebar's restarts, and starts also from the fit of one component fewer, each of its "
            "components split in two: so more components never score a lower likelihood.",
            list(STRUCTURES),
            Choices(STRUCTURES, widget=st.pills),
        )
    )
    return Sweep(most, tuple(name for name in STRUCTURES if name in types))


@dataclass
class _SessionCells:
    """What a visitor's session keeps of the cells that it fitted to one data set.

    Parameters
    ----------
    of : tuple
        The digest of the data, and the specification with the settings that all cells have in common.
    spent : float
        The seconds that all its cells took.
    seconds : dict
        The seconds of each cell that began and ended with the engine that was used last; a cell during which machine
        code was loaded waited for it, and is no measure.
    compiled : bool
        True if that engine is compiled.
    smaller : dict
        The K and the last fit of each covariance type, of which the fit with K + 1 splits a component.
    """

    of: tuple[str, FitSpecification]
    spent: float = 0.0
    seconds: dict[FitSpecification, float] = field(default_factory=dict)
    compiled: bool = False
    smaller: dict[str, tuple[int, SmallerFit]] = field(default_factory=dict)

    def add(self, specification: FitSpecification, seconds: float, began_compiled: bool) -> None:
        """Add the time of a cell that has just ended; `began_compiled` if compiled code was loaded at its begin."""
        self.spent += seconds
        compiled = compiled_is_loaded()
        if self.compiled != compiled:
            self.compiled = compiled
            self.seconds.clear()
        if began_compiled == compiled:
            self.seconds[specification] = seconds


def sweep_series(analysis: Analysis, prepared: PreparedData, sweep: Sweep) -> LongSeries[Cell]:
    """The sweep as a series of long tasks, one for each cell; the cells of other sweeps of the same data are reused."""
    session_cells = _session_cells(analysis, prepared)
    specifications = sweep.specifications(analysis.specification)
    return LongSeries(
        kind="sweep",
        key=session_cells.of,
        tasks=tuple(_cell_task(analysis, prepared, each, session_cells) for each in specifications),
        noun="fit",
        seconds_spent=session_cells.spent,
        when_stopped="Keeps the fits that are done.",
        asks_above=ASKS_ABOVE_SECONDS,
    )


def grid_of(analysis: Analysis, sweep: Sweep, series: LongSeries[Cell]) -> Grid:
    """The cells of the sweep that are done."""
    return Grid(tuple(sweep.specifications(analysis.specification)), series.values)


def _cell_task(
    analysis: Analysis, prepared: PreparedData, specification: FitSpecification, session_cells: _SessionCells
) -> LongTask[Cell]:
    """The fit of one cell as a long task."""
    return LongTask(
        kind="cells",
        key=(prepared.digest, specification),
        steps=lambda: _fitting(analysis, prepared, specification, session_cells),
        seconds=seconds_of_cell(specification, session_cells.seconds),
        size=lambda _: CELL_BYTES,
        cache_bound=CacheBound(LIMITS.shared_cell_megabytes, LIMITS.private_cell_megabytes),
        private=analysis.private,
        when_stopped="Keeps the fits that are done.",
        name=f"K = {specification.n_components}, {specification.covariance_type}",
    )


def _fitting(
    analysis: Analysis, prepared: PreparedData, specification: FitSpecification, session_cells: _SessionCells
) -> Steps[Cell]:
    """Fit a cell, and keep its fit for the other pages and for the cell with one component more."""
    begun, compiled = time.monotonic(), compiled_is_loaded()
    smaller = _smaller_fit(analysis, prepared, specification, session_cells)
    cell = yield from fitting_cell(prepared.X, specification, smaller, prepared.columns)
    if cell is None:
        raise FitError("The fit was stopped before its end.")
    session_cells.add(specification, time.monotonic() - begun, compiled)
    if cell.fit is not None:
        session_cells.smaller[specification.covariance_type] = (
            specification.n_components,
            SmallerFit.of(cell.fit),
        )
        fit_task(replace(analysis, specification=specification), prepared).keep(cell.fit)
    return cell.cell


def _smaller_fit(
    analysis: Analysis, prepared: PreparedData, specification: FitSpecification, session_cells: _SessionCells
) -> SmallerFit | None:
    """The fit with one component fewer; None if K = 1 or if it is not kept, and then `fitting_cell` fits it again."""
    fewer = specification.n_components - 1
    if not fewer:
        return None
    k, last = session_cells.smaller.get(specification.covariance_type, (0, None))
    if last is not None and k == fewer:
        return last
    analysis_of_smaller = replace(analysis, specification=replace(specification, n_components=fewer))
    known_fit = fit_task(analysis_of_smaller, prepared).known()
    return SmallerFit.of(known_fit) if isinstance(known_fit, Fit) else None


def _session_cells(analysis: Analysis, prepared: PreparedData) -> _SessionCells:
    """The measurements of this session; new ones if the data or the settings of all cells have changed."""
    of = (prepared.digest, cell_specification(analysis.specification, 1, next(iter(STRUCTURES))))
    session_cells: _SessionCells | None = st.session_state.get("sweeping")
    if session_cells is None or session_cells.of != of:
        session_cells = _SessionCells(of)
        st.session_state["sweeping"] = session_cells
    return session_cells


def seconds_of_cell(
    specification: FitSpecification, seconds_of_cells: Mapping[FitSpecification, float]
) -> float:
    """The expected seconds of a cell; 0, which means unknown, until a cell with two or more components is measured.

    The time is taken to be proportional to K², because an iteration costs K and more components need more iterations.
    The factor is that of the measured cell with the largest K, of the same covariance type if there is one. A cell with
    one component is no measure: it needs no iterations.
    """
    rates = {
        each: seconds / each.n_components**2
        for each, seconds in seconds_of_cells.items()
        if each.n_components > 1
    }
    if not rates:
        return 0.0
    own = {
        each: rate for each, rate in rates.items() if each.covariance_type == specification.covariance_type
    }
    several = own or rates
    largest = max(each.n_components for each in several)
    rate = max(rate for each, rate in several.items() if each.n_components == largest)
    return rate * specification.n_components**2
