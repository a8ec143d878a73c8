"""Document: writes JSON, and parses it within limits; invalid JSON raises a DataError with one sentence."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from gmm_core.errors import DataError
from gmm_core.wording import quoted

MAX_BYTES = 50_000_000
"""Largest model file that is read, in bytes."""
MAX_VALUES = 2_000_000
"""Most JSON values in a model file: a hostile file within MAX_BYTES could hold enough values to fill the memory."""


def parsed(content: bytes) -> object:
    """Parse a JSON document whose size and number of values are checked first.

    NaN and infinities are accepted here; `Fields` refuses them where it checks numbers.

    Raises
    ------
    DataError
        If the document is too large, not UTF-8, not JSON, nested too deeply, or repeats a name within one object.
    """
    require_size(len(content))
    values = 1 + content.count(b",") + content.count(b"[") + content.count(b"{")
    if values > MAX_VALUES:
        raise DataError(
            f"The model file holds more than the {MAX_VALUES:,} values that are read at most: fit fewer columns."
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise DataError(
            f"The model file is not UTF-8 from byte {problem.start:,} on: choose the file as it was downloaded."
        ) from problem
    try:
        return json.loads(text, object_pairs_hook=_object, parse_int=_whole_number)
    except json.JSONDecodeError as problem:
        raise DataError(
            f"The file is no JSON, or breaks off, in line {problem.lineno:,} at character {problem.colno:,}: choose a "
            "model file as it was downloaded."
        ) from problem
    except RecursionError as problem:
        raise DataError(
            "The file is nested far deeper than a model file: choose one as it was downloaded."
        ) from problem


def written(value: object, depth: int = 0) -> str:
    """JSON text with a line for each field and for each row of a matrix; `depth` is the indentation, in spaces."""
    if isinstance(value, dict):
        inner = " " * (depth + 1)
        fields = [f"{inner}{json.dumps(name)}: {written(part, depth + 1)}" for name, part in value.items()]
        return "{\n" + ",\n".join(fields) + "\n" + " " * depth + "}"
    if isinstance(value, list) and value and isinstance(value[0], list):
        inner = " " * (depth + 1)
        return (
            "[\n" + ",\n".join(inner + written(part, depth + 1) for part in value) + "\n" + " " * depth + "]"
        )
    return json.dumps(value, ensure_ascii=True, allow_nan=False)


def require_size(size: int) -> None:
    """Raise DataError if a file has more than MAX_BYTES bytes."""
    if size > MAX_BYTES:
        raise DataError(
            f"The model file has more than the {MAX_BYTES / 1e6:,.0f} MB that are read at most: fit fewer columns."
        )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = next(name for name, count in counts.items() if count > 1)
        raise DataError(f"{quoted(twice)} stands twice in one object of the model file: keep one of them.")
    return fields


def _whole_number(digits: str) -> int | float:
    # Python refuses integers of more than 4,300 digits, and parses shorter ones in quadratic time.
    return int(digits) if len(digits) < 20 else float(digits)
