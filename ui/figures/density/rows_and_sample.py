"""Rows and a sample from the mixture, in two pictures with the same axes, colours and number of points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gmm_core.arrays import FloatArray, IntArray
from ui.figures.base.axes import axis, layout, limits
from ui.figures.base.drawing import Drawing, figure
from ui.figures.base.histogram import Bins, bar_traces, bins, stacks
from ui.figures.base.points import PointAttributes
from ui.figures.mixture.plane import plane_layout, point_traces

MAX_POINTS = 1_000
"""The largest number of points in each picture."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Points in a view, with the responsibilities that colour them.

    Parameters
    ----------
    points : (n, E)
        The points, E = 1 or 2.
    responsibilities : (n, K)
        The responsibilities under the whole mixture.
    numbers : (n,) or None
        The number of each row on screen.
    """

    points: FloatArray
    responsibilities: FloatArray
    numbers: IntArray | None = None


def rows_and_sample(
    data: Rows,
    drawn: Rows,
    labels: Sequence[str],
    weights: Sequence[float],
    colour_numbers: Sequence[int],
    revision: str,
) -> tuple[Drawing, Drawing]:
    """The rows (`data`) beside points that were `drawn` from the mixture; the axes contain both."""
    ends = [limits(values) for values in np.concatenate([data.points, drawn.points]).T]
    attributes = [
        PointAttributes(
            responsibilities=rows.responsibilities,
            weights=weights,
            colour_numbers=colour_numbers,
            row_numbers=rows.numbers,
        )
        for rows in (data, drawn)
    ]
    names = ("The rows", "A sample drawn from the mixture")
    draw = _histograms if data.points.shape[1] == 1 else _planes
    return draw((data, drawn), attributes, labels, ends, names, revision)


Ends = Sequence[tuple[float, float]]


def _planes(
    both: tuple[Rows, Rows],
    attributes: Sequence[PointAttributes],
    labels: Sequence[str],
    ends: Ends,
    names: tuple[str, str],
    revision: str,
) -> tuple[Drawing, Drawing]:
    first, second = (
        Drawing(
            figure=figure(
                _unlisted(point_traces(rows.points, labels, one, "component", np.arange(len(rows.points)))),
                {
                    **plane_layout(f"twins {revision}", labels, (ends[0], ends[1]), False),
                    "showlegend": False,
                },
            ),
            alt=_finding(name, rows),
        )
        for rows, one, name in zip(both, attributes, names, strict=True)
    )
    return first, second


def _histograms(
    both: tuple[Rows, Rows],
    attributes: Sequence[PointAttributes],
    labels: Sequence[str],
    ends: Ends,
    names: tuple[str, str],
    revision: str,
) -> tuple[Drawing, Drawing]:
    together, n_rows = bins(np.concatenate([rows.points[:, 0] for rows in both])), len(both[0].points)
    parts = (slice(None, n_rows), slice(n_rows, None))
    histograms = [Bins(together.edges, together.position[part]) for part in parts]
    top = 1.06 * max(float(each.densities(each.counts()).max()) for each in histograms)
    first, second = (
        Drawing(
            figure=figure(
                _unlisted(bar_traces(each, stacks(one, "component", len(rows.points)))),
                layout(
                    f"twins {revision} {labels[0]}",
                    legend=False,
                    barmode="stack",
                    bargap=0,
                    xaxis=axis(labels[0], ends[0]),
                    yaxis=axis("Density", (0.0, top), rangemode="tozero"),
                ),
            ),
            alt=_finding(name, rows),
        )
        for rows, one, name, each in zip(both, attributes, names, histograms, strict=True)
    )
    return first, second


def _unlisted(traces: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{**trace, "showlegend": False} for trace in traces]


def _finding(name: str, rows: Rows) -> str:
    counts = np.bincount(rows.responsibilities.argmax(axis=1), minlength=rows.responsibilities.shape[1])
    held = ", ".join(f"{count:,}" for count in counts.tolist())
    return f"{name}: {len(rows.points):,} points, of which the components hold {held}."
