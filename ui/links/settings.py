"""The settings that an address holds, as pairs of a name and a value."""

from __future__ import annotations

import math
from collections.abc import Iterable


def without_infinite_numbers(settings: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The settings of an address without infinite numbers, which Streamlit fails to convert to integers."""
    return [(name, value) for name, value in settings if not _is_infinite(value)]


def _is_infinite(text: str) -> bool:
    try:
        return math.isinf(float(text))
    except ValueError:
        return False
