"""Cells and borders: given scores, these places; given a clustering, these traces."""

from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from gmm_core.model.mixture import Mixture
from ui.figures.base.borders import border_lines, cut_points
from ui.figures.base.drawing import Drawing
from ui.figures.base.palette import colour
from ui.figures.cells.cells import MARKED_ROW, Clustering, cells

Valid = Callable[[Drawing], go.Figure]
Pick = Callable[[go.Figure, str], list[Any]]
X, Y = np.linspace(-3.0, 4.0, 37), np.linspace(-2.0, 5.0, 29)
NODES = np.stack(np.meshgrid(X, Y), axis=-1)


def nearest(centers: np.ndarray) -> Mixture:
    k, d = centers.shape
    return Mixture(np.full(k, 1 / k), centers, np.broadcast_to(np.eye(d), (k, d, d)))


def segments(path: np.ndarray) -> np.ndarray:
    return path.reshape(-1, 3, 2)[:, :2]


def test_the_border_of_two_centres_is_the_line_half_way_exactly() -> None:
    centers = np.array([[-1.0, 0.0], [2.0, 1.0]])
    path = border_lines(nearest(centers).log_joint(NODES.reshape(-1, 2)).reshape(29, 37, 2), X, Y)
    ends = segments(path).reshape(-1, 2)
    np.testing.assert_allclose(
        np.linalg.norm(ends - centers[0], axis=1), np.linalg.norm(ends - centers[1], axis=1), rtol=1e-9
    )
    lengths = np.linalg.norm(np.diff(segments(path), axis=1)[:, 0], axis=1)
    assert lengths.sum() == pytest.approx(7.0 * np.sqrt(1 + 1 / 9), rel=1e-9)  # from the floor to the ceiling


def test_three_centres_meet_where_all_are_equally_far() -> None:
    centers = np.array([[-1.0, 0.0], [2.0, 0.2], [0.6, 3.0]])
    ends = segments(border_lines(nearest(centers).log_joint(NODES.reshape(-1, 2)).reshape(29, 37, 3), X, Y))
    distances = np.linalg.norm(ends.reshape(-1, 1, 2) - centers, axis=2)
    spread = np.ptp(distances, axis=1)
    assert spread.min() < 0.15  # of a grid whose cells are 0.2 wide
    two_nearest = np.sort(distances, axis=1)
    assert np.abs(two_nearest[:, 0] - two_nearest[:, 1]).max() < 0.1


def test_one_component_has_no_border() -> None:
    assert border_lines(np.zeros((29, 37, 1)), X, Y).shape == (0, 2)
    assert cut_points(np.zeros((37, 1)), X).shape == (0,)


def test_a_curved_border_lies_where_the_two_densities_are_equal() -> None:
    mixture = Mixture([0.7, 0.3], [[-1.0, 0.0], [1.5, 1.0]], [np.eye(2), 0.2 * np.eye(2)])
    ends = segments(border_lines(mixture.log_joint(NODES.reshape(-1, 2)).reshape(29, 37, 2), X, Y)).reshape(
        -1, 2
    )
    shares = mixture.responsibilities(ends)
    assert len(ends) > 20
    np.testing.assert_allclose(shares[:, 0], 0.5, atol=0.02)


def test_on_a_line_the_cut_of_two_equal_ones_is_half_way() -> None:
    at = np.linspace(-4.0, 4.0, 50)
    np.testing.assert_allclose(
        cut_points(nearest(np.array([[-2.0], [1.0]])).log_joint(at[:, None]), at), [-0.5]
    )


@pytest.mark.parametrize("hard", [True, False])
def test_the_plane_has_cells_points_borders_and_means(
    hard: bool, make_mixture: Callable[..., Mixture], valid: Valid, pick: Pick
) -> None:
    mixture = make_mixture(3)
    rows, components = mixture.sample(80, np.random.default_rng(0))
    shares = np.eye(3)[components] if hard else mixture.responsibilities(rows)
    drawing = cells(
        rows, ["a", "b"], Clustering("It", mixture, shares, hard, (2, 0, 1)), marked=5, revision="r"
    )
    figure = valid(drawing)
    (background,) = pick(figure, "cells")
    codes = np.asarray(background.z)
    assert codes.shape == (135, 180)
    if hard:
        found = [stop for _, stop in background.colorscale]
        assert set(found) == {colour(colour_number) for colour_number in (0, 1, 2)}
        assert set(np.unique(codes)) <= {0, 1, 2}
    assert len(pick(figure, "ellipses-")) == (0 if hard else 3)
    assert [trace.marker.color for trace in pick(figure, "centroid-")] == [
        colour(colour_number) for colour_number in (2, 0, 1)
    ]
    (ring,) = pick(figure, MARKED_ROW)
    np.testing.assert_allclose([ring.x[0], ring.y[0]], rows[5])
    assert pick(figure, "border")
    assert drawing.alt.startswith("It: three clusters with")


def test_both_axes_span_as_many_units_of_the_fit(make_mixture: Callable[..., Mixture], pick: Pick) -> None:
    mixture = make_mixture(2)
    rows = np.column_stack([np.linspace(0, 10, 30), np.linspace(0, 1, 30)])
    clustering = Clustering("It", mixture, np.eye(2)[np.arange(30) % 2], True, (0, 1))
    layout = cells(rows, ["a", "b"], clustering, units=(2.0, 0.5)).figure.layout
    spans = [
        axis.autorangeoptions.maxallowed - axis.autorangeoptions.minallowed
        for axis in (layout.xaxis, layout.yaxis)
    ]
    assert spans[0] / 2.0 == pytest.approx(spans[1] / 0.5)


@pytest.mark.parametrize("hard", [True, False])
def test_one_feature_is_cut_into_intervals(hard: bool, valid: Valid, pick: Pick) -> None:
    mixture = nearest(np.array([[-4.0], [0.0], [6.0]]))
    rows, components = mixture.sample(60, np.random.default_rng(1))
    drawing = cells(rows, ["a"], Clustering("It", mixture, np.eye(3)[components], hard, (0, 1, 2)), marked=0)
    figure = valid(drawing)
    (border,) = pick(figure, "border")
    np.testing.assert_allclose(np.unique(np.asarray(border.x, dtype=float)), [-2.0, 3.0], atol=1e-6)
    assert len(pick(figure, "density-")) == (0 if hard else 3 + 1)


def test_many_points_are_drawn_as_a_sample_with_the_marked_one(pick: Pick) -> None:
    rows = np.random.default_rng(2).normal(size=(3_000, 2))
    shares = np.eye(2)[(rows[:, 0] > 0).astype(int)]
    mixture = nearest(np.array([[-1.0, 0.0], [1.0, 0.0]]))
    drawing = cells(rows, ["a", "b"], Clustering("It", mixture, shares, True, (0, 1)), marked=2_999)
    drawn = np.concatenate([np.asarray(trace.customdata)[:, 0] for trace in pick(drawing.figure, "points-")])
    assert len(drawn) in (1_000, 1_001)
    assert 2_999 in drawn
    assert "1,000 of the 3,000" in drawing.note
