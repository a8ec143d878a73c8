"""Space shows ellipsoids that stand at their level, and a sample of the points."""

from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from gmm_core.geometry.ellipse import mahalanobis_radius
from gmm_core.model.mixture import Mixture
from ui.figures.base.drawing import Drawing
from ui.figures.base.palette import INK, colour, symbol_in_space
from ui.figures.mixture.space import MAX_POINTS, space

Valid = Callable[[Drawing], go.Figure]
Pick = Callable[[go.Figure, str], list[Any]]
Make = Callable[..., Mixture]
LABELS = ("width (cm)", "height (cm)", "PC 3 (4 % of variance)")
COLOURINGS = ("component", "responsibility", "true label", "none")


def drawn(mixture: Mixture, n: int = 150, **options: Any) -> tuple[Drawing, np.ndarray, np.ndarray]:
    points, components = mixture.sample(n, np.random.default_rng(3))
    responsibilities = mixture.responsibilities(points)
    options.setdefault("true_labels", components)
    return space(points, LABELS, mixture, responsibilities, **options), points, responsibilities


@pytest.mark.parametrize("colouring", COLOURINGS)
@pytest.mark.parametrize("n_components", [1, 4, 20])
def test_every_vertex_stands_at_the_radius_of_its_level(
    n_components: int, colouring: Any, make_mixture: Make, valid: Valid, pick: Pick
) -> None:
    mixture, levels = make_mixture(n_components, 3), (0.5, 0.9)
    meshes = pick(valid(drawn(mixture, colouring=colouring, levels=levels)[0]), "ellipsoids-")
    assert len(meshes) == n_components
    for k, mesh in enumerate(meshes):
        difference = np.column_stack([mesh.x, mesh.y, mesh.z]) - mixture.means[k]
        squared = np.einsum("nd,nd->n", difference, np.linalg.solve(mixture.covariances[k], difference.T).T)
        for shell, level in zip(np.split(squared, len(levels)), levels, strict=True):
            np.testing.assert_allclose(np.sqrt(shell), mahalanobis_radius(level, 3), rtol=1e-3)


def test_triangles_join_vertices_of_one_shell(make_mixture: Make, pick: Pick) -> None:
    (mesh,) = pick(drawn(make_mixture(1, 3), levels=(0.5, 0.9, 0.95))[0].figure, "ellipsoids-")
    shell_of = np.column_stack([mesh.i, mesh.j, mesh.k]) // (len(mesh.x) // 3)
    assert (shell_of == shell_of[:, :1]).all()
    assert set(shell_of[:, 0]) == {0, 1, 2}
    assert mesh.i.dtype == np.int32


def test_colours_and_symbols_are_those_of_the_colour_numbers(make_mixture: Make, pick: Pick) -> None:
    figure = drawn(make_mixture(2, 3), colour_numbers=[11, 3])[0].figure
    assert [trace.marker.color for trace in pick(figure, "points-")] == [colour(11), colour(3)]
    assert [trace.marker.symbol for trace in pick(figure, "points-")] == [
        symbol_in_space(11),
        symbol_in_space(3),
    ]
    assert [mesh.color for mesh in pick(figure, "ellipsoids-")] == [colour(11), colour(3)]


def test_ellipsoids_leave_their_colours_to_true_labels(make_mixture: Make, pick: Pick) -> None:
    figure = drawn(make_mixture(2, 3), colouring="true label")[0].figure
    assert {mesh.color for mesh in pick(figure, "ellipsoids-")} == {INK}


@pytest.mark.parametrize("n", [MAX_POINTS, MAX_POINTS + 1])
def test_at_most_five_thousand_points_are_drawn_and_it_says_so(
    n: int, make_mixture: Make, pick: Pick
) -> None:
    drawing, points, responsibilities = drawn(make_mixture(2, 3), n)
    traces = pick(drawing.figure, "points-")
    assert sum(len(trace.x) for trace in traces) == MAX_POINTS
    assert bool(drawing.note) == (n > MAX_POINTS)
    for trace in traces:
        rows = trace.customdata[:, 0].astype(int)
        np.testing.assert_allclose(np.column_stack([trace.x, trace.y, trace.z]), points[rows], rtol=1e-5)
        np.testing.assert_allclose(trace.customdata[:, 1:], 100 * responsibilities[rows], atol=1e-4)


def test_one_unit_is_as_long_on_every_axis_where_asked(make_mixture: Make) -> None:
    scene = drawn(make_mixture(2, 3), equal_scales=True)[0].figure.layout.scene
    spans = [axis.range[1] - axis.range[0] for axis in (scene.xaxis, scene.yaxis, scene.zaxis)]
    ratios = [scene.aspectratio.x, scene.aspectratio.y, scene.aspectratio.z]
    np.testing.assert_allclose(np.divide(spans, ratios), spans[0] / ratios[0])
    cube = drawn(make_mixture(2, 3))[0].figure.layout.scene.aspectratio
    assert cube.x == cube.y == cube.z


def test_titles_on_the_canvas_hold_no_tags_and_no_entities(make_mixture: Make) -> None:
    mixture = make_mixture(2, 3)
    points, _ = mixture.sample(30, np.random.default_rng(0))
    names = ("<b>x</b> & $y$", "plain", "PC 3 (4 % of variance)")
    scene = space(points, names, mixture, mixture.responsibilities(points)).figure.layout.scene
    assert scene.xaxis.title.text == "‹b›x‹/b› & $y$"
    assert scene.zaxis.title.text == "PC 3 (4 % of variance)"


def test_the_camera_is_kept_while_data_and_axes_stay(make_mixture: Make) -> None:
    scenes = [drawn(make_mixture(k, 3), revision="iris")[0].figure.layout.scene for k in (2, 5)]
    assert scenes[0].uirevision == scenes[1].uirevision
    assert (
        scenes[0].uirevision != drawn(make_mixture(2, 3), revision="wine")[0].figure.layout.scene.uirevision
    )


@pytest.mark.parametrize("colouring", COLOURINGS)
@pytest.mark.parametrize("options", [{}, {"levels": ()}, {"show_points": False}, {"equal_scales": True}])
def test_a_single_point_and_an_empty_component_still_draw(
    colouring: Any, options: dict[str, Any], valid: Valid
) -> None:
    mixture = Mixture([1.0, 0.0], np.zeros((2, 3)), np.tile(1e-6 * np.eye(3), (2, 1, 1)))
    drawing = space(
        [[0.0, 0.0, 0.0]], LABELS, mixture, [[1.0, 0.0]], colouring=colouring, true_labels=["a"], **options
    )
    valid(drawing)


def test_the_words_and_the_table_state_the_finding(make_mixture: Make) -> None:
    drawing, _, _ = drawn(Mixture([0.5, 0.5], np.zeros((2, 3)), np.tile(np.eye(3), (2, 1, 1))))
    assert drawing.alt == (
        "Two components, each of which holds 50 % of the points. An ellipsoid holds 50 % and 90 % of a component."
    )
    assert drawing.table is not None
    assert drawing.table.shape == (2, 9)
