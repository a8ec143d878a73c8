"""The pictures of the density page, the table of new points, and a sample from the mixture beside the rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from gmm_core.arrays import FloatArray
from gmm_core.density.anomalies import Anomalies
from gmm_core.density.log_density_law import LogDensityLaw
from gmm_core.density.predictions import Predictions
from gmm_core.density.regions import HighestDensityRegions, smallest_region
from ui.chart.display import show
from ui.figures.base.drawing import Drawing
from ui.figures.base.points import drawn_rows
from ui.figures.density.line import LINES
from ui.figures.density.plane import PLANES
from ui.figures.density.rows_and_sample import MAX_POINTS, Rows, rows_and_sample
from ui.figures.density.scene import DensityScene
from ui.figures.density.surface import density_surface
from ui.links.followed_link import page_control
from ui.projection.plane import PictureAxes, choose_picture_axes
from ui.shell.control import Control
from ui.shell.control_kinds import Choice, Choices, Switch
from ui.shell.tables import decimal_formats, distinct_names
from ui.views.density.fitted_density import FittedDensity
from ui.views.density.sentences import LEVELS, QUANTITIES, density_in_words

_SAMPLE_SEED = "draws of a sample"
"""Key of the session state: how often “Draw afresh” was pressed, which is the seed of the sample."""


@dataclass(frozen=True, eq=False)
class PictureChoice:
    """What the picture shows.

    Parameters
    ----------
    what : str
        The quantity, a key of `QUANTITIES`.
    levels : tuple of float
        The probabilities of the highest-density regions.
    surface : bool
        True if the log-density is drawn as a surface in three dimensions.
    axes : PictureAxes
        The axes of the picture.
    """

    what: str
    levels: tuple[float, ...]
    surface: bool
    axes: PictureAxes


def choose_picture(density: FittedDensity) -> PictureChoice:
    """Show the controls above the picture, and return what is chosen."""
    prepared = density.prepared
    with st.container(horizontal=True, vertical_alignment="bottom"):
        what = page_control(
            Control(
                "show",
                "Show",
                "**Log-density**: log p(x), in nats. **Highest-density regions**: of all regions that hold a given "
                "probability, the smallest. **Uncertainty**: one minus the largest responsibility.",
                "log-density",
                Choice(QUANTITIES, QUANTITIES.__getitem__, st.segmented_control),
            )
        )
        surface = False
        if len(prepared.columns) > 1 and what == "log-density":
            surface = page_control(Control("surface", "As a surface", "", False, Switch()))
        chosen = list(LEVELS)
        if what == "regions":
            chosen = page_control(
                Control(
                    "regions", "Probability inside", "", chosen, Choices(LEVELS, "{:.0%}".format, st.pills)
                )
            )
        axes = choose_picture_axes(
            prepared,
            "density_view",
            "The density, its regions and the uncertainty are those of the axes shown alone: the exact marginal of "
            "the mixture. Rings and all numbers are of all columns together.",
        )
    return PictureChoice(what, tuple(level for level in LEVELS if level in chosen), surface, axes)


def density_scene(
    density: FittedDensity,
    choice: PictureChoice,
    anomalies: Anomalies,
    points: FloatArray,
    colour_numbers: tuple[int, ...],
) -> DensityScene:
    """The density on the chosen axes, with the rows, those below the threshold and the new points.

    Parameters
    ----------
    density : FittedDensity
        The mixture and its rows.
    choice : PictureChoice
        What the picture shows.
    anomalies : Anomalies
        The threshold and the rows below it, which are marked.
    points : (P, D)
        The new points, in the data's own units.
    colour_numbers : (K,)
        The colour number of each component.
    """
    prepared, axes = density.prepared, choice.axes
    mixture = axes.mixture(density.mixture, prepared)
    whole = axes.in_units and mixture.n_features == len(prepared.columns)
    law = density.law if whole else LogDensityLaw.of(mixture)
    return DensityScene(
        points=axes.points(prepared),
        labels=axes.projection.labels,
        mixture=mixture,
        predictions=density.of_rows,
        regions=HighestDensityRegions.of(law, choice.levels),
        colour_numbers=colour_numbers,
        least_likely=anomalies.positions,
        new_points=axes.projected(density.fitted_units(points), prepared),
        threshold=anomalies.threshold if whole and choice.what == "log-density" else None,
        row_numbers=prepared.rows + 1,
        revision=prepared.digest[:12],
    )


def density_picture(drawn: DensityScene, choice: PictureChoice) -> Drawing:
    """The picture of the scene: a line with one axis; with two axes a plane or a surface."""
    if len(drawn.labels) == 1:
        return LINES[choice.what](drawn)
    return density_surface(drawn) if choice.surface else PLANES[choice.what](drawn)


def new_point_table(density: FittedDensity, anomalies: Anomalies, points: FloatArray) -> pd.DataFrame:
    """A row for each of the points (P, D), in the data's own units: density, region, uncertainty, responsibilities."""
    predictions = Predictions.of(density.mixture, density.fitted_units(points), density.log_volume)
    regions = HighestDensityRegions.of(density.law, LEVELS)
    names = [*(f"within {level:.0%}" for level in LEVELS), f"outside {LEVELS[-1]:.0%}"]
    table = pd.DataFrame(
        {
            "point": np.arange(1, len(points) + 1),
            "below the threshold": np.where(predictions.log_density < anomalies.threshold, "yes", "no"),
            "log-density": predictions.log_density,
            "density": [density_in_words(value) for value in predictions.log_density.tolist()],
            "region": [names[position] for position in regions.innermost(predictions.log_density).tolist()],
            "less dense than": smallest_region(density.law, predictions.log_density),
            "uncertainty": predictions.uncertainty,
            **{
                f"component {position + 1}": predictions.responsibilities[:, position]
                for position in range(density.mixture.n_components)
            },
        }
    )
    columns = distinct_names(density.prepared.columns, set(table.columns))
    return pd.concat([table, pd.DataFrame(points, columns=columns)], axis=1)


def show_new_points(density: FittedDensity, anomalies: Anomalies, points: FloatArray) -> None:
    """Show the table of the new points; if there are none, a sentence on how to add one."""
    if not len(points):
        st.caption("Click in the picture or type a point to see its probabilities.")
        return
    table = new_point_table(density, anomalies, points)
    components = [f"component {position + 1}" for position in range(density.mixture.n_components)]
    st.dataframe(
        table,
        hide_index=True,
        column_config={
            **decimal_formats(table, "%.4g"),
            **{name: st.column_config.NumberColumn(format="percent") for name in components},
            "density": st.column_config.TextColumn(help="Per unit of every column, in the data's own units."),
            "region": st.column_config.TextColumn(
                help="The smallest of the highest-density regions that holds it."
            ),
            "less dense than": st.column_config.NumberColumn(
                format="percent", help="The share of the mixture that lies where it is denser."
            ),
        },
        alt="New points with their densities and responsibilities",
    )


def show_sample_beside_rows(
    density: FittedDensity, axes: PictureAxes, colour_numbers: tuple[int, ...]
) -> None:
    """Show rows and an equal number of points drawn from the mixture, side by side on the same axes."""
    prepared, mixture = density.prepared, density.mixture
    count = st.session_state.get(_SAMPLE_SEED, 0)
    st.button("Draw afresh", key="draw_afresh", on_click=_draw_afresh)
    rows = drawn_rows(len(prepared.X), MAX_POINTS)
    sample, _ = mixture.sample(len(rows), np.random.default_rng(count))
    seen = axes.points(prepared)[rows]
    data, drawn = rows_and_sample(
        Rows(seen, density.of_rows.responsibilities[rows], prepared.rows[rows] + 1),
        Rows(axes.projected(sample, prepared), mixture.responsibilities(sample)),
        axes.projection.labels,
        weights=mixture.weights.tolist(),
        colour_numbers=colour_numbers,
        revision=prepared.digest[:12],
    )
    of = (
        f"{len(rows):,} of {len(prepared.X):,} rows"
        if len(rows) < len(prepared.X)
        else f"The {len(rows):,} rows"
    )
    for column, title, key, drawing in zip(
        st.columns(2),
        (of, f"{len(rows):,} points drawn from the mixture"),
        ("rows-beside", "sample-beside"),
        (data, drawn),
        strict=True,
    ):
        with column:
            st.caption(title)
            show(drawing, key, height=360)


def _draw_afresh() -> None:
    """Change the seed, so that the next run of the page draws another sample."""
    st.session_state[_SAMPLE_SEED] = st.session_state.get(_SAMPLE_SEED, 0) + 1
