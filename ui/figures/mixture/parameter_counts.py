"""The number of free parameters of each covariance structure against the number of features."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from gmm_core.model.covariance.family import CovarianceStructure
from ui.figures.base.axes import axis, layout
from ui.figures.base.drawing import Drawing, Trace, figure
from ui.figures.base.palette import INK, PAPER, colour, symbol
from ui.figures.base.wording import listed

MIN_FEATURES_SHOWN = 12
"""The smallest end of the axis of features."""
LINE_DASHES = ("solid", "dash", "dot", "dashdot")
"""The dashes of the lines."""


def parameter_counts(
    structures: Sequence[CovarianceStructure],
    n_components: int,
    n_features: int,
    n_rows: int,
    *,
    chosen: str,
) -> Drawing:
    """A line for each structure on a logarithmic axis, with marks at the data's own D and N.

    Parameters
    ----------
    structures : sequence of CovarianceStructure
        The structures to compare.
    n_components, n_features, n_rows : int
        K of the model, and D and N of the data.
    chosen : str
        The name of the model's structure, whose line is stronger.
    """
    features = np.arange(1, max(MIN_FEATURES_SHOWN, 2 * n_features) + 1)
    counts = {
        structure.name: np.array([structure.parameter_count(n_components, int(d)) for d in features])
        for structure in structures
    }
    most = max(int(values.max()) for values in counts.values())
    traces = [
        _line(position, structure.name, features, counts[structure.name], structure.name == chosen)
        for position, structure in enumerate(structures)
    ]
    traces += [
        _point_of_data(position, structure.name, n_features, int(counts[structure.name][n_features - 1]))
        for position, structure in enumerate(structures)
    ]
    fewest = min(int(values.min()) for values in counts.values())
    ends = [float(np.log10(fewest / 2)), float(np.log10(1.5 * most))]
    shapes = [_rule({"x0": n_features, "x1": n_features, "yref": "paper", "y0": 0, "y1": 1})]
    texts = [_text(n_features, 0.0, "this data", yref="paper", xanchor="left", yanchor="bottom", xshift=4)]
    if n_rows <= 1.5 * most:
        shapes.append(_rule({"xref": "paper", "x0": 0, "x1": 1, "y0": n_rows, "y1": n_rows}))
        label = f"as many parameters as rows ({n_rows:,})"
        texts.append(
            _text(
                0.0, float(np.log10(n_rows)), label, xref="paper", xanchor="left", yanchor="bottom", xshift=4
            )
        )
    return Drawing(
        figure=figure(
            traces,
            layout(
                f"parameters {len(features)}",
                hovermode="x unified",
                shapes=shapes,
                annotations=texts,
                xaxis=axis("Features D", dtick=max(1, len(features) // 12), range=[0.5, len(features) + 0.5]),
                yaxis=axis(
                    f"Parameters (K = {n_components})", type="log", range=ends, tickformat=",", dtick="D2"
                ),
            ),
        ),
        alt=_finding(counts, n_features, n_components, n_rows),
        table=pd.DataFrame({"features": features, **counts}),
    )


def _line(position: int, name: str, features: np.ndarray, counts: np.ndarray, is_chosen: bool) -> Trace:
    return {
        "type": "scatter",
        "uid": f"count-{name}",
        "name": name,
        "legendgroup": name,
        "mode": "lines",
        "x": features.astype(np.int32),
        "y": counts.astype(np.int32),
        "line": {
            "color": colour(position),
            "width": 3.5 if is_chosen else 1.8,
            "dash": LINE_DASHES[position % len(LINE_DASHES)],
        },
        "hovertemplate": f"{name}: %{{y:,}}<extra></extra>",
    }


def _point_of_data(position: int, name: str, n_features: int, count: int) -> Trace:
    return {
        "type": "scatter",
        "uid": f"here-{name}",
        "name": name,
        "legendgroup": name,
        "showlegend": False,
        "mode": "markers",
        "x": np.array([n_features], dtype=np.int32),
        "y": np.array([count], dtype=np.int32),
        "marker": {
            "color": colour(position),
            "symbol": symbol(position),
            "size": 11,
            "line": {"color": PAPER, "width": 1.5},
        },
        "hoverinfo": "skip",
    }


def _rule(place: dict[str, float | str]) -> dict[str, object]:
    return {
        "type": "line",
        "layer": "below",
        "line": {"color": INK, "width": 1, "dash": "dot"},
        "opacity": 0.6,
        **place,
    }


def _text(x: float, y: float, text: str, **place: object) -> dict[str, object]:
    return {"x": x, "y": y, "text": text, "showarrow": False, "font": {"color": INK, "size": 12}, **place}


def _finding(counts: dict[str, np.ndarray], n_features: int, n_components: int, n_rows: int) -> str:
    here = listed([f"{name} {int(values[n_features - 1]):,}" for name, values in counts.items()])
    last = len(next(iter(counts.values())))
    there = listed([f"{name} {int(values[-1]):,}" for name, values in counts.items()])
    return (
        f"Parameters of {n_components} components for {n_features} features, on {n_rows:,} rows: {here}. "
        f"For {last} features: {there}."
    )
