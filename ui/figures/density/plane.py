"""The density of a mixture in the plane: its logarithm, its highest-density regions, or the uncertainty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from gmm_core.arrays import FloatArray
from ui.figures.base.axes import axis, compact, layout
from ui.figures.base.borders import border_lines
from ui.figures.base.drawing import Drawing, Trace, figure
from ui.figures.base.palette import ACCENT, INK
from ui.figures.base.table import component_table
from ui.figures.base.wording import listed, number, percent
from ui.figures.density.field import PlaneField
from ui.figures.density.scene import DensityScene
from ui.figures.mixture.contours import centroid_traces
from ui.figures.mixture.plane import point_traces

MAX_CONTOURS = 12
"""About how many contours of the log-density there are."""


def log_density_plane(scene: DensityScene) -> Drawing:
    """log p as filled contours with their values, in nats."""
    field = PlaneField(scene)
    floor = scene.floor(field.highest)
    size = _round_step((field.highest - floor) / MAX_CONTOURS)
    start = float(np.ceil(floor / size) * size)
    area = field.area(
        "contour",
        np.maximum(field.log_density, floor),
        contours={
            "start": start,
            "end": float(np.floor(field.highest / size) * size),
            "size": size,
            "coloring": "fill",
            "showlabels": True,
            "labelfont": {"color": INK, "size": 11},
        },
        line={"width": 0.5, "color": INK},
        hovertemplate="log-density: %{z:.3~g}<extra></extra>",
    )
    alt = (
        f"The log-density reaches {number(field.highest, 3)}; a contour every {size:g} nats. {scene.finding}"
    )
    return _drawing(field, [area], alt)


def regions_plane(scene: DensityScene) -> Drawing:
    """The highest-density regions as nested areas, the smallest of which is the darkest."""
    field, regions = PlaneField(scene), scene.regions
    n_levels = len(regions.probabilities)
    paths = [field.level_line(level) for level in regions.log_levels.tolist()]
    names = [_level(probability) for probability in regions.probabilities]
    lines = [
        {
            **_line(
                f"region-{position}", f"holds {name}", path, {"color": INK, "width": 2.5 - 0.5 * position}
            ),
            "showlegend": False,
        }
        for position, (name, path) in enumerate(zip(names, paths, strict=True))
    ]
    if any(len(path) for path in paths):
        lines.append(_names_of_regions(paths, names))
    areas = []
    if n_levels:
        # Each level becomes a whole number, 1 that of the largest region, so that areas are even steps of shade.
        levels = regions.log_levels[::-1]
        below, above = levels[0] - max(1.0, float(np.ptp(levels))), max(field.highest, levels[-1] + 1e-9)
        codes = np.interp(field.log_density, [below, *levels, above], np.arange(n_levels + 2))
        areas.append(
            field.area(
                "contour",
                codes,
                contours={"start": 1, "end": n_levels, "size": 1, "coloring": "fill"},
                line={"width": 0, "color": INK},
                hoverinfo="skip",
            )
        )
    inside = regions.shares_inside(scene.mixture.log_density(scene.points))
    shares = listed(
        [
            f"{percent(float(share))} in that of {_level(probability)}"
            for probability, share in zip(regions.probabilities, inside, strict=True)
        ]
    )
    alt = f"Of the rows lie {shares}. {scene.finding}" if n_levels else scene.finding
    table = pd.DataFrame(
        {
            "probability": regions.probabilities,
            "log-density at its border": regions.log_levels,
            "share of rows inside": inside,
        }
    )
    return _drawing(field, [*areas, *lines], alt, table)


def uncertainty_plane(scene: DensityScene) -> Drawing:
    """1 − the largest responsibility, with lines where the component of largest responsibility changes."""
    field = PlaneField(scene)
    most = 1.0 - 1.0 / max(2, scene.mixture.n_components)
    area = field.area(
        "heatmap",
        field.uncertainty,
        zmin=0.0,
        zmax=most,
        zsmooth="best",
        hovertemplate="uncertainty: %{z:.3~f}<extra></extra>",
    )
    border = _line(
        "border", "border", border_lines(field.log_joint, field.x, field.y), {"color": INK, "width": 1}
    )
    return _drawing(field, [area, {**border, "showlegend": False}], uncertainty_finding(scene))


PLANES: dict[str, Callable[[DensityScene], Drawing]] = {
    "log-density": log_density_plane,
    "regions": regions_plane,
    "uncertainty": uncertainty_plane,
}


def uncertainty_finding(scene: DensityScene) -> str:
    """A sentence on the share of rows whose component is uncertain."""
    if scene.mixture.n_components == 1:
        return f"With one component no row is undecided. {scene.finding}"
    undecided = float(np.mean(scene.predictions.uncertainty > 0.2))
    return (
        f"{percent(undecided)} of the rows have an uncertainty above 0.2; the largest is "
        f"{scene.predictions.uncertainty.max():.2g}. {scene.finding}"
    )


def _drawing(field: PlaneField, lowest: list[Trace], alt: str, table: pd.DataFrame | None = None) -> Drawing:
    """The areas, and on them points, threshold, means, rings and new points."""
    scene = field.scene
    traces = [
        *lowest,
        *point_traces(scene.points, scene.labels, scene.attributes, "component", scene.drawn),
        *centroid_traces(scene.mixture, scene.labels, scene.colour_numbers),
    ]
    if scene.threshold is not None:
        traces.append(
            _line("threshold", "threshold", field.level_line(scene.threshold), {"color": ACCENT, "width": 2})
        )
    traces.append(scene.rings("xy", list(scene.points[scene.ringed].T)))
    traces.append(scene.new_point_trace("xy", list(scene.added.T)))
    return Drawing(
        figure=figure(
            traces,
            layout(
                scene.view,
                xaxis=axis(scene.labels[0], scene.ends[0]),
                yaxis=axis(scene.labels[1], scene.ends[1]),
            ),
        ),
        alt=alt,
        table=component_table(scene.mixture, scene.labels, scene.predictions.responsibilities)
        if table is None
        else table,
        note=scene.note,
    )


def _line(uid: str, name: str, path: FloatArray, line: dict[str, Any]) -> Trace:
    at = path if len(path) else np.full((1, 2), np.nan)
    return {
        "type": "scatter",
        "uid": uid,
        "name": name,
        "mode": "lines",
        "showlegend": True,
        "x": compact(at[:, 0]),
        "y": compact(at[:, 1]),
        "line": line,
        "hoverinfo": "skip",
    }


def _names_of_regions(paths: Sequence[FloatArray], names: Sequence[str]) -> Trace:
    """The probability of each region, written at the highest place of its border."""
    named = [
        (name, path[np.nanargmax(path[:, 1])]) for name, path in zip(names, paths, strict=True) if len(path)
    ]
    at = np.stack([place for _, place in named])
    return {
        "type": "scatter",
        "uid": "names-of-regions",
        "name": "probability inside",
        "mode": "text",
        "showlegend": False,
        "x": compact(at[:, 0]),
        "y": compact(at[:, 1]),
        "text": [name for name, _ in named],
        "textposition": "top center",
        "textfont": {"color": INK, "size": 12},
        "hoverinfo": "skip",
    }


def _level(probability: float) -> str:
    return f"{100 * probability:g} %"


def _round_step(step: float) -> float:
    """The smallest number 1, 2 or 5 times a power of ten that is not below the step."""
    power = 10.0 ** np.floor(np.log10(step))
    return float(next(factor * power for factor in (1, 2, 5, 10) if factor * power >= step * (1 - 1e-9)))
