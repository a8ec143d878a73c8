"""A cluster keeps its colour when the model changes around it."""

import numpy as np
import pytest

from gmm_core.model.component_order import matched_components
from gmm_core.model.mixture import Mixture
from ui.shell.component_colours import continued_colour_numbers, parsed_colour_numbers


def mixture(*centres: tuple[float, float]) -> Mixture:
    k = len(centres)
    return Mixture(np.full(k, 1 / k), np.array(centres), np.stack([np.eye(2)] * k))


THREE = mixture((0, 0), (5, 0), (9, 9))


def test_the_same_clusters_in_another_order_keep_their_colour_numbers() -> None:
    assert continued_colour_numbers(mixture((9, 9), (0, 0), (5, 0)), THREE, (0, 1, 2)) == (2, 0, 1)


def test_a_new_component_takes_the_lowest_free_slot() -> None:
    assert continued_colour_numbers(mixture((-4, 0), (0, 0), (5, 0), (9, 9)), THREE, (0, 1, 2)) == (
        3,
        0,
        1,
        2,
    )


def test_a_component_that_goes_frees_its_slot() -> None:
    two = mixture((0.2, 0), (9, 8.9))
    assert continued_colour_numbers(two, THREE, (0, 1, 2)) == (0, 2)
    assert continued_colour_numbers(THREE, two, (0, 2)) == (0, 1, 2)


def test_matching_minds_the_shape_where_centres_agree() -> None:
    wide = np.stack([np.eye(2), 25 * np.eye(2)])
    earlier = Mixture([0.5, 0.5], np.zeros((2, 2)), wide)
    later = Mixture([0.5, 0.5], np.full((2, 2), 0.1), wide[::-1])
    assert matched_components(later, earlier) == {0: 1, 1: 0}


@pytest.mark.parametrize(
    ("linked", "colour_numbers"),
    [
        ("1-2-5", (0, 1, 4)),
        ("3-2-1", (2, 1, 0)),
        ("", None),
        ("1-2", None),
        ("1-2-2", None),
        ("0-1-2", None),
        ("1-2-100", None),
        ("1-2-x", None),
        ("1-2-٣", None),
        ("1-2-3-4", None),
    ],
)
def test_an_address_tells_a_slot_for_each_component_or_nothing(
    linked: str, colour_numbers: tuple[int, ...] | None
) -> None:
    assert parsed_colour_numbers(linked, 3) == colour_numbers
