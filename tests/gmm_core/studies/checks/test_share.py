"""All of the rows and nearly all of them are told apart."""

import pytest

from gmm_core.studies.checks.share import share_in_words


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
