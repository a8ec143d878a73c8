"""What a difference of BIC says, by the published table."""

import pytest

from gmm_core.model.criteria import bic_evidence


@pytest.mark.parametrize(
    ("gap", "words"),
    [(0.0, "bare mention"), (1.9, "bare mention"), (2.0, "positive"), (6.0, "strong"), (10.0, "very strong")],
)
def test_steps_are_those_of_kass_and_raftery(gap: float, words: str) -> None:
    assert words in bic_evidence(gap)
    assert ("very" in bic_evidence(gap)) == (gap >= 10)
