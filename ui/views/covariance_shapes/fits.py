"""The fits of all covariance types to the current data, from the cache or computed in view."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from gmm_core.fitting.fit import Fit
from gmm_core.fitting.time_estimate import seconds_of_fit
from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.studies.family_comparison import Shape, fitting_shapes
from gmm_core.tables.preparation import PreparedData
from ui.compute.cache import shapes_store
from ui.compute.long_task import LongTask, TakesTime
from ui.shell.analysis import Analysis


def compute_shapes(analysis: Analysis, prepared: PreparedData, _: Fit) -> None:
    """Have the fits ready for `computed_shapes`, with progress and a stop button while they are computed."""
    place = st.empty()  # always there, so that what follows keeps its place, and a chart its node
    _outcome(analysis, prepared, place)


def computed_shapes(analysis: Analysis, prepared: PreparedData) -> tuple[Shape, ...]:
    """The fits if they are ready or take no time, else the whole app runs again; fewer if they were stopped."""
    try:
        return _outcome(analysis, prepared, None)
    except TakesTime:
        st.rerun()


def _outcome(analysis: Analysis, prepared: PreparedData, place: DeltaGenerator | None) -> tuple[Shape, ...]:
    any_structure = replace(analysis.specification, covariance_type=next(iter(STRUCTURES)))
    return SHAPES.value(
        (prepared.digest, any_structure),
        lambda: fitting_shapes(prepared.X, any_structure, columns=prepared.columns),
        shapes_store(analysis.private),
        place,
        sum(
            seconds_of_fit(prepared.X.shape, replace(any_structure, covariance_type=name))
            for name in STRUCTURES
        ),
    )


def _size(shapes: tuple[Shape, ...]) -> int:
    """Bytes that the fits keep: the numbers of their histories, twice where they have been mapped back."""
    runs = [run for shape in shapes if shape.fit is not None for run in shape.fit.runs]
    return 16 * sum(len(run.log_likelihoods) + run.history_values for run in runs) + 4096


SHAPES = LongTask("shapes", _size, "Shows the covariance types fitted so far.")
