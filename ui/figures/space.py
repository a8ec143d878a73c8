"""Points in three dimensions, with the ellipsoids and the centroids of a mixture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.ellipse import ellipsoid, mahalanobis_radius
from gmm_core.mixture import Mixture
from ui.figures.axes import compact, layout
from ui.figures.contours import centroid_hover
from ui.figures.drawing import Drawing, Trace, figure
from ui.figures.palette import CENTROID_SYMBOL, INK, PAPER, colour, symbol_in_space
from ui.figures.points import (
    Colouring,
    Description,
    coordinate_lines,
    customdata,
    drawn_rows,
    groups,
    hovertemplate,
)
from ui.figures.table import component_table
from ui.figures.wording import component_name, listed, percent, shares
from ui.text import plain

MOST_POINTS = 5_000
N_RINGS = 12
AXES = ("x", "y", "z")


def space(
    points: ArrayLike,
    labels: Sequence[str],
    mixture: Mixture,
    responsibilities: ArrayLike,
    *,
    colouring: Colouring = "component",
    true_labels: ArrayLike | None = None,
    levels: Sequence[float] = (0.5, 0.9),
    slots: Sequence[int] | None = None,
    show_points: bool = True,
    equal_scales: bool = False,
    row_numbers: ArrayLike | None = None,
    revision: str = "",
) -> Drawing:
    """The space of three axes; arguments as for `plane`, with points (N, 3), labels (3,) and D = 3.

    Each component's ellipsoids at all `levels` are one mesh of shells, so that the inmost is the densest. At most
    5,000 points are drawn.
    """
    rows = np.asarray(points, dtype=np.float64)
    described = Description(
        responsibilities=np.asarray(responsibilities),
        weights=mixture.weights.tolist(),
        slots=range(mixture.n_components) if slots is None else slots,
        true_labels=true_labels,
        row_numbers=row_numbers,
    )
    own_colours = colouring != "true label"
    traces: list[Trace] = []
    if show_points:
        drawn = drawn_rows(len(rows), MOST_POINTS)
        coordinates = coordinate_lines(AXES, labels)
        for group in groups(described, colouring, drawn):
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
                    "customdata": customdata(described, group.rows),
                    "hovertemplate": hovertemplate(described, coordinates, group.told),
                    "marker": {
                        "symbol": "circle" if group.slot is None else symbol_in_space(group.slot),
                        "size": 3.5 if len(drawn) <= 2_000 else 2.5,
                        "line": {"width": 0},
                        **{"opacity": 0.9, **group.marker},
                    },
                }
            )
    in_legend = own_colours and not (show_points and colouring == "component")
    traces += _ellipsoid_traces(mixture, levels, described.slots, own_colours)
    traces += _centroid_traces(mixture, labels, described.slots, own_colours, in_legend)
    note = (
        f"A random sample of {MOST_POINTS:,} of the {len(rows):,} points is drawn; the fit uses all."
        if show_points and len(rows) > MOST_POINTS
        else ""
    )
    scene = {
        f"{name}axis": {"title": {"text": plain(label, 24)}} for name, label in zip(AXES, labels, strict=True)
    }
    named = f"{revision} {' '.join(labels)}"
    return Drawing(
        figure=figure(
            traces,
            layout(
                named,
                scene={
                    **scene,
                    "aspectmode": "data" if equal_scales else "cube",
                    "uirevision": named,
                    "camera": {"eye": {"x": 1.35, "y": 1.35, "z": 0.85}},
                },
            ),
        ),
        alt=_finding(mixture, levels),
        table=component_table(mixture, labels, responsibilities),
        note=note,
    )


def _ellipsoid_traces(
    mixture: Mixture, levels: Sequence[float], slots: Sequence[int], own_colours: bool
) -> list[Trace]:
    if not levels:
        return []
    inmost, *outer = sorted(levels)
    growth = [1.0, *(mahalanobis_radius(level, 3) / mahalanobis_radius(inmost, 3) for level in outer)]
    traces: list[Trace] = []
    for position, (slot, mean, covariance) in enumerate(
        zip(slots, mixture.means, mixture.covariances, strict=True)
    ):
        shell, faces = ellipsoid(mean, covariance, inmost, N_RINGS)
        vertices = np.concatenate([mean + factor * (shell - mean) for factor in growth])
        triangles = np.concatenate([faces + len(shell) * level for level in range(len(growth))]).astype(
            np.int32
        )
        traces.append(
            {
                "type": "mesh3d",
                "uid": f"ellipsoids-{slot}",
                "name": f"ellipsoids {position + 1}",
                "legendgroup": f"component-{slot}",
                "showlegend": False,
                **{name: compact(values) for name, values in zip(AXES, vertices.T, strict=True)},
                **{name: values for name, values in zip("ijk", triangles.T, strict=True)},
                "color": colour(slot) if own_colours else INK,
                "opacity": 0.16,
                "hoverinfo": "skip",
                "lighting": {"ambient": 0.75, "diffuse": 0.5, "specular": 0.05, "fresnel": 0.05},
            }
        )
    return traces


def _centroid_traces(
    mixture: Mixture, labels: Sequence[str], slots: Sequence[int], own_colours: bool, in_legend: bool
) -> list[Trace]:
    lines = [f"mean of {line}" for line in coordinate_lines(AXES, labels)]
    return [
        {
            "type": "scatter3d",
            "uid": f"centroid-{slot}",
            "name": component_name(k, float(mixture.weights[k])),
            "legendgroup": f"component-{slot}",
            "showlegend": in_legend,
            "mode": "markers",
            **{name: np.array([value]) for name, value in zip(AXES, mixture.means[k].tolist(), strict=True)},
            "marker": {
                "symbol": CENTROID_SYMBOL,
                "size": 5,
                "color": colour(slot) if own_colours else PAPER,
                "line": {"color": INK, "width": 1},
            },
            "hovertemplate": centroid_hover(k, float(mixture.weights[k]), lines),
        }
        for k, slot in enumerate(slots)
    ]


def _finding(mixture: Mixture, levels: Sequence[float]) -> str:
    held = listed([percent(level) for level in sorted(levels)])
    return f"{shares(mixture.weights.tolist())}." + (
        f" An ellipsoid holds {held} of a component." if levels else ""
    )
