"""Controls for the view of the data: axes or plane, colours, and contours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
import streamlit as st

from gmm_core.arrays import BoolArray, FloatArray
from gmm_core.fitting.fit import Fit
from gmm_core.fitting.narrow_components import NarrowKind
from gmm_core.geometry.projection import Projection
from gmm_core.model.mixture import Mixture
from gmm_core.tables.preparation import PreparedData
from ui.figures.base.drawing import Drawing
from ui.figures.base.points import Colouring
from ui.figures.mixture.line import line
from ui.figures.mixture.pairs import MAX_FEATURES, pairs
from ui.figures.mixture.plane import plane
from ui.figures.mixture.space import space
from ui.links.followed_link import page_control
from ui.projection.axes import choose_axes
from ui.shell.control import Control
from ui.shell.control_kinds import Choice, Choices
from ui.shell.tables import in_original_units

LEVELS = (0.5, 0.9, 0.95)
"""The shares of a component that its contours can contain."""
COLOURINGS: dict[Colouring, str] = {
    "component": "Component",
    "responsibility": "Responsibility",
    "true label": "True label",
    "none": "None",
}


@dataclass(frozen=True)
class View:
    """A view: a row of `VIEWS`, the positions of the columns on its axes, and the chosen colours and contours."""

    kind: str
    positions: tuple[int, ...]
    colouring: Colouring
    levels: tuple[float, ...]


@dataclass(frozen=True)
class ViewKind:
    """A kind of view.

    Parameters
    ----------
    picks : int
        The number of columns that the visitor chooses; 0 if the view shows all columns.
    in_units : bool
        True if the axes are columns in the units of the data; False if they combine columns in the units of the fit.
    """

    label: str
    picks: int
    in_units: bool
    projection: Callable[[PreparedData, tuple[int, ...]], Projection]
    draw: Callable[..., Drawing]


def _columns(prepared: PreparedData, positions: tuple[int, ...]) -> Projection:
    return Projection.axes(prepared.columns, positions)


def _principal_plane(prepared: PreparedData, _: tuple[int, ...]) -> Projection:
    return Projection.principal_components(prepared.X, 2, prepared.columns)


def _first_columns(prepared: PreparedData, _: tuple[int, ...]) -> Projection:
    return Projection.axes(prepared.columns, range(min(MAX_FEATURES, len(prepared.columns))))


def _line(points: FloatArray, labels: Sequence[str], *arguments: Any, **more: Any) -> Drawing:
    return line(points, labels[0], *arguments, **more)


VIEWS: dict[str, ViewKind] = {
    "line": ViewKind("One column", 1, True, _columns, _line),
    "plane": ViewKind("Plane", 2, True, _columns, plane),
    "principal": ViewKind("Principal plane", 0, False, _principal_plane, plane),
    "space": ViewKind("3-D", 3, True, _columns, space),
    "pairs": ViewKind("Pairs", 0, True, _first_columns, pairs),
}
MANY_FEATURES = ("plane", "principal", "space", "pairs")
"""The views for three features or more."""
SEEN = (
    "Ellipses are the true marginals of the mixture in whatever plane is shown. "
    "The principal plane is the one in which the fitted data varies most."
)
"""The help of the control for the view."""


def choose_view(prepared: PreparedData) -> View:
    """Show the controls above the picture; with one or two features there is only one view."""
    n_features = len(prepared.columns)
    kind = "line" if n_features == 1 else "plane"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if n_features > 2:
            kind = page_control(view_control("view", MANY_FEATURES, SEEN))
        colouring = _choose_colouring(prepared)
        levels = _choose_levels()
    positions = choose_axes(prepared.columns, VIEWS[kind].picks)
    return View(kind, positions, colouring, levels)


def without_isolated(prepared: PreparedData, fit: Fit) -> BoolArray | None:
    """Show a switch that hides the rows of isolated components, and return True for each row to draw (N,).

    None if all rows are drawn. The switch is shown only if a component is isolated: its rows make the axes so long that
    all other rows are close together.
    """
    isolated = [each.component for each in fit.narrow if each.kind is NarrowKind.ISOLATED]
    if not isolated or st.toggle(
        "Show isolated rows",
        value=True,
        key="isolated_rows",
        help="Rows far from every other component make the rest of the picture small. "
        "Hiding them does not change the fit.",
    ):
        return None
    return ~np.isin(fit.mixture.labels(prepared.X), isolated)


def picture(
    view: View,
    prepared: PreparedData,
    mixture: Mixture,
    colour_numbers: tuple[int, ...],
    drawn: BoolArray | None = None,
) -> Drawing:
    """The data with the mixture in this view; `drawn` (N,) is True for each row to draw, None for all."""
    kind = VIEWS[view.kind]
    rows = slice(None) if drawn is None else drawn
    projection = kind.projection(prepared, view.positions)
    return kind.draw(
        projection.points((prepared.original if kind.in_units else prepared.X)[rows]),
        projection.labels,
        projection.mixture(in_original_units(mixture, prepared) if kind.in_units else mixture),
        mixture.responsibilities(prepared.X)[rows],
        colouring=view.colouring,
        true_labels=None if prepared.labels is None else prepared.labels[rows],
        levels=view.levels,
        colour_numbers=colour_numbers,
        row_numbers=(prepared.rows + 1)[rows],
        revision=prepared.digest[:12],
    )


def view_control(key: str, views: Sequence[str], meaning: str) -> Control:
    """The control for the view, a key in `VIEWS`."""
    kind = Choice(views, lambda name: VIEWS[name].label, st.segmented_control)
    return Control(key, "View", meaning, "plane", kind)


def _choose_colouring(prepared: PreparedData) -> Colouring:
    options = [name for name in get_args(Colouring) if name != "true label" or prepared.labels is not None]
    meaning = (
        "Component: the one of largest responsibility. Responsibility: the components' colours, mixed in these "
        "proportions."
    )
    kind = Choice(options, COLOURINGS.__getitem__)
    colouring: Colouring = page_control(Control("colour", "Colour", meaning, "component", kind), width=150)
    return colouring


def _choose_levels() -> tuple[float, ...]:
    with st.popover("Contours"):
        chosen = page_control(
            Control(
                "contours",
                "Share of a component inside its contours",
                "A contour at 90 % holds 90 % of its component: the squared Mahalanobis distance is at most the "
                "χ² quantile with as many degrees of freedom as axes are shown.",
                list(LEVELS),
                Choices(LEVELS, "{:.0%}".format, st.pills),
            )
        )
    return tuple(level for level in LEVELS if level in chosen)
