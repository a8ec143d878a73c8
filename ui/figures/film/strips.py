"""The small figures beside the film: the log-likelihood and the responsibilities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.studies.em_film import Film
from ui.figures.base.axes import MARGIN, axis, compact, layout
from ui.figures.base.drawing import Drawing, Trace, figure
from ui.figures.base.palette import ACCENT, INK, PAPER, SEQUENTIAL, colour
from ui.figures.base.points import undecided_sentence
from ui.figures.base.wording import number, weights_in_words
from ui.figures.film.traces import moving_line, moving_marker, plot_of_film
from ui.figures.mixture.likelihood import LEAST_PADDING, every_iteration
from ui.figures.mixture.responsibilities import structured_order

FLATTENING_RATIO = 5.0
"""The start is left below the axis if the first step rises this many times as much as all later steps together."""
START_BELOW = "start-below"
"""The `uid` of the trace that shows the value of a start below the axis."""


def film_curve(film: Film, *, revision: str = "") -> Drawing:
    """The log-likelihood of each state: the curve is faint, and strong up to the current frame, which a marker shows.

    The axis contains all states, except a start from which the first step would make the rest look flat; a marker then
    shows its value.
    """
    values = film.log_likelihoods
    ends = _ends(values)
    iterations = film.iterations.astype(np.float64)
    traces = [
        {
            "type": "scatter",
            "uid": "all",
            "mode": "lines+markers" if len(values) <= 40 else "lines",
            "x": compact(iterations),
            "y": compact(values),
            "opacity": 0.45,
            "line": {"color": INK, "width": 1.2},
            "marker": {"color": INK, "size": 4},
            "hovertemplate": "iteration %{x}: %{y:,.7~g}<extra></extra>",
        },
        moving_line(
            "so-far", np.column_stack([iterations[[0, 0]], values[[0, 0]]]), {"color": ACCENT, "width": 3}
        ),
        moving_marker(
            "mark",
            [iterations[0], values[0]],
            {"symbol": "circle", "size": 13, "color": ACCENT, "line": {"color": PAPER, "width": 2}},
        ),
    ]
    if _flattens(values):
        traces.insert(1, _start_below(float(iterations[0]), float(values[0]), ends))
    return Drawing(
        figure=figure(
            traces,
            layout(
                f"curve {revision}",
                legend=False,
                xaxis=_untitled(
                    _padded(0.0, float(max(1.0, iterations[-1]))),
                    tickformat="d",
                    **every_iteration(int(iterations[-1])),
                ),
                yaxis=_untitled(ends, tickformat=",", nticks=5),
            ),
        ),
        alt=plot_of_film(film),
    )


def film_heatmap(
    responsibilities: ArrayLike, *, colour_numbers: Sequence[int], revision: str = ""
) -> tuple[Drawing, IntArray]:
    """The responsibilities (N, K) of the last state, a column for each drawn row, and the order (N,) of the columns.

    The order is that of the last state in every frame, so that one can watch the structure emerge.
    """
    soft = np.asarray(responsibilities, dtype=np.float64)
    n_components = soft.shape[1]
    order = structured_order(soft)
    positions = np.arange(1, n_components + 1, dtype=np.int8)
    heatmap = {
        "type": "heatmap",
        "uid": "responsibilities",
        "z": soft[order].T.astype(np.float32),
        "x0": 0.5,
        "dx": 1,
        "y": positions,
        "zmin": 0,
        "zmax": 1,
        "colorscale": SEQUENTIAL,
        "showscale": False,
        "hoverinfo": "skip",
    }
    drawing = Drawing(
        figure=figure(
            [heatmap],
            layout(
                f"heatmap {revision}",
                legend=False,
                margin={**MARGIN, "r": 20},
                xaxis=_untitled(None, showgrid=False, showticklabels=False, ticks=""),
                yaxis={
                    "tickmode": "array",
                    "tickvals": positions,
                    "ticktext": [
                        f'<span style="color:{colour(colour_number)}">■</span> {position}'
                        for colour_number, position in zip(colour_numbers, positions.tolist(), strict=True)
                    ],
                    "range": [n_components + 0.5, 0.5],
                    "fixedrange": True,
                    "showgrid": False,
                    "zeroline": False,
                    "automargin": True,
                },
            ),
        ),
        alt=_finding(soft),
    )
    return drawing, order


def _finding(responsibilities: FloatArray) -> str:
    held = weights_in_words(responsibilities.mean(axis=0).tolist())
    return " ".join(
        filter(
            None, [f"Responsibilities at the end of the film. {held}.", undecided_sentence(responsibilities)]
        )
    )


def _untitled(ends: tuple[float, float] | None, **more: Any) -> dict[str, Any]:
    """An axis without a title, which a small figure has no room for."""
    return {name: value for name, value in axis("", ends, **more).items() if name != "title"}


def _flattens(values: FloatArray) -> bool:
    if len(values) < 3:
        return False
    start, after, end = (float(value) for value in values[[0, 1, -1]])
    return after - start > FLATTENING_RATIO * (end - after) > 0


def _ends(values: FloatArray) -> tuple[float, float]:
    if not _flattens(values):
        return _padded(float(values.min()), float(values.max()))
    low, high = _padded(float(values[1:].min()), float(values[1:].max()))
    return low - 0.35 * (high - low), high  # room for what tells of the start


def _start_below(iteration: float, value: float, ends: tuple[float, float]) -> Trace:
    """An arrow down to a start below the axis, with its value."""
    label = f"start: {number(value, 5)}, far below"
    return {
        "type": "scatter",
        "uid": START_BELOW,
        "mode": "markers+text",
        "x": np.array([iteration]),
        "y": np.array([ends[0] + 0.12 * (ends[1] - ends[0])]),
        "text": [f"  {label}"],
        "textposition": "middle right",
        "textfont": {"color": INK},
        "marker": {"symbol": "triangle-down", "size": 11, "color": INK},
        "hovertemplate": f"{label}<extra></extra>",
    }


def _padded(low: float, high: float) -> tuple[float, float]:
    room = max(0.08 * (high - low), LEAST_PADDING * abs(high)) or 1.0
    return low - room, high + room
