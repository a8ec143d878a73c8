"""A structure's small picture, and the curve of its parameters."""

from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.model.mixture import Mixture
from ui.figures.base.drawing import Drawing
from ui.figures.base.palette import colour
from ui.figures.mixture.parameter_counts import parameter_counts
from ui.figures.mixture.structure_picture import MAX_POINTS, structure_picture

Valid = Callable[[Drawing], go.Figure]
Pick = Callable[[go.Figure, str], list[Any]]


def test_a_circle_of_the_fit_is_a_circle_on_the_screen(valid: Valid, pick: Pick) -> None:
    mixture = Mixture([0.5, 0.5], [[0.0, 0.0], [9.0, 1.0]], [np.eye(2), np.eye(2)])
    rows, _ = mixture.sample(2_000, np.random.default_rng(0))
    figure = valid(
        structure_picture(
            rows, ["a", "b"], mixture, mixture.responsibilities(rows), "spherical", colour_numbers=(4, 2)
        )
    )
    assert figure.layout.yaxis.scaleanchor == "x"
    spans = [np.ptp(axis.range) for axis in (figure.layout.xaxis, figure.layout.yaxis)]
    assert spans[0] == pytest.approx(spans[1])
    assert figure.layout.xaxis.range[0] < rows[:, 0].min() < rows[:, 0].max() < figure.layout.xaxis.range[1]
    rings = pick(figure, "ellipses-")
    assert [ring.line.color for ring in rings] == [colour(4), colour(2)]
    radius = np.hypot(rings[0].x, rings[0].y)
    assert sorted({round(float(r), 3) for r in radius if np.isfinite(r)}) == [
        1.177,
        2.146,
    ]  # √χ²₂ of 50 and 90 %
    assert sum(len(trace.x) for trace in pick(figure, "points-")) == MAX_POINTS
    assert not any(trace.showlegend for trace in figure.data)


def test_one_feature_has_a_curve_for_each_component_and_their_sum(
    make_mixture: Callable[..., Mixture], valid: Valid, pick: Pick
) -> None:
    mixture = make_mixture(3, 1)
    rows, _ = mixture.sample(200, np.random.default_rng(0))
    drawing = structure_picture(rows, ["a"], mixture, mixture.responsibilities(rows), "full")
    figure = valid(drawing)
    curves = pick(figure, "density-x-")
    np.testing.assert_allclose(sum(curve.y for curve in curves[:3]), curves[3].y, rtol=1e-5)
    assert "narrowest" in drawing.alt
    assert drawing.alt.startswith("full: ")


def test_parameters_are_those_of_the_formulas_and_the_data_is_marked(valid: Valid, pick: Pick) -> None:
    drawing = parameter_counts(list(STRUCTURES.values()), 3, 4, 150, chosen="diag")
    figure = valid(drawing)
    assert [line.name for line in pick(figure, "count-")] == list(STRUCTURES)
    assert drawing.table is not None
    d = drawing.table["features"].to_numpy()
    means = 2 + 3 * d
    np.testing.assert_array_equal(drawing.table["full"], means + 3 * d * (d + 1) // 2)
    np.testing.assert_array_equal(drawing.table["tied"], means + d * (d + 1) // 2)
    np.testing.assert_array_equal(drawing.table["diag"], means + 3 * d)
    np.testing.assert_array_equal(drawing.table["spherical"], means + 3)
    assert [(int(mark.x[0]), int(mark.y[0])) for mark in pick(figure, "here-")] == [
        (4, 44),
        (4, 24),
        (4, 26),
        (4, 17),
    ]
    widths = {line.name: line.line.width for line in pick(figure, "count-")}
    assert max(widths, key=lambda name: widths[name]) == "diag"
    assert [mark.text for mark in figure.layout.annotations] == [
        "this data",
        "as many parameters as rows (150)",
    ]


def test_rows_that_outnumber_all_parameters_have_no_line(valid: Valid) -> None:
    figure = valid(parameter_counts(list(STRUCTURES.values()), 2, 30, 100_000, chosen="full"))
    assert len(figure.layout.shapes) == 1
    assert figure.layout.xaxis.range[1] == 60.5
