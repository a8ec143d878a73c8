"""Controls that alter the data of the page K-means or GMM: cluster distances, a column's scale, and an outlier."""

from __future__ import annotations

import math

import numpy as np
import streamlit as st

from gmm_core.arrays import FloatArray
from gmm_core.geometry.projection import Projection
from gmm_core.tables.alteration import Alteration
from gmm_core.tables.preparation import PreparedData
from ui.links.followed_link import page_control
from ui.projection.typed_points import format_points, parse_points
from ui.shell.analysis import current_analysis
from ui.shell.control import Control
from ui.shell.control_kinds import Choice, Switch

STRETCH_FACTORS = (0.1, 0.2, 0.25, 0.33, 0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 5.0, 10.0)
"""The factors by which a column can be stretched."""
DISTANCE_FACTORS = tuple(round(0.1 * step, 1) for step in range(2, 31))
"""The factors for the distances of the clusters' means from the mean of all rows."""
MAX_OUTLIER_DISTANCE = 10.0
"""The largest distance of an outlier from the data, in ranges (maximum − minimum) of each column."""
_STRETCH, _COLUMN, _DISTANCE, _OUTLIER = "stretch", "stretched", "apart", "outlier"
"""Keys of the controls."""
PULL = Control(
    _DISTANCE,
    "Pull the clusters apart",
    "Multiplies the distance of each cluster's mean from the mean of all rows. The clusters are the true labels where "
    "they are known, else the mixture's.",
    1.0,
    Choice(DISTANCE_FACTORS, "{:g} ×".format, st.select_slider),
)
STRETCH = Control(
    _STRETCH,
    "Stretch",
    "Multiplies one column as it is fitted, as another unit would without standardising.",
    1.0,
    Choice(STRETCH_FACTORS, "{:g} ×".format, st.select_slider),
)
OUTLIER = Control(
    _OUTLIER,
    "Add an outlier",
    "One more row. Type where it is, or click in a picture to move it there.",
    False,
    Switch(),
)
_OUTLIER_VALUES, _OUTLIER_COLUMNS = "outlier_at", "outlier of"
"""Keys of the session state: the outlier's values, and the columns that they belong to."""


def chosen_alteration(prepared: PreparedData) -> Alteration:
    """The chosen alteration; a control that is not drawn yet or has an invalid value counts as its default."""
    column = st.session_state.get(_COLUMN)
    return Alteration(
        distance_factor=PULL.value,
        stretch_factor=STRETCH.value,
        column=prepared.columns.index(column) if column in prepared.columns else 0,
        outlier=tuple(_outlier_values(prepared).tolist()) if OUTLIER.value else (),
    )


def choose_alteration(prepared: PreparedData, projection: Projection) -> None:
    """Show the controls; `chosen_alteration` returns what is chosen."""
    n_features = len(prepared.columns)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for control in (PULL, STRETCH):
            page_control(control, width=240)
        if n_features > 1:
            columns = Choice(prepared.columns)
            private = current_analysis().private
            page_control(
                Control(_COLUMN, "Column to stretch", "", prepared.columns[0], columns, private=private),
                persist_state="session",
                width=180,
            )
        page_control(OUTLIER)
    if OUTLIER.value:
        _choose_outlier_values(prepared, projection)


def move_outlier(
    prepared: PreparedData, projection: Projection, clicked: tuple[float, float], in_units: bool
) -> None:
    """Move the outlier to where a picture was clicked; in columns that are not shown it keeps its values.

    Parameters
    ----------
    prepared : PreparedData
        The data before the alteration.
    projection : Projection
        The axes of the picture.
    clicked : (x, y)
        The coordinates of the click; y means nothing in a picture with one axis.
    in_units : bool
        True if the axes are columns in their own units, False if they are in fitted units.
    """
    if not OUTLIER.value:
        return
    place = _outlier_values(prepared)
    at = place if in_units else (place - prepared.center) / prepared.scale
    lifted = projection.lifted(np.array(clicked[: len(projection.labels)]), at)[0]
    moved = _clipped(prepared, lifted if in_units else lifted * prepared.scale + prepared.center)
    if not np.array_equal(moved, place):
        _store_outlier(prepared, moved)
        st.rerun(scope="fragment")


def _choose_outlier_values(prepared: PreparedData, projection: Projection) -> None:
    """Show a number box for each column on an axis; in a principal plane only clicks move the outlier."""
    place = _outlier_values(prepared)
    shown = [name for name in prepared.columns if name in projection.labels]
    with st.container(horizontal=True):
        for name in shown:
            position = prepared.columns.index(name)
            low, high = _outlier_range(prepared)
            # A click may have moved the outlier.
            st.session_state[f"{_OUTLIER_VALUES}_{position}"] = float(place[position])
            st.number_input(
                f"Outlier: {name}",
                float(low[position]),
                float(high[position]),
                step=float(f"{(high[position] - low[position]) / 400:.1g}"),
                format="%.4g",
                key=f"{_OUTLIER_VALUES}_{position}",
                on_change=_use_typed_value,
                args=(prepared, position),
                width=180,
            )


def _use_typed_value(prepared: PreparedData, position: int) -> None:
    """Move the outlier to the number typed for the column at `position`."""
    place = _outlier_values(prepared)
    value = st.session_state[f"{_OUTLIER_VALUES}_{position}"]
    if type(value) in (int, float) and math.isfinite(value):
        place[position] = value
    _store_outlier(prepared, _clipped(prepared, place))


def _store_outlier(prepared: PreparedData, place: FloatArray) -> None:
    """Keep the outlier's values in the session and in the address, because no single control holds all of them."""
    st.session_state[_OUTLIER_VALUES] = place.tolist()
    st.session_state[_OUTLIER_COLUMNS] = prepared.columns
    st.query_params[_OUTLIER_VALUES] = format_points([place.tolist()])


def _outlier_values(prepared: PreparedData) -> FloatArray:
    """The outlier's values (D,), in the columns' own units; by default beyond the upper corner of the data."""
    placed = st.session_state.get(_OUTLIER_VALUES)
    if placed is not None and st.session_state.get(_OUTLIER_COLUMNS) == prepared.columns:
        return _clipped(prepared, np.array(placed, dtype=np.float64))
    linked = parse_points(st.query_params.get(_OUTLIER_VALUES, ""), len(prepared.columns))
    if placed is None and len(linked):
        return _clipped(prepared, linked[0])
    high = prepared.original.max(axis=0)
    return np.asarray(high + 0.5 * (high - prepared.original.min(axis=0)))


def _clipped(prepared: PreparedData, place: FloatArray) -> FloatArray:
    """The values (D,), clipped to those that the outlier may have."""
    return np.clip(place, *_outlier_range(prepared))


def _outlier_range(prepared: PreparedData) -> tuple[FloatArray, FloatArray]:
    """The smallest and the largest values (D,) that the outlier may have, in the columns' own units."""
    low, high = prepared.original.min(axis=0), prepared.original.max(axis=0)
    return low - MAX_OUTLIER_DISTANCE * (high - low), high + MAX_OUTLIER_DISTANCE * (high - low)
