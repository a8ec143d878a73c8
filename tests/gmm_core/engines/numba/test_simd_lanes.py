"""Several rows' numbers as one value of compiled code, and the matrix work that is made of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numba import njit

from gmm_core.engines.numba import full_tiles
from gmm_core.engines.numba.simd_lanes import add_totals, load, store, transpose, zeros

ROOT = Path(__file__).parents[4]


def compare_matrix_work() -> None:
    """The densities and moments of full_tiles beside NumPy's."""
    rng = np.random.default_rng(5)
    for n_features, n in ((4, 1), (6, 9), (8, 31), (10, 384), (14, 40)):
        rows, means = rng.normal(size=(n, n_features)), rng.normal(size=(2, n_features))
        factors = np.tril(rng.normal(size=(2, n_features, n_features)))
        log_normalizers = np.array([0.5, -3.0])
        x, joint, work, of_rows = (np.zeros((size, 400)) for size in (n_features, 2, n_features, 1))
        x[:, :n] = rows.T
        full_tiles.log_joints(x, means, factors, log_normalizers, work, joint, of_rows[0], n)
        differences = rows - means[:, None]
        lengths = (np.einsum("kij,knj->kni", factors, differences) ** 2).sum(axis=2)
        np.testing.assert_allclose(joint[:, :n], log_normalizers[:, None] - lengths, rtol=1e-12)
        np.testing.assert_array_equal(of_rows[0, :n], joint[:, :n].max(axis=0))

        given, factor = rng.random((2, n)), rng.random(n)
        joint[:] = np.nan
        joint[:, :n], of_rows[0, :n] = given, factor
        counts, sums, scatter = np.zeros(2), np.zeros((2, n_features)), np.zeros((2, n_features, n_features))
        full_tiles.add_moments(x, means, joint, of_rows[0], work, counts, sums, scatter, n)
        shares = given * factor
        np.testing.assert_allclose(counts, shares.sum(axis=1))
        expected = np.einsum("kn,kni->ki", shares, differences)
        np.testing.assert_allclose(sums, expected, rtol=1e-10, atol=1e-12)
        expected = np.einsum("kn,kni,knj->kij", shares, differences, differences)
        np.testing.assert_allclose(np.tril(scatter), np.tril(expected), rtol=1e-10, atol=1e-12)


def test_matrix_work_is_right() -> None:
    compare_matrix_work()


def test_matrix_work_is_right_in_small_registers_too(tmp_path: Path) -> None:
    code = (
        "from tests.gmm_core.engines.numba.test_simd_lanes import compare_matrix_work; "
        "from gmm_core.engines.numba.simd_lanes import LANES; "
        "compare_matrix_work(); print(LANES)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "NUMBA_CPU_NAME": "generic", "NUMBA_CACHE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert int(answer.stdout) == 4


@pytest.mark.parametrize("width", [4, 8, 16])
def test_arithmetic_goes_lane_by_lane(width: int) -> None:
    @njit
    def worked(values, number):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        one, two = load(values, 0, 0, width), load(values, 1, 0, width)
        result = zeros(width) + number * one - two * number
        result += one
        result -= two - number
        result *= two
        store(values, 2, 0, result)

    values = np.random.default_rng(1).normal(size=(3, width))
    one, two = values[:2].copy()
    worked(values, 0.75)
    np.testing.assert_allclose(values[2], (0.75 * one - two * 0.75 + one - (two - 0.75)) * two, rtol=1e-14)
    np.testing.assert_array_equal(values[:2], [one, two])


@pytest.mark.parametrize("width", [4, 8, 16])
def test_totals_are_added_to_what_is_there(width: int) -> None:
    @njit
    def totalled(values, sums):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        a, b = load(values, 0, 0, width), load(values, 1, 0, width)
        c, d = load(values, 2, 0, width), load(values, 3, 0, width)
        add_totals(sums, 1, 2, a, b, c, d)

    values, sums = np.random.default_rng(2).normal(size=(4, width)), np.ones((3, 7))
    totalled(values, sums)
    expected = np.ones((3, 7))
    expected[1, 2:6] += values.sum(axis=1)
    np.testing.assert_allclose(sums, expected, rtol=1e-14)


def test_four_rows_are_turned_into_four_features() -> None:
    @njit
    def transposed(rows, x):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        transpose(rows, 1, 2, x, 3)

    rows, x = np.random.default_rng(3).normal(size=(6, 7)), np.zeros((9, 8))
    transposed(rows, x)
    expected = np.zeros((9, 8))
    expected[2:6, 3:7] = rows[1:5, 2:6].T
    np.testing.assert_array_equal(x, expected)
