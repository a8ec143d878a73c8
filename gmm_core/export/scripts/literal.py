"""Literals: writes values as Python code. Text from outside goes through `repr`, so that it cannot become code."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

WIDTH = 100
"""Most characters of a line of code."""


def number(value: float, digits: int = 17) -> str:
    """A number with this many significant digits; 17 digits keep a float64 exactly."""
    if math.isnan(value):
        return "np.nan"
    if math.isinf(value):
        return "np.inf" if value > 0 else "-np.inf"
    return repr(float(value)) if digits >= 17 else repr(float(f"{value:.{digits}g}"))


def array(values: ArrayLike, digits: int = 17, indent: int = 0) -> str:
    """A NumPy array of one, two or three dimensions as `np.array(...)`, on several lines if it is long."""
    nested = nested_list(np.asarray(values, dtype=np.float64), digits, indent + 4)
    on_one_line = f"np.array({nested.strip()})"
    if "\n" not in nested and len(on_one_line) + indent < WIDTH - 20:
        return on_one_line
    return f"np.array(\n{nested}\n{' ' * indent})"


def nested_list(values: np.ndarray, digits: int, indent: int) -> str:
    """The nested lists of an array, indented; each row of a matrix is on its own line."""
    space = " " * indent
    if values.ndim == 1:
        text = ", ".join(number(value, digits) for value in values)
        if len(text) + indent + 2 <= WIDTH:
            return f"{space}[{text}]"
        inner = " " * (indent + 4)
        wrapped = textwrap.fill(
            text, WIDTH, initial_indent=inner, subsequent_indent=inner, break_long_words=False
        )
        return f"{space}[\n{wrapped},\n{space}]"
    parts = [nested_list(part, digits, indent + 4) for part in values]
    on_one_line = f"{space}[{', '.join(part.strip() for part in parts)}]"
    if values.ndim == 2 and "\n" not in on_one_line.strip() and len(on_one_line) <= WIDTH - 20:
        return on_one_line
    return f"{space}[\n" + ",\n".join(parts) + f",\n{space}]"


def texts(values: Sequence[str], brackets: str = "[]", indent: int = 0) -> str:
    """Texts as a list, or with `brackets` "()" as a tuple, on several lines if they are long."""
    opening, closing = brackets[0], brackets[1]
    parts = [repr(value) for value in values]
    on_one_line = opening + ", ".join(parts) + ("," if brackets == "()" and len(parts) == 1 else "") + closing
    if len(on_one_line) + indent <= WIDTH - 30:
        return on_one_line
    lines, inner = [""], " " * (indent + 4)
    for part in parts:  # not textwrap, which would break within a name
        if lines[-1] and len(inner) + len(lines[-1]) + len(part) + 2 > WIDTH:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + part + ","
    return f"{opening}\n" + "".join(f"{inner}{line}\n" for line in lines) + " " * indent + closing


def call(name: str, positional: Sequence[str], keywords: Mapping[str, str]) -> str:
    """A call of a function; the arguments are code, one per line if they are too long for a single line."""
    arguments = [*positional, *(f"{key}={value}" for key, value in keywords.items())]
    on_one_line = f"{name}({', '.join(arguments)})"
    if len(on_one_line) <= WIDTH and "\n" not in on_one_line:
        return on_one_line
    return f"{name}(\n" + "".join(f"    {argument},\n" for argument in arguments) + ")"
