"""The film's pictures: given a run, these traces, and axes that hold all of it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.geometry.ellipse import mahalanobis_radius
from gmm_core.studies.em_film import Film
from ui.figures.base.drawing import Drawing
from ui.figures.base.palette import colour
from ui.figures.film.line import GRID_POINTS, film_line, mean_placement_line
from ui.figures.film.plane import film_plane, mean_placement_plane
from ui.figures.film.strips import START_BELOW, film_curve, film_heatmap
from ui.figures.film.traces import LEVEL, MOVING

Valid = Callable[[Drawing], go.Figure]
Pick = Callable[[go.Figure, str], list[Any]]
RNG = np.random.default_rng(2)
PLANE = np.concatenate([RNG.normal(size=(60, 2)), RNG.normal(size=(40, 2)) + 3.0])
COLOUR_NUMBERS = (4, 0, 7)


def film_of(rows: np.ndarray, n_components: int = 3) -> Film:
    run = fit(rows, FitSpecification(n_components, n_init=1, init="random responsibilities")).best
    return Film.of(run, rows, lambda mixture: mixture)


@pytest.fixture(scope="module")
def film() -> Film:
    return film_of(PLANE)


def moving(figure: go.Figure) -> set[str]:
    return {trace.uid for trace in figure.data if trace.meta == MOVING}


def test_the_plane_shows_the_start_with_a_trace_for_all_that_moves(
    film: Film, valid: Valid, pick: Pick
) -> None:
    figure = valid(
        film_plane(PLANE, ["a", "b"], film, colour_numbers=COLOUR_NUMBERS, row_numbers=np.arange(100) + 1)
    )
    names = ("ghost", "halo", "ellipse", "trail", "centroid")
    assert moving(figure) == {
        f"{name}-{colour_number}" for name in names for colour_number in COLOUR_NUMBERS
    } | {"picked"}
    start = film.mixtures[0]
    for position, colour_number in enumerate(COLOUR_NUMBERS):
        (ring,) = pick(figure, f"ellipse-{colour_number}")
        far = np.column_stack([ring.x, ring.y]).astype(np.float64) - start.means[position]
        distance = np.sqrt(np.einsum("ni,ij,nj->n", far, np.linalg.inv(start.covariances[position]), far))
        np.testing.assert_allclose(distance, mahalanobis_radius(LEVEL, 2), rtol=1e-3)
        assert ring.line.color == colour(colour_number)
        (centroid,) = pick(figure, f"centroid-{colour_number}")
        np.testing.assert_allclose([centroid.x[0], centroid.y[0]], start.means[position])
        assert centroid.text == str(position + 1)
    (points,) = pick(figure, "points")
    np.testing.assert_allclose(points.x, PLANE[:, 0], rtol=1e-6)
    np.testing.assert_array_equal(np.ravel(points.customdata), np.arange(100) + 1)


def test_the_axes_hold_every_ellipse_of_the_film(film: Film) -> None:
    layout = film_plane(PLANE, ["a", "b"], film, colour_numbers=COLOUR_NUMBERS).figure.layout
    radius = mahalanobis_radius(LEVEL, 2)
    for mixture in film.mixtures:
        half = radius * np.sqrt(np.diagonal(mixture.covariances, axis1=1, axis2=2))
        for d, axis in enumerate((layout.xaxis, layout.yaxis)):
            assert axis.autorangeoptions.minallowed <= (mixture.means - half)[:, d].min()
            assert axis.autorangeoptions.maxallowed >= (mixture.means + half)[:, d].max()


def test_one_feature_has_a_density_and_an_interval_for_each_component(valid: Valid, pick: Pick) -> None:
    values = PLANE[:, 0]
    film = film_of(values[:, None], 2)
    figure = valid(film_line(values, "a", film, all_values=values, colour_numbers=(0, 1)))
    start = film.mixtures[0]
    for position in range(2):
        (density,) = pick(figure, f"density-{position}")
        assert len(density.x) == GRID_POINTS
        area = np.trapezoid(np.asarray(density.y, dtype=float), np.asarray(density.x, dtype=float))
        assert area == pytest.approx(start.weights[position], abs=0.03)
        (interval,) = pick(figure, f"interval-{position}")
        half = mahalanobis_radius(LEVEL, 1) * float(np.sqrt(start.covariances[position, 0, 0]))
        assert interval.x[1] - interval.x[0] == pytest.approx(2 * half, rel=1e-5)
    (mixture,) = pick(figure, "mixture")
    total = sum(np.asarray(pick(figure, f"density-{k}")[0].y, dtype=float) for k in range(2))
    np.testing.assert_allclose(np.asarray(mixture.y, dtype=float), total, rtol=1e-5, atol=1e-9)


def test_the_curve_has_every_state_and_a_mark_at_the_start(film: Film, valid: Valid, pick: Pick) -> None:
    figure = valid(film_curve(film))
    (everything,) = pick(figure, "all")
    np.testing.assert_allclose(everything.y, film.log_likelihoods, rtol=1e-6)
    np.testing.assert_array_equal(everything.x, film.iterations)
    (mark,) = pick(figure, "mark")
    assert (mark.x[0], mark.y[0]) == (0, film.log_likelihoods[0])
    assert moving(figure) == {"so-far", "mark"}
    assert figure.layout.yaxis.autorangeoptions.maxallowed >= film.log_likelihoods[-1]


@pytest.mark.parametrize(("first_step", "whole"), [(30.0, True), (2_000.0, False)])
def test_the_curve_holds_its_start_or_tells_where_that_lies(
    first_step: float, whole: bool, film: Film, valid: Valid, pick: Pick
) -> None:
    values = np.array([-400.0 - first_step, -400.0, -396.0, -390.0])
    figure = valid(
        film_curve(
            replace(film, iterations=np.arange(4), log_likelihoods=values, n_iterations=3), revision="r"
        )
    )
    axis = figure.layout.yaxis.autorangeoptions
    told = pick(figure, START_BELOW)
    assert (axis.minallowed < values[0]) == whole
    assert axis.minallowed < values[1] < values[-1] < axis.maxallowed
    assert values[-1] - values[1] > 0.15 * (axis.maxallowed - axis.minallowed)  # not too flat
    assert len(told) == (not whole)
    if not whole:
        assert "−2,400" in told[0].text[0]
        assert axis.minallowed < told[0].y[0] < values[1]


def test_the_curve_of_a_film_that_began_at_its_end_is_flat(film: Film) -> None:
    end = float(film.log_likelihoods[-1])
    flat = replace(
        film,
        iterations=np.arange(2),
        log_likelihoods=np.array([end - 1e-9, end]),
        mixtures=film.mixtures[-2:],
        log_joint=film.log_joint[-2:],
        reseeded=film.reseeded[-2:],
        n_iterations=1,
    )
    axes = film_curve(flat).figure.layout
    assert axes.xaxis.dtick == 1
    assert axes.yaxis.autorangeoptions.maxallowed - end > 1e-6 * abs(end)


def test_the_heatmap_has_a_column_for_each_row_in_one_order(valid: Valid) -> None:
    soft = RNG.dirichlet(np.ones(3), size=50)
    drawing, order = film_heatmap(soft, colour_numbers=COLOUR_NUMBERS)
    (heatmap,) = valid(drawing).data
    assert sorted(order.tolist()) == list(range(50))
    np.testing.assert_allclose(heatmap.z, soft[order].T, rtol=1e-6)
    labels = drawing.figure.layout.yaxis.ticktext
    assert [label[-1] for label in labels] == ["1", "2", "3"]
    assert all(
        colour(colour_number) in label for colour_number, label in zip(COLOUR_NUMBERS, labels, strict=True)
    )


@pytest.mark.parametrize("n_placed", [0, 1, 3])
def test_what_is_placed_so_far_is_shown_and_counted(n_placed: int, valid: Valid, pick: Pick) -> None:
    means = PLANE[:n_placed]
    drawing = mean_placement_plane(PLANE, ["a", "b"], means)
    crosses = pick(valid(drawing), "centroid-")
    assert [(cross.x[0], cross.y[0]) for cross in crosses] == [tuple(mean) for mean in means.tolist()]
    assert f" {n_placed} starting mean" in drawing.alt
    in_line = mean_placement_line(PLANE[:, 0], "a", means[:, 0], all_values=PLANE[:, 0])
    assert [cross.x[0] for cross in pick(valid(in_line), "centroid-")] == means[:, 0].tolist()
