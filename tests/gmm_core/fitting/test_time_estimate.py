"""The estimate of a fit grows with all that makes it longer, and knows what bounds it."""

from dataclasses import replace

import pytest

from gmm_core.fitting.specification import FitSpecification
from gmm_core.fitting.time_estimate import seconds_of_fit
from gmm_core.starts.kinds import SPLITS

SPECIFICATION = FitSpecification(4, n_init=4)


@pytest.mark.parametrize(
    "longer",
    [
        replace(SPECIFICATION, n_components=8),
        replace(SPECIFICATION, n_init=8),
        replace(SPECIFICATION, init=SPLITS),
    ],
    ids=["components", "restarts", "splits"],
)
def test_more_takes_longer(longer: FitSpecification) -> None:
    assert seconds_of_fit((1_000, 5), longer) > seconds_of_fit((1_000, 5), SPECIFICATION)
    assert seconds_of_fit((2_000, 5), longer) == pytest.approx(2 * seconds_of_fit((1_000, 5), longer))


def test_diagonal_covariances_and_few_iterations_take_less() -> None:
    whole = seconds_of_fit((1_000, 50), SPECIFICATION)
    assert seconds_of_fit((1_000, 50), replace(SPECIFICATION, covariance_type="diag")) < whole / 2
    assert seconds_of_fit((1_000, 50), replace(SPECIFICATION, max_iterations=3)) < whole / 10


def test_where_a_sample_leads_more_restarts_cost_little() -> None:
    many = replace(SPECIFICATION, n_init=8)
    assert seconds_of_fit((1_000_000, 5), many) < 1.5 * seconds_of_fit((1_000_000, 5), SPECIFICATION)
