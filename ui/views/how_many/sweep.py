"""The sweep over K and covariance types: fits as many cells as there is time for, and goes on in the next run."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from gmm_core.fitting.fit import Fit
from gmm_core.fitting.nested import Smaller
from gmm_core.fitting.progress import Progress
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.studies.model_grid import Cell, cell_specification, cell_specifications, fitting_cell
from gmm_core.tables.preparation import PreparedData
from ui.compute.cache import cell_store, fit_size, fit_store
from ui.compute.interruption import Supervisor
from ui.compute.limits import LIMITS
from ui.compute.long_task import QUIET_SECONDS, UPDATE_SECONDS
from ui.compute.queue import NoQueueSlot, QueueSlot
from ui.figures.base.wording import duration
from ui.shell.analysis import Analysis

REDRAW_SECONDS = 0.7
"""How long cells are fitted before the page is drawn with what they found."""
PATIENCE_SECONDS = 20.0
"""A sweep that will take longer asks first, once it is known."""
CELL_BYTES = 2048
DEFAULT_MOST = 9


@dataclass(frozen=True)
class Sweep:
    """What is asked: K from 1 to `most_components`, and which covariance types."""

    most_components: int
    covariance_types: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Grid:
    """The cells that are done of those that are asked for, in their order."""

    specifications: tuple[FitSpecification, ...]
    cells: tuple[Cell, ...]

    @property
    def complete(self) -> bool:
        """True if every cell is done."""
        return len(self.cells) == len(self.specifications)


@dataclass
class _SweepState:
    """Where a visitor's sweep of one data set and specification stands.

    Parameters
    ----------
    of : tuple
        The data and what every cell has in common.
    seconds : dict
        How long each cell took that was fitted here.
    smaller : dict
        The last fit of each covariance type, from which the next one grows.
    stopped : bool
        Whether the visitor said stop.
    patient : bool
        Whether the visitor said that it may take long.
    cut_off : FitSpecification or None
        The cell that took longer than there is time.
    refused : str
        Why there was no turn for it among other computations, in a sentence; empty if there was.
    """

    of: tuple[str, FitSpecification]
    seconds: dict[FitSpecification, float] = field(default_factory=dict)
    smaller: dict[str, tuple[int, Smaller]] = field(default_factory=dict)
    stopped: bool = False
    patient: bool = False
    cut_off: FitSpecification | None = None
    refused: str = ""


def choose_sweep() -> Sweep:
    """Controls for the range of K and the covariance types."""
    most = st.slider(
        "Largest K",
        1,
        LIMITS.components,
        DEFAULT_MOST,
        key="k_max",
        bind="query-params",
        width=220,
        help="Mixtures of 1, 2, 3, … components up to this many are fitted. What is done is kept when it grows.",
    )
    types = st.pills(
        "Covariance types",
        list(STRUCTURES),
        selection_mode="multi",
        default=list(STRUCTURES),
        key="sweep_types",
        bind="query-params",
        help="Each fit has the sidebar's restarts, and starts also from the fit of one component fewer, each of its "
        "components split in two: so more components never score a lower likelihood.",
    )
    chosen = tuple(name for name in STRUCTURES if name in types)
    return Sweep(min(max(int(most), 1), LIMITS.components), chosen)


def grid_of(analysis: Analysis, prepared: PreparedData, sweep: Sweep) -> Grid:
    """What is done of the sweep."""
    specifications = cell_specifications(
        analysis.specification, sweep.most_components, sweep.covariance_types
    )
    store = cell_store(analysis.private)
    found = [store.get((prepared.digest, each)) for each in specifications]
    return Grid(tuple(specifications), tuple(cell for cell in found if cell is not None))


def continue_sweep(analysis: Analysis, prepared: PreparedData, grid: Grid, place: DeltaGenerator) -> None:
    """Fit the next cells and have the page drawn again; or say at the place why not, if not all are done."""
    if grid.complete:
        return
    state = _state(analysis, prepared)
    done = {cell.specification for cell in grid.cells}
    left = [specification for specification in grid.specifications if specification not in done]
    remaining = _seconds_for(left, state)
    if state.cut_off is not None and state.cut_off in left:
        why = f"{_name(state.cut_off)} was not done within {LIMITS.fit_seconds:.0f} s."
        _pause(place, state, len(left), why, "Try again")
        return
    if state.refused:
        _pause(place, state, len(left), state.refused, "Go on")
        return
    if state.stopped:
        _pause(place, state, len(left), "Stopped.", "Go on")
        return
    if not state.patient and remaining is not None and remaining > PATIENCE_SECONDS:
        _pause(place, state, len(left), f"The rest will take about {duration(remaining)}.", "Go on")
        return
    with place.container(horizontal=True, vertical_alignment="center"):
        about = f", about {duration(remaining)} left" if remaining is not None and remaining > 2 else ""
        share = len(grid.cells) / len(grid.specifications)
        so_far = f"{len(grid.cells)} of {len(grid.specifications)} fits"
        # Before the bar, whose text would push it away under the pointer.
        st.button(
            "Stop", on_click=_stop, args=(state,), key="stop sweep", help="Keeps the fits that are done."
        )
        bar = st.progress(share, so_far + about)
    with QueueSlot() as slot:
        try:
            if sum(state.seconds.values()) > QUIET_SECONDS:
                slot.wait(lambda sentence: bar.progress(share, f"{so_far}. {sentence}"))
            begun = time.monotonic()
            for specification in left:
                _fit_cell(analysis, prepared, specification, state, bar, share)
                if state.cut_off is not None or time.monotonic() - begun > REDRAW_SECONDS:
                    break
        except NoQueueSlot as refusal:
            state.refused = str(refusal)
    st.rerun()


def _fit_cell(
    analysis: Analysis,
    prepared: PreparedData,
    specification: FitSpecification,
    state: _SweepState,
    bar: DeltaGenerator,
    share: float,
) -> None:
    begun = shown = time.monotonic()

    def tell(progress: Progress) -> None:
        nonlocal shown
        now = time.monotonic()
        if now - shown > UPDATE_SECONDS and now - begun > REDRAW_SECONDS:
            shown = now
            bar.progress(
                share, f"{_name(specification)}: restart {progress.run + 1}, iteration {progress.iteration}"
            )

    supervisor = Supervisor(LIMITS.fit_seconds)
    steps = fitting_cell(
        prepared.X, specification, _smaller(analysis, prepared, specification, state), prepared.columns
    )
    found = supervisor.run(steps, tell)
    if supervisor.page_over:
        raise supervisor.page_over
    if supervisor.timed_out:
        state.cut_off = specification
    if supervisor.timed_out or found is None:
        return
    state.seconds[specification] = time.monotonic() - begun
    cell_store(analysis.private).put((prepared.digest, specification), found.cell, CELL_BYTES)
    if found.fit is not None:
        state.smaller[specification.covariance_type] = specification.n_components, Smaller.of(found.fit)
        fit_store(analysis.private).put((prepared.digest, specification, ()), found.fit, fit_size(found.fit))


def _smaller(
    analysis: Analysis, prepared: PreparedData, specification: FitSpecification, state: _SweepState
) -> Smaller | None:
    """The fit of one component fewer, where it is still there; without it, it is made once more."""
    fewer = specification.n_components - 1
    k, last = state.smaller.get(specification.covariance_type, (0, None))
    if last is not None and k == fewer:
        return last
    kept = fit_store(analysis.private).get(
        (prepared.digest, replace(specification, n_components=max(1, fewer)), ())
    )
    return Smaller.of(kept) if isinstance(kept, Fit) and fewer else None


def _name(specification: FitSpecification) -> str:
    return f"K = {specification.n_components}, {specification.covariance_type}"


def _state(analysis: Analysis, prepared: PreparedData) -> _SweepState:
    of = (prepared.digest, cell_specification(analysis.specification, 1, next(iter(STRUCTURES))))
    state: _SweepState | None = st.session_state.get("sweeping")
    if state is None or state.of != of:
        state = _SweepState(of)
        st.session_state["sweeping"] = state
    return state


def _seconds_for(left: Sequence[FitSpecification], state: _SweepState) -> float | None:
    """What the cells that are left will take, by those of the same covariance type that were fitted: as K squared.

    An iteration costs as K, and more components take more of them. One component tells nothing of that, and the first
    fit may have waited for the engine: None until one of two components or more is there.
    """
    rates = {
        specification: seconds / specification.n_components**2
        for specification, seconds in state.seconds.items()
        if specification.n_components > 1
    }
    if not rates:
        return None

    def rate(covariance_type: str) -> float:
        own = {each: value for each, value in rates.items() if each.covariance_type == covariance_type}
        several = own or rates
        largest = max(specification.n_components for specification in several)
        return max(value for specification, value in several.items() if specification.n_components == largest)

    return sum(rate(specification.covariance_type) * specification.n_components**2 for specification in left)


def _pause(place: DeltaGenerator, state: _SweepState, n_left: int, why: str, action: str) -> None:
    with place.container(horizontal=True, vertical_alignment="center"):
        st.button(action, on_click=_go_on, args=(state,), key="go on with sweep")
        st.markdown(f"{why} {n_left} {'fit is' if n_left == 1 else 'fits are'} not done.")


def _stop(state: _SweepState) -> None:
    state.stopped = True


def _go_on(state: _SweepState) -> None:
    state.stopped, state.patient, state.cut_off, state.refused = False, True, None, ""
