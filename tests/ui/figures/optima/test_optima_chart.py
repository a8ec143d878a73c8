"""The chart of optima shows how high each optimum lies and how often each kind of start reached it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from ui.figures.base.drawing import Drawing
from ui.figures.base.palette import INK
from ui.figures.optima.optima_chart import COLUMNS, MAX_BAR_LENGTH, Level, optima_chart, optima_chart_height

Valid = Callable[[Drawing], go.Figure]
Pick = Callable[[go.Figure, str], list[Any]]
KINDS = ("k-means", "random <points>")
LEVELS = (
    Level("A", -100.0, (0, 5), "#3f90da"),
    Level("B", -104.0, (10, 3), "#ffa90e"),
    Level("C", -110.0, (0, 1), "#bd1f01"),
    Level("2 lower", -111.0, (0, 1), INK, at_height=False),
)
STARTS = (10, 10)


def test_a_bar_is_the_share_of_the_starts_of_its_kind(valid: Valid, pick: Pick) -> None:
    bars = pick(valid(optima_chart(LEVELS, KINDS, STARTS)), "reached-")
    assert [bar.uid for bar in bars] == ["reached-A", "reached-B", "reached-C", "reached-2 lower"]
    np.testing.assert_allclose(bars[1].x, [MAX_BAR_LENGTH, MAX_BAR_LENGTH * 0.3], rtol=1e-6)
    np.testing.assert_allclose(bars[1].base, [COLUMNS, COLUMNS + 1], rtol=1e-6)
    assert bars[1].text == ("10", "3")
    assert bars[0].text == ("·", "5")  # never is told, not left out
    assert [set(bar.y) for bar in bars] == [{0.0}, {1.0}, {2.0}, {3.0}]
    assert [bar.marker.color for bar in bars[:3]] == ["#3f90da", "#ffa90e", "#bd1f01"]


def test_the_scale_shows_true_heights_beside_even_rungs(pick: Pick) -> None:
    connectors = pick(optima_chart(LEVELS, KINDS, STARTS).figure, "height-")
    np.testing.assert_allclose([line.y for line in connectors], [(0, 0), (0.8, 1), (2, 2)], atol=1e-6)
    assert [line.line.color for line in connectors] == ["#3f90da", "#ffa90e", "#bd1f01"]


def test_a_lone_optimum_needs_no_scale(valid: Valid, pick: Pick) -> None:
    figure = valid(optima_chart(LEVELS[:1], KINDS, STARTS))
    assert not pick(figure, "height-")
    assert not pick(figure, "spine")


def test_a_rung_is_named_with_its_height_and_several_with_what_they_are(pick: Pick) -> None:
    names = [trace.text[0] for trace in pick(optima_chart(LEVELS, KINDS, STARTS).figure, "name-")]
    assert names == ["<b>A</b> −100.0", "<b>B</b> −104.0", "<b>C</b> −110.0", "2 lower"]


def test_hovering_tells_the_share_and_text_is_escaped(pick: Pick) -> None:
    drawing = optima_chart(LEVELS, KINDS, STARTS)
    (bar, *_) = pick(drawing.figure, "reached-")
    assert bar.hovertext == (
        "<b>A</b>: −100.0<br>k-means: 0 of 10 starts (0 %)",
        "<b>A</b>: −100.0<br>random &lt;points&gt;: 5 of 10 starts (50 %)",
    )
    assert [note.text for note in drawing.figure.layout.annotations] == [
        "k-means",
        "random<br>&lt;points&gt;",
    ]


def test_the_words_and_the_table_state_the_finding() -> None:
    drawing = optima_chart(LEVELS, KINDS, STARTS)
    assert drawing.alt == (
        "Three distinct optima from 20 starts; the best, A, has a log-likelihood of −100.0 and was reached by k-means "
        "in 0 of 10; random <points> in 5 of 10. 2 lower: 1 starts."
    )
    assert drawing.table is not None
    assert drawing.table["k-means (of 10)"].tolist() == [0, 10, 0, 0]
    assert drawing.table["starts"].tolist() == [5, 13, 1, 1]
    assert drawing.table["log-likelihood"].tolist() == [-100.0, -104.0, -110.0, -111.0]


def test_no_rung_still_draws() -> None:
    assert optima_chart([], KINDS, (0, 0)).alt == "No start came to an end, so there is no optimum to show."


@pytest.mark.parametrize("n_rungs", range(1, 10))
def test_more_rungs_are_higher_and_closer(n_rungs: int) -> None:
    here, above = optima_chart_height(n_rungs), optima_chart_height(n_rungs + 1)
    assert 20 < above - here <= 44
