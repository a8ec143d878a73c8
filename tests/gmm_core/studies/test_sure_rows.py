"""The rows that are sure are counted by one threshold; all of the rows and nearly all of them are told apart."""

import numpy as np
import pytest

from gmm_core.studies.sure_rows import SURE, share_in_words, share_sure


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "0 %"),
        (0.00931, "0.931 %"),
        (0.342, "34.2 %"),
        (0.9986, "99.9 %"),
        (0.9996, "99.96 %"),
        (1 - 1 / 2851, "99.96 %"),
        (1 - 1 / 100_000, "99.999 %"),
        (1 - 2**-53, "99.99999999999999 %"),
        (1.0, "100 %"),
    ],
)
def test_only_all_is_a_hundred_percent(share: float, words: str) -> None:
    assert share_in_words(share) == words


def test_a_row_is_sure_above_the_threshold_whichever_its_component() -> None:
    responsibilities = np.array(
        [[SURE + 0.01, 0.04 - SURE + 0.95], [0.01, 0.99], [SURE, 1 - SURE], [0.5, 0.5]]
    )
    assert share_sure(responsibilities) == 0.5
