"""What NumPy lacks of arrays."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from gmm_core.arrays import by_first_appearance


@given(st.lists(st.integers(0, 30), max_size=60))
def test_codes_are_numbered_as_they_are_met(codes: list[int]) -> None:
    numbered = by_first_appearance(np.array(codes, dtype=np.int64))
    np.testing.assert_array_equal(numbered, pd.factorize(np.array(codes, dtype=np.int64))[0])
