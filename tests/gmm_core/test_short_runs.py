"""A start chosen by short runs is the likeliest of them, whoever computes it, and costs no more than it may."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

from gmm_core import short_runs
from gmm_core.compiled.starting import CompiledStarting
from gmm_core.covariance.catalogue import STRUCTURES
from gmm_core.covariance.regularization import Regularization, Ridge, VarianceFloor
from gmm_core.data.samples import load_sample
from gmm_core.engines.numpy_starting import NumPyStarting
from gmm_core.engines.protocol import Starting
from gmm_core.fit import fit
from gmm_core.initialization import ALL_STARTS, random_starts
from gmm_core.mixture import Mixture
from gmm_core.model import GaussianModel
from gmm_core.problem import FitProblem
from gmm_core.rows import Rows
from gmm_core.specification import FitSpecification
from gmm_core.standardization import Standardization
from gmm_core.start_rows import StartRows

RNG = np.random.default_rng(3)
GROUPS = np.concatenate([RNG.normal(size=(120, 3)), RNG.normal(size=(90, 3)) * [1, 0.4, 1] + 2.0])
WEIGHTS = RNG.integers(1, 4, size=len(GROUPS)).astype(float)


def problem(
    rows: np.ndarray,
    structure: str = "full",
    regularization: Regularization = VarianceFloor(1e-6),  # noqa: B008
    weights: np.ndarray | None = None,
    n_components: int = 3,
) -> FitProblem:
    standardization = Standardization(np.zeros(rows.shape[1]), np.ones(rows.shape[1]))
    return FitProblem(
        Rows(rows, weights),
        n_components,
        STRUCTURES[structure],
        regularization,
        standardization,
        CompiledStarting(),
    )


def started(given: FitProblem, kind: str = "short runs", seed: int = 0) -> Mixture:
    return random_starts(kind, 1, seed)[0].mixture(given)


@pytest.mark.parametrize("weights", [None, WEIGHTS])
@pytest.mark.parametrize("regularization", [VarianceFloor(1e-6), Ridge((0.1, 0.0, 0.2))])
@pytest.mark.parametrize("structure", STRUCTURES)
def test_compiled_code_chooses_what_numpy_does(
    structure: str, regularization: Regularization, weights: np.ndarray | None
) -> None:
    fast = problem(GROUPS, structure, regularization, weights)
    for kind, seed in product(ALL_STARTS, range(3)):
        one, other = started(fast, kind, seed), started(replace(fast, starting=NumPyStarting()), kind, seed)
        np.testing.assert_allclose(one.weights, other.weights, rtol=1e-8)
        np.testing.assert_allclose(one.means, other.means, rtol=1e-8, atol=1e-9)
        np.testing.assert_allclose(one.covariances, other.covariances, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("kind", ALL_STARTS)
@pytest.mark.parametrize("n_rows", [5, 9, 14])
def test_groups_too_small_for_a_covariance_share_one_whoever_computes_it(n_rows: int, kind: str) -> None:
    fast = problem(GROUPS[:n_rows], regularization=Ridge(1e-2))
    one, other = started(fast, kind), started(replace(fast, starting=NumPyStarting()), kind)
    np.testing.assert_allclose(one.covariances, other.covariances, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("kind", ALL_STARTS)
def test_a_group_without_extent_starts_at_the_floor_whoever_computes_it(kind: str) -> None:
    flat = GROUPS.copy()
    flat[120:, 2] = 7.0
    fast = problem(flat, regularization=VarianceFloor(1e-3), n_components=2)
    one, other = started(fast, kind), started(replace(fast, starting=NumPyStarting()), kind)
    assert np.linalg.eigvalsh(one.covariances).min() >= 1e-3 * (1 - 1e-9)
    np.testing.assert_allclose(one.covariances, other.covariances, rtol=1e-8, atol=1e-9)


class Halved(Ridge):
    """A regularisation that compiled code does not know."""

    def floor_and_ridge(self, n_features: int) -> None:  # type: ignore[override]
        return None

    def applied(self, covariances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return covariances / 2, np.zeros(len(covariances), dtype=np.bool_)


@pytest.mark.parametrize("kind", ["random points", "short runs"])
def test_a_model_that_is_not_compiled_starts_by_numpy(kind: str) -> None:
    given = problem(GROUPS, regularization=Halved(0.0))
    one, other = started(given, kind), started(replace(given, starting=NumPyStarting()), kind)
    assert one.covariances.tobytes() == other.covariances.tobytes()
    assert one.covariances.tobytes() != started(problem(GROUPS), kind).covariances.tobytes()


def test_it_is_likelier_than_what_random_points_start() -> None:
    given = problem(GROUPS)
    for seed in range(5):
        chosen, plain = (
            started(given, kind, seed).log_density(GROUPS) for kind in ("short runs", "random points")
        )
        assert chosen.mean() > plain.mean()


def test_runs_that_come_to_the_floor_are_left_out() -> None:
    rows = np.concatenate([np.zeros((30, 2)), RNG.normal(size=(60, 2)) + 3.0])
    given = problem(rows, regularization=VarianceFloor(1e-3), n_components=2)
    for starting, seed in product((NumPyStarting(), CompiledStarting()), range(4)):
        # of random points one may start on the repeated rows, and then needs a floor at once
        chosen = started(replace(given, starting=starting), seed=seed)
        assert np.linalg.eigvalsh(chosen.covariances).min() > 1.01e-3


def test_where_short_runs_would_take_long_it_is_a_start_of_random_points(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(short_runs, "COST", 1)
    given = problem(GROUPS)
    assert started(given).means.tobytes() == started(given, "random points").means.tobytes()


@pytest.mark.parametrize("n_rows", [999, 1_000, 30_000])
def test_they_look_at_few_rows_of_many_and_first_at_half_of_them(n_rows: int) -> None:
    looked_at: list[tuple[int, int]] = []

    class Looking(CompiledStarting):
        def likeliest_short_run(
            self, model: GaussianModel, first: StartRows, sample: StartRows, *runs: Any
        ) -> Mixture | None:
            looked_at.append((len(first.rows), len(sample.rows)))
            assert first.row_weight == sample.row_weight == 1.0
            return super().likeliest_short_run(model, first, sample, *runs)

    given = problem(np.random.default_rng(0).normal(size=(n_rows, 2)))
    started(replace(given, starting=Looking()))
    [(few, many)] = looked_at
    most = min(n_rows, short_runs.FEWEST_ROWS)
    assert 0.99 * most < many <= most  # a row drawn twice counts double
    assert few == -(-many // 2)


@pytest.mark.parametrize("weights", [None, WEIGHTS])
def test_half_of_the_rows_are_the_same_half_whoever_computes_it(
    weights: np.ndarray | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast = problem(GROUPS, weights=weights)
    whole = [started(fast, seed=seed).means.tobytes() for seed in range(5)]
    monkeypatch.setattr(short_runs, "FEWEST_ROWS", len(GROUPS))
    monkeypatch.setattr(short_runs, "ROWS_PER_PARAMETER", 1)
    halved = [started(fast, seed=seed) for seed in range(5)]
    assert [mixture.means.tobytes() for mixture in halved] != whole
    for seed, one in enumerate(halved):
        other = started(replace(fast, starting=NumPyStarting()), seed=seed)
        np.testing.assert_allclose(one.means, other.means, rtol=1e-8, atol=1e-9)
        np.testing.assert_allclose(one.covariances, other.covariances, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("starting", [NumPyStarting(), CompiledStarting()], ids=["numpy", "compiled"])
def test_a_point_far_from_the_half_that_is_looked_at_first_breaks_nothing(starting: Starting) -> None:
    rows = np.random.default_rng(5).standard_t(2.0, size=(1_000, 8))
    rows /= rows.std(axis=0)
    given = replace(problem(rows, "spherical", n_components=10), starting=starting)
    for seed in range(8):
        assert np.isfinite(started(given, seed=seed).log_density(rows)).all()


def test_a_heavy_row_is_never_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = np.ones(1_000)
    weights[501] = 500.0
    monkeypatch.setattr(short_runs.StartRows, "every_second", property(lambda rows: pytest.fail("Half?")))
    started(problem(np.random.default_rng(0).normal(size=(1_000, 2)), weights=weights))


def test_few_rows_are_all_looked_at_from_the_first_stage_on(monkeypatch: pytest.MonkeyPatch) -> None:
    n_rows = int(short_runs.NEARLY * short_runs.FEWEST_ROWS) - 1
    monkeypatch.setattr(short_runs.StartRows, "every_second", property(lambda rows: pytest.fail("Half?")))
    started(problem(np.random.default_rng(0).normal(size=(n_rows, 2))))


def test_points_are_drawn_by_weight_and_never_twice() -> None:
    weights = np.array([1.0, 2.0, 3.0, 4.0])
    points = short_runs.drawn(weights, 2, 20_000, np.random.default_rng(0))
    assert (points[:, 0] < points[:, 1]).all()
    # the share of draws that begin with i and go on with j is w_i w_j / (10 (10 − w_i))
    expected = [
        sum(i * j / 10 * (1 / (10 - i) + 1 / (10 - j)) for j in weights if i != j) / 1 for i in weights
    ]
    np.testing.assert_allclose(np.bincount(points.ravel()) / 20_000, expected, atol=0.015)


def test_points_are_drawn_from_what_is_left_where_one_row_outweighs_all_others() -> None:
    points = short_runs.drawn(np.array([1e300, 1.0, 1.0, 1.0]), 4, 5, np.random.default_rng(0))
    np.testing.assert_array_equal(points, np.tile(np.arange(4), (5, 1)))


def test_four_mixed_restarts_find_the_best_of_old_faithful_nearly_always() -> None:
    X = load_sample("faithful").table[["eruptions", "waiting"]].to_numpy(dtype=np.float64)
    ends = [
        fit(X, FitSpecification(n_components=3, n_init=4, seed=seed)).log_likelihood for seed in range(20)
    ]
    assert sum(end > -1114.5 for end in ends) >= 17
