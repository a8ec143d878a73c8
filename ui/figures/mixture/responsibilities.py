"""The responsibilities of all points: a heatmap of points × components."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from gmm_core.arrays import FloatArray, IntArray
from ui.figures.base.axes import MARGIN, axis, layout
from ui.figures.base.drawing import Drawing, Trace, figure
from ui.figures.base.palette import SEQUENTIAL, colour
from ui.figures.base.points import undecided_sentence
from ui.figures.base.wording import component_name, weights_in_words

MAX_BINS = 400
"""The largest number of columns of the heatmap."""
COLOUR_BAR = {
    "orientation": "h",
    "x": 0,
    "xanchor": "left",
    "y": 1,
    "yanchor": "bottom",
    "len": 0.4,
    "ypad": 6,
    "title": {"text": "Responsibility", "side": "top"},
    "tickmode": "array",
    "tickvals": [0, 0.5, 1],
    "ticktext": ["0 %", "50 %", "100 %"],
    "thickness": 8,
    "outlinewidth": 0,
}
"""The colour bar, horizontal and above the heatmap."""


def structured_order(responsibilities: FloatArray) -> IntArray:
    """The order of the rows: by component of largest responsibility, then by that responsibility, the largest first."""
    return np.lexsort((-responsibilities.max(axis=1), responsibilities.argmax(axis=1)))


def binned(ordered: FloatArray, most: int = MAX_BINS) -> tuple[FloatArray, IntArray]:
    """The means of neighbouring rows, (B, K) with B ≤ `most`, and the first row of each bin with the end, (B + 1,)."""
    n_bins = min(len(ordered), most)
    edges = np.linspace(0, len(ordered), n_bins + 1).astype(np.intp)
    sums = np.add.reduceat(ordered, edges[:-1], axis=0) if n_bins else np.empty((0, ordered.shape[1]))
    return sums / np.diff(edges)[:, None], edges


def heatmap_height(n_components: int) -> int:
    """The height of the heatmap in pixels at which the names of its bands do not overlap."""
    return max(240, 130 + 15 * n_components)


def responsibilities_heatmap(
    responsibilities: ArrayLike,
    weights: Sequence[float],
    *,
    colour_numbers: Sequence[int] | None = None,
    row_numbers: ArrayLike | None = None,
    revision: str = "",
) -> Drawing:
    """Responsibilities (N, K) sorted to show structure: a band for each component, blurred where rows are uncertain.

    More than `MAX_BINS` rows are drawn as means of neighbours in that order. `weights` (K,), `colour_numbers`,
    `row_numbers` and `revision` as for `plane`.
    """
    soft = np.asarray(responsibilities, dtype=np.float64)
    n_points, n_components = soft.shape
    order = structured_order(soft)
    means, edges = binned(soft[order])
    single = n_points <= MAX_BINS
    rows = order if row_numbers is None else np.asarray(row_numbers)[order]
    places = rows[:, None] if single else np.column_stack([edges[:-1] + 1, edges[1:]])
    who = (
        "Row %{customdata[0]}"
        if single
        else "Points %{customdata[0]} to %{customdata[1]} of this order, on average"
    )
    positions = np.arange(1, n_components + 1, dtype=np.int8)
    step = n_points / max(1, len(means))
    heatmap: Trace = {
        "type": "heatmap",
        "uid": "responsibilities",
        "z": means.T.astype(np.float32),
        "x0": step / 2,
        "dx": step,
        "y": positions,
        "ygap": 2,
        "zmin": 0,
        "zmax": 1,
        "colorscale": SEQUENTIAL,
        "colorbar": COLOUR_BAR,
        "customdata": _customdata(places, n_components),
        "hovertemplate": f"<b>{who}</b><br>component %{{customdata[{places.shape[1]}]}}: %{{z:.1%}}<extra></extra>",
    }
    return Drawing(
        figure=figure(
            [heatmap],
            layout(
                f"{revision} {n_points}",
                legend=False,
                margin={**MARGIN, "r": 20},
                xaxis=axis("Points, sorted by component", showgrid=False),
                yaxis={
                    "tickmode": "array",
                    "tickvals": positions,
                    "ticktext": _names(
                        weights, range(n_components) if colour_numbers is None else colour_numbers
                    ),
                    "range": [n_components + 0.5, 0.5],
                    "fixedrange": True,
                    "showgrid": False,
                    "zeroline": False,
                    "automargin": True,
                },
            ),
        ),
        alt=_finding(soft, weights),
        table=_table(means, places, single),
        note=""
        if single
        else f"Each column is the mean of about {step:.0f} neighbouring points of {n_points:,}, in this order."
        if step >= 1.5
        else f"Some columns are the mean of two neighbouring points: {n_points:,} points share {MAX_BINS} columns.",
    )


def _customdata(places: IntArray, n_components: int) -> NDArray[np.int32]:
    """The rows that each cell shows, and the number of its component, for hover texts; shape (K, B, places + 1)."""
    customdata = np.empty((n_components, len(places), places.shape[1] + 1), dtype=np.int32)
    customdata[:, :, :-1] = places
    customdata[:, :, -1] = np.arange(1, n_components + 1)[:, None]
    return customdata


def _names(weights: Sequence[float], colour_numbers: Sequence[int]) -> list[str]:
    """The names of the components, each after a square of its colour."""
    return [
        f'<span style="color:{colour(colour_number)}">■</span> {component_name(k, float(weight))}'
        for k, (colour_number, weight) in enumerate(zip(colour_numbers, weights, strict=True))
    ]


def _finding(responsibilities: FloatArray, weights: Sequence[float]) -> str:
    n_points, n_components = responsibilities.shape
    sentences = [
        f"{weights_in_words([float(weight) for weight in weights])}.",
        undecided_sentence(responsibilities),
    ]
    if n_components > 1 and n_points:
        overlap = np.triu(responsibilities.T @ responsibilities, k=1)
        first, second = np.unravel_index(overlap.argmax(), overlap.shape)
        if overlap[first, second] >= 0.5:
            sentences.append(f"Components {first + 1} and {second + 1} share the most points.")
    return " ".join(filter(None, sentences))


def _table(means: FloatArray, places: IntArray, single: bool) -> pd.DataFrame:
    names = ["row"] if single else ["from point", "to point"]
    where = dict(zip(names, places.T, strict=True))
    return pd.DataFrame({**where, **{f"component {k + 1}": column for k, column in enumerate(means.T)}})
