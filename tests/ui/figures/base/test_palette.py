"""A component can be told by colour and symbol, and a mixed colour lies between those it is mixed of."""

import numpy as np
import pytest
from plotly.colors import sequential

from ui.figures.base import palette
from ui.figures.base.blend import MAX_COLOURS, blended, hexadecimal, oklab


def test_no_two_of_a_hundred_colour_numbers_share_colour_and_symbol() -> None:
    styles = {(palette.colour(colour_number), palette.symbol(colour_number)) for colour_number in range(100)}
    assert len(styles) == 100


def test_no_two_of_twenty_colour_numbers_share_colour_and_symbol_in_space() -> None:
    styles = {
        (palette.colour(colour_number), palette.symbol_in_space(colour_number)) for colour_number in range(20)
    }
    assert len(styles) == 20


def test_lines_of_the_same_colour_differ_in_their_dashes() -> None:
    styles = {(palette.colour(colour_number), palette.dash(colour_number)) for colour_number in range(30)}
    assert len(styles) == 30


def test_no_point_looks_like_a_centroid() -> None:
    assert palette.CENTROID_SYMBOL not in palette.SYMBOLS


def test_a_translucent_colour_keeps_its_hue() -> None:
    assert palette.translucent("#3f90da", 0.25) == "rgba(63,144,218,0.25)"


def test_the_sequential_scale_rises_in_lightness_from_end_to_end() -> None:
    stops, shades = zip(*palette.SEQUENTIAL, strict=True)
    assert list(shades) == sequential.Cividis
    assert stops[0] == 0
    assert stops[-1] == 1
    assert (np.diff(oklab(shades)[:, 0]) > 0).all()


def test_oklab_and_back_is_the_same_colour() -> None:
    assert hexadecimal(oklab(palette.COLOURS)) == palette.COLOURS


def test_oklab_is_that_of_its_author() -> None:
    np.testing.assert_allclose(oklab(["#ffffff"])[0], [1, 0, 0], atol=1e-4)
    np.testing.assert_allclose(oklab(["#ff0000"])[0], [0.628, 0.225, 0.126], atol=1e-3)


def test_a_point_of_one_component_has_its_colour_and_half_and_half_looks_between() -> None:
    ends = palette.COLOURS[:2]
    found = blended(np.array([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]), ends)
    first, middle, last = (found.colours[code] for code in found.codes)
    assert (first, last) == ends
    np.testing.assert_allclose(oklab([middle])[0], oklab(ends).mean(axis=0), atol=5e-3)


@pytest.mark.parametrize("n_components", [1, 2, 3, 8, 20])
def test_few_colours_stand_for_all_mixtures_and_none_is_far_from_its_own(n_components: int) -> None:
    shares = np.random.default_rng(1).dirichlet(np.full(n_components, 0.3), size=4_000)
    colours = [palette.colour(colour_number) for colour_number in range(n_components)]
    found = blended(shares, colours)
    assert len(found.colours) <= MAX_COLOURS
    assert found.codes.dtype == np.int16
    shown = oklab(found.colours)[found.codes]
    assert np.linalg.norm(shown - shares @ oklab(colours), axis=1).max() < 0.06


@pytest.mark.parametrize("n_points", [1, 5])
def test_the_scale_has_a_stop_at_every_code(n_points: int) -> None:
    found = blended(np.eye(5)[:n_points], palette.COLOURS[:5])
    marker = found.marker()
    stops = dict(marker["colorscale"])
    for code in found.codes.tolist():
        assert stops[code / marker["cmax"]] == found.colours[code]
