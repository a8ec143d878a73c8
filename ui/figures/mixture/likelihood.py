"""The log-likelihood of every restart against its iterations."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from gmm_core.arrays import FloatArray
from ui.figures.base.axes import axis, compact, layout
from ui.figures.base.drawing import Drawing, Trace, figure
from ui.figures.base.palette import ACCENT, INK, PAPER
from ui.figures.base.wording import counted, counted_in_digits, number
from ui.shell.text import plain

SHARE_BELOW_AXIS = 0.1
"""The largest share of all values that may be below the axis: the first iterations of bad starts."""
LEAST_PADDING = 1e-5
"""The least padding above and below, relative to the log-likelihood, so that rounding errors do not look large."""
MAX_TICKS = 6
"""The largest number of iterations that each get a tick of their own; Plotly would place ticks between them."""
SAME_OPTIMUM = 1e-6
"""Restarts that end this close to the best, relative to its log-likelihood, count as ending in the same optimum."""


def likelihood(
    runs: Sequence[ArrayLike],
    best: int,
    names: Sequence[str],
    per_point: int,
    *,
    failed: Collection[int] = (),
    higher_but_narrow: Collection[int] = (),
    on_sample: Sequence[int] = (),
    revision: str = "",
) -> Drawing:
    """A line for each restart, log p(X) in nats after each iteration; the best is in the accent colour, its end marked.

    Parameters
    ----------
    runs : sequence of (iterations + 1,)
        The log-likelihood of each restart at its start and after each iteration; values may be infinite or NaN.
    best : int
        The position of the best restart in `runs`; below 0 if there is none.
    names : sequence of str
        The kind of start of each restart ("k-means").
    per_point : int
        N, the number of points, for the mean log-likelihood in hover texts.
    failed : collection of int
        The positions of restarts that ended without a valid mixture; their lines are dashed.
    higher_but_narrow : collection of int
        The positions of restarts with a higher log-likelihood but a lower score than the best; dash-dotted.
    on_sample : sequence of int
        The number of values of each restart, from the first on, that are estimates from a sample of the rows; the line
        of a restart with only such values is dotted.
    revision : str
        Identifies the data and the model; zoom persists while it is the same.
    """
    curves = [_finite(run) for run in runs]
    outcomes = [VALID] * len(curves)
    for position, count in enumerate(on_sample):
        if 0 < count == len(np.asarray(runs[position])):
            outcomes[position] = LEFT_BEHIND
    for outcome, positions in (
        (HIGHER_BUT_NARROW, higher_but_narrow),
        (FAILED, failed),
        (BEST, [best] if best >= 0 else []),
    ):
        for position in positions:
            outcomes[position] = outcome
    drawn = [position for position, (iterations, _) in enumerate(curves) if len(iterations)]
    first = {outcomes[position]: position for position in reversed(drawn)}
    traces = [
        _curve(
            position,
            curves[position],
            plain(names[position], 24),
            per_point,
            outcomes[position],
            in_legend=first[outcomes[position]] == position,
        )
        for position in sorted(drawn, key=lambda position: outcomes[position] is BEST)
    ]
    longest = max((int(curves[position][0][-1]) for position in drawn), default=0)
    if best in drawn:
        traces.append(_end(*curves[best], longest))
    ends = _ends_where_runs_differ(
        [values for _, values in curves], curves[best][1] if best >= 0 else np.empty(0)
    )
    return Drawing(
        figure=figure(
            traces,
            layout(
                f"likelihood {revision}",
                xaxis=axis("Iteration", rangemode="tozero", tickformat="d", **every_iteration(longest)),
                yaxis=axis("Log-likelihood", ends, tickformat=","),
            ),
        ),
        alt=_finding(curves, best, names, outcomes),
        table=_table(curves, names, outcomes, per_point),
    )


def every_iteration(longest: int) -> dict[str, Any]:
    """The options of an axis of iterations, with ticks at whole numbers only."""
    return {"dtick": 1} if longest <= MAX_TICKS else {}


@dataclass(frozen=True)
class RestartOutcome:
    """The outcome of a restart: its names in the table and in the legend, and the dashes of its line."""

    name: str
    legend: str = ""
    dash: str = "solid"


BEST = RestartOutcome("best")
"""The restart with the highest score."""
VALID = RestartOutcome("valid", "others")
"""A valid restart that is not the best."""
HIGHER_BUT_NARROW = RestartOutcome("narrow, on few rows", "narrow, on few rows", "dashdot")
"""A restart of higher log-likelihood, which does not count because of narrow components."""
LEFT_BEHIND = RestartOutcome("left behind on a sample", "left behind on a sample", "dot")
"""A restart that ended on the sample of the rows, because others were better."""
FAILED = RestartOutcome("failed", "failed", "dash")
"""A restart without a valid mixture."""

Curve = tuple[NDArray[np.int32], FloatArray]
"""The iterations at which the log-likelihood is finite, and its values there."""


def _finite(run: ArrayLike) -> Curve:
    values = np.asarray(run, dtype=np.float64)
    iterations = np.flatnonzero(np.isfinite(values)).astype(np.int32)
    return iterations, values[iterations]


def _curve(
    position: int, curve: Curve, start: str, per_point: int, outcome: RestartOutcome, *, in_legend: bool
) -> Trace:
    iterations, values = curve
    is_best = outcome is BEST
    legend = f"best: restart {position + 1}, {start}" if is_best else outcome.legend
    ending = "" if outcome in (BEST, VALID) else f" ({outcome.name})"
    return {
        "type": "scatter",
        "uid": f"restart-{position}",
        "name": legend if in_legend else f"restart {position + 1}",
        "legendgroup": outcome.name,
        "showlegend": in_legend,
        # A restart of one value has no line, and is not to vanish.
        "mode": "lines" if len(values) > 1 else "markers",
        "x": iterations,
        "y": compact(values),
        "customdata": compact(values / max(1, per_point)),
        "opacity": 1.0 if is_best else 0.45,
        "line": {
            "color": ACCENT if is_best else INK,
            "width": 3 if is_best else 1.2,
            "dash": outcome.dash,
        },
        "marker": {
            "color": ACCENT if is_best else INK,
            "size": 7,
            "symbol": "x" if outcome is FAILED else "circle",
        },
        "hovertemplate": (
            f"<b>Restart {position + 1}</b>{ending}, {start}<br>iteration %{{x}}: %{{y:,.6~g}}"
            "<br>per point: %{customdata:.5~g}<extra></extra>"
        ),
    }


def _end(iterations: NDArray[np.int32], values: FloatArray, longest: int) -> Trace:
    """The end of the best line with its value, placed above the other lines and within the axis."""
    return {
        "type": "scatter",
        "uid": "end",
        "legendgroup": "best",
        "showlegend": False,
        "mode": "markers+text",
        "x": iterations[-1:],
        "y": values[-1:],
        "text": [f" {number(float(values[-1]), 6)} "],
        "textposition": "top right" if iterations[-1] < 0.7 * longest else "top left",
        "textfont": {"color": INK},
        "cliponaxis": False,
        "marker": {"color": ACCENT, "size": 10, "line": {"color": PAPER, "width": 2}},
        "hoverinfo": "skip",
    }


def _ends_where_runs_differ(curves: Sequence[FloatArray], best: FloatArray) -> tuple[float, float] | None:
    """The ends of the axis that show where runs differ: the lowest tenth of all values may be below it."""
    values = np.concatenate([*curves, np.empty(0)])
    if not len(values):
        return None
    high = float(values.max())
    low = float(np.quantile(values, SHARE_BELOW_AXIS))
    if len(best) > 1:
        low = min(low, float(best[1]))
    room = max(0.1 * (high - low), LEAST_PADDING * abs(high)) or 1.0
    return low - room, high + room


def _finding(
    curves: Sequence[Curve], best: int, names: Sequence[str], outcomes: Sequence[RestartOutcome]
) -> str:
    count = counted(len(curves), "restart")
    n_failed, n_left = outcomes.count(FAILED), outcomes.count(LEFT_BEHIND)
    trouble = f"{n_failed} failed." if n_failed else ""
    if best < 0 or not len(curves[best][0]):
        return " ".join(filter(None, [f"{count}, none of them valid.", trouble]))
    iterations, values = curves[best]
    end = float(values[-1])
    n_equal = sum(
        len(v) > 0 and abs(v[-1] - end) <= SAME_OPTIMUM * abs(end)
        for (_, v), outcome in zip(curves, outcomes, strict=True)
        if outcome in (BEST, VALID)
    )
    sentence = (
        f"{count}; the best, number {best + 1} from {names[best]}, ends at a log-likelihood of {number(end, 6)} "
        f"after {counted_in_digits(int(iterations[-1]), 'iteration')}."
    )
    agreement = (
        f"{n_equal} of {len(curves)} restarts end there." if n_equal > 1 else "No other restart ends there."
    )
    if len(curves) == 1:
        agreement = ""
    elif n_left:
        agreement = f"{n_left} of {len(curves)} restarts were left behind on a sample of the points."
    n_higher = outcomes.count(HIGHER_BUT_NARROW)
    higher = (
        f"{n_higher} higher by a narrow component {'does' if n_higher == 1 else 'do'} not count."
        if n_higher
        else ""
    )
    return " ".join(filter(None, [sentence, agreement, higher, trouble]))


def _table(
    curves: Sequence[Curve], names: Sequence[str], outcomes: Sequence[RestartOutcome], per_point: int
) -> pd.DataFrame:
    ends = [float(values[-1]) if len(values) else float("nan") for _, values in curves]
    return pd.DataFrame(
        {
            "restart": np.arange(1, len(curves) + 1),
            "start": list(names),
            "iterations": [int(iterations[-1]) if len(iterations) else 0 for iterations, _ in curves],
            "log-likelihood": ends,
            "log-likelihood per point": np.array(ends) / max(1, per_point),
            "ended": [outcome.name for outcome in outcomes],
        }
    )
