"""Optima have letters and colours of their own, and heights that can be told apart."""

import pytest

from ui.figures.base.palette import COLOURS, INK
from ui.figures.optima.identity import MAX_SHOWN, letter, log_likelihood_texts, style


@pytest.mark.parametrize(
    ("position", "expected"),
    [(0, "A"), (25, "Z"), (26, "AA"), (27, "AB"), (51, "AZ"), (52, "BA"), (702, "AAA")],
)
def test_optima_are_lettered_from_the_best_down(position: int, expected: str) -> None:
    assert letter(position) == expected


def test_the_first_sound_ones_have_colours_of_their_own() -> None:
    colours = [style(position).colour for position in range(MAX_SHOWN)]
    assert len(set(colours)) == MAX_SHOWN
    assert set(colours) < set(COLOURS)
    for other in (style(MAX_SHOWN), style(1, degenerate=True)):
        assert (other.colour, other.distinct) == (INK, False)


def test_heights_have_as_many_decimals_as_tell_them_apart() -> None:
    assert log_likelihood_texts([-1114.44, -1119.21, -1119.65]) == ["−1,114.4", "−1,119.2", "−1,119.7"]
    assert log_likelihood_texts([-1119.61, -1119.64]) == ["−1,119.61", "−1,119.64"]
    assert log_likelihood_texts([-5.0, -5.0]) == ["−5.0", "−5.0"]
    assert log_likelihood_texts([-5.0, -5.0 - 1e-9]) == ["−5.00000", "−5.00000"]
    assert log_likelihood_texts([]) == []
