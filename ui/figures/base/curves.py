"""The densities of a mixture with one feature, as curves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.model.mixture import Mixture
from ui.figures.base.axes import compact
from ui.figures.base.drawing import Trace
from ui.figures.base.palette import INK, colour, translucent
from ui.figures.base.wording import component_name


def grid(mixture: Mixture, ends: tuple[float, float], n_points: int = 201) -> FloatArray:
    """The places where densities are evaluated: evenly between the `ends`, and closer around each mean."""
    deviations = np.sqrt(mixture.covariances[:, 0, 0])
    near = mixture.means[:, :1] + deviations[:, None] * np.linspace(-3.0, 3.0, 25)
    near = near[(near > ends[0]) & (near < ends[1])]
    return np.unique(np.concatenate([np.linspace(*ends, n_points), near]))


def weighted_densities(mixture: Mixture, at: FloatArray) -> FloatArray:
    """π_k N(x | μ_k, σ²_k) at each place (G,), shape (K, G); their sum over k is the density of the mixture."""
    return np.exp(mixture.log_joint(at[:, None])).T


def curve_traces(
    at: FloatArray,
    densities: FloatArray,
    weights: Sequence[float],
    colour_numbers: Sequence[int],
    *,
    axes: tuple[str, str] = ("x", "y"),
    in_legend: bool = False,
    in_ink: bool = False,
) -> list[Trace]:
    """A tinted curve for each component, and a stronger curve in the text colour for the mixture."""
    x = compact(at)
    where = {"xaxis": axes[0], "yaxis": axes[1]}
    traces: list[Trace] = [
        {
            "type": "scatter",
            "uid": f"density-{axes[0]}-{colour_number}",
            "name": component_name(position, weights[position]),
            "legendgroup": f"component-{colour_number}",
            "showlegend": in_legend,
            "mode": "lines",
            "x": x,
            "y": density.astype(np.float32),
            "line": {"color": INK if in_ink else colour(colour_number), "width": 1 if in_ink else 2},
            "fill": "none" if in_ink else "tozeroy",
            "fillcolor": translucent(colour(colour_number), 0.12),
            "hovertemplate": f"component {position + 1}: %{{y:.3~g}}<extra></extra>",
            **where,
        }
        for position, (colour_number, density) in enumerate(zip(colour_numbers, densities, strict=True))
    ]
    traces.append(
        {
            "type": "scatter",
            "uid": f"density-{axes[0]}-mixture",
            "name": "mixture",
            "legendgroup": "mixture",
            "showlegend": in_legend,
            "mode": "lines",
            "x": x,
            "y": densities.sum(axis=0).astype(np.float32),
            "line": {"color": INK, "width": 2.5},
            "hovertemplate": "mixture: %{y:.3~g}<extra></extra>",
            **where,
        }
    )
    return traces
