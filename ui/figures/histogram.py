"""Bars whose areas add up to one, parted by group."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.arrays import FloatArray, IntArray
from ui.figures.axes import compact
from ui.figures.drawing import Trace
from ui.figures.points import Colouring, Description, Group, groups

FEWEST_BINS, MOST_BINS = 8, 80


@dataclass(frozen=True, eq=False)
class Bins:
    """Equal bins: `edges` (B + 1,), and the `position` (N,) of each value among them."""

    edges: FloatArray
    position: IntArray

    @property
    def width(self) -> float:
        """The width of one bin, in the unit of the values."""
        return float(self.edges[1] - self.edges[0])

    @property
    def n_bins(self) -> int:
        """B, the number of bins."""
        return len(self.edges) - 1

    def heights(self, weights: ArrayLike | None = None) -> FloatArray:
        """The density of each bin, (B,): Σ_n w_n / (N · width), which integrates to the mean weight."""
        counts = np.bincount(self.position, weights=weights, minlength=self.n_bins)
        return counts / (max(1, len(self.position)) * self.width)


def bins(values: FloatArray) -> Bins:
    """Bins of width 2 · IQR · N^(−1/3), but at least √N (and 8) and at most 80 of them.

    Where there are several clusters, IQR is the distance between them and the rule alone gives too few.

    Source: Freedman and Diaconis, On the histogram as a density estimator (1981).
    """
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    span = high - low
    if span <= 0:
        low, span = low - 0.5 * max(abs(low), 1.0), max(abs(low), 1.0)
    quarter, three_quarters = np.quantile(values, [0.25, 0.75]) if len(values) else (0.0, 0.0)
    width = 2 * (three_quarters - quarter) / np.cbrt(max(1, len(values)))
    wanted = max(span / width if width > 0 else 0.0, np.sqrt(len(values)))
    n_bins = int(np.clip(np.ceil(wanted), FEWEST_BINS, MOST_BINS))
    position = np.clip(((values - low) * (n_bins / span)).astype(np.intp), 0, n_bins - 1)
    return Bins(np.linspace(low, low + span, n_bins + 1), position)


def bar_traces(
    found: Bins, described: Description, colouring: Colouring, *, axes: tuple[str, str] = ("x", "y")
) -> list[Trace]:
    """Stacked bars, one trace per group; by responsibility each point is shared between its components."""
    centres = compact(0.5 * (found.edges[1:] + found.edges[:-1]))
    traces: list[Trace] = []
    for group, weights in _weighted_groups(described, colouring, len(found.position)):
        counts = np.bincount(found.position, weights=weights, minlength=found.n_bins)
        traces.append(
            {
                "type": "bar",
                "uid": f"bars-{axes[0]}-{group.key}",
                "name": group.name,
                "legendgroup": group.key,
                "showlegend": bool(group.name),
                "x": centres,
                "y": compact(found.heights(weights)),
                "width": found.width,
                "xaxis": axes[0],
                "yaxis": axes[1],
                "customdata": compact(np.column_stack([found.edges[:-1], found.edges[1:], counts])),
                "marker": {
                    "color": group.marker["color"],
                    "opacity": 0.2 if group.slot is None else 0.45,
                    "line": {"width": 0},
                },
                "hovertemplate": (
                    "%{customdata[0]:.6~g} to %{customdata[1]:.6~g}: %{customdata[2]:.4~g} points"
                    + (f"<br>{group.name}" if group.name else "")
                    + "<extra></extra>"
                ),
            }
        )
    return traces


def _weighted_groups(
    described: Description, colouring: Colouring, n_points: int
) -> Iterator[tuple[Group, FloatArray]]:
    everyone = np.arange(n_points)
    if colouring == "responsibility":
        columns = np.asarray(described.responsibilities, dtype=np.float64).T
        yield from zip(groups(described, "component", everyone), columns, strict=True)
        return
    for group in groups(described, colouring, everyone):
        weights = np.zeros(n_points)
        weights[group.rows] = 1.0
        yield group, weights
