"""One feature: bars and curves whose areas agree, and an interval per component and level."""

from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from scipy.stats import norm

from gmm_core.model.mixture import Mixture
from ui.figures.base.drawing import Drawing
from ui.figures.base.histogram import FEWEST_BINS, MAX_BINS, bins
from ui.figures.base.palette import INK, colour
from ui.figures.base.rug import MAX_TICKS
from ui.figures.mixture.line import line

Valid = Callable[[Drawing], go.Figure]
Pick = Callable[[go.Figure, str], list[Any]]
COLOURINGS = ("component", "responsibility", "true label", "none")
MIXTURE = Mixture([0.3, 0.7], [[-2.0], [3.0]], [[[1.0]], [[4.0]]])


def drawn(n: int = 400, mixture: Mixture = MIXTURE, **options: Any) -> tuple[Drawing, np.ndarray, np.ndarray]:
    values, components = mixture.sample(n, np.random.default_rng(2))
    responsibilities = mixture.responsibilities(values)
    options.setdefault("true_labels", components)
    return line(values, "width (cm)", mixture, responsibilities, **options), values[:, 0], responsibilities


@pytest.mark.parametrize("colouring", COLOURINGS)
@pytest.mark.parametrize("n_components", [1, 3, 20])
def test_bars_hold_every_point_once_and_their_areas_add_up_to_one(
    colouring: Any, n_components: int, make_mixture: Callable[..., Mixture], valid: Valid, pick: Pick
) -> None:
    drawing, values, _ = drawn(400, make_mixture(n_components, 1), colouring=colouring)
    bars = pick(valid(drawing), "bars-")
    assert sum((bar.y * bar.width).sum() for bar in bars) == pytest.approx(1)
    assert sum(bar.customdata[:, 2].sum() for bar in bars) == pytest.approx(len(values))
    assert drawing.figure.layout.barmode == "stack"


def test_bars_by_responsibility_share_points_softly(pick: Pick) -> None:
    drawing, _, responsibilities = drawn(colouring="responsibility")
    shares = [bar.customdata[:, 2].sum() for bar in pick(drawing.figure, "bars-")]
    np.testing.assert_allclose(shares, responsibilities.sum(axis=0))


def test_bars_count_what_lies_between_their_edges(pick: Pick) -> None:
    drawing, values, _ = drawn(colouring="none")
    (bar,) = pick(drawing.figure, "bars-")
    for low, high, count in bar.customdata[:-1]:
        assert count == ((values >= low) & (values < high)).sum()


@pytest.mark.parametrize(
    ("values", "fewest", "most"),
    [
        (np.zeros(50), FEWEST_BINS, MAX_BINS),
        (np.array([5.0]), FEWEST_BINS, FEWEST_BINS),
        (np.empty(0), FEWEST_BINS, FEWEST_BINS),
        (np.r_[np.zeros(999), 1e12], 32, MAX_BINS),
        (np.random.default_rng(0).normal(size=100_000), MAX_BINS, MAX_BINS),
        (
            np.r_[np.random.default_rng(0).normal(size=200), 50 + np.random.default_rng(1).normal(size=200)],
            20,
            20,
        ),
    ],
)
def test_the_number_of_bins_stays_sensible(values: np.ndarray, fewest: int, most: int) -> None:
    found = bins(values)
    assert fewest <= found.n_bins <= most
    assert found.counts().sum() == len(values)
    assert found.width > 0


def test_curves_are_the_weighted_densities_and_their_sum(pick: Pick) -> None:
    first, second, total = pick(drawn()[0].figure, "density-x-")
    np.testing.assert_allclose(first.y, 0.3 * norm.pdf(first.x, -2, 1), rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(second.y, 0.7 * norm.pdf(second.x, 3, 2), rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(total.y, first.y + second.y, rtol=1e-5)
    assert total.line.color == INK
    assert total.line.width > first.line.width


def test_a_spike_narrower_than_the_grid_is_not_missed(pick: Pick) -> None:
    mixture = Mixture([0.5, 0.5], [[0.0], [100.0]], [[[100.0]], [[1e-8]]])
    values = np.r_[np.linspace(-30, 30, 50), np.full(50, 100.0)]
    drawing = line(values, "x", mixture, np.repeat(np.eye(2), 50, axis=0))
    spike = pick(drawing.figure, "density-x-1")[0]
    assert spike.y.max() == pytest.approx(0.5 * norm.pdf(0, scale=1e-4), rel=1e-3)
    bars = pick(drawing.figure, "bars-")[0]
    assert drawing.figure.layout.yaxis.autorangeoptions.maxallowed < 3 * bars.y.max()


def test_each_interval_holds_its_level_of_the_component(pick: Pick) -> None:
    levels = (0.95, 0.5)
    for k, trace in enumerate(pick(drawn(levels=levels)[0].figure, "intervals-")):
        boxes = np.split(trace.x, np.flatnonzero(np.isnan(trace.x)))
        assert len(boxes) == len(levels)
        component = norm(MIXTURE.means[k, 0], np.sqrt(MIXTURE.covariances[k, 0, 0]))
        for box, level in zip(boxes, sorted(levels), strict=True):
            held = component.cdf(np.nanmax(box)) - component.cdf(np.nanmin(box))
            assert held == pytest.approx(level, abs=1e-5)


def test_the_inmost_interval_is_the_tallest(pick: Pick) -> None:
    trace = pick(drawn()[0].figure, "intervals-")[0]
    boxes = np.split(trace.y, np.flatnonzero(np.isnan(trace.y)))
    heights = [np.nanmax(box) - np.nanmin(box) for box in boxes]
    assert heights == sorted(heights, reverse=True)
    assert len(set(heights)) == 3


def test_ticks_are_a_sample_with_rows_and_responsibilities(pick: Pick) -> None:
    drawing, values, responsibilities = drawn(MAX_TICKS + 500, colouring="component")
    ticks = pick(drawing.figure, "ticks-")
    assert sum(len(tick.x) for tick in ticks) == MAX_TICKS
    assert "1,000 of the 1,500" in drawing.note
    for tick in ticks:
        rows = tick.customdata[:, 0].astype(int)
        np.testing.assert_allclose(tick.x, values[rows], rtol=1e-6)
        np.testing.assert_allclose(tick.customdata[:, 1:], 100 * responsibilities[rows], atol=1e-4)


def test_colours_are_those_of_the_colour_numbers(valid: Valid, pick: Pick) -> None:
    figure = valid(drawn(colouring="component", colour_numbers=[6, 1])[0])
    assert [bar.marker.color for bar in pick(figure, "bars-")] == [colour(6), colour(1)]
    assert [trace.line.color for trace in pick(figure, "intervals-")] == [colour(6), colour(1)]
    assert [trace.marker.color for trace in pick(figure, "centroid-")] == [colour(6), colour(1)]


@pytest.mark.parametrize("colouring", COLOURINGS)
@pytest.mark.parametrize("n", [1, 2])
def test_a_point_or_two_still_draw(n: int, colouring: Any, valid: Valid) -> None:
    mixture = Mixture([1.0], [[4.0]], [[[1e-6]]])
    drawing = line(np.full(n, 4.0), "x", mixture, np.ones((n, 1)), colouring=colouring, true_labels=["a"] * n)
    valid(drawing)


@pytest.mark.parametrize("options", [{"levels": ()}, {"show_points": False}])
def test_parts_can_be_left_out(options: dict[str, Any], valid: Valid, pick: Pick) -> None:
    figure = valid(drawn(**options)[0])
    assert (pick(figure, "intervals-") == []) == ("levels" in options)
    assert (pick(figure, "bars-") == []) == ("show_points" in options)


def test_the_words_and_the_table_state_the_finding() -> None:
    drawing, _, _ = drawn(levels=(0.9,))
    assert drawing.alt == (
        "Two components; the largest holds 70 % and the smallest 30 % of the points. "
        "The means of width (cm) are at −2 and 3. An interval holds 90 % of a component."
    )
    assert drawing.table is not None
    np.testing.assert_allclose(drawing.table["90 % from"], norm.ppf(0.05, [-2, 3], [1, 2]))
    np.testing.assert_allclose(drawing.table["90 % to"], norm.ppf(0.95, [-2, 3], [1, 2]))


def test_the_axis_has_the_name_of_the_column_escaped() -> None:
    values, _ = MIXTURE.sample(20, np.random.default_rng(0))
    drawing = line(values, "<b>x</b>", MIXTURE, MIXTURE.responsibilities(values))
    assert drawing.figure.layout.xaxis.title.text == "&lt;b&gt;x&lt;/b&gt;"
    assert "<b>x" not in drawing.figure.to_json()
