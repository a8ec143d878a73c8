"""The matrix of pairs shows each pair once, with the ellipses of the true marginal."""

from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from gmm_core.errors import ParameterError
from gmm_core.geometry.ellipse import mahalanobis_radius
from gmm_core.model.mixture import Mixture
from ui.figures.base.drawing import Drawing
from ui.figures.base.palette import INK, colour
from ui.figures.mixture.pairs import MAX_POINTS, pairs

Valid = Callable[[Drawing], go.Figure]
Pick = Callable[[go.Figure, str], list[Any]]
Make = Callable[..., Mixture]
COLOURINGS = ("component", "responsibility", "true label", "none")
NAMES = ("length (cm)", "width (cm)", "body_mass", "depth", "angle", "petal width (cm)")


def drawn(mixture: Mixture, n: int = 120, **options: Any) -> tuple[Drawing, np.ndarray, np.ndarray]:
    points, components = mixture.sample(n, np.random.default_rng(5))
    responsibilities = mixture.responsibilities(points)
    options.setdefault("true_labels", components)
    labels = NAMES[: mixture.n_features]
    return pairs(points, labels, mixture, responsibilities, **options), points, responsibilities


@pytest.mark.parametrize("n_features", [1, 2, 3, 6])
@pytest.mark.parametrize("colouring", COLOURINGS)
def test_there_is_a_panel_per_pair_and_a_histogram_per_feature(
    n_features: int, colouring: Any, make_mixture: Make, valid: Valid, pick: Pick
) -> None:
    figure = valid(drawn(make_mixture(2, n_features), colouring=colouring)[0])
    panels = {(trace.xaxis, trace.yaxis) for trace in pick(figure, "ellipses-")}
    assert len(panels) == n_features * (n_features - 1) // 2
    assert len({trace.xaxis for trace in pick(figure, "bars-")}) == n_features
    assert len(pick(figure, "density-")) == n_features * 3


def test_ellipses_are_those_of_the_marginals(make_mixture: Make, pick: Pick) -> None:
    mixture = make_mixture(2, 4)
    for trace in pick(drawn(mixture, levels=(0.9,))[0].figure, "ellipses-"):
        column, row, k = (int(part) for part in trace.uid.split("-")[1:])
        assert column < row
        marginal = mixture.marginal([column, row])
        difference = np.column_stack([trace.x, trace.y]) - marginal.means[k]
        squared = np.einsum("nd,nd->n", difference, np.linalg.solve(marginal.covariances[k], difference.T).T)
        np.testing.assert_allclose(np.sqrt(squared), mahalanobis_radius(0.9, 2), rtol=1e-3)


def test_points_are_one_trace_per_group_for_all_panels(make_mixture: Make, pick: Pick) -> None:
    drawing, points, responsibilities = drawn(make_mixture(3, 4))
    traces = pick(drawing.figure, "points-")
    assert [trace.type for trace in traces] == ["splom"] * 3
    assert [trace.marker.color for trace in traces] == [colour(colour_number) for colour_number in range(3)]
    for trace in traces:
        rows = trace.customdata[:, 0].astype(int)
        np.testing.assert_allclose(trace.customdata[:, 1:4], 100 * responsibilities[rows], atol=1e-4)
        np.testing.assert_allclose(trace.customdata[:, 4:], points[rows], rtol=1e-5)
        for dimension, values in zip(trace.dimensions, points[rows].T, strict=True):
            np.testing.assert_allclose(dimension["values"], values, rtol=1e-5)


@pytest.mark.parametrize("n", [MAX_POINTS, MAX_POINTS + 1])
def test_at_most_a_thousand_points_are_drawn_and_it_says_so(n: int, make_mixture: Make, pick: Pick) -> None:
    drawing, _, _ = drawn(make_mixture(2, 3), n)
    assert sum(len(trace.customdata) for trace in pick(drawing.figure, "points-")) == MAX_POINTS
    assert bool(drawing.note) == (n > MAX_POINTS)
    assert sum(trace.customdata[:, 2].sum() for trace in pick(drawing.figure, "bars-x-")) == n


@pytest.mark.parametrize("colouring", COLOURINGS)
def test_there_is_one_legend(colouring: Any, make_mixture: Make) -> None:
    figure = drawn(make_mixture(3, 4), colouring=colouring)[0].figure
    shown = [trace.name for trace in figure.data if trace.showlegend]
    assert len(shown) == 3
    assert len(set(shown)) == 3


def test_every_feature_is_named_on_the_diagonal_and_escaped(make_mixture: Make) -> None:
    mixture = make_mixture(2, 4)
    points, _ = mixture.sample(30, np.random.default_rng(0))
    names = ("<b>x</b>", "width (cm)", "c", "a_very long_name <i>last</i>")
    figure = pairs(points, names, mixture, mixture.responsibilities(points)).figure
    texts = [annotation.text for annotation in figure.layout.annotations]
    assert texts[:3] == ["<b>&lt;b&gt;x&lt;/b&gt;</b>", "<b>width (cm)</b>", "<b>c</b>"]
    assert texts[3] == "<b>a_very</b><br><b>long_name</b><br><b>&lt;i&gt;last&lt;/i&gt;</b>"
    assert "<i>" not in figure.to_json()


def test_contours_leave_their_colours_to_true_labels(make_mixture: Make, pick: Pick) -> None:
    figure = drawn(make_mixture(2, 3), colouring="true label")[0].figure
    assert {trace.line.color for trace in pick(figure, "ellipses-")} == {INK}


def test_without_a_mixture_the_points_stand_alone(valid: Valid, pick: Pick) -> None:
    points = np.random.default_rng(0).normal(size=(50, 3))
    figure = valid(pairs(points, NAMES[:3], colouring="none"))
    assert pick(figure, "ellipses-") + pick(figure, "density-") == []
    assert pick(figure, "points-")[0].customdata.shape == (50, 4)


def test_a_single_point_and_an_empty_component_still_draw(valid: Valid) -> None:
    mixture = Mixture([1.0, 0.0], np.zeros((2, 3)), np.tile(1e-6 * np.eye(3), (2, 1, 1)))
    valid(pairs([[0.0, 0.0, 0.0]], NAMES[:3], mixture, [[1.0, 0.0]]))


def test_more_than_six_features_are_refused(make_mixture: Make) -> None:
    mixture = make_mixture(1, 7)
    with pytest.raises(ParameterError, match="at most 6 features, not 7"):
        pairs(np.zeros((2, 7)), [str(i) for i in range(7)], mixture, np.ones((2, 1)))


def test_zoom_is_kept_while_data_and_axes_stay(make_mixture: Make) -> None:
    revisions = {drawn(make_mixture(k, 3), revision="iris")[0].figure.layout.uirevision for k in (1, 4)}
    assert len(revisions) == 1
