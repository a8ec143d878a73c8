"""Points as a person types them into one field: "1.5, 60; 4, 80"."""

from __future__ import annotations

import math
import re

import numpy as np

from gmm_core.arrays import FloatArray

MAX_CHARACTERS = 4_000
DIGITS = 5


def parse_points(text: str, n_axes: int) -> FloatArray:
    """The means (M, E) that a text holds: "1.5, 60; 4, 80"; those before the first that is none."""
    means: list[list[float]] = []
    for part in text[:MAX_CHARACTERS].split(";"):
        numbers = [_finite(word) for word in re.split(r"[,\s]+", part.strip())]
        if len(numbers) != n_axes or any(value is None for value in numbers):
            break
        means.append([value for value in numbers if value is not None])
    return np.array(means, dtype=np.float64).reshape(-1, n_axes)


def format_points(means: list[list[float]]) -> str:
    """The same text back, with coordinates to five significant digits."""
    return "; ".join(", ".join(f"{value:.{DIGITS}g}" for value in mean) for mean in means)


def _finite(word: str) -> float | None:
    try:
        value = float(word.replace("−", "-"))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
