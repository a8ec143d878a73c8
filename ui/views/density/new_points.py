"""Controls for new points, typed or clicked, whose density is then computed."""

from __future__ import annotations

import math

import numpy as np
import streamlit as st

from gmm_core.arrays import FloatArray
from gmm_core.density.completion import completed
from gmm_core.tables.preparation import PreparedData
from ui.projection.plane import PictureAxes
from ui.projection.typed_points import MAX_CHARACTERS, parse_points
from ui.shell.text import markdown
from ui.views.density.fitted_density import FittedDensity

MAX_POINTS = 20
"""The largest number of new points."""
MAX_BOXES = 50
"""The largest number of features with a number box each; points with more features are typed as text."""
_TEXT, _NEXT_TEXT, _TEXT_COLUMNS, _BOX = "points", "points to come", "points of", "point_in"
"""Keys of the session state: the points as text, the text of the next run, its columns, and the prefix of the boxes."""


def choose_new_points(density: FittedDensity) -> FloatArray:
    """Show the controls, and return the points (P, D) typed or clicked so far, in the data's own units."""
    prepared, state = density.prepared, st.session_state
    n_features = len(prepared.columns)
    if state.get(_TEXT_COLUMNS, prepared.columns) != prepared.columns:
        state[_TEXT] = ""  # the numbers are values of other columns
    elif _NEXT_TEXT in state:
        state[_TEXT] = state.pop(_NEXT_TEXT)
    state.pop(_NEXT_TEXT, None)
    state[_TEXT_COLUMNS] = prepared.columns
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            "New points",
            key=_TEXT,
            bind="query-params",
            max_chars=MAX_CHARACTERS,
            placeholder=_example(prepared),
            help="Click in the picture, or type: commas between the numbers of a point, in the order of the columns, "
            f"and semicolons between points, {MAX_POINTS} at most.",
        )
        points = parse_points(text or "", n_features)[:MAX_POINTS]
        full = len(points) >= MAX_POINTS
        if n_features <= MAX_BOXES:
            _show_boxes(prepared, full)
        st.button(
            "Undo", key="undo_point", on_click=_keep_first, args=(prepared, -1), disabled=not len(points)
        )
        st.button(
            "Remove all",
            key="remove_points",
            on_click=_keep_first,
            args=(prepared, 0),
            disabled=not len(points),
        )
    if (text or "").strip() and not len(points):
        st.caption(f":material/info: A point here needs {n_features} numbers, one for each column.")
    return points


def add_clicked_point(
    clicked: tuple[float, float] | None, density: FittedDensity, axes: PictureAxes, points: FloatArray
) -> None:
    """Add a point where the picture was clicked, and draw the page again.

    Parameters
    ----------
    clicked : (x, y) or None
        The coordinates of the click; None if there was none.
    density : FittedDensity
        The mixture, from which `completed` computes the values of the point in columns that are not shown.
    axes : PictureAxes
        The axes of the picture.
    points : (P, D)
        The points so far, in the data's own units.
    """
    if clicked is None or len(points) >= MAX_POINTS:
        return
    prepared = density.prepared
    place = np.array(clicked[: len(axes.projection.labels)])
    if axes.in_units:
        shown = [prepared.columns.index(label) for label in axes.projection.labels]
        place = (place - prepared.center[shown]) / prepared.scale[shown]
    completed_point = completed(density.mixture, axes.projection, place)[0] * prepared.scale + prepared.center
    _store_points([*points, completed_point], prepared, _NEXT_TEXT)
    st.rerun(scope="fragment")


def _show_boxes(prepared: PreparedData, full: bool) -> None:
    """Show a number box for each column and a button that adds the point; `full` disables the button."""
    popover = st.popover("By column", on_change="rerun", key="points_by_column")
    if not popover.open:
        return
    with popover:
        for position, name in enumerate(prepared.columns):
            low, high = prepared.original[:, position].min(), prepared.original[:, position].max()
            st.number_input(
                markdown(name),
                value=float(f"{np.median(prepared.original[:, position]):.6g}"),
                step=float(f"{(high - low) / 100:.1g}"),
                format="%.6g",
                key=f"{_BOX}_{prepared.digest[:8]}_{position}",
            )
        st.button(
            "Add this point",
            key="add_point",
            type="primary",
            on_click=_add_typed,
            args=(prepared,),
            disabled=full,
            width="stretch",
        )


def _add_typed(prepared: PreparedData) -> None:
    """Add the point in the number boxes, if every box holds a finite number."""
    boxes = [f"{_BOX}_{prepared.digest[:8]}_{position}" for position in range(len(prepared.columns))]
    values = [st.session_state.get(box) for box in boxes]
    typed = [float(value) for value in values if isinstance(value, int | float) and math.isfinite(value)]
    if len(typed) == len(prepared.columns):
        _store_points([*_stored_points(prepared), np.array(typed)], prepared, _TEXT)


def _keep_first(prepared: PreparedData, count: int) -> None:
    """Keep the first `count` points, or all but the last −count of them if `count` is negative."""
    _store_points(_stored_points(prepared)[:count], prepared, _TEXT)


def _store_points(points: list[FloatArray], prepared: PreparedData, key: str) -> None:
    """Keep the points as text under `key`, rounded to a thousandth of each column's range, unless they are too many."""
    decimals = [max(0, 3 - math.floor(math.log10(span))) for span in np.ptp(prepared.original, axis=0)]
    text = "; ".join(
        ", ".join(
            f"{round(value, places):.15g}" for value, places in zip(point.tolist(), decimals, strict=True)
        )
        for point in points
    )
    if len(points) <= MAX_POINTS and len(text) <= MAX_CHARACTERS:
        st.session_state[key] = text


def _stored_points(prepared: PreparedData) -> list[FloatArray]:
    """The points in the text field, each of shape (D,), in the data's own units."""
    return list(parse_points(st.session_state.get(_TEXT) or "", len(prepared.columns))[:MAX_POINTS])


def _example(prepared: PreparedData) -> str:
    """An example of a point for the empty text field: the median of each column, six at most."""
    middle = ", ".join(f"{value:.3g}" for value in np.median(prepared.original, axis=0)[:6])
    return middle if len(prepared.columns) <= 6 else f"{middle}, …"
