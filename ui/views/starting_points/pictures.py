"""The pictures of a survey: its plane, the paths, the ladder of optima, and single optima."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from gmm_core.arrays import BoolArray
from gmm_core.geometry.projection import Projection
from gmm_core.studies.optima import Optimum
from ui.figures.base.drawing import Drawing
from ui.figures.base.palette import INK
from ui.figures.optima.identity import MAX_SHOWN, Look, look
from ui.figures.optima.ladder import Rung, ladder
from ui.figures.optima.optimum import optimum as optimum_figure
from ui.figures.optima.paths import Trail, paths
from ui.projection.axes import choose_axes
from ui.projection.plane import Window
from ui.views.starting_points.survey import Surveyed

PRINCIPAL, COLUMNS = "principal", "columns"
PLANES = {PRINCIPAL: "Principal plane", COLUMNS: "Two columns"}


def choose_plane(surveyed: Surveyed) -> Window:
    """With three columns or more: the plane in which the fitted data varies most, or that of two columns."""
    columns = surveyed.prepared.columns
    n_features = len(columns)
    if n_features <= 2:
        return Window(Projection.axes(columns, range(n_features)), in_units=True)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control(
            "Plane",
            list(PLANES),
            default=PRINCIPAL,
            required=True,
            format_func=PLANES.__getitem__,
            key="plane",
            bind="query-params",
            help="Paths and ellipses are projected; ellipses are the true marginals of the mixture there.",
        )
        if kind != COLUMNS:
            return Window(Projection.principal_components(surveyed.points, 2, columns), in_units=False)
        chosen = choose_axes(columns, 2, "path_axis", width=170)
    return Window(Projection.axes(columns, chosen), in_units=True)


def looks(surveyed: Surveyed) -> list[Look]:
    """Name and colour of every optimum, from the best down."""
    optima = surveyed.landscape.optima
    return [look(position, degenerate=optimum.degenerate) for position, optimum in enumerate(optima)]


def paths_picture(surveyed: Surveyed, plane: Window) -> Drawing:
    """The way of every restart's means."""
    landscape = surveyed.landscape
    home = {run: position for position, optimum in enumerate(landscape.optima) for run in optimum.runs}
    prepared = surveyed.prepared
    trails = []
    for position, climb in enumerate(landscape.climbs):
        means = climb.path * prepared.scale + prepared.center if plane.in_units else climb.path
        trails.append(
            Trail(
                f"{climb.kind}, seed {climb.seed}",
                home[position],
                climb.steps,
                means @ plane.projection.matrix.T + plane.projection.offset,
            )
        )
    return paths(
        _points(surveyed, plane), plane.projection.labels, trails, looks(surveyed), _revision(surveyed)
    )


def ladder_rungs(surveyed: Surveyed) -> list[Rung]:
    """A rung for each of the first optima, one for those below them, and one for those that are degenerate."""
    landscape = surveyed.landscape
    sound = [optimum for optimum in landscape.optima if not optimum.degenerate]
    degenerate = landscape.optima[len(sound) :]
    rungs = [
        Rung(
            name.name,
            surveyed.height(optimum.log_likelihood),
            _reached(surveyed, [optimum]),
            name.colour,
        )
        for name, optimum in zip(looks(surveyed)[:MAX_SHOWN], sound, strict=False)
    ]
    lower = sound[MAX_SHOWN:]
    for name, several in ((f"{len(lower):,} lower", lower), ("at the floor", degenerate)):
        if several:
            height = surveyed.height(several[0].log_likelihood)
            rungs.append(Rung(name, height, _reached(surveyed, several), INK, at_height=False))
    return rungs


def ladder_picture(surveyed: Surveyed, rungs: Sequence[Rung]) -> Drawing:
    """The rungs, with how often each kind of start reached each."""
    landscape = surveyed.landscape
    starts = [landscape.reach(None, kind).runs for kind in landscape.kinds]
    return ladder(rungs, landscape.kinds, starts, _revision(surveyed))


def optimum_picture(
    surveyed: Surveyed,
    plane: Window,
    position: int,
    *,
    marked: BoolArray | None = None,
    order: Sequence[int] | None = None,
    small: bool = False,
) -> Drawing:
    """The optimum at a position, in the plane, its components in the order given."""
    mixture = surveyed.landscape.optima[position].mixture
    if order is not None:
        mixture = mixture.reordered(order)
    return optimum_figure(
        _points(surveyed, plane),
        plane.projection.labels,
        plane.mixture(mixture, surveyed.prepared),
        looks(surveyed)[position],
        marked=marked,
        row_numbers=surveyed.prepared.rows[surveyed.rows] + 1,
        small=small,
        revision=_revision(surveyed),
    )


def _points(surveyed: Surveyed, plane: Window) -> np.ndarray:
    return plane.points(surveyed.prepared, surveyed.rows)


def _reached(surveyed: Surveyed, several: list[Optimum] | tuple[Optimum, ...]) -> tuple[int, ...]:
    landscape = surveyed.landscape
    return tuple(sum(landscape.reach(each, kind).reached for each in several) for kind in landscape.kinds)


def _revision(surveyed: Surveyed) -> str:
    return surveyed.prepared.digest[:12]
