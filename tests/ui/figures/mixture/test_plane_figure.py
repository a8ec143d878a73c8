"""The plane shows each component's contours, and each point with what is known of it."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from gmm_core.errors import ParameterError
from gmm_core.geometry.ellipse import mahalanobis_radius
from gmm_core.model.mixture import Mixture
from ui.figures.base.drawing import Drawing
from ui.figures.base.palette import INK, colour, symbol, translucent
from ui.figures.base.points import drawn_rows
from ui.figures.mixture.contours import N_POINTS, TRANSPARENT
from ui.figures.mixture.plane import MAX_AS_SVG, MAX_ONE_BY_ONE, SAMPLE_SIZE, plane

Valid = Callable[[Drawing], go.Figure]
Pick = Callable[[go.Figure, str], list[Any]]
Make = Callable[..., Mixture]
LABELS = ("width (cm)", "height (cm)")
COLOURINGS = ("component", "responsibility", "true label", "none")


def drawn(
    mixture: Mixture, n: int = 200, seed: int = 1, **options: Any
) -> tuple[Drawing, np.ndarray, np.ndarray]:
    points, components = mixture.sample(n, np.random.default_rng(seed))
    responsibilities = mixture.responsibilities(points)
    options.setdefault("true_labels", components)
    return plane(points, LABELS, mixture, responsibilities, **options), points, responsibilities


def pieces(trace: Any) -> list[np.ndarray]:
    """The closed curves of a NaN-separated line."""
    path = np.column_stack([trace.x, trace.y])
    breaks = np.flatnonzero(np.isnan(path[:, 0]))
    return [part[~np.isnan(part[:, 0])] for part in np.split(path, breaks)]


@pytest.mark.parametrize("n_components", [1, 2, 5, 20])
@pytest.mark.parametrize("levels", [(0.9,), (0.5, 0.9, 0.95)])
@pytest.mark.parametrize("colouring", COLOURINGS)
def test_there_is_an_ellipse_per_component_and_level(
    n_components: int, levels: tuple[float, ...], colouring: Any, make_mixture: Make, valid: Valid, pick: Pick
) -> None:
    drawing, _, _ = drawn(make_mixture(n_components), colouring=colouring, levels=levels)
    lines = pick(valid(drawing), "ellipses-")
    assert len(lines) == n_components
    assert all(len(pieces(line)) == len(levels) for line in lines)


def test_each_ellipse_stands_at_the_radius_of_its_level(make_mixture: Make, pick: Pick) -> None:
    mixture, levels = make_mixture(3), (0.95, 0.5, 0.9)
    drawing, _, _ = drawn(mixture, levels=levels)
    for k, trace in enumerate(pick(drawing.figure, "ellipses-")):
        for level, curve in zip(sorted(levels), pieces(trace), strict=True):
            difference = curve - mixture.means[k]
            squared = np.einsum(
                "nd,nd->n", difference, np.linalg.solve(mixture.covariances[k], difference.T).T
            )
            np.testing.assert_allclose(np.sqrt(squared), mahalanobis_radius(level, 2), rtol=1e-4)
            np.testing.assert_allclose(curve[0], curve[-1], atol=1e-5)


def test_the_ellipses_of_a_component_are_the_edges_of_one_tinted_area(make_mixture: Make, pick: Pick) -> None:
    drawing, _, _ = drawn(make_mixture(2), colour_numbers=[3, 0])
    for colour_number, trace in zip([3, 0], pick(drawing.figure, "ellipses-"), strict=True):
        assert trace.fill == "toself"
        assert trace.fillcolor == translucent(colour(colour_number), 0.08)
        assert [len(piece) for piece in pieces(trace)] == [N_POINTS] * 3


def test_no_levels_means_no_contours(make_mixture: Make, valid: Valid, pick: Pick) -> None:
    drawing, _, _ = drawn(make_mixture(3), levels=())
    assert pick(valid(drawing), "ellipses-") == []
    assert len(pick(drawing.figure, "centroid-")) == 3


def test_colours_and_symbols_are_those_of_the_colour_numbers(
    make_mixture: Make, valid: Valid, pick: Pick
) -> None:
    colour_numbers = [4, 0, 13]
    figure = valid(drawn(make_mixture(3), colour_numbers=colour_numbers)[0])
    for prefix in ("points-component-", "ellipses-", "centroid-"):
        traces = pick(figure, prefix)
        assert [trace.uid for trace in traces] == [
            f"{prefix}{colour_number}" for colour_number in colour_numbers
        ]
    assert [t.marker.color for t in pick(figure, "points-")] == [
        colour(colour_number) for colour_number in colour_numbers
    ]
    assert [t.marker.symbol for t in pick(figure, "points-")] == [
        symbol(colour_number) for colour_number in colour_numbers
    ]
    assert [t.line.color for t in pick(figure, "ellipses-")] == [
        colour(colour_number) for colour_number in colour_numbers
    ]
    assert [t.marker.color for t in pick(figure, "centroid-")] == [
        colour(colour_number) for colour_number in colour_numbers
    ]
    assert pick(figure, "centroid-")[0].marker.line.color == INK


def test_the_legend_toggles_all_that_belongs_to_a_component(make_mixture: Make) -> None:
    figure = drawn(make_mixture(3), colour_numbers=[2, 0, 1])[0].figure
    for colour_number in range(3):
        members = {t.uid.split("-")[0] for t in figure.data if t.legendgroup == f"component-{colour_number}"}
        assert members == {"points", "ellipses", "centroid"}


@pytest.mark.parametrize("colouring", COLOURINGS)
def test_the_legend_names_each_component_or_label_once(colouring: Any, make_mixture: Make) -> None:
    mixture = make_mixture(3)
    figure = drawn(mixture, colouring=colouring)[0].figure
    named = [trace.name for trace in figure.data if trace.showlegend]
    if colouring == "true label":
        assert named == ["0", "1", "2"]
    else:
        assert named == [f"{k + 1} · {100 * weight:.0f} %" for k, weight in enumerate(mixture.weights)]


def test_every_point_is_drawn_once_with_its_row_and_its_responsibilities(
    make_mixture: Make, pick: Pick
) -> None:
    drawing, points, responsibilities = drawn(make_mixture(4))
    told = np.concatenate([trace.customdata for trace in pick(drawing.figure, "points-")])
    at = np.concatenate([np.column_stack([t.x, t.y]) for t in pick(drawing.figure, "points-")])
    rows = told[:, 0].astype(int)
    assert sorted(rows) == list(range(len(points)))
    np.testing.assert_allclose(at, points[rows], rtol=1e-6)
    np.testing.assert_allclose(told[:, 1:], 100 * responsibilities[rows], atol=1e-4)


def test_with_many_components_the_five_largest_responsibilities_are_told(
    make_mixture: Make, pick: Pick
) -> None:
    drawing, _, responsibilities = drawn(make_mixture(9))
    trace = next(t for t in pick(drawing.figure, "points-") if len(t.x) > 3)
    assert trace.customdata.shape[1] == 11
    for told in trace.customdata:
        expected = np.sort(responsibilities[int(told[0])])[::-1][:5]
        np.testing.assert_allclose(told[2::2], 100 * expected, atol=1e-4)
        np.testing.assert_allclose(
            100 * responsibilities[int(told[0])][told[1::2].astype(int) - 1], told[2::2], atol=1e-4
        )
    assert trace.hovertemplate.count("customdata") == 11


def test_a_point_stands_with_its_likeliest_component(make_mixture: Make, pick: Pick) -> None:
    drawing, _, responsibilities = drawn(make_mixture(3))
    for k, trace in enumerate(pick(drawing.figure, "points-")):
        rows = trace.customdata[:, 0].astype(int)
        assert (responsibilities[rows].argmax(axis=1) == k).all()


def test_row_numbers_are_those_given(make_mixture: Make, pick: Pick) -> None:
    numbers = np.arange(200) * 3 + 7
    drawing, _, _ = drawn(make_mixture(2), colouring="none", row_numbers=numbers)
    np.testing.assert_array_equal(pick(drawing.figure, "points-")[0].customdata[:, 0], numbers)


def test_row_numbers_beyond_single_precision_stay_whole(make_mixture: Make, pick: Pick) -> None:
    numbers = np.arange(200) + 16_777_217
    drawing, _, _ = drawn(make_mixture(2), colouring="none", row_numbers=numbers)
    np.testing.assert_array_equal(pick(drawing.figure, "points-")[0].customdata[:, 0], numbers)


def test_blended_points_are_one_trace_of_codes(make_mixture: Make, valid: Valid, pick: Pick) -> None:
    (trace,) = pick(valid(drawn(make_mixture(3), colouring="responsibility")[0]), "points-")
    assert trace.marker.color.dtype == np.int16
    assert 2 <= len(trace.marker.colorscale) <= 256
    assert trace.marker.cmin == 0
    assert trace.marker.cmax >= trace.marker.color.max()


def test_labels_are_named_in_order_and_missing_ones_stand_apart(
    make_mixture: Make, valid: Valid, pick: Pick
) -> None:
    labels = np.array(["10", "9", "b", "A", None, float("nan")] * 34, dtype=object)[:200]
    traces = pick(valid(drawn(make_mixture(2), colouring="true label", true_labels=labels)[0]), "points-")
    assert [trace.name for trace in traces] == ["9", "10", "A", "b", "no label"]
    assert sum(len(trace.x) for trace in traces) == 200
    assert len({trace.marker.symbol for trace in traces[:4]}) == 4


def test_more_labels_than_the_palette_tells_apart_are_gathered(make_mixture: Make, pick: Pick) -> None:
    labels = [f"group {i % 60}" for i in range(200)]
    traces = pick(drawn(make_mixture(2), colouring="true label", true_labels=labels)[0].figure, "points-")
    assert len(traces) == 20
    assert traces[-1].name == "other labels"
    assert sum(len(trace.x) for trace in traces) == 200


def test_contours_leave_their_colours_to_true_labels(make_mixture: Make, pick: Pick) -> None:
    figure = drawn(make_mixture(3), colouring="true label")[0].figure
    assert {trace.line.color for trace in pick(figure, "ellipses-")} == {INK}
    assert {trace.fillcolor for trace in pick(figure, "ellipses-")} == {TRANSPARENT}
    assert not any(trace.showlegend for trace in pick(figure, "centroid-"))


@pytest.mark.parametrize(
    ("n", "kinds", "n_drawn"),
    [
        (MAX_AS_SVG, {"scatter"}, MAX_AS_SVG),
        (MAX_AS_SVG + 1, {"scatter", "scattergl"}, MAX_AS_SVG + 1),
        (MAX_ONE_BY_ONE, {"scatter", "scattergl"}, MAX_ONE_BY_ONE),
        (MAX_ONE_BY_ONE + 1, {"scatter", "heatmap"}, SAMPLE_SIZE),
    ],
)
def test_the_way_of_drawing_follows_the_number_of_points(
    n: int, kinds: set[str], n_drawn: int, make_mixture: Make, valid: Valid, pick: Pick
) -> None:
    drawing, _, _ = drawn(make_mixture(3), n)
    figure = valid(drawing)
    assert {trace.type for trace in figure.data} == kinds
    assert {trace.type for trace in pick(figure, "ellipses-")} == {"scatter"}
    assert sum(len(trace.customdata) for trace in pick(figure, "points-")) == n_drawn
    assert ("density" in drawing.note) == (n > MAX_ONE_BY_ONE)
    assert (f"{n:,}" in drawing.note) == (n > MAX_ONE_BY_ONE)


def test_the_density_counts_every_point(make_mixture: Make, pick: Pick) -> None:
    drawing, points, _ = drawn(make_mixture(3), MAX_ONE_BY_ONE + 500)
    (density,) = pick(drawing.figure, "density")
    assert density.customdata.sum() == len(points)
    assert drawing.figure.data[0] is density
    np.testing.assert_array_equal(np.isnan(density.z), density.customdata == 0)


def test_the_density_lies_where_the_points_lie(pick: Pick) -> None:
    mixture = Mixture([1.0], [[0.0, 0.0]], [np.eye(2)])
    points = np.tile([[0.0, 0.0], [10.0, 5.0], [10.0, 5.0]], (10_000, 1))
    drawing = plane(points, LABELS, mixture, np.ones((30_000, 1)))
    (density,) = pick(drawing.figure, "density")
    row, column = np.unravel_index(density.customdata.argmax(), density.customdata.shape)
    assert density.customdata[row, column] == 20_000
    assert density.x0 + column * density.dx == pytest.approx(10, abs=density.dx)
    assert density.y0 + row * density.dy == pytest.approx(5, abs=density.dy)


def test_the_sample_is_the_same_each_time_and_has_no_row_twice() -> None:
    first, second = drawn_rows(100_000, 5_000), drawn_rows(100_000, 5_000)
    np.testing.assert_array_equal(first, second)
    assert len(np.unique(first)) == 5_000
    np.testing.assert_array_equal(drawn_rows(3, 5), [0, 1, 2])


def test_names_from_a_file_are_shown_and_never_read_as_markup(make_mixture: Make, valid: Valid) -> None:
    mixture = make_mixture(2)
    points, _ = mixture.sample(50, np.random.default_rng(0))
    names = ("<b>width</b> %{x} $y$", "<a href='javascript:alert(1)'>" + "n" * 100)
    labels = ["<i>wild</i> %{y}"] * 25 + ["tame"] * 25
    drawing = plane(
        points, names, mixture, mixture.responsibilities(points), colouring="true label", true_labels=labels
    )
    sent = json.loads(valid(drawing).to_json())
    text = json.dumps(
        {"data": sent["data"], "xaxis": sent["layout"]["xaxis"], "yaxis": sent["layout"]["yaxis"]}
    )
    for markup in ("<b>width", "%{x} $", "<a href", "<i>", '%{y}"', "n" * 41):
        assert markup not in text
    assert sent["layout"]["xaxis"]["title"]["text"] == "&lt;b&gt;width&lt;/b&gt; &#37;{x} &#36;y&#36;"


def test_zoom_is_kept_while_data_and_axes_stay(make_mixture: Make) -> None:
    def revision(n_components: int, labels: tuple[str, str] = LABELS, data: str = "iris") -> str:
        mixture = make_mixture(n_components)
        points, _ = mixture.sample(30, np.random.default_rng(0))
        drawing = plane(points, labels, mixture, mixture.responsibilities(points), revision=data)
        return str(drawing.figure.layout.uirevision)

    assert revision(2) == revision(7)
    assert revision(2) != revision(2, ("width (cm)", "depth (cm)"))
    assert revision(2) != revision(2, data="wine")


def test_the_picture_stays_put_when_contours_move_a_little() -> None:
    points = np.random.default_rng(0).normal(size=(100, 2))

    def ends(deviation: float) -> Any:
        mixture = Mixture([1.0], [[0.0, 0.0]], [deviation**2 * np.eye(2)])
        figure = plane(points, LABELS, mixture, np.ones((100, 1))).figure
        return figure.layout.xaxis.autorangeoptions.to_plotly_json()

    assert ends(0.5) == ends(0.6) == ends(0.7)
    assert ends(0.7) != ends(1.5)
    assert ends(50.0) == ends(500.0)


def test_axes_find_the_points_and_start_zoom_from_them(make_mixture: Make) -> None:
    drawing, points, _ = drawn(make_mixture(2))
    for values, axis in zip(
        points.T, (drawing.figure.layout.xaxis, drawing.figure.layout.yaxis), strict=True
    ):
        assert axis.autorange is True
        assert axis.range is None
        assert axis.autorangeoptions.minallowed < values.min()
        assert axis.autorangeoptions.maxallowed > values.max()


@pytest.mark.parametrize("equal", [False, True])
def test_scales_are_equal_where_asked(equal: bool, make_mixture: Make) -> None:
    drawing, _, _ = drawn(make_mixture(2), equal_scales=equal)
    assert drawing.figure.layout.yaxis.scaleanchor == ("x" if equal else None)


def test_data_far_from_zero_keeps_its_digits(pick: Pick) -> None:
    offset = 1e9
    points = np.random.default_rng(0).normal(size=(100, 2)) + offset
    mixture = Mixture([1.0], [[offset, offset]], [np.eye(2)])
    figure = plane(points, LABELS, mixture, np.ones((100, 1)), colouring="none").figure
    np.testing.assert_array_equal(pick(figure, "points-")[0].x, points[:, 0])
    assert len(np.unique(pick(figure, "ellipses-")[0].x)) > 90


def test_arrays_are_single_precision_where_that_is_enough(make_mixture: Make) -> None:
    figure = drawn(make_mixture(3))[0].figure
    arrays = [
        t[name]
        for t in figure.data
        for name in ("x", "y", "customdata")
        if t.uid.startswith(("points", "ell"))
    ]
    assert {array.dtype for array in arrays if array is not None} == {np.dtype(np.float32)}


@pytest.mark.parametrize("colouring", COLOURINGS)
@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_point_per_component_still_draws(n: int, colouring: Any, valid: Valid) -> None:
    points = np.arange(2.0 * n).reshape(n, 2)
    mixture = Mixture(np.full(n, 1 / n), points, np.tile(1e-6 * np.eye(2), (n, 1, 1)))
    valid(plane(points, LABELS, mixture, np.eye(n), colouring=colouring, true_labels=["a"] * n))


@pytest.mark.parametrize("colouring", COLOURINGS)
def test_components_without_points_or_weight_keep_their_place(
    colouring: Any, valid: Valid, pick: Pick
) -> None:
    points = np.zeros((40, 2))
    mixture = Mixture([1.0, 0.0, 0.0], np.zeros((3, 2)), np.tile(np.eye(2), (3, 1, 1)))
    responsibilities = np.tile([1.0, 0.0, 0.0], (40, 1))
    drawing = plane(points, LABELS, mixture, responsibilities, colouring=colouring, true_labels=[1] * 40)
    figure = valid(drawing)
    assert len(pick(figure, "ellipses-")) == 3
    assert drawing.table is not None
    assert drawing.table["points"].tolist() == [40, 0, 0]
    if colouring == "component":
        assert [trace.showlegend for trace in pick(figure, "points-")] == [True] * 3


def test_without_points_the_mixture_is_drawn_alone(make_mixture: Make, valid: Valid, pick: Pick) -> None:
    figure = valid(drawn(make_mixture(3), show_points=False)[0])
    assert pick(figure, "points-") == []
    assert [trace.showlegend for trace in pick(figure, "centroid-")] == [True] * 3


def test_centroids_stand_at_the_means_and_tell_their_weight(make_mixture: Make, pick: Pick) -> None:
    mixture = make_mixture(3)
    for k, trace in enumerate(pick(drawn(mixture)[0].figure, "centroid-")):
        np.testing.assert_array_equal([trace.x[0], trace.y[0]], mixture.means[k])
        assert f"weight: {100 * mixture.weights[k]:.0f} %<br>" in trace.hovertemplate


def test_the_words_and_the_table_state_the_finding() -> None:
    mixture = Mixture([0.25, 0.75], [[0.0, 0.0], [1.0, 2.0]], [np.eye(2), [[4.0, 1.0], [1.0, 1.0]]])
    points = np.zeros((4, 2))
    responsibilities = np.array([[0.9, 0.1], [0.5, 0.5], [0.3, 0.7], [0.0, 1.0]])
    drawing = plane(points, LABELS, mixture, responsibilities, levels=(0.95, 0.5))
    assert drawing.alt == (
        "Two components; the largest holds 75 % and the smallest 25 % of the points. "
        "An ellipse holds 50 % and 95 % of a component. "
        "2 of 4 points have no responsibility of 80 % or more."
    )
    assert drawing.table is not None
    assert drawing.table["weight"].tolist() == [0.25, 0.75]
    assert drawing.table["points"].tolist() == [2, 2]
    assert drawing.table["standard deviation of width (cm)"].tolist() == [1.0, 2.0]
    assert drawing.table["correlation"].tolist() == [0.0, 0.5]
    assert drawing.note == ""


def test_colouring_without_what_it_needs_is_refused(make_mixture: Make) -> None:
    mixture = make_mixture(2)
    points, _ = mixture.sample(5, np.random.default_rng(0))
    responsibilities = mixture.responsibilities(points)
    with pytest.raises(ParameterError, match="no true labels"):
        plane(points, LABELS, mixture, responsibilities, colouring="true label")
    unknown: Any = "mood"
    with pytest.raises(ParameterError, match="choose one of component, responsibility, true label, none"):
        plane(points, LABELS, mixture, responsibilities, colouring=unknown)
