"""The data as it came: a histogram, the plane or the matrix of pairs, with nothing fitted."""

from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from gmm_core.errors import ParameterError
from ui.figures.base.drawing import Drawing
from ui.figures.base.palette import INK, colour
from ui.figures.mixture.plane import MAX_ONE_BY_ONE
from ui.figures.mixture.raw import raw

Valid = Callable[[Drawing], go.Figure]
Pick = Callable[[go.Figure, str], list[Any]]
NAMES = ("length (cm)", "<b>width</b>", "mass", "depth", "angle", "petal")


def data(n: int, n_features: int) -> np.ndarray:
    return np.random.default_rng(6).normal(size=(n, n_features))


@pytest.mark.parametrize(
    ("n_features", "kinds"),
    [(1, {"bar", "scatter"}), (2, {"scatter"}), (3, {"splom", "bar"}), (6, {"splom", "bar"})],
)
@pytest.mark.parametrize("labelled", [False, True])
def test_the_figure_follows_the_number_of_features(
    n_features: int, kinds: set[str], labelled: bool, valid: Valid
) -> None:
    labels = ["a", "b", "c", "d"] * 25 if labelled else None
    figure = valid(raw(data(100, n_features), NAMES[:n_features], true_labels=labels))
    assert {trace.type for trace in figure.data} == kinds
    assert [trace.name for trace in figure.data if trace.showlegend] == (
        ["a", "b", "c", "d"] if labelled else []
    )
    assert "<b>width" not in figure.to_json()


def test_labels_have_the_colours_they_have_beside_a_fit(pick: Pick) -> None:
    traces = pick(raw(data(40, 2), NAMES[:2], true_labels=[2, 1] * 20).figure, "points-")
    assert [(trace.name, trace.marker.color) for trace in traces] == [("1", colour(0)), ("2", colour(1))]
    plain = pick(raw(data(40, 2), NAMES[:2]).figure, "points-")
    assert [trace.marker.color for trace in plain] == [INK]


@pytest.mark.parametrize("n_features", [1, 2, 3])
def test_points_tell_their_row(n_features: int, pick: Pick) -> None:
    numbers = np.arange(30) + 100
    drawing = raw(data(30, n_features), NAMES[:n_features], row_numbers=numbers)
    prefix = "ticks-" if n_features == 1 else "points-"
    (trace,) = pick(drawing.figure, prefix)
    np.testing.assert_array_equal(trace.customdata[:, 0], numbers)
    assert "component" not in trace.hovertemplate


def test_many_points_become_a_density_and_it_says_so(valid: Valid, pick: Pick) -> None:
    drawing = raw(data(MAX_ONE_BY_ONE + 1, 2), NAMES[:2])
    assert pick(valid(drawing), "density")[0].customdata.sum() == MAX_ONE_BY_ONE + 1
    assert "density" in drawing.note


@pytest.mark.parametrize("n_features", [1, 2, 3])
@pytest.mark.parametrize("n", [1, 2])
def test_a_row_or_two_still_draw(n: int, n_features: int, valid: Valid) -> None:
    valid(raw(np.ones((n, n_features)), NAMES[:n_features]))


def test_the_words_and_the_table_state_what_is_there() -> None:
    drawing = raw([[1.0, 5.0], [3.0, 7.5], [2.0, 6.0]], ("length (cm)", "mass"), true_labels=["x", "y", "x"])
    assert drawing.alt == (
        "3 points: length (cm) from 1 to 3 and mass from 5 to 7.5. Two labels; the largest, x, has 67 % of them."
    )
    assert drawing.table is not None
    assert drawing.table["feature"].tolist() == ["length (cm)", "mass"]
    assert drawing.table["mean"].tolist() == [2.0, pytest.approx(18.5 / 3)]


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(ParameterError, match="no rows"):
        raw(np.empty((0, 2)), NAMES[:2])
    with pytest.raises(ParameterError, match="at most 6 features"):
        raw(np.zeros((3, 7)), [str(i) for i in range(7)])
