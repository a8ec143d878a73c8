"""Histograms of area 1, stacked by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gmm_core.arrays import FloatArray, IntArray
from ui.figures.base.axes import compact, hover_format
from ui.figures.base.drawing import Trace
from ui.figures.base.points import Colouring, Group, PointAttributes, groups

FEWEST_BINS, MAX_BINS = 8, 80
"""The smallest and the largest number of bins."""


@dataclass(frozen=True, eq=False)
class Stack:
    """The bars of a group: the group's rows, or all rows with the weight (N,) of each in this group."""

    group: Group
    weights: FloatArray | None = None


@dataclass(frozen=True, eq=False)
class Bins:
    """Bins of equal width: their `edges` (B + 1,), and the `position` (N,) of the bin of each value."""

    edges: FloatArray
    position: IntArray

    @property
    def width(self) -> float:
        """The width of a bin, in the unit of the values."""
        return float(self.edges[1] - self.edges[0])

    @property
    def n_bins(self) -> int:
        """B, the number of bins."""
        return len(self.edges) - 1

    def counts(self, stack: Stack | None = None) -> NDArray[Any]:
        """The number of values in each bin, shape (B,); with a stack, the sum of its rows' weights."""
        if stack is None:
            return np.bincount(self.position, minlength=self.n_bins)
        if stack.weights is None:
            return np.bincount(self.position[stack.group.rows], minlength=self.n_bins)
        return np.bincount(self.position, weights=stack.weights, minlength=self.n_bins)

    def densities(self, counts: NDArray[Any]) -> FloatArray:
        """Convert counts (B,) to densities (B,), of which those of all values integrate to 1."""
        return counts / (max(1, len(self.position)) * self.width)


def bins(values: FloatArray) -> Bins:
    """Bins of width 2 · IQR · N^(−1/3), but at least √N (and 8) and at most 80 of them.

    With several clusters, the interquartile range is the distance between them, and the rule alone gives too few bins.

    Source: Freedman and Diaconis, On the histogram as a density estimator (1981).
    """
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    span = high - low
    if span <= 0:
        low, span = low - 0.5 * max(abs(low), 1.0), max(abs(low), 1.0)
    wanted = np.sqrt(len(values))
    if 0 < wanted < MAX_BINS:
        quarter, three_quarters = np.quantile(values, [0.25, 0.75])
        width = 2 * (three_quarters - quarter) / np.cbrt(len(values))
        wanted = max(wanted, span / width if width > 0 else 0.0)
    n_bins = int(np.clip(np.ceil(wanted), FEWEST_BINS, MAX_BINS))
    position = np.clip(((values - low) * (n_bins / span)).astype(np.intp), 0, n_bins - 1)
    return Bins(np.linspace(low, low + span, n_bins + 1), position)


def stacks(attributes: PointAttributes, colouring: Colouring, n_points: int) -> list[Stack]:
    """The stacks of a histogram by colouring; by responsibility, each point is shared among its components."""
    all_rows = np.arange(n_points)
    if colouring != "responsibility":
        return [Stack(group) for group in groups(attributes, colouring, all_rows)]
    shares = np.asarray(attributes.responsibilities, dtype=np.float64).T
    return list(map(Stack, groups(attributes, "component", all_rows), shares))


def bar_traces(
    histogram: Bins, parted: Sequence[Stack], *, axes: tuple[str, str] = ("x", "y")
) -> list[Trace]:
    """The stacked bars, one trace for each stack."""
    digits = hover_format((float(histogram.edges[0]), float(histogram.edges[-1])))
    centres = compact(0.5 * (histogram.edges[1:] + histogram.edges[:-1]))
    traces: list[Trace] = []
    for stack in parted:
        group, counts = stack.group, histogram.counts(stack)
        traces.append(
            {
                "type": "bar",
                "uid": f"bars-{axes[0]}-{group.key}",
                "name": group.name,
                "legendgroup": group.key,
                "showlegend": bool(group.name),
                "x": centres,
                "y": compact(histogram.densities(counts)),
                "width": histogram.width,
                "xaxis": axes[0],
                "yaxis": axes[1],
                "customdata": np.column_stack([histogram.edges[:-1], histogram.edges[1:], counts]),
                "marker": {
                    "color": group.marker["color"],
                    "opacity": 0.2 if group.colour_number is None else 0.45,
                    "line": {"width": 0},
                },
                "hovertemplate": (
                    f"%{{customdata[0]:{digits}}} to %{{customdata[1]:{digits}}}: %{{customdata[2]:.4~g}} points"
                    + (f"<br>{group.name}" if group.name else "")
                    + "<extra></extra>"
                ),
            }
        )
    return traces
