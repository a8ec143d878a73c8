"""The log-density of a mixture over the plane as a surface in space."""

from __future__ import annotations

import numpy as np

from ui.figures.base.axes import compact, layout
from ui.figures.base.drawing import Drawing, Trace, figure
from ui.figures.base.palette import ACCENT, INK, SEQUENTIAL, symbol_in_space
from ui.figures.base.points import coordinate_lines, customdata, groups, hovertemplate
from ui.figures.base.table import component_table
from ui.figures.base.wording import number
from ui.figures.density.field import PlaneField
from ui.figures.density.scene import DensityScene
from ui.figures.mixture.space import AXES, GRID, axis_title

LIFT = 0.015
"""The distance of the points above the surface, as a share of its height, so that they are not hidden in it."""


def density_surface(scene: DensityScene) -> Drawing:
    """log p over two axes, cut off far below the peak, with the rows on it."""
    field = PlaneField(scene)
    floor = scene.floor(field.highest)
    lift = LIFT * (field.highest - floor)

    def height(points: np.ndarray) -> np.ndarray:
        if not len(points):
            return np.empty(0)
        return np.asarray(np.maximum(scene.mixture.log_density(points), floor) + lift)

    traces: list[Trace] = [
        {
            "type": "surface",
            "uid": "surface",
            "x": compact(field.x),
            "y": compact(field.y),
            "z": np.maximum(field.log_density, floor).astype(np.float32),
            "colorscale": SEQUENTIAL,
            "showscale": False,
            "hovertemplate": "log-density: %{z:.3~g}<extra></extra>",
            "contours": {"z": {"show": True, "color": GRID, "width": 1, "highlight": False}},
            "lighting": {"ambient": 0.85, "diffuse": 0.4, "specular": 0.02},
        }
    ]
    for group in groups(scene.attributes, "component", scene.drawn):
        at = scene.points[group.rows] if len(group.rows) else np.full((1, 2), np.nan)
        traces.append(
            {
                "type": "scatter3d",
                "uid": f"points-{group.key}",
                "name": group.name,
                "legendgroup": group.key,
                "showlegend": bool(group.name),
                "mode": "markers",
                "x": compact(at[:, 0]),
                "y": compact(at[:, 1]),
                "z": compact(height(at)),
                "customdata": customdata(scene.attributes, group.rows),
                "hovertemplate": hovertemplate(scene.attributes, coordinate_lines("xy", scene.labels)),
                "marker": {
                    "symbol": "circle"
                    if group.colour_number is None
                    else symbol_in_space(group.colour_number),
                    "size": 3,
                    "line": {"width": 0},
                    **group.marker,
                },
            }
        )
    ringed = scene.points[scene.ringed]
    traces.append(
        {
            **scene.rings(AXES, [*ringed.T, height(ringed)]),
            "type": "scatter3d",
            "marker": {"symbol": "circle-open", "size": 7, "color": ACCENT, "line": {"width": 2}},
        }
    )
    traces.append(
        {
            **scene.new_point_trace(AXES, [*scene.added.T, height(scene.added)]),
            "type": "scatter3d",
            "marker": {"symbol": "diamond", "size": 6, "color": INK},
            "textfont": {"color": INK, "size": 14},
        }
    )
    titles = [*scene.labels, "log-density"]
    ends = [*scene.ends, (floor, field.highest + 4 * lift)]
    axes = {
        f"{name}axis": {
            "title": {"text": axis_title(title)},
            "range": list(limits),
            "nticks": 6,
            "gridcolor": GRID,
            "linecolor": GRID,
            "zerolinecolor": GRID,
        }
        for name, title, limits in zip(AXES, titles, ends, strict=True)
    }
    view = f"surface {scene.view}"
    space = {
        **axes,
        "aspectmode": "manual",
        "aspectratio": {"x": 1.4, "y": 1.4, "z": 0.8},
        "uirevision": view,
        "camera": {"eye": {"x": 1.5, "y": -1.6, "z": 1.1}, "center": {"x": 0, "y": 0, "z": -0.15}},
    }
    return Drawing(
        figure=figure(traces, layout(view, scene=space)),
        alt=f"The surface of the log-density is highest at {number(field.highest, 3)}. {scene.finding}",
        table=component_table(scene.mixture, scene.labels, scene.predictions.responsibilities),
        note=scene.note,
    )
