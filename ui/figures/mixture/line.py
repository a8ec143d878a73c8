"""One feature: its histogram, the densities of a mixture, and the interval of each component."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.arrays import FloatArray
from gmm_core.geometry.ellipse import mahalanobis_radius
from gmm_core.model.mixture import Mixture
from ui.figures.base.axes import axis, compact, layout, limits
from ui.figures.base.curves import curve_traces, grid, weighted_densities
from ui.figures.base.drawing import Drawing, Trace, figure
from ui.figures.base.histogram import bar_traces, bins, stacks
from ui.figures.base.palette import CENTROID_SYMBOL, INK, PAPER, colour, translucent
from ui.figures.base.points import Colouring, PointAttributes
from ui.figures.base.rug import rug_note, rug_traces
from ui.figures.base.table import component_table
from ui.figures.base.wording import component_name, listed, number, percent, weights_in_words
from ui.figures.mixture.contours import centroid_hover
from ui.shell.text import plain

TALLEST_PEAK = 2.5
"""The largest height of the axis, as a multiple of the histogram's; higher peaks are cut."""


def line(
    values: ArrayLike,
    label: str,
    mixture: Mixture,
    responsibilities: ArrayLike,
    *,
    colouring: Colouring = "none",
    true_labels: ArrayLike | None = None,
    levels: Sequence[float] = (0.5, 0.9, 0.95),
    colour_numbers: Sequence[int] | None = None,
    show_points: bool = True,
    row_numbers: ArrayLike | None = None,
    revision: str = "",
) -> Drawing:
    """The axis of one feature: densities above; below, a row of points and an interval for each component.

    Parameters
    ----------
    values : (N,) or (N, 1)
        The feature (`Projection.points`).
    label : str
        The name of the feature with its unit, unescaped.
    mixture : Mixture
        The mixture on that axis, D = 1 (`Projection.mixture`).
    responsibilities : (N, K)
        The responsibilities under the whole mixture.
    colouring, true_labels, colour_numbers, row_numbers, revision
        As for `plane`; the colouring divides the bars, by responsibility into shares.
    levels : sequence of float
        The shares of a component that its intervals μ ± σ √χ²₁⁻¹(level) contain.
    show_points : bool
        True to draw the points, as ticks (a sample of at most 1,000) and as a histogram.
    """
    at = np.asarray(values, dtype=np.float64).reshape(-1)
    attributes = PointAttributes(
        responsibilities=np.asarray(responsibilities),
        weights=mixture.weights.tolist(),
        colour_numbers=range(mixture.n_components) if colour_numbers is None else colour_numbers,
        true_labels=true_labels,
        row_numbers=row_numbers,
    )
    intervals = _intervals(mixture, levels)
    ends = limits(at, [float(intervals.min()), float(intervals.max())] if intervals.size else ())
    positions = grid(mixture, ends)
    densities = weighted_densities(mixture, positions)
    histogram = bins(at)
    in_ink = colouring == "true label"
    by_bars = show_points and colouring in ("component", "responsibility", "true label")
    traces = bar_traces(histogram, stacks(attributes, colouring, len(at))) if show_points else []
    traces += curve_traces(
        positions,
        densities,
        attributes.weights,
        attributes.colour_numbers,
        in_legend=not by_bars,
        in_ink=in_ink,
    )
    n_rows = mixture.n_components
    if show_points:
        traces += rug_traces(at, label, attributes, colouring, n_rows)
    traces += _interval_traces(mixture, intervals, label, attributes.colour_numbers, in_ink=in_ink)
    top = _top(
        float(histogram.densities(histogram.counts()).max()) if show_points else 0.0,
        float(densities.sum(axis=0).max()),
    )
    strip = float(np.clip(0.06 * (n_rows + 1), 0.16, 0.4))
    return Drawing(
        figure=figure(
            traces,
            layout(
                f"{revision} {label}",
                barmode="stack",
                bargap=0,
                xaxis=axis(label, ends, anchor="y2"),
                yaxis=axis("Density", (0.0, top), domain=[strip + 0.03, 1], rangemode="tozero"),
                yaxis2=_strip_axis(n_rows, strip, show_points),
            ),
        ),
        alt=_finding(mixture, label, levels),
        table=component_table(mixture, [label], responsibilities).assign(**_columns(levels, intervals)),
        note=rug_note(len(at)) if show_points else "",
    )


def _intervals(mixture: Mixture, levels: Sequence[float]) -> FloatArray:
    """The ends of each component's interval at each level, from the innermost outwards, shape (K, levels, 2)."""
    radii = np.array([mahalanobis_radius(level, 1) for level in sorted(levels)])
    half_widths = np.sqrt(mixture.covariances[:, 0, 0])[:, None] * radii
    return mixture.means[:, :1, None] + np.stack([-half_widths, half_widths], axis=-1)


def _interval_traces(
    mixture: Mixture, intervals: FloatArray, label: str, colour_numbers: Sequence[int], *, in_ink: bool
) -> list[Trace]:
    """For each component a row of nested boxes, the innermost the tallest, with its mean as a cross."""
    traces: list[Trace] = []
    heights = np.linspace(0.36, 0.14, max(1, intervals.shape[1]))
    for k, colour_number in enumerate(colour_numbers):
        shared: Trace = {
            "type": "scatter",
            "legendgroup": f"component-{colour_number}",
            "showlegend": False,
            "yaxis": "y2",
        }
        boxes = [
            [[low, k - h], [high, k - h], [high, k + h], [low, k + h], [low, k - h], [np.nan, np.nan]]
            for (low, high), h in zip(intervals[k], heights, strict=False)
        ]
        path = np.array([corner for box in boxes for corner in box][:-1]).reshape(-1, 2)
        if len(path):
            traces.append(
                {
                    **shared,
                    "uid": f"intervals-{colour_number}",
                    "name": f"intervals {k + 1}",
                    "mode": "lines",
                    "x": compact(path[:, 0]),
                    "y": path[:, 1].astype(np.float32),
                    "line": {"color": INK if in_ink else colour(colour_number), "width": 1.5},
                    "fill": "toself",
                    "fillcolor": "rgba(0,0,0,0)" if in_ink else translucent(colour(colour_number), 0.3),
                    "hoverinfo": "skip",
                }
            )
        traces.append(
            {
                **shared,
                "uid": f"centroid-{colour_number}",
                "name": component_name(k, float(mixture.weights[k])),
                "mode": "markers",
                "x": mixture.means[k],
                "y": np.array([k], dtype=np.int8),
                "marker": {
                    "symbol": CENTROID_SYMBOL,
                    "size": 11,
                    "color": PAPER if in_ink else colour(colour_number),
                    "line": {"color": INK, "width": 1.5},
                },
                "hovertemplate": centroid_hover(
                    k, float(mixture.weights[k]), [f"mean of {plain(label)}: %{{x}}"]
                ),
            }
        )
    return traces


def _strip_axis(n_components: int, height: float, with_points: bool) -> dict[str, Any]:
    return {
        "domain": [0, height],
        "range": [n_components - (-0.6 if with_points else 0.4), -0.6],
        "tickmode": "array",
        "tickvals": np.arange(n_components, dtype=np.int8),
        "ticktext": [str(k + 1) for k in range(n_components)],
        "automargin": True,
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
    }


def _top(histogram: float, peak: float) -> float:
    """The end of the density axis: it shows all bars, and of the mixture's peak as much as keeps the bars readable."""
    return 1.06 * (max(histogram, min(peak, TALLEST_PEAK * histogram)) or peak or 1.0)


def _finding(mixture: Mixture, label: str, levels: Sequence[float]) -> str:
    means = listed([number(float(mean)) for mean in np.sort(mixture.means[:, 0])])
    held = listed([percent(level) for level in sorted(levels)])
    sentences = [f"{weights_in_words(mixture.weights.tolist())}.", f"The means of {label} are at {means}."]
    return " ".join(sentences + ([f"An interval holds {held} of a component."] if levels else []))


def _columns(levels: Sequence[float], intervals: FloatArray) -> dict[str, FloatArray]:
    return {
        f"{percent(level)} {name}": intervals[:, position, end]
        for position, level in enumerate(sorted(levels))
        for end, name in enumerate(("from", "to"))
    }
