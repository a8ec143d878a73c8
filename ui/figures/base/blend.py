"""Colours blended by responsibility, few enough to be sent as codes and a colour scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gmm_core.arrays import FloatArray

MAX_COLOURS = 256
"""The largest number of different colours in one figure."""
FINEST_CELL = 0.01
"""The smallest side of a cell of OKLab whose colours are merged: about half the difference that the eye can see."""

_LMS_FROM_LINEAR = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_OKLAB_FROM_LMS = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


@dataclass(frozen=True, eq=False)
class BlendedColours:
    """Blended colours of N points: codes (N,) of int16 into `colours`, at most 256 texts such as “#rrggbb”."""

    codes: NDArray[np.int16]
    colours: tuple[str, ...]

    def marker(self) -> dict[str, Any]:
        """The fields of a Plotly marker: the codes, and a colour scale with a stop at each code."""
        last = max(1, len(self.colours) - 1)
        stops = self.colours if len(self.colours) > 1 else self.colours * 2
        return {
            "color": self.codes,
            "cmin": 0,
            "cmax": last,
            "colorscale": [[index / last, stop] for index, stop in enumerate(stops)],
            "showscale": False,
        }


def blended(responsibilities: FloatArray, colours: Sequence[str]) -> BlendedColours:
    """The blended colour Σ_k r_nk colour_k of each row, computed in OKLab, where an even blend looks half-way between.

    Blends are merged within cells of OKLab, which are as small as 256 colours allow; the colour of a cell is the mean
    of the blends in it.

    Source: Ottosson, A perceptual color space for image processing (2020).
    """
    mixtures = np.asarray(responsibilities, dtype=np.float64) @ oklab(colours)
    cell = FINEST_CELL
    while True:
        grid = np.round((mixtures + 1.0) / cell).astype(np.int64)
        keys = (grid[:, 0] * 4096 + grid[:, 1]) * 4096 + grid[:, 2]
        distinct, codes = np.unique(keys, return_inverse=True)
        if len(distinct) <= MAX_COLOURS:
            break
        cell *= 1.5
    sizes = np.bincount(codes, minlength=len(distinct))
    cells = [np.bincount(codes, weights=axis, minlength=len(distinct)) / sizes for axis in mixtures.T]
    return BlendedColours(codes.astype(np.int16), hexadecimal(np.column_stack(cells)))


def oklab(colours: Sequence[str]) -> FloatArray:
    """Convert K colours such as “#rrggbb” to OKLab, shape (K, 3)."""
    srgb = np.array([[int(c[first : first + 2], 16) for first in (1, 3, 5)] for c in colours]) / 255.0
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    return np.cbrt(linear @ _LMS_FROM_LINEAR.T) @ _OKLAB_FROM_LMS.T


def hexadecimal(lab: FloatArray) -> tuple[str, ...]:
    """Convert OKLab colours (C, 3) to texts such as “#rrggbb”, clipped to the range of a screen."""
    lms = (lab @ np.linalg.inv(_OKLAB_FROM_LMS).T) ** 3
    linear = np.clip(lms @ np.linalg.inv(_LMS_FROM_LINEAR).T, 0.0, 1.0)
    srgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return tuple("#{:02x}{:02x}{:02x}".format(*row) for row in np.round(255 * srgb).astype(int).tolist())
