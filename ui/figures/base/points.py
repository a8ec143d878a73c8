"""The points of a figure: which rows are drawn, their groups of equal appearance, and their hover texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.errors import ParameterError
from ui.figures.base.blend import blended
from ui.figures.base.palette import INK, colour
from ui.figures.base.wording import component_name, percent
from ui.shell.text import plain

Colouring = Literal["component", "responsibility", "true label", "none"]

SAMPLING_SEED = 20
"""The seed of the sample of drawn rows, which is the same in every figure."""
MAX_LABELS = 20
"""The largest number of true labels with a group of their own; the others share one."""
MAX_RESPONSIBILITIES_SHOWN = 5
"""The largest number of responsibilities in a hover text."""
DECIDED_RESPONSIBILITY = 0.8
"""A point is undecided if its largest responsibility is below this."""


@dataclass(frozen=True, eq=False)
class Group:
    """Points of equal appearance: one trace, and one entry of the legend.

    Parameters
    ----------
    rows : (n,)
        The positions of the points in the data.
    key : str
        Identifies the group when the figure changes.
    name : str
        The entry of the legend, escaped; empty if the group has none.
    colour_number : int or None
        The colour number of its symbol; None for a circle.
    marker : dict
        The Plotly marker, at least its colour.
    hover_text : str
        A line of the hover text of its points, escaped.
    """

    rows: IntArray
    key: str
    name: str
    colour_number: int | None
    marker: dict[str, Any] = field(default_factory=dict)
    hover_text: str = ""


@dataclass(frozen=True, eq=False)
class PointAttributes:
    """What is known of the rows (N) beside their coordinates.

    Parameters
    ----------
    responsibilities : (N, K) or None
        The responsibilities; None if nothing is fitted.
    weights : (K,)
        The weights π_k, for the legend.
    colour_numbers : (K,)
        The colour number of each component.
    true_labels : (N,) or None
        The true labels, of any type; a missing one (None, NaN) is drawn as “no label”.
    row_numbers : (N,) or None
        The number of each row on screen; by default its position, counted from 0.
    """

    responsibilities: FloatArray | None = None
    weights: Sequence[float] = ()
    colour_numbers: Sequence[int] = ()
    true_labels: ArrayLike | None = None
    row_numbers: ArrayLike | None = None


def drawn_rows(n_points: int, most: int) -> IntArray:
    """The positions of all rows or, if there are more than `most`, of a random sample in order, always the same."""
    if n_points <= most:
        return np.arange(n_points)
    return np.sort(np.random.default_rng(SAMPLING_SEED).choice(n_points, most, replace=False))


def groups(attributes: PointAttributes, colouring: Colouring, rows: IntArray) -> list[Group]:
    """Divide the chosen `rows` into groups of equal appearance; a component without points keeps its empty group."""
    if colouring not in GROUPINGS:
        known = ", ".join(get_args(Colouring))
        raise ParameterError(f"Points cannot be coloured by {colouring!r}: choose one of {known}.")
    return GROUPINGS[colouring](attributes, rows)


def customdata(attributes: PointAttributes, rows: IntArray) -> NDArray[Any]:
    """The numbers in the hover text of each point: its row number, then its responsibilities in percent.

    Up to five components are in their order; of more, the five largest responsibilities, each after the number of its
    component.
    """
    numbers = rows if attributes.row_numbers is None else np.asarray(attributes.row_numbers)[rows]
    # Whole numbers beyond 2²⁴ have no float32 of their own.
    precise = np.float64 if len(numbers) and np.abs(numbers).max() >= 1 << 24 else np.float32
    if attributes.responsibilities is None:
        return numbers[:, None].astype(precise)
    responsibilities = np.asarray(attributes.responsibilities)[rows]
    n_components = responsibilities.shape[1]
    if n_components <= MAX_RESPONSIBILITIES_SHOWN:
        return np.column_stack([numbers, 100 * responsibilities]).astype(precise)
    largest = np.argsort(-responsibilities, axis=1, kind="stable")[:, :MAX_RESPONSIBILITIES_SHOWN]
    hover_text = np.empty((len(rows), 1 + 2 * MAX_RESPONSIBILITIES_SHOWN), dtype=precise)
    hover_text[:, 0] = numbers
    hover_text[:, 1::2] = largest + 1
    hover_text[:, 2::2] = 100 * np.take_along_axis(responsibilities, largest, axis=1)
    return hover_text


def coordinate_lines(names: Sequence[str], labels: Sequence[str]) -> list[str]:
    """The lines of a hover text with the coordinates (“x”, “y”) and their columns' names, which are escaped here."""
    return [f"{plain(label)}: %{{{name}}}" for name, label in zip(names, labels, strict=True)]


def hovertemplate(attributes: PointAttributes, coordinates: Sequence[str], hover_text: str = "") -> str:
    """The hover text of points: row number, the lines with the coordinates, and responsibilities."""
    lines = ["<b>Row %{customdata[0]:.0f}</b>", *coordinates]
    if hover_text:
        lines.append(hover_text)
    if attributes.responsibilities is not None:
        n_components = np.shape(attributes.responsibilities)[1]
        if n_components <= MAX_RESPONSIBILITIES_SHOWN:
            shown = [(f"{k + 1}", k + 1) for k in range(n_components)]
        else:
            shown = [
                (f"%{{customdata[{2 * i + 1}]:.0f}}", 2 * i + 2) for i in range(MAX_RESPONSIBILITIES_SHOWN)
            ]
        lines += [f"component {name}: %{{customdata[{column}]:.1f}} %" for name, column in shown]
    return "<br>".join(lines) + "<extra></extra>"


def _by_component(attributes: PointAttributes, rows: IntArray) -> list[Group]:
    responsibilities = _required(attributes, "component")
    labels = np.asarray(responsibilities)[rows].argmax(axis=1)
    return [
        Group(
            rows=rows[labels == k],
            key=f"component-{colour_number}",
            name=component_name(k, attributes.weights[k]),
            colour_number=colour_number,
            marker={"color": colour(colour_number)},
        )
        for k, colour_number in enumerate(attributes.colour_numbers)
    ]


def _by_responsibility(attributes: PointAttributes, rows: IntArray) -> list[Group]:
    responsibilities = _required(attributes, "responsibility")
    shades = blended(
        np.asarray(responsibilities)[rows],
        [colour(colour_number) for colour_number in attributes.colour_numbers],
    )
    return [Group(rows=rows, key="blended", name="", colour_number=None, marker=shades.marker())]


def _by_true_label(attributes: PointAttributes, rows: IntArray) -> list[Group]:
    if attributes.true_labels is None:
        raise ParameterError("This data has no true labels: choose another colouring.")
    codes, distinct = pd.factorize(np.asarray(attributes.true_labels, dtype=object), sort=False)
    names = [str(label) for label in distinct]
    order = sorted(range(len(names)), key=lambda code: _natural_order(names[code]))
    if len(order) > MAX_LABELS:
        sizes = np.bincount(codes[codes >= 0], minlength=len(names))
        most_frequent = set(np.argsort(-sizes, kind="stable")[: MAX_LABELS - 1].tolist())
        order = [code for code in order if code in most_frequent]
    drawn = codes[rows]
    label_groups = [
        Group(
            rows=rows[drawn == code],
            key=f"label-{colour_number}",
            name=plain(names[code], 24) or "(empty)",
            colour_number=colour_number,
            marker={"color": colour(colour_number)},
            hover_text=f"label: {plain(names[code], 24)}",
        )
        for colour_number, code in enumerate(order)
    ]
    rest = {
        "label-other": ("other labels", (drawn >= 0) & ~np.isin(drawn, order)),
        "label-none": ("no label", drawn < 0),
    }
    label_groups += [
        Group(rows=rows[those], key=key, name=name, colour_number=None, marker={"color": INK, "opacity": 0.4})
        for key, (name, those) in rest.items()
        if those.any()
    ]
    return label_groups


def _uncoloured(attributes: PointAttributes, rows: IntArray) -> list[Group]:
    return [
        Group(rows=rows, key="points", name="", colour_number=None, marker={"color": INK, "opacity": 0.45})
    ]


GROUPINGS: dict[str, Callable[[PointAttributes, IntArray], list[Group]]] = {
    "component": _by_component,
    "responsibility": _by_responsibility,
    "true label": _by_true_label,
    "none": _uncoloured,
}


def _required(attributes: PointAttributes, colouring: str) -> FloatArray:
    if attributes.responsibilities is None:
        raise ParameterError(f"Nothing is fitted, so points have no {colouring}: fit a mixture first.")
    return attributes.responsibilities


def _natural_order(name: str) -> tuple[int, int, str]:
    """The sort key that puts whole numbers in their order first, then text alphabetically."""
    return (0, int(name), name) if name.lstrip("-").isdecimal() else (1, 0, name.casefold())


def undecided_sentence(responsibilities: FloatArray) -> str:
    """A sentence with the number of points without a responsibility (N, K) of at least 80 %; empty for K = 1."""
    n_points, n_components = responsibilities.shape
    if n_components < 2 or not n_points:
        return ""
    count = int((responsibilities.max(axis=1) < DECIDED_RESPONSIBILITY).sum())
    if not count:
        return f"Every point has a responsibility of {percent(DECIDED_RESPONSIBILITY)} or more."
    return f"{count:,} of {n_points:,} points have no responsibility of {percent(DECIDED_RESPONSIBILITY)} or more."
