"""Colours and symbols: a component looks the same in every figure, also distinguishable for colour-blind readers."""

from __future__ import annotations

from typing import Any

from plotly.colors import get_colorscale

INK = "var(--st-text-color)"
"""The text colour of the theme."""
PAPER = "var(--st-background-color)"
"""The background colour of the theme."""
ACCENT = "var(--st-primary-color)"
"""The primary colour of the theme."""

COLOURS = (
    "#3f90da",
    "#ffa90e",
    "#bd1f01",
    "#94a4a2",
    "#832db6",
    "#a96b59",
    "#e76300",
    "#b9ac70",
    "#717581",
    "#92dadd",
)
"""Petroff, Accessible Color Sequences for Data Visualization (2021), the sequence of ten."""

SYMBOLS = (
    "circle",
    "square",
    "triangle-up",
    "diamond",
    "triangle-down",
    "pentagon",
    "star",
    "hexagon",
    "triangle-left",
    "triangle-right",
)
"""The markers of components, in the order of their colour numbers."""
SYMBOL_SIZES = {
    "square": 0.9,
    "triangle-up": 1.25,
    "diamond": 1.05,
    "triangle-down": 1.25,
    "star": 1.3,
    "triangle-left": 1.25,
    "triangle-right": 1.25,
}
"""The size of a symbol that looks as large as a circle of size 1."""

DASHES = ("solid", "dash", "dot")
"""The dashes of lines with the first ten colour numbers, the next ten, and the ten after these."""

SYMBOLS_IN_SPACE = (
    "circle",
    "square",
    "diamond",
    "circle-open",
    "square-open",
    "diamond-open",
    "cross",
    "x",
)
"""The markers that Plotly draws in three dimensions."""

CENTROID_SYMBOL = "cross"
"""The marker of a mean; no component has it, so that a mean is not mistaken for a point."""

SEQUENTIAL: list[list[Any]] = get_colorscale("Cividis")
"""Cividis: perceptually uniform, and the same to readers with and without colour vision deficiency.

Source: Nuñez, Anderton and Renslow (2018), PLOS ONE 13(7).
"""


def colour(colour_number: int) -> str:
    """The colour of a colour number; colours repeat after ten, with another symbol."""
    return COLOURS[colour_number % len(COLOURS)]


def symbol(colour_number: int) -> str:
    """The marker of a colour number; no two of the first hundred share both colour and symbol."""
    return SYMBOLS[_symbol_position(colour_number, len(SYMBOLS))]


def symbol_size(colour_number: int | None, size: float) -> float:
    """The size at which the marker of a colour number looks as large as a circle of `size` pixels."""
    return size if colour_number is None else size * SYMBOL_SIZES.get(symbol(colour_number), 1.0)


def dash(colour_number: int) -> str:
    """The dashes of a colour number's line; lines of the same colour have different dashes."""
    return DASHES[colour_number // len(COLOURS) % len(DASHES)]


def symbol_in_space(colour_number: int) -> str:
    """The marker of a colour number in three dimensions, where Plotly has fewer."""
    return SYMBOLS_IN_SPACE[_symbol_position(colour_number, len(SYMBOLS_IN_SPACE))]


def _symbol_position(colour_number: int, available: int) -> int:
    # Steps of three are coprime with the ten symbols: each round of colours meets other symbols.
    return (colour_number + 3 * (colour_number // len(COLOURS))) % available


def translucent(hexadecimal: str, opacity: float) -> str:
    """A colour such as “#rrggbb” with an opacity from 0 to 1, as CSS."""
    red, green, blue = (int(hexadecimal[first : first + 2], 16) for first in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"
