"""Means that a person types or clicks: what a text holds, and what is asked next."""

import numpy as np
import pytest

from ui.views.em_steps.film import clicked_place
from ui.views.em_steps.start import format_points, parse_points, placement_instruction


@pytest.mark.parametrize(
    ("text", "n_axes", "means"),
    [
        ("1.5, 60; 4, 80", 2, [[1.5, 60], [4, 80]]),
        ("1.5; −4", 1, [[1.5], [-4]]),
        ("1 2;3 4;", 2, [[1, 2], [3, 4]]),
        ("", 2, []),
        ("1, 2; nonsense; 3, 4", 2, [[1, 2]]),
        ("1, 2, 3; 4, 5", 2, []),
        ("nan, 1; 2, 3", 2, []),
        ("1e400, 1", 2, []),
    ],
)
def test_the_means_of_a_text_are_those_before_the_first_that_is_none(
    text: str, n_axes: int, means: list[list[float]]
) -> None:
    found = parse_points(text, n_axes)
    assert found.shape == (len(means), n_axes)
    assert found.tolist() == means


def test_what_is_written_is_read_back() -> None:
    means = np.random.default_rng(0).normal(scale=100, size=(5, 2))
    np.testing.assert_allclose(parse_points(format_points(means.tolist()), 2), means, rtol=1e-4)


def test_the_sentence_counts_down() -> None:
    assert placement_instruction(0, 3) == "Click in the picture where the three means shall start."
    assert "1 to go" in placement_instruction(2, 3)


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        ({"clicked": [1, 2.5]}, (1.0, 2.5)),
        ({"clicked": [1]}, None),
        ({"clicked": ["1", 2]}, None),
        ({"clicked": [float("inf"), 2]}, None),
        ({"clicked": [True, 2]}, None),
        ({}, None),
        (None, None),
    ],
)
def test_only_two_finite_numbers_are_a_place(
    answer: object, place: tuple[float, float] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.views.em_steps.film.st.session_state", {"film": answer})
    assert clicked_place("film") == place
