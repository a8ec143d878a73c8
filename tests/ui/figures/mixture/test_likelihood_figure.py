"""The curves show where restarts part: the best stands out, bad starts do not squash the rest."""

from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from ui.figures.base.drawing import Drawing
from ui.figures.base.palette import ACCENT, INK
from ui.figures.mixture.likelihood import BEST, HIGHER_BUT_NARROW, LEFT_BEHIND, likelihood

Valid = Callable[[Drawing], go.Figure]
Pick = Callable[[go.Figure, str], list[Any]]
NAMES = ("k-means", "random <i>points</i>", "k-means++")


def rising(start: float, end: float, n: int) -> np.ndarray:
    return end + (start - end) * np.exp(-np.arange(n + 1) / 3.0)


RUNS = (rising(-900, -410, 40), rising(-700, -400, 30), rising(-800, -420, 50))


def test_there_is_a_line_per_restart_against_its_iterations(valid: Valid, pick: Pick) -> None:
    lines = pick(valid(likelihood(RUNS, 1, NAMES, 100)), "restart-")
    assert sorted(line.uid for line in lines) == ["restart-0", "restart-1", "restart-2"]
    for line in lines:
        run = RUNS[int(line.uid[-1])]
        np.testing.assert_array_equal(line.x, np.arange(len(run)))
        np.testing.assert_allclose(line.y, run, rtol=1e-6)
        np.testing.assert_allclose(line.customdata, run / 100, rtol=1e-6)


def test_the_best_is_on_top_thicker_and_in_the_accent_colour(pick: Pick) -> None:
    *others, best = pick(likelihood(RUNS, 1, NAMES, 100).figure, "restart-")
    assert best.uid == "restart-1"
    assert best.line.color == ACCENT
    assert {other.line.color for other in others} == {INK}
    assert best.line.width > max(other.line.width for other in others)
    assert max(other.opacity for other in others) < best.opacity


def test_the_end_of_the_best_is_marked_and_labelled(pick: Pick) -> None:
    (end,) = pick(likelihood(RUNS, 1, NAMES, 100).figure, "end")
    assert (end.x[0], end.y[0]) == (30, RUNS[1][-1])
    assert end.text[0].strip() == "−400.014"


@pytest.mark.parametrize(("best", "position"), [(1, "top right"), (2, "top left")])
def test_the_label_stands_above_the_others_and_within_the_axis(best: int, position: str, pick: Pick) -> None:
    runs = (RUNS[0], RUNS[1][:10], RUNS[2])
    assert pick(likelihood(runs, best, NAMES, 100).figure, "end")[0].textposition == position


def test_failed_restarts_are_dashed_and_named_in_the_legend(valid: Valid, pick: Pick) -> None:
    drawing = likelihood([*RUNS, [-800.0, float("nan")]], 1, [*NAMES, "random"], 100, failed=[3])
    figure = valid(drawing)
    dashes = {line.uid: line.line.dash for line in pick(figure, "restart-")}
    assert dashes["restart-3"] == "dash"
    assert set(dashes.values()) == {"dash", "solid"}
    shown = [trace.name for trace in figure.data if trace.showlegend]
    assert shown == ["others", "failed", "best: restart 2, random &lt;i&gt;points&lt;/i&gt;"]
    assert drawing.alt.endswith("1 failed.")


def test_values_that_are_not_finite_are_left_out(valid: Valid, pick: Pick) -> None:
    figure = valid(likelihood([[-np.inf, -5.0, np.nan, -4.0], [np.nan]], 0, NAMES[:2], 10, failed=[1]))
    (line,) = pick(figure, "restart-")
    np.testing.assert_array_equal(line.x, [1, 3])
    np.testing.assert_array_equal(line.y, [-5, -4])


def test_the_first_steps_of_a_bad_start_do_not_squash_the_rest() -> None:
    bad = np.r_[-1e9, -1e8, rising(-900, -405, 40)]
    options = likelihood([*RUNS, bad], 1, [*NAMES, "random"], 100).figure.layout.yaxis.autorangeoptions
    assert options.minallowed > -900
    assert options.minallowed < RUNS[1][1]
    assert options.maxallowed > RUNS[1][-1]


def test_hovering_tells_restart_kind_iteration_and_value(pick: Pick) -> None:
    templates = {t.uid: t.hovertemplate for t in pick(likelihood(RUNS, 1, NAMES, 100).figure, "restart-")}
    assert "Restart 2" in templates["restart-1"]
    assert "random &lt;i&gt;points&lt;/i&gt;" in templates["restart-1"]
    for part in ("iteration %{x}", "%{y", "per point: %{customdata"):
        assert part in templates["restart-0"]


@pytest.mark.parametrize(
    ("runs", "best", "failed"),
    [
        ([[-3.0]], 0, []),
        ([[-3.0, -3.0]], 0, []),
        ([[0.0, 0.0]], 0, []),
        ([[]], -1, [0]),
        ([], -1, []),
        ([[-5.0, np.nan], [-6.0]], -1, [0, 1]),
    ],
)
def test_short_flat_failed_and_missing_runs_still_draw(
    runs: list[list[float]], best: int, failed: list[int], valid: Valid
) -> None:
    valid(likelihood(runs, best, ["start"] * len(runs), 10, failed=failed))


def test_the_words_and_the_table_state_the_finding() -> None:
    again = RUNS[1] - 1e-5
    drawing = likelihood([*RUNS, again], 1, [*NAMES, "given"], 100)
    assert drawing.alt == (
        "Four restarts; the best, number 2 from random <i>points</i>, ends at a log-likelihood of −400.014 "
        "after 30 iterations. 2 of 4 restarts end there."
    )
    assert drawing.table is not None
    assert drawing.table["ended"].tolist() == ["valid", "best", "valid", "valid"]
    assert drawing.table["iterations"].tolist() == [40, 30, 50, 30]
    np.testing.assert_allclose(
        drawing.table["log-likelihood per point"], [run[-1] / 100 for run in (*RUNS, again)]
    )


def test_a_lonely_best_is_said_to_be_lonely() -> None:
    assert likelihood(RUNS, 1, NAMES, 100).alt.endswith("No other restart ends there.")
    assert likelihood(RUNS[:1], 0, NAMES[:1], 100).alt.endswith("after 40 iterations.")


def test_many_restarts_share_one_entry_of_the_legend() -> None:
    figure = likelihood([RUNS[0]] * 50, 7, ["k-means"] * 50, 100).figure
    assert [trace.name for trace in figure.data if trace.showlegend] == [
        "others",
        "best: restart 8, k-means",
    ]


def test_restarts_left_behind_on_a_sample_are_dotted_and_said(valid: Valid, pick: Pick) -> None:
    runs = [[-9.0, -7.0], [-9.0, -6.0, -6.2, -5.9], [-8.0, -6.5]]
    drawing = likelihood(runs, 1, ["k-means"] * 3, 10, on_sample=[2, 2, 2])
    lines = pick(valid(drawing), "restart-")
    assert {line.uid: line.line.dash for line in lines} == {
        "restart-0": "dot",
        "restart-1": "solid",
        "restart-2": "dot",
    }
    names = [line.name for line in lines if line.showlegend]
    assert LEFT_BEHIND.legend in names
    assert "2 of 3 restarts were left behind on a sample" in drawing.alt
    assert drawing.table is not None
    assert list(drawing.table["ended"]) == [LEFT_BEHIND.name, BEST.name, LEFT_BEHIND.name]


def test_a_restart_that_ended_higher_and_does_not_count_looks_it_and_is_said(
    valid: Valid, pick: Pick
) -> None:
    drawing = likelihood([RUNS[0], [-800.0, -300.0]], 0, NAMES[:2], 10, higher_but_narrow=[1])
    figure = valid(drawing)
    assert {line.uid: line.line.dash for line in pick(figure, "restart-")} == {
        "restart-0": "solid",
        "restart-1": "dashdot",
    }
    assert HIGHER_BUT_NARROW.legend in [trace.name for trace in figure.data if trace.showlegend]
    assert "1 higher by a narrow component does not count" in drawing.alt
    assert drawing.table is not None
    assert drawing.table["ended"].tolist() == [BEST.name, HIGHER_BUT_NARROW.name]


@pytest.mark.parametrize(("n_iterations", "dtick"), [(1, 1), (2, 1), (6, 1), (40, None)])
def test_iterations_are_whole(n_iterations: int, dtick: int | None) -> None:
    assert likelihood([rising(-9, -1, n_iterations)], 0, ["k-means"], 10).figure.layout.xaxis.dtick == dtick
