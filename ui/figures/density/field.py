"""The density of a mixture at the nodes of a grid, over a plane or along a line."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.model.scores import log_sum_exp
from ui.figures.base.axes import compact
from ui.figures.base.borders import border_lines, cut_points
from ui.figures.base.curves import grid
from ui.figures.base.drawing import Trace
from ui.figures.base.palette import INK, PAPER
from ui.figures.density.scene import DensityScene

COLUMNS, ROWS = 128, 96
"""The number of nodes of the grid along x and y."""
N_POINTS = 601
"""The number of places along a line."""
TINT = 0.5
"""The opacity of the areas, which are below the points."""
SHADES = [[0, PAPER], [1, INK]]
"""The colour scale of areas, from the background to the text colour."""


@dataclass(frozen=True, eq=False)
class PlaneField:
    """The density at the nodes of a grid over the plane of a scene."""

    scene: DensityScene

    @cached_property
    def x(self) -> FloatArray:
        """The x coordinates of the grid's columns, shape (W,)."""
        return np.linspace(*self.scene.ends[0], COLUMNS)

    @cached_property
    def y(self) -> FloatArray:
        """The y coordinates of the grid's rows, shape (H,)."""
        return np.linspace(*self.scene.ends[1], ROWS)

    @cached_property
    def log_joint(self) -> FloatArray:
        """log π_k + log N(x | μ_k, Σ_k) at each node, shape (H, W, K)."""
        nodes = np.stack(np.meshgrid(self.x, self.y), axis=-1).reshape(-1, 2)
        return self.scene.mixture.log_joint(nodes).reshape(ROWS, COLUMNS, -1)

    @cached_property
    def log_density(self) -> FloatArray:
        """log p at each node, shape (H, W)."""
        return log_sum_exp(self.log_joint.reshape(ROWS * COLUMNS, -1).T).reshape(ROWS, COLUMNS)

    @cached_property
    def uncertainty(self) -> FloatArray:
        """1 − max_k r_k at each node, shape (H, W)."""
        return 1.0 - np.exp(self.log_joint.max(axis=2) - self.log_density)

    @cached_property
    def highest(self) -> float:
        """The largest log-density at any node or mean."""
        means = self.scene.mixture.log_density(self.scene.mixture.means)
        return max(float(means.max()), float(self.log_density.max()))

    def level_line(self, level: float) -> FloatArray:
        """The contour log p = `level` as one line, whose parts are separated by NaN, shape (P, 2)."""
        return border_lines(
            np.stack([self.log_density, np.full_like(self.log_density, level)], axis=-1), self.x, self.y
        )

    def area(self, kind: str, z: FloatArray, **more: Any) -> Trace:
        """A contour plot or heatmap of z (H, W), from the background to the text colour."""
        return {
            "type": kind,
            "uid": f"field-{kind}",
            "z": z.astype(np.float32),
            "x": compact(self.x),
            "y": compact(self.y),
            "colorscale": SHADES,
            "showscale": False,
            "showlegend": False,
            "opacity": TINT,
            **more,
        }


@dataclass(frozen=True, eq=False)
class LineField:
    """The density along the axis of a scene of one feature."""

    scene: DensityScene

    @cached_property
    def x(self) -> FloatArray:
        """The places where the density is evaluated, shape (G,)."""
        return grid(self.scene.mixture, self.scene.ends[0], N_POINTS)

    @cached_property
    def log_joint(self) -> FloatArray:
        """log π_k + log N(x | μ_k, σ²_k) at each place, shape (G, K)."""
        return self.scene.mixture.log_joint(self.x[:, None])

    @cached_property
    def log_density(self) -> FloatArray:
        """log p at each place, shape (G,)."""
        return log_sum_exp(self.log_joint.T)

    def intervals(self, level: float) -> FloatArray:
        """The intervals within the axis where log p is at least `level`, shape (I, 2)."""
        inside = self.log_density >= level
        cuts = cut_points(np.column_stack([self.log_density, np.full_like(self.log_density, level)]), self.x)
        edges = [*([self.x[0]] if inside[0] else []), *cuts.tolist(), *([self.x[-1]] if inside[-1] else [])]
        return np.array(edges, dtype=np.float64).reshape(-1, 2)
