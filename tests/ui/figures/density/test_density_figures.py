"""The pictures of a density: areas, lines, rings and numbers against what the mixture itself says."""

from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from scipy.stats import chi2

from gmm_core.density.log_density_law import LogDensityLaw
from gmm_core.density.predictions import Predictions
from gmm_core.density.regions import HighestDensityRegions
from gmm_core.model.mixture import Mixture
from ui.figures.base.drawing import Drawing
from ui.figures.base.palette import colour
from ui.figures.density.field import LineField, PlaneField
from ui.figures.density.line import LINES
from ui.figures.density.plane import PLANES
from ui.figures.density.rows_and_sample import Rows, rows_and_sample
from ui.figures.density.scene import MAX_RINGS, MAX_ROWS, DensityScene
from ui.figures.density.surface import density_surface

Valid = Callable[[Drawing], go.Figure]
Pick = Callable[[go.Figure, str], list[Any]]
LEVELS = (0.5, 0.8, 0.95)


def scene_of(mixture: Mixture, n_rows: int = 120, least: int = 4, **more: Any) -> DensityScene:
    rows, _ = mixture.sample(n_rows, np.random.default_rng(1))
    predictions = Predictions.of(mixture, rows)
    order = predictions.log_density.argsort()
    law = LogDensityLaw.of(mixture)
    given = {
        "points": rows,
        "labels": ["<a>", "b"][: mixture.n_features],
        "mixture": mixture,
        "predictions": predictions,
        "regions": HighestDensityRegions.of(law, LEVELS),
        "colour_numbers": tuple(range(mixture.n_components))[::-1],
        "least_likely": order[:least],
        "threshold": float(predictions.log_density[order[least]]),
        "row_numbers": np.arange(n_rows) + 1,
        "revision": "r",
    }
    return DensityScene(**{**given, **more})


def spots(trace: Any) -> np.ndarray:
    path = np.column_stack([trace.x, trace.y]).astype(float)
    return path[np.isfinite(path).all(axis=1)]


@pytest.mark.parametrize("n_components", [1, 3])
@pytest.mark.parametrize("show", PLANES)
def test_every_picture_of_a_plane_is_valid_and_shows_rows_means_and_rings(
    show: str, n_components: int, make_mixture: Callable[..., Mixture], valid: Valid, pick: Pick
) -> None:
    scene = scene_of(make_mixture(n_components), new_points=np.array([[0.0, 1.0], [2.0, 2.0]]))
    drawing = PLANES[show](scene)
    figure = valid(drawing)
    assert sum(len(trace.x) for trace in pick(figure, "points-")) == 120
    assert all(trace.type == "scatter" for trace in pick(figure, "points-"))  # an area would cover WebGL
    assert len(pick(figure, "centroid-")) == n_components
    (rings,) = pick(figure, "least-likely")
    np.testing.assert_allclose(spots(rings), scene.points[scene.least_likely], rtol=1e-6)
    np.testing.assert_array_equal(rings.customdata[:, 0], scene.least_likely + 1)
    np.testing.assert_allclose(
        rings.customdata[:, 1], scene.mixture.log_density(scene.points[scene.least_likely])
    )
    (new,) = pick(figure, "new-points")
    assert list(new.text) == ["1", "2"]
    np.testing.assert_allclose(spots(new), [[0.0, 1.0], [2.0, 2.0]])
    assert "&lt;a&gt;" in figure.layout.xaxis.title.text
    assert "Four rows lie below the threshold" in drawing.alt


def test_the_area_is_the_log_density_at_the_nodes(make_mixture: Callable[..., Mixture], pick: Pick) -> None:
    scene = scene_of(make_mixture(3))
    figure = PLANES["log-density"](scene).figure
    (area,) = pick(figure, "field-")
    x, y = np.meshgrid(np.asarray(area.x, dtype=float), np.asarray(area.y, dtype=float))
    exact = scene.mixture.log_density(np.column_stack([x.ravel(), y.ravel()])).reshape(x.shape)
    z = np.asarray(area.z)
    floor = z.min()
    np.testing.assert_allclose(z, np.maximum(exact, floor), atol=2e-3)
    assert area.contours.start >= floor
    assert floor < scene.threshold
    assert area.contours.end <= exact.max() + area.contours.size


def test_the_line_of_the_threshold_lies_where_the_density_is_that(
    make_mixture: Callable[..., Mixture], pick: Pick
) -> None:
    scene = scene_of(make_mixture(2))
    (line,) = pick(PLANES["log-density"](scene).figure, "threshold")
    assert len(spots(line)) > 100
    np.testing.assert_allclose(scene.mixture.log_density(spots(line)), scene.threshold, atol=0.05)
    unknown = scene_of(make_mixture(2), threshold=None)
    assert pick(PLANES["log-density"](unknown).figure, "threshold") == []


def test_the_borders_of_the_regions_of_one_gaussian_are_its_ellipses(
    make_mixture: Callable[..., Mixture], pick: Pick
) -> None:
    scene = scene_of(make_mixture(1))
    drawing = PLANES["regions"](scene)
    for position, level in enumerate(LEVELS):
        (border,) = pick(drawing.figure, f"region-{position}")
        assert border.name == f"holds {100 * level:g} %"
        from_mean = spots(border) - scene.mixture.means[0]
        squared = np.einsum("ni,ij,nj->n", from_mean, np.linalg.inv(scene.mixture.covariances[0]), from_mean)
        np.testing.assert_allclose(squared, chi2.ppf(level, 2), rtol=0.02)
    assert drawing.table is not None
    inside = scene.mixture.log_density(scene.points)[:, None] >= scene.regions.log_levels
    np.testing.assert_allclose(drawing.table["share of rows inside"], inside.mean(axis=0))


def test_the_shade_of_a_place_says_in_which_region_it_lies(
    make_mixture: Callable[..., Mixture], pick: Pick
) -> None:
    scene = scene_of(make_mixture(3))
    (area,) = pick(PLANES["regions"](scene).figure, "field-")
    field = PlaneField(scene)
    outermost_first = len(LEVELS) - scene.regions.innermost(field.log_density)
    np.testing.assert_array_equal(np.floor(np.minimum(np.asarray(area.z), len(LEVELS))), outermost_first)
    assert (area.contours.start, area.contours.end, area.contours.size) == (1, len(LEVELS), 1)


def test_without_levels_there_are_no_regions(
    make_mixture: Callable[..., Mixture], valid: Valid, pick: Pick
) -> None:
    for n_features, draw in ((2, PLANES["regions"]), (1, LINES["regions"])):
        mixture = make_mixture(2, n_features)
        none = HighestDensityRegions.of(LogDensityLaw.of(mixture), ())
        figure = valid(draw(scene_of(mixture, regions=none)))
        assert pick(figure, "region-") == []


def test_the_map_of_uncertainty_is_one_minus_the_largest_responsibility(
    make_mixture: Callable[..., Mixture], pick: Pick
) -> None:
    scene = scene_of(make_mixture(3))
    (area,) = pick(PLANES["uncertainty"](scene).figure, "field-")
    x, y = np.meshgrid(np.asarray(area.x, dtype=float), np.asarray(area.y, dtype=float))
    exact = 1 - scene.mixture.responsibilities(np.column_stack([x.ravel(), y.ravel()])).max(axis=1)
    np.testing.assert_allclose(np.asarray(area.z).ravel(), exact, atol=1e-4)
    assert area.zmax == pytest.approx(2 / 3)


@pytest.mark.parametrize("n_components", [1, 3])
@pytest.mark.parametrize("show", LINES)
def test_every_picture_of_a_line_is_valid_and_shows_rings_and_new_points(
    show: str, n_components: int, make_mixture: Callable[..., Mixture], valid: Valid, pick: Pick
) -> None:
    scene = scene_of(make_mixture(n_components, 1), new_points=np.array([[0.5]]))
    figure = valid(LINES[show](scene))
    (rings,) = pick(figure, "least-likely")
    np.testing.assert_allclose(spots(rings)[:, 0], scene.points[scene.least_likely, 0], rtol=1e-6)
    (new,) = pick(figure, "new-points")
    heights = {
        "log-density": scene.mixture.log_density([[0.5]]),
        "regions": np.exp(scene.mixture.log_density([[0.5]])),
        "uncertainty": 1 - scene.mixture.responsibilities([[0.5]]).max(axis=1),
    }
    lowest = figure.layout.yaxis.autorangeoptions.minallowed
    np.testing.assert_allclose(new.y, np.maximum(heights[show], lowest), rtol=1e-5, atol=1e-7)


def test_the_intervals_of_one_gaussian_are_its_central_ones(make_mixture: Callable[..., Mixture]) -> None:
    scene = scene_of(make_mixture(1, 1), n_rows=400)
    field = LineField(scene)
    for level, log_level in zip(LEVELS, scene.regions.log_levels, strict=True):
        half = np.sqrt(chi2.ppf(level, 1) * scene.mixture.covariances[0, 0, 0])
        mean = scene.mixture.means[0, 0]
        np.testing.assert_allclose(
            field.intervals(log_level), [[mean - half, mean + half]], rtol=1e-3, atol=1e-3
        )


def test_a_region_may_be_of_several_intervals_and_reach_beyond_the_axis() -> None:
    mixture = Mixture([0.5, 0.5], [[-5.0], [5.0]], np.ones((2, 1, 1)))
    field = LineField(scene_of(mixture))
    apart = field.intervals(float(mixture.log_density([[-4.0]])[0]))
    np.testing.assert_allclose(apart, [[-6.0, -4.0], [4.0, 6.0]], atol=0.01)
    assert field.intervals(-1e9).tolist() == [[field.x[0], field.x[-1]]]
    assert field.intervals(1e9).shape == (0, 2)


def test_the_surface_stands_at_the_log_density_with_the_points_on_it(
    make_mixture: Callable[..., Mixture], valid: Valid, pick: Pick
) -> None:
    scene = scene_of(make_mixture(2), new_points=np.array([[0.0, 0.0]]))
    figure = valid(density_surface(scene))
    (surface,) = pick(figure, "surface")
    field = PlaneField(scene)
    np.testing.assert_allclose(
        np.asarray(surface.z), np.maximum(field.log_density, scene.floor(field.highest)), rtol=1e-5
    )
    for trace in pick(figure, "points-"):
        at = np.column_stack([trace.x, trace.y]).astype(float)
        gaps = np.asarray(trace.z, dtype=float) - scene.mixture.log_density(at)
        np.testing.assert_allclose(gaps, gaps[0], atol=1e-3)
        assert gaps[0] > 0
    assert [trace.marker.color for trace in pick(figure, "points-")] == [colour(1), colour(0)]


def test_of_many_rows_a_sample_and_the_least_likely_are_drawn(
    make_mixture: Callable[..., Mixture], pick: Pick
) -> None:
    scene = scene_of(make_mixture(2), n_rows=5_000, least=400)
    drawing = PLANES["log-density"](scene)
    numbers = np.concatenate(
        [np.asarray(trace.customdata)[:, 0] for trace in pick(drawing.figure, "points-")]
    )
    assert MAX_ROWS - MAX_RINGS <= len(numbers) <= MAX_ROWS
    assert set((scene.least_likely[:MAX_RINGS] + 1).tolist()) <= set(numbers.astype(int).tolist())
    (rings,) = pick(drawing.figure, "least-likely")
    assert len(rings.x) == MAX_RINGS
    assert "(400)" in rings.name
    assert "5,000 rows" in drawing.note


@pytest.mark.parametrize("n_features", [1, 2])
def test_rows_and_sample_share_axes_and_colours(
    n_features: int, make_mixture: Callable[..., Mixture], valid: Valid, pick: Pick
) -> None:
    mixture = make_mixture(3, n_features)
    both = [
        Rows(points, mixture.responsibilities(points))
        for points in (mixture.sample(90, np.random.default_rng(seed))[0] for seed in (0, 1))
    ]
    drawings = rows_and_sample(
        both[0], both[1], ["a", "b"][:n_features], mixture.weights.tolist(), (2, 0, 1), "r"
    )
    first, second = (valid(drawing) for drawing in drawings)
    for name in ("xaxis", "yaxis"):
        assert first.layout[name].autorangeoptions == second.layout[name].autorangeoptions
    for figure in (first, second):
        found = pick(figure, "points-") or pick(figure, "bars-")
        assert [trace.marker.color for trace in found] == [
            colour(colour_number) for colour_number in (2, 0, 1)
        ]
    counts = np.bincount(both[1].responsibilities.argmax(axis=1), minlength=3)
    assert drawings[1].alt.endswith(f"hold {counts[0]}, {counts[1]}, {counts[2]}.")
