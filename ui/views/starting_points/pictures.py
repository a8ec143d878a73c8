"""The pictures of a survey: its plane, the paths, the chart of all optima, and single optima."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from gmm_core.arrays import BoolArray
from gmm_core.geometry.projection import Projection
from gmm_core.studies.optima import Optimum
from ui.figures.base.drawing import Drawing
from ui.figures.base.palette import INK
from ui.figures.optima.identity import MAX_SHOWN, OptimumStyle, style
from ui.figures.optima.optima_chart import Level, optima_chart
from ui.figures.optima.optimum import optimum as optimum_figure
from ui.figures.optima.paths import RestartPath, paths
from ui.links.followed_link import page_control
from ui.projection.axes import choose_axes
from ui.projection.plane import PictureAxes
from ui.shell.control import Control
from ui.shell.control_kinds import Choice
from ui.views.starting_points.survey import SurveyInUnits

PRINCIPAL, COLUMNS = "principal", "columns"
"""Keys of the planes."""
PLANES = {PRINCIPAL: "Principal plane", COLUMNS: "Two columns"}
"""The label of each plane."""


def choose_plane(surveyed: SurveyInUnits) -> PictureAxes:
    """Show controls for the plane with three columns or more: the principal plane, or two columns."""
    columns = surveyed.prepared.columns
    n_features = len(columns)
    if n_features <= 2:
        return PictureAxes(Projection.axes(columns, range(n_features)), in_units=True)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = page_control(
            Control(
                "plane",
                "Plane",
                "Paths and ellipses are projected; ellipses are the true marginals of the mixture there.",
                PRINCIPAL,
                Choice(PLANES, PLANES.__getitem__, st.segmented_control),
            )
        )
        if kind != COLUMNS:
            return PictureAxes(Projection.principal_components(surveyed.points, 2, columns), in_units=False)
        chosen = choose_axes(columns, 2, "path_axis", width=170)
    return PictureAxes(Projection.axes(columns, chosen), in_units=True)


def styles(surveyed: SurveyInUnits) -> list[OptimumStyle]:
    """The name and colour of every optimum, the best first."""
    optima = surveyed.survey.optima
    return [style(position, degenerate=optimum.degenerate) for position, optimum in enumerate(optima)]


def paths_picture(surveyed: SurveyInUnits, plane: PictureAxes) -> Drawing:
    """The paths of the means of every restart."""
    survey = surveyed.survey
    optimum_of_restart = {
        run: position for position, optimum in enumerate(survey.optima) for run in optimum.runs
    }
    prepared = surveyed.prepared
    restart_paths = []
    for position, restart in enumerate(survey.restarts):
        means = restart.path * prepared.scale + prepared.center if plane.in_units else restart.path
        restart_paths.append(
            RestartPath(
                f"{restart.kind}, seed {restart.seed}",
                optimum_of_restart[position],
                restart.steps,
                means @ plane.projection.matrix.T + plane.projection.offset,
            )
        )
    return paths(
        _points(surveyed, plane),
        plane.projection.labels,
        restart_paths,
        styles(surveyed),
        _revision(surveyed),
    )


def chart_levels(surveyed: SurveyInUnits) -> list[Level]:
    """The levels of the chart: the first optima one by one, all lower ones together, and all degenerate ones."""
    survey = surveyed.survey
    regular = [optimum for optimum in survey.optima if not optimum.degenerate]
    degenerate = survey.optima[len(regular) :]
    levels = [
        Level(
            name.name,
            surveyed.log_likelihood(optimum.log_likelihood),
            _times_reached(surveyed, [optimum]),
            name.colour,
        )
        for name, optimum in zip(styles(surveyed)[:MAX_SHOWN], regular, strict=False)
    ]
    lower = regular[MAX_SHOWN:]
    for name, several in ((f"{len(lower):,} lower", lower), ("at the floor", degenerate)):
        if several:
            height = surveyed.log_likelihood(several[0].log_likelihood)
            levels.append(Level(name, height, _times_reached(surveyed, several), INK, at_height=False))
    return levels


def optima_picture(surveyed: SurveyInUnits, levels: Sequence[Level]) -> Drawing:
    """The chart of the optima, with how often each kind of start reached each."""
    survey = surveyed.survey
    starts = [survey.success_rate(None, kind).runs for kind in survey.kinds]
    return optima_chart(levels, survey.kinds, starts, _revision(surveyed))


def optimum_picture(
    surveyed: SurveyInUnits,
    plane: PictureAxes,
    position: int,
    *,
    marked: BoolArray | None = None,
    order: Sequence[int] | None = None,
    small: bool = False,
) -> Drawing:
    """The picture of one optimum.

    Parameters
    ----------
    surveyed : SurveyInUnits
        The survey.
    plane : PictureAxes
        The axes of the picture.
    position : int
        The position of the optimum in the survey, from the best.
    marked : (n,), optional
        True for each row of the survey to mark.
    order : (K,), optional
        The order of the components.
    small : bool
        True for a small picture, which has fewer points.
    """
    mixture = surveyed.survey.optima[position].mixture
    if order is not None:
        mixture = mixture.reordered(order)
    return optimum_figure(
        _points(surveyed, plane),
        plane.projection.labels,
        plane.mixture(mixture, surveyed.prepared),
        styles(surveyed)[position],
        marked=marked,
        row_numbers=surveyed.prepared.rows[surveyed.rows] + 1,
        small=small,
        revision=_revision(surveyed),
    )


def _points(surveyed: SurveyInUnits, plane: PictureAxes) -> np.ndarray:
    """The rows of the survey on the axes of the plane, shape (n, E)."""
    return plane.points(surveyed.prepared, surveyed.rows)


def _times_reached(surveyed: SurveyInUnits, several: list[Optimum] | tuple[Optimum, ...]) -> tuple[int, ...]:
    """The number of starts of each kind that ended in any of these optima."""
    survey = surveyed.survey
    return tuple(sum(survey.success_rate(each, kind).reached for each in several) for kind in survey.kinds)


def _revision(surveyed: SurveyInUnits) -> str:
    """Identifies the data; zoom persists while it is the same."""
    return surveyed.prepared.digest[:12]
