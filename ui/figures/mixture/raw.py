"""The data before the fit: one feature, two features, or the matrix of pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from gmm_core.arrays import FloatArray
from gmm_core.errors import ParameterError
from ui.figures.base.axes import axis, layout, limits
from ui.figures.base.drawing import Drawing, figure
from ui.figures.base.histogram import bar_traces, bins, stacks
from ui.figures.base.points import Colouring, PointAttributes
from ui.figures.base.rug import rug_note, rug_traces
from ui.figures.base.wording import counted, listed, number, percent
from ui.figures.mixture.pairs import pairs, summary_table
from ui.figures.mixture.plane import plane_layout, with_points


def raw(
    points: ArrayLike,
    labels: Sequence[str],
    *,
    true_labels: ArrayLike | None = None,
    equal_scales: bool = False,
    row_numbers: ArrayLike | None = None,
    revision: str = "",
) -> Drawing:
    """Points (N, D) with D from 1 to 6, coloured by `true_labels` if there are any; nothing is fitted.

    One feature is drawn as a histogram, two in the plane, more as the matrix of pairs. The arguments are those of
    `plane`.
    """
    rows = np.asarray(points, dtype=np.float64)
    if not len(rows):
        raise ParameterError("The data has no rows to draw: choose other columns or another file.")
    attributes = PointAttributes(true_labels=true_labels, row_numbers=row_numbers)
    colouring: Colouring = "none" if true_labels is None else "true label"
    if rows.shape[1] > 2:
        drawing = pairs(
            rows,
            labels,
            colouring=colouring,
            true_labels=true_labels,
            row_numbers=row_numbers,
            revision=revision,
        )
    else:
        draw = _histogram if rows.shape[1] == 1 else partial(_plane, equal_scales=equal_scales)
        drawing = draw(rows, labels, attributes, colouring, revision)
    return replace(drawing, alt=_finding(rows, labels, attributes))


def _histogram(
    rows: FloatArray, labels: Sequence[str], attributes: PointAttributes, colouring: Colouring, revision: str
) -> Drawing:
    values = rows[:, 0]
    traces = bar_traces(bins(values), stacks(attributes, colouring, len(values)))
    traces += rug_traces(values, labels[0], attributes, colouring, row=0)
    return Drawing(
        figure=figure(
            traces,
            layout(
                f"{revision} {labels[0]}",
                barmode="stack",
                bargap=0,
                xaxis=axis(labels[0], limits(values), anchor="y2"),
                yaxis=axis("Density", rangemode="tozero", domain=[0.1, 1]),
                yaxis2={"domain": [0, 0.08], "range": [0.6, -0.6], "visible": False, "fixedrange": True},
            ),
        ),
        alt="",
        table=summary_table(rows, labels),
        note=rug_note(len(values)),
    )


def _plane(
    rows: FloatArray,
    labels: Sequence[str],
    attributes: PointAttributes,
    colouring: Colouring,
    revision: str,
    *,
    equal_scales: bool,
) -> Drawing:
    x_ends, y_ends = limits(rows[:, 0]), limits(rows[:, 1])
    traces, note = with_points(rows, labels, attributes, colouring, (x_ends, y_ends))
    return Drawing(
        figure=figure(traces, plane_layout(revision, labels, (x_ends, y_ends), equal_scales)),
        alt="",
        table=summary_table(rows, labels),
        note=note,
    )


def _finding(rows: FloatArray, labels: Sequence[str], attributes: PointAttributes) -> str:
    spans = [
        f"{label} from {number(float(values.min()))} to {number(float(values.max()))}"
        for label, values in zip(labels, rows.T, strict=True)
    ]
    sentences = [f"{len(rows):,} points: {listed(spans)}."]
    if attributes.true_labels is not None:
        sizes = pd.Series(np.asarray(attributes.true_labels, dtype=object)).value_counts()
        largest = (
            f"the largest, {sizes.index[0]}, has {percent(sizes.iloc[0] / len(rows))} of them"
            if len(sizes)
            else ""
        )
        sentences.append("; ".join(filter(None, [counted(len(sizes), "label"), largest])) + ".")
    return " ".join(sentences)
