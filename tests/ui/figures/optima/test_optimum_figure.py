"""One optimum: points, ellipses or curves in its colour, and the rows that are marked."""

from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.graph_objects as go

from gmm_core.geometry.ellipse import mahalanobis_radius
from gmm_core.model.mixture import Mixture
from ui.figures.base.drawing import Drawing
from ui.figures.optima.identity import style
from ui.figures.optima.optimum import FEW_POINTS, MAX_POINTS, optimum

Valid = Callable[[Drawing], go.Figure]
Pick = Callable[[go.Figure, str], list[Any]]
MakeMixture = Callable[..., Mixture]
RNG = np.random.default_rng(2)
POINTS = 4 * RNG.normal(size=(60, 2))
LABELS = ("width", "height")
B = style(1)


def test_the_ellipses_hold_half_and_nine_tenths_of_each_component(
    valid: Valid, pick: Pick, make_mixture: MakeMixture
) -> None:
    mixture = make_mixture(3)
    figure = valid(optimum(POINTS, LABELS, mixture, B))
    (lines,), (cores,) = pick(figure, "ellipses"), pick(figure, "cores")
    at = np.column_stack([lines.x, lines.y]).astype(float)
    at = at[np.isfinite(at).all(axis=1)]
    distances = []
    for mean, covariance in zip(mixture.means, mixture.covariances, strict=True):
        own = at[: 2 * 97] - mean
        at = at[2 * 97 :]
        distances.append(np.sqrt(np.einsum("nd,de,ne->n", own, np.linalg.inv(covariance), own)))
    np.testing.assert_allclose(np.array(distances)[:, :97], mahalanobis_radius(0.5, 2), rtol=1e-3)
    np.testing.assert_allclose(np.array(distances)[:, 97:], mahalanobis_radius(0.9, 2), rtol=1e-3)
    assert {lines.line.color, cores.line.color} == {B.colour}
    assert np.isnan(cores.x).sum() == 3


def test_marked_rows_are_all_drawn_and_named(pick: Pick, make_mixture: MakeMixture) -> None:
    marked = np.zeros(60, dtype=bool)
    marked[[3, 50]] = True
    drawing = optimum(POINTS, LABELS, make_mixture(2), B, marked=marked, row_numbers=np.arange(100, 160))
    (ring,) = pick(drawing.figure, "marked")
    np.testing.assert_allclose(np.column_stack([ring.x, ring.y]), POINTS[[3, 50]], rtol=1e-6)
    np.testing.assert_array_equal(ring.customdata, [103, 150])
    assert drawing.alt.endswith("2 points lie in another component than in the other optimum.")


def test_one_feature_has_curves_that_add_up(valid: Valid, pick: Pick, make_mixture: MakeMixture) -> None:
    mixture = make_mixture(2, 1)
    figure = valid(optimum(POINTS[:, :1], LABELS[:1], mixture, B, marked=np.arange(60) < 5))
    (total,), (parts,), (marked,) = (pick(figure, uid) for uid in ("mixture", "curves", "marked"))
    at = np.asarray(total.x, dtype=float)[:, None]
    np.testing.assert_allclose(total.y, np.exp(mixture.log_density(at)), rtol=1e-3, atol=1e-9)
    assert np.isnan(parts.x).sum() == 2
    assert len(marked.x) == 5
    assert figure.layout.yaxis.title.text == "Density"


def test_pictures_of_several_optima_have_the_same_axes(make_mixture: MakeMixture) -> None:
    ends = [
        optimum(POINTS, LABELS, make_mixture(3, seed=seed), B).figure.layout.xaxis.autorangeoptions
        for seed in (1, 2)
    ]
    assert ends[0] == ends[1]


def test_a_small_picture_has_fewer_points_and_no_words(
    valid: Valid, pick: Pick, make_mixture: MakeMixture
) -> None:
    many = RNG.normal(size=(2_000, 2))
    small, large = (optimum(many, LABELS, make_mixture(2), B, small=small) for small in (True, False))
    assert len(pick(valid(small), "points")[0].x) == FEW_POINTS
    assert len(pick(valid(large), "points")[0].x) == MAX_POINTS
    assert small.figure.layout.xaxis.title.text == ""
    assert small.note == ""
    assert large.note == "A random sample of 1,000 of the 2,000 points is drawn."
    assert not pick(small.figure, "numbers")
    assert pick(large.figure, "numbers")[0].text == ("<b>1</b>", "<b>2</b>")


def test_the_words_tell_shares_and_means() -> None:
    mixture = Mixture(np.array([0.3, 0.7]), np.array([[0.0, 1.0], [2.0, -3.5]]), np.stack([np.eye(2)] * 2))
    assert optimum(POINTS, LABELS, mixture, B).alt == (
        "Optimum B: its components hold 70 % and 30 % of the points. The means are at (0, 1) and (2, −3.5)."
    )
