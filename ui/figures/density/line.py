"""The density of a mixture of one feature: its logarithm, its highest-density regions, or the uncertainty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from gmm_core.arrays import FloatArray
from ui.figures.base.axes import axis, compact, layout
from ui.figures.base.curves import curve_traces
from ui.figures.base.drawing import Drawing, Trace, figure
from ui.figures.base.histogram import bar_traces, bins, stacks
from ui.figures.base.palette import ACCENT, INK, colour
from ui.figures.base.rug import rug_note, rug_traces
from ui.figures.base.table import component_table
from ui.figures.base.wording import component_name, listed, number
from ui.figures.density.field import LineField
from ui.figures.density.plane import uncertainty_finding
from ui.figures.density.scene import DensityScene

TALLEST_PEAK = 2.5
"""The largest height of the axis, as a multiple of the histogram's; higher peaks are cut."""


def log_density_line(scene: DensityScene) -> Drawing:
    """log p and the logarithms of the components' weighted densities, in nats."""
    field = LineField(scene)
    highest = float(field.log_density.max())
    floor = scene.floor(highest)
    joint = np.where(field.log_joint >= floor, field.log_joint, np.nan)
    traces = [
        _curve(
            f"density-{colour_number}",
            component_name(position, float(scene.mixture.weights[position])),
            field.x,
            joint[:, position],
            {"color": colour(colour_number), "width": 2},
            legendgroup=f"component-{colour_number}",
            hovertemplate=f"component {position + 1}: %{{y:.3~g}}<extra></extra>",
        )
        for position, colour_number in enumerate(scene.colour_numbers)
    ]
    traces.append(
        _curve(
            "density-mixture",
            "mixture",
            field.x,
            np.where(field.log_density >= floor, field.log_density, np.nan),
            {"color": INK, "width": 2.5},
            hovertemplate="log-density: %{y:.3~g}<extra></extra>",
        )
    )
    if scene.threshold is not None:
        ends = np.array(scene.ends[0])
        traces.append(
            _curve("threshold", "threshold", ends, np.full(2, scene.threshold), {"color": ACCENT, "width": 2})
        )
    room = 0.05 * (highest - floor)
    up = axis("Log-density", (floor, highest + room))
    alt = f"The log-density of {scene.labels[0]} reaches {number(highest, 3)}. {scene.finding}"
    return _drawing(scene, traces, up, alt, scene.mixture.log_density)


def regions_line(scene: DensityScene) -> Drawing:
    """The histogram with the density, and below it the intervals of each highest-density region."""
    field, regions = LineField(scene), scene.regions
    histogram = bins(scene.points[:, 0])
    densities = np.exp(field.log_joint).T
    peak, tallest = (
        float(np.exp(field.log_density.max())),
        float(histogram.densities(histogram.counts()).max()),
    )
    traces = bar_traces(histogram, stacks(scene.attributes, "component", len(scene.points)))
    traces += curve_traces(field.x, densities, scene.attributes.weights, scene.colour_numbers)
    intervals = [field.intervals(level) for level in regions.log_levels.tolist()]
    for row, (probability, pieces) in enumerate(zip(regions.probabilities, intervals, strict=True)):
        traces.append(_interval_trace(row, probability, pieces))
    inside = regions.shares_inside(scene.mixture.log_density(scene.points))
    shares = listed(
        [
            f"{100 * probability:g} % in {listed([f'{number(low, 3)} to {number(high, 3)}' for low, high in pieces])}"
            for probability, pieces in zip(regions.probabilities, intervals, strict=True)
        ]
    )
    table = pd.DataFrame(
        [
            {"probability": probability, "from": low, "to": high, "share of rows inside": share}
            for probability, pieces, share in zip(
                regions.probabilities, intervals, inside.tolist(), strict=True
            )
            for low, high in pieces.tolist()
        ],
        columns=["probability", "from", "to", "share of rows inside"],
    )
    top = 1.06 * max(tallest, min(peak, TALLEST_PEAK * tallest))
    return _drawing(
        scene,
        traces,
        axis("Density", (0.0, top), rangemode="tozero"),
        f"The mixture holds {shares}. {scene.finding}" if shares else scene.finding,
        lambda points: np.exp(scene.mixture.log_density(points)),
        rows=[f"{100 * probability:g} %" for probability in regions.probabilities],
        table=table,
    )


def uncertainty_line(scene: DensityScene) -> Drawing:
    """1 − the largest responsibility, and the responsibilities of all components."""
    field = LineField(scene)
    shares = np.exp(field.log_joint - field.log_density[:, None])
    traces = [
        _curve(
            f"responsibility-{colour_number}",
            component_name(position, float(scene.mixture.weights[position])),
            field.x,
            shares[:, position],
            {"color": colour(colour_number), "width": 2},
            legendgroup=f"component-{colour_number}",
            hovertemplate=f"responsibility of component {position + 1}: %{{y:.3~f}}<extra></extra>",
        )
        for position, colour_number in enumerate(scene.colour_numbers)
    ]
    traces.append(
        _curve(
            "uncertainty",
            "uncertainty",
            field.x,
            1.0 - shares.max(axis=1),
            {"color": INK, "width": 2.5},
            fill="tozeroy",
            fillcolor="rgba(128,128,128,0.25)",
            hovertemplate="uncertainty: %{y:.3~f}<extra></extra>",
        )
    )
    up = axis("Responsibility and uncertainty", (0.0, 1.05), rangemode="tozero")
    return _drawing(
        scene,
        traces,
        up,
        uncertainty_finding(scene),
        lambda points: 1.0 - scene.mixture.responsibilities(points).max(axis=1),
    )


LINES: dict[str, Callable[[DensityScene], Drawing]] = {
    "log-density": log_density_line,
    "regions": regions_line,
    "uncertainty": uncertainty_line,
}


def _drawing(
    scene: DensityScene,
    traces: list[Trace],
    up: dict[str, Any],
    alt: str,
    height: Callable[[FloatArray], FloatArray],
    rows: Sequence[str] = (),
    table: pd.DataFrame | None = None,
) -> Drawing:
    """Curves above, and the new points on them; below, a strip with named `rows` and the points as ticks."""
    at, label, n_rows = scene.points[:, 0], scene.labels[0], len(rows)
    traces = traces + rug_traces(at, label, scene.attributes, "component", n_rows)
    ringed = at[scene.ringed]
    on_the_rug = [ringed, np.full(len(ringed), float(n_rows))]
    traces.append(scene.rings("xy", on_the_rug, yaxis="y2"))
    added = scene.added
    heights = height(added) if len(added) else np.empty(0)
    # A point far out has no height on the axis: it is shown at its lowest place.
    lowest = up["autorangeoptions"]["minallowed"]
    traces.append(scene.new_point_trace("xy", [added[:, 0], np.maximum(heights, lowest)]))
    strip = float(np.clip(0.06 * (n_rows + 1), 0.12, 0.4))
    return Drawing(
        figure=figure(
            traces,
            layout(
                scene.view,
                barmode="stack",
                bargap=0,
                xaxis=axis(label, scene.ends[0], anchor="y2"),
                yaxis={**up, "domain": [strip + 0.03, 1]},
                yaxis2={
                    "domain": [0, strip],
                    "range": [n_rows + 0.6, -0.6],
                    "tickmode": "array",
                    "tickvals": np.arange(n_rows, dtype=np.int8),
                    "ticktext": list(rows),
                    "automargin": True,
                    "fixedrange": True,
                    "showgrid": False,
                    "zeroline": False,
                },
            ),
        ),
        alt=alt,
        table=component_table(scene.mixture, scene.labels, scene.predictions.responsibilities)
        if table is None
        else table,
        note=rug_note(len(at)),
    )


def _curve(uid: str, name: str, x: FloatArray, y: FloatArray, line: dict[str, Any], **more: Any) -> Trace:
    return {
        "type": "scatter",
        "uid": uid,
        "name": name,
        "mode": "lines",
        "showlegend": True,
        "x": compact(x),
        "y": np.asarray(y, dtype=np.float32),
        "line": line,
        "hoverinfo": "skip",
        **({"hoverinfo": "all"} if "hovertemplate" in more else {}),
        **more,
    }


def _interval_trace(row: int, probability: float, pieces: FloatArray) -> Trace:
    ends = np.column_stack([pieces, np.full(len(pieces), np.nan)]).ravel()
    return {
        "type": "scatter",
        "uid": f"region-{row}",
        "name": f"holds {100 * probability:g} %",
        "showlegend": False,
        "mode": "lines",
        "yaxis": "y2",
        "x": compact(ends),
        "y": np.full(len(ends), row, dtype=np.int8),
        "line": {"color": INK, "width": 6},
        "hovertemplate": f"{100 * probability:g} % region: %{{x}}<extra></extra>",
    }
