"""The chart component's Python side: what it returns, whatever a browser sends."""

from typing import Any

import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from ui.chart import chart as component
from ui.chart.chart import ChartEvent, chart


class Answer:
    """What Streamlit hands back, and what it was given."""

    def __init__(self, clicked: Any = None, picked: Any = None) -> None:
        self.clicked = clicked
        self.picked = picked
        self.given: dict[str, Any] = {}

    def __call__(self, **given: Any) -> "Answer":
        self.given = given
        return self


def event(monkeypatch: pytest.MonkeyPatch, answer: Answer, **options: Any) -> ChartEvent:
    monkeypatch.setattr(component, "_mount", answer)
    monkeypatch.setattr(component, "ensure_plotly_javascript", lambda: "plotly.js")
    options = {"clickable": True, "selectable": True} | options
    return chart(go.Figure(layout={"uirevision": "a against b"}), key="k", alt="Nothing yet", **options)


def picked(rows: Any, revision: Any = "a against b") -> Answer:
    return Answer(picked={"rows": rows, "revision": revision})


def test_a_click_is_its_coordinates(monkeypatch: pytest.MonkeyPatch) -> None:
    assert event(monkeypatch, Answer(clicked=[1, 2.5])).clicked == (1.0, 2.5)
    assert event(monkeypatch, Answer()).clicked is None


def test_picked_points_are_their_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    assert event(monkeypatch, picked([3, 0])).picked == (3, 0)
    assert event(monkeypatch, picked([])).picked == ()


def test_points_picked_against_other_axes_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    assert event(monkeypatch, picked([3], "a against c")).picked == ()


def test_nothing_is_returned_that_was_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = Answer(clicked=[1, 2], picked={"rows": [3], "revision": "a against b"})
    silent = event(monkeypatch, answer, clickable=False, selectable=False)
    assert silent == ChartEvent(clicked=None, picked=())


@pytest.mark.parametrize(
    "forged",
    [
        3,
        "ab",
        [],
        [1],
        [1, 2, 3],
        ["1", "2"],
        [None, 1],
        [float("nan"), 1],
        [float("inf"), 1],
        [True, 1],
        {"x": 1},
    ],
)
def test_a_forged_click_is_no_click(monkeypatch: pytest.MonkeyPatch, forged: Any) -> None:
    assert event(monkeypatch, Answer(clicked=forged)).clicked is None


@pytest.mark.parametrize("forged", [3, "ab", {"0": 1}, ["1"], [-1], [1.5], [True], [None], [[1]]])
def test_forged_rows_are_no_rows(monkeypatch: pytest.MonkeyPatch, forged: Any) -> None:
    assert event(monkeypatch, picked(forged)).picked == ()
    assert event(monkeypatch, Answer(picked=forged)).picked == ()


def test_the_place_has_its_height_before_the_figure_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = Answer()
    event(monkeypatch, answer, height=321)
    assert answer.given["height"] == 321
    assert answer.given["key"] == "k"


def test_a_page_with_a_chart_runs_without_a_browser() -> None:
    def script() -> None:
        import plotly.graph_objects as go
        import streamlit as st

        from ui.chart.chart import chart

        answer = chart(
            go.Figure(go.Scatter(y=[1, 2])), key="k", alt="A line", clickable=True, selectable=True
        )
        st.text(f"{answer.clicked} {answer.picked}")

    app = AppTest.from_function(script, default_timeout=120).run()
    assert not app.exception
    assert app.text[0].value == "None ()"
