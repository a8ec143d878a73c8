"""Paths lead from where means start to where they end, in the colour of their optimum."""

from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from ui.figures.base.drawing import Drawing
from ui.figures.base.palette import INK
from ui.figures.optima.identity import style
from ui.figures.optima.paths import HOW_TO_READ, MAX_VERTICES, RestartPath, paths

Valid = Callable[[Drawing], go.Figure]
Pick = Callable[[go.Figure, str], list[Any]]
POINTS = np.random.default_rng(0).normal(size=(50, 2))
LABELS = ("width", "<height>")
STYLES = [style(0), style(1), style(2, degenerate=True)]


def restart_path(optimum: int, end: float, length: int = 4, axes: int = 2) -> RestartPath:
    path = np.linspace(0.0, 1.0, length)[:, None, None] * np.full((2, axes), end)
    path[:, 1, -1] += 0.5
    return RestartPath(f"k-means, seed {optimum}", optimum, np.arange(length) ** 2, path)


RESTART_PATHS = [restart_path(0, 1.0), restart_path(1, -1.0), restart_path(0, 1.0), restart_path(2, 2.0)]


def test_the_lines_are_the_paths_parted_by_gaps(valid: Valid, pick: Pick) -> None:
    figure = valid(paths(POINTS, LABELS, RESTART_PATHS, STYLES))
    (best,) = pick(figure, "paths-A")
    assert np.isnan(best.x).sum() == 4  # two restarts of two means
    np.testing.assert_allclose(best.x[:5], [0, 1 / 3, 2 / 3, 1, np.nan], rtol=1e-6)
    np.testing.assert_allclose(best.y[5:9], [0.5, 0.5 + 1 / 3, 0.5 + 2 / 3, 1.5], rtol=1e-6)
    assert best.line.color == STYLES[0].colour


def test_rings_stand_at_the_starts_and_crosses_at_the_ends(pick: Pick) -> None:
    figure = paths(POINTS, LABELS, RESTART_PATHS, STYLES).figure
    (starts,), (ends,) = pick(figure, "starts-A"), pick(figure, "ends-A")
    np.testing.assert_allclose(np.column_stack([starts.x, starts.y]), [[0, 0], [0, 0.5]] * 2)
    np.testing.assert_allclose(np.column_stack([ends.x, ends.y]), [[1, 1], [1, 1.5]])
    assert starts.text == ("k-means, seed 0",) * 4


def test_the_best_is_drawn_last_and_named_first(pick: Pick) -> None:
    figure = paths(POINTS, LABELS, RESTART_PATHS, STYLES).figure
    assert [trace.uid for trace in pick(figure, "paths-")] == ["paths-others", "paths-B", "paths-A"]
    named = [trace.name for trace in figure.data if trace.showlegend]
    assert named == ["A · 2 runs", "B · 1 run", "others · 1 run"]
    assert pick(figure, "paths-others")[0].line.color == INK


def test_one_feature_climbs_from_the_points_upwards(valid: Valid, pick: Pick) -> None:
    restart_paths = [restart_path(0, 1.0, axes=1), restart_path(0, 1.0, length=7, axes=1)]
    figure = valid(paths(POINTS[:, :1], LABELS[:1], restart_paths, STYLES))
    (lines,), (points,), (ends,) = (pick(figure, uid) for uid in ("paths-A", "points", "ends-A"))
    np.testing.assert_allclose(lines.y[:5], [1, 2, 5, 10, np.nan])  # iterations + 1 on a logarithmic axis
    assert figure.layout.yaxis.type == "log"
    assert max(points.y) < 1
    assert sorted(set(ends.y)) == [10, 37]


def test_many_paths_are_thinned_but_keep_their_ends(pick: Pick) -> None:
    many = [restart_path(0, float(end), length=64) for end in range(1, 500)]
    (lines,) = pick(paths(POINTS, LABELS, many, STYLES).figure, "paths-A")
    assert np.isfinite(lines.x).sum() <= MAX_VERTICES
    np.testing.assert_allclose(np.nanmax(lines.x), 499)


def test_a_sample_of_many_points_is_drawn_and_said_to_be_one(pick: Pick) -> None:
    drawing = paths(np.random.default_rng(1).normal(size=(3_000, 2)), LABELS, RESTART_PATHS, STYLES)
    (points,) = pick(drawing.figure, "points")
    assert len(points.x) == 1_000
    assert drawing.note.endswith("A random sample of 1,000 of the 3,000 points is drawn.")
    assert paths(POINTS, LABELS, RESTART_PATHS, STYLES).note.startswith(HOW_TO_READ)


def test_the_axes_show_the_whole_way() -> None:
    far = [restart_path(0, 30.0)]
    options = paths(POINTS, LABELS, far, STYLES).figure.layout.xaxis.autorangeoptions
    assert options.maxallowed > np.max(POINTS[:, 0])
    assert paths(POINTS, LABELS, far, STYLES).figure.layout.yaxis.title.text == "&lt;height&gt;"


def test_the_words_and_the_table_state_the_finding() -> None:
    drawing = paths(POINTS, LABELS, RESTART_PATHS, STYLES)
    assert drawing.alt == "The paths of the means of 4 runs end in 3 optima; reached are A by 2, B by 1."
    assert drawing.table is not None
    assert drawing.table["optimum"].tolist() == ["A", "A", "B", "B", "A", "A", "C", "C"]
    assert drawing.table["to, width"].tolist() == pytest.approx([1, 1, -1, -1, 1, 1, 2, 2])


def test_no_trail_is_a_sentence() -> None:
    assert paths(POINTS, LABELS, [], []).alt == "No restart came to an end, so there are no paths."
