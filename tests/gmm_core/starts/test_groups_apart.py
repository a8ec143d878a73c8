"""Groups of rows that stand apart."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gmm_core.arrays import FloatArray
from gmm_core.starts import groups_apart as apart

COLUMNS: dict[str, Callable[[np.random.Generator, int], FloatArray]] = {
    "normal": lambda rng, n: rng.normal(size=n),
    "heavy tails": lambda rng, n: rng.standard_cauchy(size=n),
    "few values": lambda rng, n: rng.integers(0, 5, n).astype(np.float64),
    "tight groups": lambda rng, n: rng.normal(0, 0.01, n) + rng.integers(0, 4, n) ** 3,
}


@pytest.mark.parametrize("name", COLUMNS)
def test_no_wide_cut_is_given_up_early(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    columns = [
        (np.sort(COLUMNS[name](rng, int(rng.integers(2, 30)))), int(rng.integers(2, 8))) for _ in range(300)
    ]
    quick = [apart._cut(column, most) for column, most in columns]
    monkeypatch.setattr(apart, "_may_be_wide", lambda gaps, most: True)
    whole = [apart._cut(column, most) for column, most in columns]
    for (width, ends), (width_found, ends_found) in zip(quick, whole, strict=True):
        if width_found > apart.GAP:
            assert width == width_found
            np.testing.assert_array_equal(ends, ends_found)
    assert any(width == 0.0 for width, _ in quick)
    assert any(width > apart.GAP for width, _ in whole) or name == "few values"
