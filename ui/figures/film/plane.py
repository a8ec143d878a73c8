"""EM in the plane, half-step by half-step: points, ellipses and means, with the paths of both."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.arrays import FloatArray
from gmm_core.geometry.ellipse import ellipse, mahalanobis_radius
from gmm_core.studies.em_film import Film
from ui.figures.base.axes import limits
from ui.figures.base.drawing import Drawing, Trace, figure
from ui.figures.base.palette import PAPER, colour, translucent
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
from ui.figures.mixture.plane import plane_layout


def film_plane(
    points: ArrayLike,
    labels: Sequence[str],
    film: Film,
    *,
    colour_numbers: Sequence[int],
    row_numbers: ArrayLike | None = None,
    revision: str = "",
) -> Drawing:
    """The first frame of the film in the plane of two axes, which contain all of its frames.

    Parameters
    ----------
    points : (N, 2)
        The rows that are drawn, in the view.
    labels : (2,)
        The names of the axes, unescaped.
    film : Film
        The film, whose mixtures are in the same view.
    colour_numbers, row_numbers, revision
        As for `plane`.
    """
    at = np.asarray(points, dtype=np.float64)
    ends = tuple(limits(values, far) for values, far in zip(at.T, _extents(film), strict=True))
    start = film.mixtures[0]
    rings = [
        ellipse(mean, covariance, LEVEL)
        for mean, covariance in zip(start.means, start.covariances, strict=True)
    ]
    layers: dict[str, list[Trace]] = {
        name: [] for name in ("ghosts", "halos", "ellipses", "trails", "centroids")
    }
    for position, (colour_number, ring, mean) in enumerate(
        zip(colour_numbers, rings, start.means, strict=True)
    ):
        line = component_line(colour_number, 3)
        tint = {"fill": "toself", "fillcolor": translucent(colour(colour_number), 0.07)}
        layers["ghosts"].append(
            moving_line(
                f"ghost-{colour_number}", ring, component_line(colour_number, 1.2), opacity=GHOST_OPACITY
            )
        )
        layers["halos"].append(
            moving_line(f"halo-{colour_number}", ring, {"color": PAPER, "width": 5}, opacity=0.6)
        )
        layers["ellipses"].append(moving_line(f"ellipse-{colour_number}", ring, line, **tint))
        layers["trails"].append(
            moving_line(f"trail-{colour_number}", [mean, mean], component_line(colour_number, 2.5))
        )
        layers["centroids"].append(
            moving_marker(
                f"centroid-{colour_number}", mean, centroid_marker(colour_number), text=f"{position + 1}"
            )
        )
    traces = [
        point_trace(at, labels, row_numbers),
        *chain.from_iterable(layers.values()),
        moving_marker("picked", at[0], picked_marker()),
    ]
    return Drawing(
        figure=figure(traces, plane_layout(revision, labels, (ends[0], ends[1]), equal_scales=False)),
        alt=plot_of_film(film),
    )


def mean_placement_plane(
    points: ArrayLike,
    labels: Sequence[str],
    placed: ArrayLike,
    *,
    row_numbers: ArrayLike | None = None,
    revision: str = "",
) -> Drawing:
    """The points, with the starting means (M, 2) that have been placed so far."""
    at = np.asarray(points, dtype=np.float64)
    means = np.asarray(placed, dtype=np.float64).reshape(-1, 2)
    x_ends, y_ends = (
        limits(values, far.tolist() if len(far) else ()) for values, far in zip(at.T, means.T, strict=True)
    )
    traces = [point_trace(at, labels, row_numbers), *placed_traces(means)]
    return Drawing(
        figure=figure(traces, plane_layout(revision, labels, (x_ends, y_ends), equal_scales=False)),
        alt=mean_placement_alt(len(means)),
    )


def placed_traces(means: FloatArray, *, yaxis: str = "y") -> list[Trace]:
    """Crosses at the means (M, 2) that were placed, in the order of their placing."""
    return [
        {
            "type": "scatter",
            "uid": f"centroid-{colour_number}",
            "mode": "markers+text",
            "showlegend": False,
            "hoverinfo": "skip",
            "x": np.array([x]),
            "y": np.array([y]),
            "yaxis": yaxis,
            "text": [f"{colour_number + 1}"],
            "textposition": "middle right",
            "marker": centroid_marker(colour_number),
        }
        for colour_number, (x, y) in enumerate(means.tolist())
    ]


def mean_placement_alt(n_placed: int) -> str:
    """A sentence with the number of starting means that have been placed."""
    return f"The points, and {n_placed} starting mean{'' if n_placed == 1 else 's'} placed by hand."


def _extents(film: Film) -> list[tuple[float, float]]:
    """The extent of the ellipses of all states along each axis: μ ± √(χ²₂⁻¹(level) Σ_dd)."""
    means = np.concatenate([mixture.means for mixture in film.mixtures])
    variances = np.concatenate([np.diagonal(m.covariances, axis1=1, axis2=2) for m in film.mixtures])
    half_widths = mahalanobis_radius(LEVEL, 2) * np.sqrt(variances)
    low, high = (means - half_widths).min(axis=0), (means + half_widths).max(axis=0)
    return list(zip(low.tolist(), high.tolist(), strict=True))
