"""The heatmap shows all responsibilities, in an order that shows structure."""

from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from ui.figures.base.drawing import Drawing
from ui.figures.base.palette import colour
from ui.figures.mixture.responsibilities import (
    MAX_BINS,
    binned,
    heatmap_height,
    responsibilities_heatmap,
    structured_order,
)

Valid = Callable[[Drawing], go.Figure]


def soft(n: int, n_components: int = 3) -> np.ndarray:
    return np.random.default_rng(4).dirichlet(np.full(n_components, 0.4), size=n)


def test_points_stand_by_component_and_from_sure_to_unsure() -> None:
    ordered = soft(200)[structured_order(soft(200))]
    owners, largest = ordered.argmax(axis=1), ordered.max(axis=1)
    assert (np.diff(owners) >= 0).all()
    for k in range(3):
        assert (np.diff(largest[owners == k]) <= 0).all()


@pytest.mark.parametrize("n", [1, 7, MAX_BINS, MAX_BINS + 1, 1_234, 10_000])
def test_bins_are_the_means_of_neighbours_and_hold_every_row(n: int) -> None:
    rows = soft(n)
    means, edges = binned(rows)
    assert len(means) == min(n, MAX_BINS)
    assert edges[0] == 0
    assert edges[-1] == n
    sizes = np.diff(edges)
    assert sizes.min() >= 1
    assert sizes.max() - sizes.min() <= 1
    for position in (0, len(means) // 2, len(means) - 1):
        expected = rows[edges[position] : edges[position + 1]].mean(axis=0)
        np.testing.assert_allclose(means[position], expected)


def test_up_to_four_hundred_points_each_has_its_column(valid: Valid) -> None:
    responsibilities = soft(MAX_BINS)
    drawing = responsibilities_heatmap(responsibilities, responsibilities.mean(axis=0))
    (heatmap,) = valid(drawing).data
    rows = heatmap.customdata[0, :, 0]
    assert sorted(rows) == list(range(MAX_BINS))
    np.testing.assert_allclose(heatmap.z.T, responsibilities[rows], atol=1e-6)
    assert heatmap.customdata[2, 0, -1] == 3
    assert drawing.note == ""


def test_more_points_share_columns_and_it_says_so(valid: Valid) -> None:
    responsibilities = soft(2_000, 5)
    drawing = responsibilities_heatmap(responsibilities, responsibilities.mean(axis=0))
    (heatmap,) = valid(drawing).data
    assert heatmap.z.shape == (5, MAX_BINS)
    assert heatmap.z.dtype == np.float32
    np.testing.assert_allclose(heatmap.z.sum(axis=0), 1, rtol=1e-5)
    assert heatmap.customdata[0, 0].tolist() == [1, 5, 1]
    assert heatmap.customdata[4, -1].tolist() == [1_996, 2_000, 5]
    assert "about 5 neighbouring points of 2,000" in drawing.note
    assert heatmap.dx * heatmap.z.shape[1] == pytest.approx(2_000)


def test_slightly_more_points_than_columns_are_described_rightly() -> None:
    drawing = responsibilities_heatmap(soft(450), [0.3, 0.3, 0.4])
    assert "Some columns are the mean of two neighbouring points" in drawing.note


def test_row_numbers_are_those_given(valid: Valid) -> None:
    responsibilities = soft(30)
    numbers = 10 * np.arange(30) + 5
    figure = valid(responsibilities_heatmap(responsibilities, [0.3, 0.3, 0.4], row_numbers=numbers))
    np.testing.assert_array_equal(
        figure.data[0].customdata[0, :, 0], numbers[structured_order(responsibilities)]
    )


def test_components_are_named_with_weight_and_colour_the_first_on_top(valid: Valid) -> None:
    figure = valid(responsibilities_heatmap(soft(30, 2), [0.25, 0.75], colour_numbers=[7, 0]))
    names = figure.layout.yaxis.ticktext
    assert [name.split("> ")[1] for name in names] == ["1 · 25 %", "2 · 75 %"]
    assert colour(7) in names[0]
    assert colour(0) in names[1]
    low, high = figure.layout.yaxis.range
    assert low > high


def test_the_scale_goes_from_nothing_to_all(valid: Valid) -> None:
    (heatmap,) = valid(responsibilities_heatmap(soft(30), [0.3, 0.3, 0.4])).data
    assert (heatmap.zmin, heatmap.zmax) == (0, 1)


@pytest.mark.parametrize("n_components", [1, 2, 20])
@pytest.mark.parametrize("n", [1, 3])
def test_few_points_and_lone_components_still_draw(n: int, n_components: int, valid: Valid) -> None:
    weights: Any = np.full(n_components, 1 / n_components)
    valid(responsibilities_heatmap(np.eye(n_components)[np.zeros(n, dtype=int)], weights))


def test_the_words_and_the_table_state_the_finding() -> None:
    responsibilities = np.array([[0.9, 0.1, 0.0], [0.5, 0.5, 0.0], [0.4, 0.6, 0.0], [0.0, 0.0, 1.0]])
    drawing = responsibilities_heatmap(responsibilities, [0.4, 0.35, 0.25])
    assert drawing.alt == (
        "Three components; the largest holds 40 % and the smallest 25 % of the points. "
        "2 of 4 points have no responsibility of 80 % or more. Components 1 and 2 share the most points."
    )
    assert drawing.table is not None
    assert drawing.table["row"].tolist() == [0, 1, 2, 3]
    assert drawing.table["component 3"].tolist() == [0, 0, 0, 1]


def test_more_bands_get_more_height_and_few_get_enough() -> None:
    heights = [heatmap_height(k) for k in range(1, 21)]
    assert heights == sorted(heights)
    assert heights[0] == heights[5] == 240
    assert heights[19] - heights[14] >= 5 * 14
