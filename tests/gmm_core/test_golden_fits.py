"""One EM iteration and where fits end are what they were: families × weights × starts × engines."""

import json
from typing import Any

import numpy as np
import pytest

from benchmarks.golden_fits import FILE, STARTS, cases, converged, one_iteration

GOLDEN: list[dict[str, Any]] = json.loads(FILE.read_text())
EACH = pytest.mark.parametrize("entry", GOLDEN, ids=["-".join(entry["case"]) for entry in GOLDEN])


def test_the_file_has_every_family_weight_start_and_engine() -> None:
    assert [tuple(entry["case"]) for entry in GOLDEN] == list(cases())
    assert all(set(entry["log_likelihoods"]) == set(STARTS) for entry in GOLDEN)


@EACH
def test_one_iteration_is_what_it_was(entry: dict[str, Any]) -> None:
    mixture = one_iteration(*entry["case"])
    for name, values in entry["iteration"].items():
        scale = np.abs(values).max()
        np.testing.assert_allclose(getattr(mixture, name), values, rtol=1e-12, atol=1e-12 * scale)


@EACH
def test_fits_end_where_they_did(entry: dict[str, Any]) -> None:
    for start, expected in entry["log_likelihoods"].items():
        dataset, family, weights, engine = entry["case"]
        found = converged(dataset, family, weights, engine, start)
        assert found.log_likelihood == pytest.approx(expected, rel=1e-10), start
