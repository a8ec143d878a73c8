"""The array types of the core, named once."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


def read_only(values: ArrayLike | NDArray[Any]) -> FloatArray:
    """A float64, C-contiguous array that nobody can write to; the input itself where it already is one."""
    array = np.ascontiguousarray(values, dtype=np.float64)
    if array.flags.writeable:
        if array is values or array.base is not None:
            array = array.copy()
        array.setflags(write=False)
    return array
