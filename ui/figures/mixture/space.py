"""Points in three dimensions, with the ellipsoids and the means of a mixture."""

from __future__ import annotations

from collections.abc import Sequence
from html import unescape

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.arrays import FloatArray
from gmm_core.geometry.ellipse import ellipsoid, mahalanobis_radius
from gmm_core.model.mixture import Mixture
from ui.figures.base.axes import compact, hover_format, layout, limits
from ui.figures.base.drawing import Drawing, Layout, Trace, figure
from ui.figures.base.palette import CENTROID_SYMBOL, INK, PAPER, colour, symbol_in_space
from ui.figures.base.points import (
    Colouring,
    PointAttributes,
    coordinate_lines,
    customdata,
    drawn_rows,
    groups,
    hovertemplate,
)
from ui.figures.base.table import component_table
from ui.figures.base.wording import component_name, listed, percent, weights_in_words
from ui.figures.mixture.contours import centroid_hover
from ui.shell.text import plain

MAX_POINTS = 5_000
"""The largest number of points."""
N_RINGS = 16
"""The number of rings of an ellipsoid's mesh."""
BOX_DIAGONAL = 2.2
"""The diagonal of the box of the points. The camera's distance is 2.6, so that the box fills the picture."""
GRID = "#9aa0a6"
"""The colour of the grid, visible on light and dark: WebGL draws a translucent grid as if the background were black."""
AXES = ("x", "y", "z")
"""The names of the three axes."""


def space(
    points: ArrayLike,
    labels: Sequence[str],
    mixture: Mixture,
    responsibilities: ArrayLike,
    *,
    colouring: Colouring = "component",
    true_labels: ArrayLike | None = None,
    levels: Sequence[float] = (0.5, 0.9),
    colour_numbers: Sequence[int] | None = None,
    show_points: bool = True,
    equal_scales: bool = False,
    row_numbers: ArrayLike | None = None,
    revision: str = "",
) -> Drawing:
    """Points in the space of three axes, with ellipsoids; arguments as for `plane`, with points (N, 3) and labels (3,).

    The ellipsoids of a component at all `levels` are one mesh of translucent shells, so that the innermost looks the
    densest. At most `MAX_POINTS` points are drawn.
    """
    rows = np.asarray(points, dtype=np.float64)
    attributes = PointAttributes(
        responsibilities=np.asarray(responsibilities),
        weights=mixture.weights.tolist(),
        colour_numbers=range(mixture.n_components) if colour_numbers is None else colour_numbers,
        true_labels=true_labels,
        row_numbers=row_numbers,
    )
    own_colours = colouring != "true label"
    traces: list[Trace] = []
    if show_points:
        drawn = drawn_rows(len(rows), MAX_POINTS)
        coordinates = coordinate_lines(AXES, labels)
        for group in groups(attributes, colouring, drawn):
            at = rows[group.rows] if len(group.rows) else np.full((1, 3), np.nan)
            traces.append(
                {
                    "type": "scatter3d",
                    "uid": f"points-{group.key}",
                    "name": group.name,
                    "legendgroup": group.key,
                    "showlegend": bool(group.name),
                    "mode": "markers",
                    **{name: compact(values) for name, values in zip(AXES, at.T, strict=True)},
                    "customdata": customdata(attributes, group.rows),
                    "hovertemplate": hovertemplate(attributes, coordinates, group.hover_text),
                    "marker": {
                        "symbol": "circle"
                        if group.colour_number is None
                        else symbol_in_space(group.colour_number),
                        "size": 3.5 if len(drawn) <= 2_000 else 2.5,
                        "line": {"width": 0},
                        **{"opacity": 0.9, **group.marker},
                    },
                }
            )
    in_legend = own_colours and not (show_points and colouring == "component")
    traces += _ellipsoid_traces(mixture, levels, attributes.colour_numbers, own_colours)
    traces += _centroid_traces(mixture, labels, attributes.colour_numbers, own_colours, in_legend)
    note = (
        f"A random sample of {MAX_POINTS:,} of the {len(rows):,} points is drawn; the fit uses all."
        if show_points and len(rows) > MAX_POINTS
        else ""
    )
    named = f"{revision} {' '.join(labels)}"
    return Drawing(
        figure=figure(
            traces, layout(named, scene=_scene(named, labels, rows, mixture, levels, equal_scales))
        ),
        alt=_finding(mixture, levels),
        table=component_table(mixture, labels, responsibilities),
        note=note,
    )


def _scene(
    named: str,
    labels: Sequence[str],
    rows: FloatArray,
    mixture: Mixture,
    levels: Sequence[float],
    equal_scales: bool,
) -> Layout:
    """Three axes that contain the points and, if they are not much wider, the ellipsoids."""
    deviations = np.sqrt(np.diagonal(mixture.covariances, axis1=1, axis2=2))
    wide = mahalanobis_radius(max(levels), 3) * deviations if levels else np.zeros_like(deviations)
    low, high = (mixture.means - wide).min(axis=0), (mixture.means + wide).max(axis=0)
    all_ends = [limits(rows[:, i], [float(low[i]), float(high[i])]) for i in range(3)]
    spans = np.array([end - start for start, end in all_ends]) if equal_scales else np.ones(3)
    ratios = BOX_DIAGONAL * spans / np.linalg.norm(spans)
    axes = {
        f"{name}axis": {
            "title": {"text": axis_title(label)},
            "range": list(ends),
            "nticks": 6,
            "hoverformat": hover_format(ends),
            "gridcolor": GRID,
            "linecolor": GRID,
            "zerolinecolor": GRID,
        }
        for name, label, ends in zip(AXES, labels, all_ends, strict=True)
    }
    return {
        **axes,
        "aspectmode": "manual",
        "aspectratio": dict(zip(AXES, ratios.tolist(), strict=True)),
        "uirevision": named,
        "camera": {"eye": {"x": 1.7, "y": 1.7, "z": 1.0}, "center": {"x": 0, "y": 0, "z": -0.2}},
    }


def axis_title(label: str) -> str:
    """The title of an axis in space, escaped for a canvas: it interprets tags as in the plane, but no entities."""
    return unescape(plain(label, 24)).replace("<", "‹").replace(">", "›")


def _ellipsoid_traces(
    mixture: Mixture, levels: Sequence[float], colour_numbers: Sequence[int], own_colours: bool
) -> list[Trace]:
    if not levels:
        return []
    inmost, *outer = sorted(levels)
    growth = [1.0, *(mahalanobis_radius(level, 3) / mahalanobis_radius(inmost, 3) for level in outer)]
    traces: list[Trace] = []
    for position, (colour_number, mean, covariance) in enumerate(
        zip(colour_numbers, mixture.means, mixture.covariances, strict=True)
    ):
        shell, faces = ellipsoid(mean, covariance, inmost, N_RINGS)
        vertices = np.concatenate([mean + factor * (shell - mean) for factor in growth])
        triangles = np.concatenate([faces + len(shell) * level for level in range(len(growth))]).astype(
            np.int32
        )
        traces.append(
            {
                "type": "mesh3d",
                "uid": f"ellipsoids-{colour_number}",
                "name": f"ellipsoids {position + 1}",
                "legendgroup": f"component-{colour_number}",
                "showlegend": False,
                **{name: compact(values) for name, values in zip(AXES, vertices.T, strict=True)},
                **{name: values for name, values in zip("ijk", triangles.T, strict=True)},
                "color": colour(colour_number) if own_colours else INK,
                "opacity": 0.16 if own_colours else 0.08,
                "hoverinfo": "skip",
                "lighting": {"ambient": 0.75, "diffuse": 0.5, "specular": 0.05, "fresnel": 0.05},
            }
        )
    return traces


def _centroid_traces(
    mixture: Mixture, labels: Sequence[str], colour_numbers: Sequence[int], own_colours: bool, in_legend: bool
) -> list[Trace]:
    lines = [f"mean of {line}" for line in coordinate_lines(AXES, labels)]
    return [
        {
            "type": "scatter3d",
            "uid": f"centroid-{colour_number}",
            "name": component_name(k, float(mixture.weights[k])),
            "legendgroup": f"component-{colour_number}",
            "showlegend": in_legend,
            "mode": "markers",
            **{name: np.array([value]) for name, value in zip(AXES, mixture.means[k].tolist(), strict=True)},
            "marker": {
                "symbol": CENTROID_SYMBOL,
                "size": 7,
                "color": colour(colour_number) if own_colours else PAPER,
                "line": {"color": INK, "width": 1},
            },
            "hovertemplate": centroid_hover(k, float(mixture.weights[k]), lines),
        }
        for k, colour_number in enumerate(colour_numbers)
    ]


def _finding(mixture: Mixture, levels: Sequence[float]) -> str:
    held = listed([percent(level) for level in sorted(levels)])
    return f"{weights_in_words(mixture.weights.tolist())}." + (
        f" An ellipsoid holds {held} of a component." if levels else ""
    )
