"""The chart of optima: the optima from the best down, and how often each kind of start reached each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ui.figures.base.axes import layout
from ui.figures.base.drawing import Drawing, Trace, figure
from ui.figures.base.palette import INK, PAPER
from ui.figures.base.wording import counted, percent
from ui.figures.optima.identity import log_likelihood_texts
from ui.shell.text import plain

SPINE, LEVEL, LABEL, COLUMNS = 0.0, 0.3, 0.36, 1.6
"""x coordinates: the scale of log-likelihoods, the ends of the connecting lines, the names, and the columns of bars,
each 1 wide."""
HEAD_HEIGHT = 90
"""The height above the levels, in pixels, for names of three lines and the chart's button."""
LEVEL_HEIGHT = 44
"""The height of a level, in pixels, if there are few."""
MAX_BAR_LENGTH = 0.66
"""The length of the bar for all starts of a kind; the rest of the column is for the count."""


@dataclass(frozen=True)
class Level:
    """A level of the chart: an optimum, or several that share a level.

    Parameters
    ----------
    name : str
        “A”, or a description of several optima.
    log_likelihood : float
        The log-likelihood of the optimum, or the highest of several.
    reached : (kinds,)
        The number of starts of each kind that ended there.
    colour : str
        The colour of the level.
    at_height : bool
        True if the level has a point on the scale, as a single optimum that is not degenerate has.
    """

    name: str
    log_likelihood: float
    reached: tuple[int, ...]
    colour: str
    at_height: bool = True


def optima_chart(
    levels: Sequence[Level], kinds: Sequence[str], starts: Sequence[int], revision: str = ""
) -> Drawing:
    """Evenly spaced levels with a bar per kind of start, joined to a scale of their log-likelihoods on the left.

    Parameters
    ----------
    levels : sequence of Level
        The levels from the highest down; those of several optima come last.
    kinds : sequence of str
        The kinds of start, one for each column.
    starts : (kinds,)
        The number of starts of each kind, of which the length of a bar is a share.
    revision : str
        Identifies the data and the model; zoom persists while it is the same.
    """
    names = log_likelihood_texts([level.log_likelihood for level in levels])
    traces = [*_scale(levels), _baselines(len(levels), len(kinds))]
    traces += [
        trace
        for position, level in enumerate(levels)
        for trace in _level(position, level, kinds, starts, names)
    ]
    return Drawing(
        figure=figure(
            traces,
            layout(
                f"optima {revision}",
                legend=False,
                margin={"l": 4, "r": 4, "t": HEAD_HEIGHT, "b": 4},
                barmode="overlay",
                annotations=_headings(kinds),
                xaxis={
                    "range": [-0.12, COLUMNS + len(kinds) + 0.2],
                    "showticklabels": False,
                    "showgrid": False,
                    "zeroline": False,
                    "fixedrange": True,
                },
                yaxis={
                    "range": [len(levels) - 0.4, -0.6],
                    "showticklabels": False,
                    "showgrid": False,
                    "zeroline": False,
                    "fixedrange": True,
                },
            ),
        ),
        alt=_finding(levels, kinds, starts, names),
        table=_table(levels, kinds, starts),
    )


def optima_chart_height(n_levels: int) -> int:
    """The height of a chart with this number of levels, in pixels: the more there are, the closer they are."""
    return HEAD_HEIGHT + 24 + int(LEVEL_HEIGHT * n_levels / (1 + 0.05 * max(0, n_levels - 3)))


def _headings(kinds: Sequence[str]) -> list[dict[str, Any]]:
    """The kinds of start above their columns, one part of a name per line, because columns are narrow."""
    return [
        {
            "text": _wrapped(kind),
            "x": COLUMNS + column,
            "xanchor": "left",
            "align": "left",
            "y": 1,
            "yref": "paper",
            "yanchor": "bottom",
            "showarrow": False,
            "font": {"size": 11},
        }
        for column, kind in enumerate(kinds)
    ]


def _wrapped(kind: str) -> str:
    parts = kind.replace("++", " ++").replace("responsibilities", "responsi- bilities").split(" ")
    return "<br>".join(plain(part, 18) for part in parts)


def _scale(levels: Sequence[Level]) -> list[Trace]:
    """The scale with a point at the log-likelihood of each single optimum, and a line from there to its level."""
    placed = [level for level in levels if level.at_height]
    if len(placed) < 2:
        return []
    values = np.array([level.log_likelihood for level in placed])
    span = float(np.ptp(values)) or 1.0
    at = (values.max() - values) / span * (len(placed) - 1)
    spine: Trace = {
        "type": "scatter",
        "uid": "spine",
        "mode": "lines",
        "x": np.array([SPINE, SPINE], dtype=np.float32),
        "y": np.array([0, len(placed) - 1], dtype=np.float32),
        "line": {"color": INK, "width": 1},
        "opacity": 0.4,
        "hoverinfo": "skip",
    }
    connectors: list[Trace] = [
        {
            "type": "scatter",
            "uid": f"height-{level.name}",
            "mode": "lines+markers",
            "x": np.array([SPINE, LEVEL], dtype=np.float32),
            "y": np.array([height, rank], dtype=np.float32),
            "line": {"color": level.colour, "width": 1.5},
            "marker": {"color": level.colour, "size": np.array([7, 0], dtype=np.int8), "line": {"width": 0}},
            "hoverinfo": "skip",
        }
        for rank, (level, height) in enumerate(zip(placed, at.tolist(), strict=True))
    ]
    return [spine, *connectors]


def _baselines(n_levels: int, n_kinds: int) -> Trace:
    """A thin line at the start of each column of bars."""
    at = np.repeat(COLUMNS + np.arange(n_kinds), 3).astype(np.float32)
    return {
        "type": "scatter",
        "uid": "baselines",
        "mode": "lines",
        "x": at,
        "y": np.tile(np.array([-0.45, n_levels - 0.55, np.nan], dtype=np.float32), n_kinds),
        "line": {"color": INK, "width": 1},
        "opacity": 0.25,
        "hoverinfo": "skip",
    }


def _level(
    position: int, level: Level, kinds: Sequence[str], starts: Sequence[int], names: Sequence[str]
) -> list[Trace]:
    """The name and the log-likelihood of a level, and its bars."""
    label = f"<b>{plain(level.name, 24)}</b> {names[position]}" if level.at_height else plain(level.name, 24)
    shares = [reached / max(1, of) for reached, of in zip(level.reached, starts, strict=True)]
    hovers = [
        f"<b>{plain(level.name, 24)}</b>: {names[position]}<br>{plain(kind, 30)}: {reached} of {of} starts"
        f" ({percent(share)})"
        for kind, reached, of, share in zip(kinds, level.reached, starts, shares, strict=True)
    ]
    return [
        {
            "type": "scatter",
            "uid": f"name-{level.name}",
            "mode": "text",
            "x": np.array([LABEL if level.at_height else SPINE], dtype=np.float32),
            "y": np.array([position], dtype=np.float32),
            "text": [label],
            "textposition": "middle right",
            "textfont": {"color": INK, "size": 12},
            "marker": {"color": level.colour},
            "cliponaxis": False,
            "hoverinfo": "skip",
        },
        {
            "type": "bar",
            "uid": f"reached-{level.name}",
            "name": plain(level.name, 24),
            "orientation": "h",
            "x": np.array([MAX_BAR_LENGTH * share for share in shares], dtype=np.float32),
            "base": (COLUMNS + np.arange(len(kinds))).astype(np.float32),
            "y": np.full(len(kinds), position, dtype=np.float32),
            "width": 0.55,
            "marker": {
                "color": level.colour,
                "opacity": 1.0 if level.at_height else 0.35,
                "line": {"color": PAPER, "width": 0},
            },
            "text": [str(reached) if reached else "·" for reached in level.reached],
            "textposition": "outside",
            "textangle": 0,
            "textfont": {"color": INK, "size": 12},
            "cliponaxis": False,
            "hovertext": hovers,
            "hovertemplate": "%{hovertext}<extra></extra>",
        },
    ]


def _finding(
    levels: Sequence[Level], kinds: Sequence[str], starts: Sequence[int], names: Sequence[str]
) -> str:
    if not levels:
        return "No start came to an end, so there is no optimum to show."
    placed = [level for level in levels if level.at_height]
    reached = "; ".join(
        f"{kind} in {count} of {of}" for kind, count, of in zip(kinds, levels[0].reached, starts, strict=True)
    )
    others = [f"{level.name}: {sum(level.reached)} starts." for level in levels if not level.at_height]
    optima = counted(len(placed), "distinct optimum").replace("optimums", "optima")
    return " ".join(
        [
            f"{optima} from {sum(starts):,} starts; the best, {levels[0].name}, has a log-likelihood of {names[0]} and "
            f"was reached by {reached}.",
            *others,
        ]
    )


def _table(levels: Sequence[Level], kinds: Sequence[str], starts: Sequence[int]) -> pd.DataFrame:
    counts = {
        f"{kind} (of {of})": [level.reached[column] for level in levels]
        for column, (kind, of) in enumerate(zip(kinds, starts, strict=True))
    }
    return pd.DataFrame(
        {
            "optimum": [level.name for level in levels],
            "log-likelihood": [level.log_likelihood for level in levels],
            **counts,
            "starts": [sum(level.reached) for level in levels],
        }
    )
