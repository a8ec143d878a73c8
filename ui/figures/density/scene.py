"""The scene of a density picture: the mixture in a view, the rows, the least likely of them, and new points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.density.predictions import Predictions
from gmm_core.density.regions import HighestDensityRegions
from gmm_core.geometry.ellipse import mahalanobis_radius
from gmm_core.model.mixture import Mixture
from ui.figures.base.axes import compact, limits
from ui.figures.base.drawing import Trace
from ui.figures.base.palette import ACCENT, INK, PAPER
from ui.figures.base.points import PointAttributes, coordinate_lines, drawn_rows
from ui.figures.base.wording import counted, number

MAX_ROWS = 1_000
"""The largest number of rows that are drawn. They are SVG, because filled areas would cover WebGL."""
MAX_RINGS = 300
"""The largest number of rows that are marked with a ring."""
CONTAINED_SHARE = 0.99
"""The share of each component that the axes contain, unless it is much wider than the rows."""
FLOOR_FACTOR = 1.5
"""The lowest log-density that is distinguished, below the peak by this multiple of the distance between the peak and
what all but 0.1 % of the rows exceed."""


def _no_positions() -> IntArray:
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class DensityScene:
    """A mixture in a view, with the rows that it was fitted to.

    Parameters
    ----------
    points : (N, E)
        The rows in the view.
    labels : (E,)
        The names of the axes, unescaped.
    mixture : Mixture
        The mixture in the view, whose density is the marginal one.
    predictions : Predictions
        The predictions for the rows by the whole mixture, in all features.
    regions : HighestDensityRegions
        The regions of the mixture in the view, of the chosen probabilities.
    colour_numbers : (K,)
        The colour number of each component.
    least_likely : (M,)
        The positions of the rows to mark with a ring, the least likely first.
    new_points : (P, E)
        Other points, which are drawn with their numbers.
    threshold : float or None
        The log-density below which rows are marked; None if the view does not show all features.
    row_numbers : (N,)
        The number of each row on screen.
    revision : str
        Identifies the data; zoom persists while it and the axes are the same.
    """

    points: FloatArray
    labels: Sequence[str]
    mixture: Mixture
    predictions: Predictions
    regions: HighestDensityRegions
    colour_numbers: Sequence[int]
    least_likely: IntArray = field(default_factory=_no_positions)
    new_points: FloatArray | None = None
    threshold: float | None = None
    row_numbers: IntArray | None = None
    revision: str = ""

    @cached_property
    def attributes(self) -> PointAttributes:
        """The rows with the attributes that figures of points need."""
        return PointAttributes(
            responsibilities=self.predictions.responsibilities,
            weights=self.mixture.weights.tolist(),
            colour_numbers=self.colour_numbers,
            row_numbers=self.row_numbers,
        )

    @cached_property
    def added(self) -> FloatArray:
        """The new points (P, E); by default none."""
        return np.empty((0, len(self.labels))) if self.new_points is None else self.new_points

    @cached_property
    def ringed(self) -> IntArray:
        """The positions of the rows marked with a ring, at most `MAX_RINGS`."""
        return self.least_likely[:MAX_RINGS]

    @cached_property
    def drawn(self) -> IntArray:
        """The positions of the rows that are drawn: a sample, and all that are marked with a ring."""
        if len(self.points) <= MAX_ROWS:
            return np.arange(len(self.points))
        sample = drawn_rows(len(self.points), MAX_ROWS - len(self.ringed))
        return np.union1d(sample, self.ringed).astype(np.int64)

    @cached_property
    def ends(self) -> list[tuple[float, float]]:
        """The ends of each axis, which contain all rows and new points, and most of each component."""
        wide = mahalanobis_radius(CONTAINED_SHARE, len(self.labels)) * np.sqrt(
            np.diagonal(self.mixture.covariances, axis1=1, axis2=2)
        )
        low, high = (self.mixture.means - wide).min(axis=0), (self.mixture.means + wide).max(axis=0)
        return [
            limits(values, [float(least), float(most)])
            for values, least, most in zip(
                np.concatenate([self.points, self.added]).T, low, high, strict=True
            )
        ]

    @cached_property
    def view(self) -> str:
        """The revision of the figure: zoom persists while it is the same."""
        return f"{self.revision} {' '.join(self.labels)}"

    @property
    def note(self) -> str:
        """The note that only a sample is drawn; empty if all rows are."""
        if len(self.drawn) == len(self.points):
            return ""
        ringed = f" and the {len(self.ringed):,} least likely" if len(self.ringed) else ""
        sample = f"A random sample of the {len(self.points):,} rows{ringed}"
        return f"{sample}, {len(self.drawn):,} in all, is drawn; all else is of all rows."

    @property
    def finding(self) -> str:
        """A sentence with the number of rows marked with a ring."""
        count = len(self.least_likely)
        if not count:
            return "No row lies below the threshold."
        lowest = self.predictions.log_density[self.least_likely[0]]
        verb = "lies" if count == 1 else "lie"
        rows = counted(count, "row")
        return f"{rows} {verb} below the threshold, the lowest at a log-density of {number(lowest, 3)}."

    def floor(self, highest: float) -> float:
        """The lowest log-density that is distinguished, for a peak of `highest`."""
        usual = self.regions.law.quantile(0.001)
        lowest = highest - FLOOR_FACTOR * max(highest - usual, 1.0)
        return min(lowest, self.threshold - 1.0) if self.threshold is not None else lowest

    def rings(self, names: Sequence[str], at: Sequence[FloatArray], **more: Any) -> Trace:
        """The rings around the least likely rows, at the coordinates `at` with these names of axes."""
        numbers = self.ringed if self.row_numbers is None else np.asarray(self.row_numbers)[self.ringed]
        customdata = np.column_stack([numbers, self.predictions.log_density[self.ringed]])
        count = len(self.least_likely)
        return {
            "type": "scatter",
            "uid": "least-likely",
            "name": f"below the threshold ({count:,})",
            "legendgroup": "least-likely",
            "mode": "markers",
            "showlegend": bool(count),
            **{name: _at_least_one(values) for name, values in zip(names, at, strict=True)},
            "customdata": customdata if count else np.full((1, 2), np.nan),
            "marker": {
                "symbol": "circle-open",
                "size": 14,
                "color": ACCENT,
                "line": {"color": ACCENT, "width": 2},
            },
            "hovertemplate": "<br>".join(
                [
                    "<b>Row %{customdata[0]:.0f}</b>, below the threshold",
                    *coordinate_lines("xy"[: len(self.labels)], self.labels),
                    "log-density: %{customdata[1]:.3~g}",
                ]
            )
            + "<extra></extra>",
            **more,
        }

    def new_point_trace(self, names: Sequence[str], at: Sequence[FloatArray], **more: Any) -> Trace:
        """The new points as numbered stars, at the coordinates `at` with these names of axes."""
        numbers = [str(position + 1) for position in range(len(self.added))]
        return {
            "type": "scatter",
            "uid": "new-points",
            "name": "new points",
            "legendgroup": "new-points",
            "mode": "markers+text",
            "showlegend": bool(numbers),
            **{name: _at_least_one(values) for name, values in zip(names, at, strict=True)},
            "text": numbers,
            "textposition": "top center",
            "textfont": {"color": INK, "size": 14, "weight": "bold"},
            "marker": {"symbol": "star", "size": 14, "color": INK, "line": {"color": PAPER, "width": 1}},
            "hovertemplate": "<br>".join(
                ["<b>New point %{text}</b>", *coordinate_lines("xy"[: len(self.labels)], self.labels)]
            )
            + "<extra></extra>",
            **more,
        }


def _at_least_one(values: FloatArray) -> Any:
    """The values or, if there are none, one NaN: a trace without points would change the order of the traces."""
    return compact(values) if len(values) else np.full(1, np.nan)
