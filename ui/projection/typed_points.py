"""Points as text, as a user types them into a field: “1.5, 60; 4, 80”."""

from __future__ import annotations

import math
import re

import numpy as np

from gmm_core.arrays import FloatArray

MAX_CHARACTERS = 4_000
"""The largest number of characters that are read."""
DIGITS = 5
"""The number of significant digits of a coordinate."""


def parse_points(text: str, n_axes: int) -> FloatArray:
    """The points (M, E) in a text such as “1.5, 60; 4, 80”, up to the first that is invalid."""
    means: list[list[float]] = []
    for part in text[:MAX_CHARACTERS].split(";"):
        numbers = [_finite(word) for word in re.split(r"[,\s]+", part.strip())]
        if len(numbers) != n_axes or any(value is None for value in numbers):
            break
        means.append([value for value in numbers if value is not None])
    return np.array(means, dtype=np.float64).reshape(-1, n_axes)


def format_points(means: list[list[float]]) -> str:
    """The text of the points, with five significant digits per coordinate."""
    return "; ".join(", ".join(f"{value:.{DIGITS}g}" for value in mean) for mean in means)


def _finite(word: str) -> float | None:
    try:
        value = float(word.replace("−", "-"))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
