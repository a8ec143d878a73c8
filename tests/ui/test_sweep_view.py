"""What the page How many clusters concludes, in sentences."""

from __future__ import annotations

import pytest

from gmm_core.selection import Criteria
from gmm_core.specification import FitSpecification
from gmm_core.sweep import Cell
from ui.sweep_view import runners_up


def cell(n_components: int, *, height: float = -100.0) -> Cell:
    return Cell(FitSpecification(n_components), Criteria(height, 10, 2_851, 0.0))


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (1.0, "The gap to the first of them is not worth more than a bare mention."),
        (4.0, "The gap to the first of them is positive evidence."),
        (8.0, "The gap to the first of them is strong evidence."),
        (80.0, "The gap to the first of them is very strong evidence."),
    ],
)
def test_what_a_gap_says_is_a_sentence(gap: float, words: str) -> None:
    order = [cell(2), cell(3, height=-100.0 - gap / 2)]
    assert runners_up(order, "BIC").endswith(words)
    assert runners_up(order, "AIC").endswith("above).")
