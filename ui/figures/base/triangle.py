"""The lower triangle of a matrix of panels: its axes, and the names of the features on its diagonal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ui.figures.base.axes import axis, layout
from ui.figures.base.drawing import Layout
from ui.shell.text import plain

MAX_FEATURES = 6
"""The largest number of features."""
PANEL_GAP = 0.025
"""The gap between two panels, as a share of the figure."""
PANEL_AXIS = {"tickangle": 0, "showgrid": False, "showline": True, "mirror": "all"}
"""The axes of a panel: a frame and no grid, because the panels are small."""


def triangle_layout(named: str, labels: Sequence[str], all_ends: Sequence[tuple[float, float]]) -> Layout:
    """The layout: a panel for each pair, an x axis per column, a y axis per row; the legend is above the diagonal."""
    n_features = len(labels)
    cell = (1 - PANEL_GAP * (n_features - 1)) / n_features
    axes: dict[str, Any] = {}
    panel = {**PANEL_AXIS, "nticks": 4 if n_features < 5 else 3}
    lowest = axis_name("y", n_features - 1 if n_features > 1 else MAX_FEATURES)
    for feature, ends in enumerate(all_ends):
        start = feature * (cell + PANEL_GAP)
        end = min(start + cell, 1.0)
        across, down = [start, end], [1 - end, 1 - start]
        axes[_layout_name("x", feature)] = axis("", ends, domain=across, anchor=lowest, **panel)
        if feature:
            axes[_layout_name("y", feature)] = axis("", ends, domain=down, anchor="x", **panel)
        axes[_layout_name("y", MAX_FEATURES + feature)] = {
            "domain": down,
            "anchor": axis_name("x", feature),
            "rangemode": "tozero",
            "showticklabels": False,
            "showgrid": False,
            "zeroline": False,
            "showline": True,
            "mirror": True,
            "fixedrange": True,
        }
    legend = {
        "orientation": "v",
        "x": 1,
        "xanchor": "right",
        "y": 1,
        "yanchor": "top",
        "itemsizing": "constant",
        "tracegroupgap": 0,
    }
    return {
        **layout(named),
        **axes,
        **({"legend": legend} if n_features > 1 else {}),
        "barmode": "stack",
        "bargap": 0,
        "annotations": [_name(label, feature, n_features, cell) for feature, label in enumerate(labels)],
    }


def _name(label: str, feature: int, n_features: int, cell: float) -> dict[str, Any]:
    """The annotation with a feature's name above its panel of the diagonal, where there is free space to the right."""
    last = feature == n_features - 1 and feature > 0
    start = feature * (cell + PANEL_GAP)
    lines = _wrapped(label, max(7, 42 // n_features)) if last else [label]
    return {
        "text": "<br>".join(f"<b>{plain(line, 24)}</b>" for line in lines),
        "x": min(start + cell, 1.0) if last else start,
        "xanchor": "right" if last else "left",
        "align": "right" if last else "left",
        "y": 1 - start,
        "yanchor": "bottom",
        "xref": "paper",
        "yref": "paper",
        "showarrow": False,
    }


def _wrapped(label: str, width: int) -> list[str]:
    """The label on at most three lines, broken at spaces and after underscores."""
    lines = [""]
    for part in re.findall(r"[^\s_]*_|[^\s_]+", label):
        joined = f"{lines[-1]}{'' if lines[-1].endswith('_') else ' '}{part}".strip()
        if lines[-1] and len(joined) > width and len(lines) < 3:
            lines.append(part)
        else:
            lines[-1] = joined
    return lines


def axis_name(letter: str, position: int) -> str:
    """The name of an axis in a trace: x, x2, x3, …; the y axes of densities follow those of the features."""
    return letter if position == 0 else f"{letter}{position + 1}"


def _layout_name(letter: str, position: int) -> str:
    return f"{letter}axis" if position == 0 else f"{letter}axis{position + 1}"
