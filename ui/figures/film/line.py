"""EM with one feature, half-step by half-step: a histogram, the moving densities, and the points below."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.arrays import FloatArray
from gmm_core.geometry.ellipse import mahalanobis_radius
from gmm_core.model.mixture import Mixture
from gmm_core.studies.em_film import Film
from ui.figures.base.axes import axis, layout, limits
from ui.figures.base.curves import weighted_densities
from ui.figures.base.drawing import Drawing, Layout, Trace, figure
from ui.figures.base.histogram import Stack, bar_traces, bins
from ui.figures.base.palette import INK, colour, translucent
from ui.figures.base.points import Group
from ui.figures.film.plane import mean_placement_alt, placed_traces
from ui.figures.film.traces import (
    GHOST_OPACITY,
    LEVEL,
    centroid_marker,
    component_line,
    moving_line,
    moving_marker,
    picked_marker,
    plot_of_film,
    point_trace,
)
from ui.figures.mixture.line import TALLEST_PEAK

GRID_POINTS = 201
"""The number of places at which densities are evaluated."""
POINTS_ROW = 1.5
"""The height of the points in the strip below the densities; each component has a height of 1."""


def film_line(
    values: ArrayLike,
    label: str,
    film: Film,
    *,
    all_values: ArrayLike,
    colour_numbers: Sequence[int],
    row_numbers: ArrayLike | None = None,
    revision: str = "",
) -> Drawing:
    """The first frame of the film of one feature.

    Parameters
    ----------
    values : (N,) or (N, 1)
        The rows that are drawn.
    label : str
        The name of the axis, unescaped.
    film : Film
        The film, whose mixtures are on the same axis, D = 1.
    all_values : (M,) or (M, 1)
        All rows, for the histogram.
    colour_numbers, row_numbers, revision
        As for `plane`.
    """
    at, all_rows = (np.asarray(given, dtype=np.float64).reshape(-1) for given in (values, all_values))
    start = film.mixtures[0]
    ends = limits(all_rows, _extents(film))
    grid = np.linspace(*ends, GRID_POINTS)
    densities = weighted_densities(start, grid)
    half_widths = mahalanobis_radius(LEVEL, 1) * np.sqrt(start.covariances[:, 0, 0])
    layers: dict[str, list[Trace]] = {
        name: [] for name in ("ghosts", "curves", "intervals", "trails", "centroids")
    }
    for row, (colour_number, density, mean, half) in enumerate(
        zip(colour_numbers, densities, start.means[:, 0].tolist(), half_widths.tolist(), strict=True)
    ):
        curve = np.column_stack([grid, density])
        line = component_line(colour_number, 2.5)
        tint = {"fill": "tozeroy", "fillcolor": translucent(colour(colour_number), 0.15)}
        interval = [[mean - half, row], [mean + half, row]]
        layers["ghosts"].append(
            moving_line(
                f"ghost-{colour_number}", curve, component_line(colour_number, 1.2), opacity=GHOST_OPACITY
            )
        )
        layers["curves"].append(moving_line(f"density-{colour_number}", curve, line, **tint))
        layers["intervals"].append(
            moving_line(
                f"interval-{colour_number}",
                interval,
                component_line(colour_number, 7),
                yaxis="y2",
                opacity=0.35,
            )
        )
        layers["trails"].append(moving_line(f"trail-{colour_number}", [[mean, row]] * 2, line, yaxis="y2"))
        layers["centroids"].append(
            moving_marker(
                f"centroid-{colour_number}", [mean, row], centroid_marker(colour_number), yaxis="y2"
            )
        )
    n_components = len(colour_numbers)
    mixture_curve = np.column_stack([grid, densities.sum(axis=0)])
    histogram, tallest = _histogram(all_rows)
    places = _scattered(at, n_components)
    traces = [
        *histogram,
        point_trace(places, [label], row_numbers, yaxis="y2"),
        *chain.from_iterable(layers.values()),
        moving_line("mixture", mixture_curve, {"color": INK, "width": 2.5}),
        moving_marker("picked", places[0], picked_marker(), yaxis="y2"),
    ]
    peak = max(float(weighted_densities(mixture, grid).sum(axis=0).max()) for mixture in film.mixtures)
    top = 1.06 * max(tallest, min(peak, TALLEST_PEAK * tallest))
    return Drawing(
        figure=figure(traces, _layout(f"{revision} {label}", label, ends, top, n_components)),
        alt=plot_of_film(film),
    )


def mean_placement_line(
    values: ArrayLike,
    label: str,
    placed: ArrayLike,
    *,
    all_values: ArrayLike,
    row_numbers: ArrayLike | None = None,
    revision: str = "",
) -> Drawing:
    """The points of one feature, with the starting means (M,) or (M, 1) that have been placed so far."""
    at, all_rows = (np.asarray(given, dtype=np.float64).reshape(-1) for given in (values, all_values))
    means = np.asarray(placed, dtype=np.float64).reshape(-1, 1)
    ends = limits(all_rows, means[:, 0].tolist())
    histogram, tallest = _histogram(all_rows)
    on_their_rows = np.column_stack([means, np.zeros(len(means))])
    traces = [
        *histogram,
        point_trace(_scattered(at, 1), [label], row_numbers, yaxis="y2"),
        *placed_traces(on_their_rows, yaxis="y2"),
    ]
    return Drawing(
        figure=figure(traces, _layout(f"{revision} {label}", label, ends, 1.06 * tallest, 1)),
        alt=mean_placement_alt(len(means)),
    )


def _extents(film: Film) -> list[float]:
    """The smallest and largest end of the intervals of all states."""
    radius = mahalanobis_radius(LEVEL, 1)

    def ends(mixture: Mixture) -> FloatArray:
        half_widths = radius * np.sqrt(mixture.covariances[:, 0, 0])
        return np.concatenate([mixture.means[:, 0] - half_widths, mixture.means[:, 0] + half_widths])

    interval_ends = np.concatenate([ends(mixture) for mixture in film.mixtures])
    return [float(interval_ends.min()), float(interval_ends.max())]


def _histogram(values: FloatArray) -> tuple[list[Trace], float]:
    """All rows as bars in the text colour, and the height of the tallest."""
    histogram = bins(values)
    all_rows = Group(np.arange(len(values)), key="all", name="", colour_number=None, marker={"color": INK})
    return bar_traces(histogram, [Stack(all_rows)]), float(histogram.densities(histogram.counts()).max())


def _scattered(at: FloatArray, n_components: int) -> FloatArray:
    """The points (N,) in the lowest row of the strip, slightly moved up or down to cover each other less."""
    golden = (np.arange(len(at)) * 0.6180339887) % 1.0
    return np.column_stack([at, n_components - 0.4 + golden * (POINTS_ROW - 0.4)])


def _layout(revision: str, label: str, ends: tuple[float, float], top: float, n_components: int) -> Layout:
    strip = float(np.clip(0.055 * (n_components + POINTS_ROW), 0.18, 0.5))
    rows: dict[str, Any] = {
        "domain": [0, strip],
        "range": [n_components + POINTS_ROW - 0.6, -0.6],
        "tickmode": "array",
        "tickvals": np.arange(n_components, dtype=np.int8),
        "ticktext": [str(k + 1) for k in range(n_components)],
        "automargin": True,
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
    }
    return layout(
        revision,
        legend=False,
        bargap=0,
        xaxis=axis(label, ends, anchor="y2"),
        yaxis=axis("Density", (0.0, top), domain=[strip + 0.03, 1], rangemode="tozero"),
        yaxis2=rows,
    )
