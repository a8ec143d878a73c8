"""A criterion against the number of components, a line for each covariance structure, the lowest marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ui.figures.base.axes import axis, compact, layout
from ui.figures.base.drawing import Drawing, Trace, figure
from ui.figures.base.palette import ACCENT, INK, PAPER, colour, symbol, symbol_size
from ui.figures.base.wording import number

LINES = ("solid", "dash", "dot", "dashdot")
SHOWN_SHARE = 0.75
"""The axis ends where this share of all values is seen: one component often lies far above all else."""


@dataclass(frozen=True)
class Place:
    """A cell of the grid: the name of its covariance structure, and K."""

    name: str
    n_components: int


def criteria(
    values: Mapping[Place, float | None],
    names: Sequence[str],
    criterion: str,
    *,
    most_components: int,
    best: Place | None = None,
    current: Place | None = None,
    revision: str = "",
) -> Drawing:
    """Lines over K = 1 … `most_components`; lower is better.

    Parameters
    ----------
    values : mapping of Place to float or None
        The criterion of each cell that is done; None where it means nothing, which leaves a gap in its line.
    names : sequence of str
        The covariance structures, a line each.
    criterion : str
        Its name, for the axis.
    most_components : int
        The end of the axis, whether or not all cells are done.
    best, current : Place or None
        The cell of the lowest value, and the one that is the model now.
    revision : str
        Names the data: while it stays, zoom stays.
    """
    traces = [
        _line(position, name, values, most_components, criterion) for position, name in enumerate(names)
    ]
    known = {place: value for place, value in values.items() if value is not None}
    if current in known:
        ring = {"symbol": "circle-open", "size": 20, "color": INK, "line": {"width": 2}}
        traces.append(_mark("current", "the model now", current, known[current], ring))
    if best in known:
        star = {"symbol": "star", "size": 17, "color": ACCENT, "line": {"color": PAPER, "width": 1.5}}
        traces.append(_mark("best", f"lowest {criterion}", best, known[best], star))
    return Drawing(
        figure=figure(
            traces,
            layout(
                f"{criterion} {revision}",
                hovermode="closest",
                xaxis=axis("Components K", range=[0.5, most_components + 0.5], dtick=1, tickformat="d"),
                yaxis=axis(f"{criterion} (lower is better)", _ends(list(known.values())), tickformat=","),
            ),
        ),
        alt=_finding(known, criterion, best, len(values)),
        table=_table(values, names, criterion, most_components),
    )


def nearest(
    values: Mapping[Place, float | None],
    clicked: tuple[float, float],
    ends: tuple[float, float] | None = None,
) -> Place | None:
    """The cell at the clicked K whose value is closest to the clicked one; None where there is none."""
    k = round(clicked[0])
    there = {place: value for place, value in values.items() if place.n_components == k and value is not None}
    return min(there, key=lambda place: abs((there[place] or 0.0) - clicked[1]), default=None)


def _line(
    position: int, name: str, values: Mapping[Place, float | None], most_components: int, criterion: str
) -> Trace:
    k = np.arange(1, most_components + 1)
    heights = [values.get(Place(name, int(each))) for each in k]
    return {
        "type": "scatter",
        "uid": f"criterion-{name}",
        "name": name,
        "mode": "lines+markers",
        "x": k.astype(np.int32),
        "y": compact([np.nan if height is None else height for height in heights]),
        "line": {"color": colour(position), "width": 2, "dash": LINES[position % len(LINES)]},
        "marker": {
            "color": colour(position),
            "symbol": symbol(position),
            "size": symbol_size(position, 8),
            "line": {"color": PAPER, "width": 1},
        },
        "hovertemplate": f"<b>{name}, K = %{{x}}</b><br>{criterion}: %{{y:,.1f}}<extra></extra>",
    }


def _mark(uid: str, name: str, place: Place | None, height: float, marker: dict[str, object]) -> Trace:
    assert place is not None
    return {
        "type": "scatter",
        "uid": uid,
        "name": name,
        "mode": "markers",
        "x": np.array([place.n_components], dtype=np.int32),
        "y": np.array([height]),
        "marker": marker,
        "hoverinfo": "skip",
    }


def _ends(values: list[float]) -> tuple[float, float] | None:
    if not values:
        return None
    low, high = min(values), float(np.quantile(values, SHOWN_SHARE))
    high = max(high, low + 1e-9 * abs(low))
    room = 0.12 * (high - low) or 1.0
    return low - room, high + 2 * room


def _finding(known: Mapping[Place, float], criterion: str, best: Place | None, n_cells: int) -> str:
    if best is None or best not in known:
        return f"No {criterion} yet."
    return (
        f"{criterion} is lowest, {number(known[best], 6)}, at {best.n_components} components with {best.name} "
        f"covariances, among {n_cells} fits."
    )


def _table(
    values: Mapping[Place, float | None], names: Sequence[str], criterion: str, most_components: int
) -> pd.DataFrame:
    k = range(1, most_components + 1)
    return pd.DataFrame(
        {
            "components": list(k),
            **{f"{criterion} {name}": [values.get(Place(name, each)) for each in k] for name in names},
        }
    )
