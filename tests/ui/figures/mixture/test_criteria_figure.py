"""A criterion over K: a line for each covariance type, gaps where it means nothing, the lowest marked."""

from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ui.figures.base.drawing import Drawing
from ui.figures.mixture.criteria import GridPosition, criteria, nearest_position

Valid = Callable[[Drawing], go.Figure]
Pick = Callable[[go.Figure, str], list[Any]]
VALUES = {
    GridPosition("full", 1): 1_000.0,
    GridPosition("full", 2): 500.0,
    GridPosition("full", 3): None,
    GridPosition("tied", 1): 900.0,
    GridPosition("tied", 2): 480.0,
    GridPosition("tied", 3): 470.0,
}


def drawn(**more: Any) -> Drawing:
    return criteria(VALUES, ["full", "tied"], "BIC", most_components=4, **more)


def test_lines_have_gaps_and_the_lowest_and_the_model_are_marked(valid: Valid, pick: Pick) -> None:
    drawing = drawn(best=GridPosition("tied", 3), current=GridPosition("full", 2))
    figure = valid(drawing)
    full, tied = pick(figure, "criterion-")
    np.testing.assert_array_equal(full.y, [1_000, 500, np.nan, np.nan])
    np.testing.assert_array_equal(tied.y, [900, 480, 470, np.nan])
    (best,) = pick(figure, "best")
    assert (best.x[0], best.y[0], best.name) == (3, 470, "lowest BIC")
    (current,) = pick(figure, "current")
    assert (current.x[0], current.y[0]) == (2, 500)
    assert "lowest, 470, at 3 components with tied covariances" in drawing.alt
    assert list(figure.layout.xaxis.range) == [0.5, 4.5]
    assert drawing.table is not None
    assert list(drawing.table["BIC tied"])[:3] == [900, 480, 470]


def test_the_axis_shows_where_the_decision_falls(valid: Valid) -> None:
    ends = valid(drawn()).layout.yaxis.autorangeoptions
    assert 400 < ends.minallowed < 470
    assert ends.maxallowed < 1_100


def test_a_cell_that_means_nothing_is_not_marked_and_none_yet_is_said(valid: Valid, pick: Pick) -> None:
    assert pick(valid(drawn(best=GridPosition("full", 3))), "best") == []
    assert criteria({}, ["full"], "ICL", most_components=3).alt == "No ICL yet."


def test_a_click_takes_the_nearest_line_at_that_k() -> None:
    assert nearest_position(VALUES, (1.9, 495.0)) == GridPosition("full", 2)
    assert nearest_position(VALUES, (2.2, 470.0)) == GridPosition("tied", 2)
    assert nearest_position(VALUES, (3.0, 5_000.0)) == GridPosition("tied", 3)
    assert nearest_position(VALUES, (4.0, 470.0)) is None
