"""The message with a figure for the browser: a JSON tree, followed by the arrays as bytes.

Layout: 4 bytes with the length of the JSON, little-endian; the JSON in UTF-8; then the arrays, each starting at a
multiple of 8 bytes from the start, so that the browser can use them as typed arrays without a copy.
In the JSON an array is {"array": [class, first byte, shape]}, where the first byte counts from the end
of the JSON, rounded up to 8.

`figure.to_json()` is slower: it writes arrays in base64, which Streamlit then escapes into JSON twice more.
"""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.utils import PlotlyJSONEncoder

_ALIGNMENT = 8
"""Each array starts at a multiple of this number of bytes."""
_TYPED_ARRAYS = {
    "int8": "Int8Array",
    "uint8": "Uint8Array",
    "int16": "Int16Array",
    "uint16": "Uint16Array",
    "int32": "Int32Array",
    "uint32": "Uint32Array",
    "float32": "Float32Array",
    "float64": "Float64Array",
}
"""The JavaScript class of each dtype that is sent as bytes."""
_MAXIMUM_TABLE_ROWS = 500
"""The largest number of rows of the table of a figure."""
# Pairs and palettes, which plotly.js expects as plain lists.
_PLAIN_LISTS = frozenset({"range", "domain", "colorscale", "geojson", "layers"})
"""The properties of a figure whose arrays are sent as JSON lists."""


def figure_tree(figure: go.Figure) -> dict[str, Any]:
    """The figure's own properties with its arrays, without its template, since the component applies the theme."""
    layout = figure.layout.to_plotly_json()
    layout.pop("template", None)
    # Constant, so that zoom, camera and legend toggles outlive a new figure unless the figure says otherwise.
    layout.setdefault("uirevision", "keep")
    tree = {"data": [trace.to_plotly_json() for trace in figure.data], "layout": layout}
    if figure.frames:
        tree["frames"] = [frame.to_plotly_json() for frame in figure.frames]
    return tree


def table_tree(table: pd.DataFrame) -> dict[str, Any]:
    """The column names, the first rows by column (numbers as arrays, all else as text) and the number of rows."""
    if not isinstance(table.index, pd.RangeIndex):
        names = [name if name is not None else "" for name in table.index.names]
        table = table.reset_index(names=names, allow_duplicates=True)
    head = table.head(_MAXIMUM_TABLE_ROWS)
    return {
        "names": [str(name) for name in head.columns],
        "columns": [_column(head.iloc[:, position]) for position in range(head.shape[1])],
        "rows": len(table),
    }


def pack(tree: Mapping[str, Any]) -> bytes:
    """Pack a tree of dicts, lists, scalars and NumPy arrays into one message."""
    blocks: list[bytes] = []
    body = json.dumps(_lift(tree, blocks), cls=PlotlyJSONEncoder, separators=(",", ":")).encode()
    head = len(body).to_bytes(4, "little") + body
    return b"".join((head, _padding(len(head)), *blocks))


def _lift(node: Any, blocks: list[bytes]) -> Any:
    """The node with each numeric array moved to `blocks`, and a reference in its place."""
    if isinstance(node, np.ndarray):
        return _reference(node, blocks)
    if isinstance(node, Mapping):
        return {
            name: value.tolist()
            if name in _PLAIN_LISTS and isinstance(value, np.ndarray)
            else _lift(value, blocks)
            for name, value in node.items()
        }
    if isinstance(node, list | tuple):
        return [_lift(value, blocks) for value in node]
    return node


def _reference(array: np.ndarray, blocks: list[bytes]) -> Any:
    typed = _as_typed_array(array)
    if typed is None or typed.size == 0 or typed.ndim == 0:
        return array
    first_byte = sum(map(len, blocks))
    content = np.ascontiguousarray(typed).tobytes()
    blocks.append(content + _padding(len(content)))
    return {"array": [_TYPED_ARRAYS[typed.dtype.name], first_byte, list(typed.shape)]}


def _as_typed_array(array: np.ndarray) -> np.ndarray | None:
    """The array in a dtype that JavaScript has; None for text, objects and dates, which are sent as JSON."""
    if array.dtype.name in _TYPED_ARRAYS and array.dtype.isnative:
        return array
    if array.dtype.kind not in "biuf":
        return None
    if array.dtype.kind == "f":
        return array.astype(np.float32 if array.dtype.itemsize == 2 else np.float64)
    if array.dtype.kind == "b":
        return array.view(np.uint8)
    # JavaScript has no 64-bit integer among Plotly's types; a double holds them exactly up to 2**53.
    return array.astype(np.float64 if array.dtype.itemsize == 8 else array.dtype.newbyteorder("="))


def _column(values: pd.Series) -> Any:
    if values.dtype.kind in "iuf":
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    return [None if gap else str(value) for value, gap in zip(values, values.isna(), strict=True)]


def _padding(length: int) -> bytes:
    return b"\0" * (-length % _ALIGNMENT)
