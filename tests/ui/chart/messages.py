"""A message to the browser, read as the browser reads it."""

import json
import struct
from typing import Any

import numpy as np


def unpack(message: bytes) -> Any:
    """The tree again, arrays as lists: what chart_figure.js does, in Python."""
    (length,) = struct.unpack_from("<I", message)
    start = -(-(4 + length) // 8) * 8

    def restore(node: dict[str, Any]) -> Any:
        if "array" not in node:
            return node
        name, offset, shape = node["array"]
        dtype = np.dtype(name.removesuffix("Array").lower())
        assert offset % 8 == 0
        return np.frombuffer(message, dtype, int(np.prod(shape)), start + offset).reshape(shape).tolist()

    return json.loads(message[4 : 4 + length], object_hook=restore)
