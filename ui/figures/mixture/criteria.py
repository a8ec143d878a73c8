"""A criterion against the number of components, with a line for each covariance structure and a mark at the lowest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ui.figures.base.axes import axis, compact, layout
from ui.figures.base.drawing import Drawing, Trace, figure
from ui.figures.base.palette import ACCENT, INK, PAPER, colour, symbol, symbol_size
from ui.figures.base.wording import number

LINE_DASHES = ("solid", "dash", "dot", "dashdot")
"""The dashes of the lines."""
SHOWN_SHARE = 0.75
"""The share of all values that the axis shows; the criterion of one component is often far above the others."""


@dataclass(frozen=True)
class GridPosition:
    """A cell of the grid: the name of its covariance structure, and its number of components K."""

    name: str
    n_components: int


def criteria(
    values: Mapping[GridPosition, float | None],
    names: Sequence[str],
    criterion: str,
    *,
    most_components: int,
    best: GridPosition | None = None,
    current: GridPosition | None = None,
    revision: str = "",
) -> Drawing:
    """The lines over K = 1 … `most_components`; lower is better.

    Parameters
    ----------
    values : mapping of GridPosition to float or None
        The criterion of each finished cell; None where it is not meaningful, which leaves a gap in the line.
    names : sequence of str
        The covariance structures, one for each line.
    criterion : str
        The name of the criterion, for the axis.
    most_components : int
        The end of the axis, even if not all cells are finished.
    best, current : Place or None
        The cell of lowest value, and the cell of the current model.
    revision : str
        Identifies the data; zoom persists while it is the same.
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


def nearest_position(
    values: Mapping[GridPosition, float | None],
    clicked: tuple[float, float],
    ends: tuple[float, float] | None = None,
) -> GridPosition | None:
    """The cell at the clicked K whose value is nearest to the clicked one; None if there is none."""
    k = round(clicked[0])
    there = {place: value for place, value in values.items() if place.n_components == k and value is not None}
    return min(there, key=lambda place: abs((there[place] or 0.0) - clicked[1]), default=None)


def _line(
    position: int,
    name: str,
    values: Mapping[GridPosition, float | None],
    most_components: int,
    criterion: str,
) -> Trace:
    k = np.arange(1, most_components + 1)
    heights = [values.get(GridPosition(name, int(each))) for each in k]
    return {
        "type": "scatter",
        "uid": f"criterion-{name}",
        "name": name,
        "mode": "lines+markers",
        "x": k.astype(np.int32),
        "y": compact([np.nan if height is None else height for height in heights]),
        "line": {"color": colour(position), "width": 2, "dash": LINE_DASHES[position % len(LINE_DASHES)]},
        "marker": {
            "color": colour(position),
            "symbol": symbol(position),
            "size": symbol_size(position, 8),
            "line": {"color": PAPER, "width": 1},
        },
        "hovertemplate": f"<b>{name}, K = %{{x}}</b><br>{criterion}: %{{y:,.1f}}<extra></extra>",
    }


def _mark(uid: str, name: str, place: GridPosition | None, height: float, marker: dict[str, object]) -> Trace:
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


def _finding(
    known: Mapping[GridPosition, float], criterion: str, best: GridPosition | None, n_cells: int
) -> str:
    if best is None or best not in known:
        return f"No {criterion} yet."
    return (
        f"{criterion} is lowest, {number(known[best], 6)}, at {best.n_components} components with {best.name} "
        f"covariances, among {n_cells} fits."
    )


def _table(
    values: Mapping[GridPosition, float | None], names: Sequence[str], criterion: str, most_components: int
) -> pd.DataFrame:
    k = range(1, most_components + 1)
    return pd.DataFrame(
        {
            "components": list(k),
            **{f"{criterion} {name}": [values.get(GridPosition(name, each)) for each in k] for name in names},
        }
    )
