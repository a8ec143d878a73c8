"""What the tests of all figures share: a mixture, its points, and a reader that refuses an invalid figure."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from gmm_core.model.mixture import Mixture
from ui.figures.base.drawing import Drawing


def mixture_of(n_components: int, n_features: int = 2, seed: int = 0) -> Mixture:
    """A random mixture with clusters a few standard deviations apart."""
    rng = np.random.default_rng(seed)
    factors = 0.6 * rng.normal(size=(n_components, n_features, n_features))
    covariances = factors @ factors.transpose(0, 2, 1) + 0.15 * np.eye(n_features)
    means = 4 * rng.normal(size=(n_components, n_features))
    return Mixture(rng.dirichlet(np.full(n_components, 5.0)), means, covariances)


@pytest.fixture
def make_mixture() -> Callable[..., Mixture]:
    return mixture_of


def numbers_in_lists(node: Any, key: str = "") -> list[str]:
    """Where a figure's JSON holds a list of more than a few numbers; palettes and pairs are lists by design."""
    if isinstance(node, dict):
        return [found for name, value in node.items() for found in numbers_in_lists(value, name)]
    if isinstance(node, list):
        if len(node) > 2 and all(isinstance(value, int | float) for value in node) and key != "tickvals":
            return [key]
        return [found for value in node for found in numbers_in_lists(value, key)]
    return []


@pytest.fixture
def valid() -> Callable[[Drawing], go.Figure]:
    """The figure of a drawing, after Plotly has validated all of it, as it is sent."""

    def check(drawing: Drawing) -> go.Figure:
        sent = json.loads(drawing.figure.to_json())
        validated = go.Figure(sent)
        assert len(validated.data) == len(drawing.figure.data)
        assert numbers_in_lists(sent["data"]) == []
        assert drawing.figure.layout.uirevision
        assert drawing.alt.endswith(".")
        assert drawing.figure.layout.paper_bgcolor is None
        assert drawing.figure.layout.font.color is None
        for trace in drawing.figure.data:
            assert has_explicit_colour(trace), trace.uid
        uids = [trace.uid for trace in drawing.figure.data]
        assert len(set(uids)) == len(uids)
        return drawing.figure

    return check


def has_explicit_colour(trace: Any) -> bool:
    """Whether a trace leaves no colour to Plotly's colorway."""
    properties = trace.to_plotly_json()
    if properties["type"] in ("heatmap", "contour", "surface"):
        return "colorscale" in properties
    if properties["type"] == "mesh3d":
        return "color" in properties
    mode = properties.get("mode", "markers")
    marker = "color" in properties.get("marker", {}) or "markers" not in mode
    line = "color" in properties.get("line", {}) or "lines" not in mode
    return marker and line


def by_prefix(figure: go.Figure, prefix: str) -> list[Any]:
    """The traces whose uid starts with `prefix`, in their order."""
    return [trace for trace in figure.data if trace.uid.startswith(prefix)]


@pytest.fixture
def pick() -> Callable[[go.Figure, str], list[Any]]:
    return by_prefix
