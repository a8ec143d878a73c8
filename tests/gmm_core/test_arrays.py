"""What NumPy lacks of arrays."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.linalg.lapack
from hypothesis import given
from hypothesis import strategies as st

from gmm_core.arrays import by_first_appearance, inverses_of_triangular


@given(st.lists(st.integers(0, 30), max_size=60))
def test_codes_are_numbered_as_they_are_met(codes: list[int]) -> None:
    numbered = by_first_appearance(np.array(codes, dtype=np.int64))
    np.testing.assert_array_equal(numbered, pd.factorize(np.array(codes, dtype=np.int64))[0])


@pytest.mark.parametrize("n", [1, 2, 16, 17, 50, 200])
def test_triangular_matrices_of_any_units_are_inverted(n: int) -> None:
    rng = np.random.default_rng(n)
    rows = rng.normal(size=(3, n, 2 * n)) * 10.0 ** rng.uniform(-150, 150, (n, 1))
    factors = np.linalg.cholesky(rows @ rows.swapaxes(1, 2))
    inverses = inverses_of_triangular(factors)
    assert inverses.flags.c_contiguous
    assert not np.triu(inverses, 1).any()
    np.testing.assert_allclose(inverses @ factors, np.broadcast_to(np.eye(n), inverses.shape), atol=1e-9)
    scipys = np.stack([scipy.linalg.lapack.dtrtri(factor, lower=1)[0] for factor in factors])
    np.testing.assert_allclose(inverses, scipys, rtol=1e-9)
