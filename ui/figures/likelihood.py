"""The log-likelihood of every restart against its iterations."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from gmm_core.arrays import FloatArray
from ui.figures.axes import axis, compact, layout
from ui.figures.drawing import Drawing, Trace, figure
from ui.figures.palette import ACCENT, INK, PAPER
from ui.figures.wording import counted, number
from ui.text import plain

SQUASHING_SHARE = 0.1
"""The share of all values that may lie below the axis: the first steps of bad starts."""
SAME = 1e-6
"""Restarts that end this close to the best, relative to it, have found the same optimum."""


def likelihood(
    runs: Sequence[ArrayLike],
    best: int,
    names: Sequence[str],
    per_point: int,
    *,
    failed: Collection[int] = (),
    on_sample: Sequence[int] = (),
    revision: str = "",
) -> Drawing:
    """A line per restart, log p(X) in nats after each iteration; the best in the accent colour, its end marked.

    Parameters
    ----------
    runs : sequence of (iterations + 1,)
        The log-likelihood of each restart's mixtures, the starting one first; it may hold what is not finite.
    best : int
        The position of the best restart in `runs`; below 0 if there is none.
    names : sequence of str
        The kind of start of each restart ("k-means").
    per_point : int
        N, the number of points: hovering tells the mean log-likelihood too.
    failed : collection of int
        Positions of restarts that ended in no valid mixture; they are dashed.
    on_sample : sequence of int
        How many of the first values of each restart are estimates from a sample of the rows, where there are such;
        a restart of nothing else was left behind there, and is dotted.
    revision : str
        Names the data and what is fitted: while it stays, zoom stays.
    """
    curves = [_finite(run) for run in runs]
    left_behind = [
        position
        for position, count in enumerate(on_sample)
        if 0 < count == len(np.asarray(runs[position])) and position not in failed
    ]
    order = sorted(range(len(curves)), key=lambda position: position == best)
    others = [position for position in order if position != best and position not in {*failed, *left_behind}]
    groups = ((others, "others"), (left_behind, "left behind on a sample"), (sorted(failed), "failed"))
    leads = {group[0]: name for group, name in groups if group}
    traces = [
        _curve(
            position,
            curves[position],
            plain(names[position], 24),
            per_point,
            is_best=position == best,
            has_failed=position in failed,
            was_left=position in left_behind,
            legend=f"best: restart {best + 1}, {plain(names[best], 24)}"
            if position == best
            else leads.get(position, ""),
        )
        for position in order
        if len(curves[position][0])
    ]
    if best >= 0 and len(curves[best][0]):
        longest = max(int(iterations[-1]) for iterations, _ in curves if len(iterations))
        traces.append(_end(*curves[best], longest))
    ends = _interesting([values for _, values in curves], curves[best][1] if best >= 0 else np.empty(0))
    return Drawing(
        figure=figure(
            traces,
            layout(
                f"likelihood {revision}",
                xaxis=axis("Iteration", rangemode="tozero", tickformat="d"),
                yaxis=axis("Log-likelihood", ends, tickformat=","),
            ),
        ),
        alt=_finding(curves, best, names, failed, left_behind),
        table=_table(curves, best, names, failed, left_behind, per_point),
    )


Curve = tuple[NDArray[np.int32], FloatArray]
"""The iterations at which the log-likelihood is finite, and its values there."""


def _finite(run: ArrayLike) -> Curve:
    values = np.asarray(run, dtype=np.float64)
    iterations = np.flatnonzero(np.isfinite(values)).astype(np.int32)
    return iterations, values[iterations]


def _curve(
    position: int,
    curve: Curve,
    start: str,
    per_point: int,
    *,
    is_best: bool,
    has_failed: bool,
    was_left: bool,
    legend: str,
) -> Trace:
    iterations, values = curve
    ending = " (failed)" if has_failed else " (left behind on a sample)" if was_left else ""
    group = "best" if is_best else "failed" if has_failed else "left behind" if was_left else "others"
    return {
        "type": "scatter",
        "uid": f"restart-{position}",
        "name": legend or f"restart {position + 1}",
        "legendgroup": group,
        "showlegend": bool(legend),
        # A restart of one value has no line, and is not to vanish.
        "mode": "lines" if len(values) > 1 else "markers",
        "x": iterations,
        "y": compact(values),
        "customdata": compact(values / max(1, per_point)),
        "opacity": 1.0 if is_best else 0.45,
        "line": {
            "color": ACCENT if is_best else INK,
            "width": 3 if is_best else 1.2,
            "dash": "dash" if has_failed else "dot" if was_left else "solid",
        },
        "marker": {"color": ACCENT if is_best else INK, "size": 7, "symbol": "x" if has_failed else "circle"},
        "hovertemplate": (
            f"<b>Restart {position + 1}</b>{ending}, {start}<br>iteration %{{x}}: %{{y:,.6~g}}"
            "<br>per point: %{customdata:.5~g}<extra></extra>"
        ),
    }


def _end(iterations: NDArray[np.int32], values: FloatArray, longest: int) -> Trace:
    """The end of the best curve and its value: to the right of it, unless the axis ends there."""
    return {
        "type": "scatter",
        "uid": "end",
        "legendgroup": "best",
        "showlegend": False,
        "mode": "markers+text",
        "x": iterations[-1:],
        "y": values[-1:],
        "text": [f" {number(float(values[-1]), 6)} "],
        "textposition": "middle right" if iterations[-1] < 0.7 * longest else "top left",
        "textfont": {"color": INK},
        "cliponaxis": False,
        "marker": {"color": ACCENT, "size": 10, "line": {"color": PAPER, "width": 2}},
        "hoverinfo": "skip",
    }


def _interesting(curves: Sequence[FloatArray], best: FloatArray) -> tuple[float, float] | None:
    """Ends of the axis that show where runs part: a tenth of all values, the lowest, may lie below it."""
    values = np.concatenate([*curves, np.empty(0)])
    if not len(values):
        return None
    high = float(values.max())
    low = float(np.quantile(values, SQUASHING_SHARE))
    if len(best) > 1:
        low = min(low, float(best[1]))
    room = 0.1 * (high - low) or 1e-6 * abs(high) or 1.0
    return low - room, high + room


def _finding(
    curves: Sequence[Curve],
    best: int,
    names: Sequence[str],
    failed: Collection[int],
    left_behind: Collection[int],
) -> str:
    count = counted(len(curves), "restart")
    trouble = f"{len(failed)} failed." if failed else ""
    if best < 0 or not len(curves[best][0]):
        return " ".join(filter(None, [f"{count}, none of them valid.", trouble]))
    iterations, values = curves[best]
    end = float(values[-1])
    near = sum(
        len(v) > 0 and abs(v[-1] - end) <= SAME * abs(end)
        for i, (_, v) in enumerate(curves)
        if i not in failed and i not in left_behind
    )
    found = (
        f"{count}; the best, number {best + 1} from {names[best]}, ends at a log-likelihood of {number(end, 6)} "
        f"after {int(iterations[-1])} iterations."
    )
    agreement = f"{near} of {len(curves)} restarts end there." if near > 1 else "No other restart ends there."
    if len(curves) == 1:
        agreement = ""
    elif left_behind:
        agreement = (
            f"{len(left_behind)} of {len(curves)} restarts were left behind on a sample of the points."
        )
    return " ".join(filter(None, [found, agreement, trouble]))


def _table(
    curves: Sequence[Curve],
    best: int,
    names: Sequence[str],
    failed: Collection[int],
    left_behind: Collection[int],
    per_point: int,
) -> pd.DataFrame:
    ends = [float(values[-1]) if len(values) else float("nan") for _, values in curves]
    return pd.DataFrame(
        {
            "restart": np.arange(1, len(curves) + 1),
            "start": list(names),
            "iterations": [int(iterations[-1]) if len(iterations) else 0 for iterations, _ in curves],
            "log-likelihood": ends,
            "log-likelihood per point": np.array(ends) / max(1, per_point),
            "ended": [
                "best"
                if i == best
                else "failed"
                if i in failed
                else "left behind on a sample"
                if i in left_behind
                else "valid"
                for i in range(len(curves))
            ],
        }
    )
