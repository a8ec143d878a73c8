"""A start chosen by short runs is the best of them, whoever computes it, and costs no more than it may."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
from sklearn.datasets import load_iris, make_blobs
from sklearn.metrics import adjusted_rand_score

from gmm_core.em.loop import em_iterations
from gmm_core.engines.numba.starts import CompiledStarting
from gmm_core.engines.numpy_starts import NumPyStarting
from gmm_core.engines.protocol import Starting
from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.model.covariance.regularization import Regularization, Ridge, VarianceFloor
from gmm_core.model.likelihood_model import GaussianModel
from gmm_core.model.mixture import Mixture
from gmm_core.model.standardization import Standardization
from gmm_core.rows.rows import Rows
from gmm_core.rows.start_sample import StartRows
from gmm_core.starts import short_runs
from gmm_core.starts.component_moves import divided_otherwise, moved
from gmm_core.starts.kinds import ALL_STARTS, random_starts
from gmm_core.starts.problem import FitProblem
from gmm_core.starts.trial_runs import Trials
from gmm_core.tables.samples import load_sample

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
    return random_starts(kind, 1, seed)[0].beginning(given).last


@pytest.mark.parametrize("weights", [None, WEIGHTS])
@pytest.mark.parametrize("regularization", [VarianceFloor(1e-6), Ridge((0.1, 0.0, 0.2))])
@pytest.mark.parametrize("structure", STRUCTURES)
def test_compiled_code_chooses_what_numpy_does(
    structure: str,
    regularization: Regularization,
    weights: np.ndarray | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(short_runs, "ROUNDS", 1)
    monkeypatch.setattr(short_runs, "IN_VAIN", 1)
    fast = problem(GROUPS, structure, regularization, weights)
    for kind in ALL_STARTS:
        seed = len(structure)
        one, other = started(fast, kind, seed), started(replace(fast, starting=NumPyStarting()), kind, seed)
        np.testing.assert_allclose(one.weights, other.weights, rtol=1e-8)
        np.testing.assert_allclose(one.means, other.means, rtol=1e-8, atol=1e-9)
        np.testing.assert_allclose(one.covariances, other.covariances, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("kind", ALL_STARTS)
@pytest.mark.parametrize("n_rows", [5, 9, 14])
def test_groups_too_small_for_a_covariance_share_one_whoever_computes_it(
    n_rows: int, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(short_runs, "ROUNDS", 1)
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


@pytest.mark.parametrize("starting", [NumPyStarting(), CompiledStarting()], ids=["numpy", "compiled"])
def test_runs_that_come_to_the_floor_are_left_out(starting: Starting) -> None:
    rows = np.concatenate([np.zeros((30, 2)), np.random.default_rng(3).normal(size=(60, 2)) + 3.0])
    sample = StartRows.all(rows, None)
    assert sample is not None
    labels = np.array([sample.weights > 1, np.arange(len(sample.rows)) % 2], dtype=np.int64)
    model = problem(rows, regularization=VarianceFloor(1e-3), n_components=2).model
    # the equal rows by themselves need a floor at once
    assert starting.trials(model, sample, labels).log_likelihoods.tolist() == [-np.inf, 0.0]


@pytest.mark.parametrize("starting", [NumPyStarting(), CompiledStarting()], ids=["numpy", "compiled"])
@pytest.mark.parametrize("structure", ["full", "diag", "tied"])
def test_the_restart_can_repeat_the_run_that_was_chosen(structure: str, starting: Starting) -> None:
    given = replace(problem(GROUPS, structure, weights=WEIGHTS), starting=starting)
    (start,) = random_starts("short runs", 1, 5)
    beginning = start.beginning(given)
    assert beginning.n_iterations >= 2
    steps = em_iterations(given.rows.engine("blocked"), given.model, beginning.first)
    *_, last = islice(steps, beginning.n_iterations + 1)
    np.testing.assert_allclose(last.mixture.means, beginning.last.means, rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(last.mixture.covariances, beginning.last.covariances, rtol=1e-8, atol=1e-9)


def test_of_a_sample_the_restart_goes_on_from_the_last_mixture() -> None:
    (start,) = random_starts("short runs", 1, 0)
    rows = np.concatenate([GROUPS + 0.01 * shift for shift in range(6)])
    beginning = start.beginning(problem(rows))
    assert beginning.n_iterations == 0
    assert beginning.first is beginning.last


def test_where_short_runs_would_take_long_it_is_a_start_of_k_means(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(short_runs, "COST", 1)
    monkeypatch.setattr(short_runs, "TIMES_EXPECTATION", 1)
    given = problem(GROUPS)
    assert started(given).means.tobytes() == started(given, "k-means").means.tobytes()


class Looking(CompiledStarting):
    """Writes down the rows and partitions that runs begin with."""

    def __init__(self) -> None:
        super().__init__()
        self.begun: list[tuple[int, int]] = []

    def trials(self, model: GaussianModel, sample: StartRows, labels: np.ndarray) -> Trials:
        self.begun.append((len(sample.rows), len(labels)))
        return super().trials(model, sample, labels)


@pytest.mark.parametrize("n_rows", [999, 30_000])
def test_they_look_at_few_rows_of_many(n_rows: int) -> None:
    looking = Looking()
    given = problem(np.random.default_rng(0).normal(size=(n_rows, 2)))
    started(replace(given, starting=looking))
    most = min(n_rows, short_runs.FEWEST_ROWS)
    for n_looked_at, _ in looking.begun:
        assert 0.99 * most < n_looked_at <= most  # a row drawn twice counts double


def test_once_several_runs_came_to_the_best_nothing_else_is_looked_for() -> None:
    apart = np.concatenate([GROUPS, GROUPS + 40.0, GROUPS - 40.0])
    looking = Looking()
    started(replace(problem(apart), starting=looking))
    assert [n_runs for _, n_runs in looking.begun] == [16, 1]  # the chosen one, to be repeated


@pytest.mark.parametrize(
    ("times", "times_with_moves", "n_rounds", "n_moves"),
    [
        (1e9, 1e9, short_runs.ROUNDS, range(short_runs.IN_VAIN, 4 * short_runs.MOVES_PER_COMPONENT + 1)),
        (1e9, 1, short_runs.ROUNDS, range(1, 2)),
        (1, 1, 1, range(1, 2)),
    ],
)
def test_rounds_and_moves_end_with_the_iterations_of_the_best_run(
    times: float, times_with_moves: float, n_rounds: int, n_moves: range, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(short_runs, "TIMES_THE_BEST", times)
    monkeypatch.setattr(short_runs, "TIMES_THE_BEST_WITH_MOVES", times_with_moves)
    looking = Looking()  # of one normal distribution every run makes something else
    started(
        replace(problem(np.random.default_rng(1).normal(size=(200, 4)), n_components=4), starting=looking)
    )
    n_runs = [n_runs for _, n_runs in looking.begun]
    assert n_runs[:n_rounds] == [16] * n_rounds
    moves, last = n_runs[n_rounds:-1], n_runs[-1]
    assert max(moves) <= 9  # in which one component is elsewhere, or two are divided otherwise
    assert len(moves) in n_moves
    assert last == 1


@pytest.mark.parametrize("starting", [NumPyStarting(), CompiledStarting()], ids=["numpy", "compiled"])
def test_runs_that_are_alike_take_one_place_and_narrow_ones_none(starting: Starting) -> None:
    sample = StartRows.all(GROUPS, None)
    assert sample is not None
    model = problem(GROUPS).model
    labels = np.array([np.arange(len(GROUPS)) % 3, np.arange(len(GROUPS)) % 3, np.arange(len(GROUPS)) // 70])
    trials = starting.trials(model, sample, labels)
    contest = short_runs.Contest(trials, labels, sample.cost, 1e-6)
    starting.advance(model, sample, trials, contest.left, 5, 0.0)
    contest.choose(2)
    winner = contest.winner(sample)
    assert winner is not None
    assert contest.left == [0, 2]
    assert winner.times_found == 2
    trials.covariances[2, 0] *= 1e-12  # so narrow that it is no optimum, however likely it says it is
    trials.log_likelihoods[2] = trials.log_likelihoods[0] + 1.0
    contest.choose(1)
    assert contest.left == [0]


@pytest.mark.parametrize("starting", [NumPyStarting(), CompiledStarting()], ids=["numpy", "compiled"])
def test_a_run_without_rows_for_a_component_is_out_and_one_at_rest_stays(starting: Starting) -> None:
    sample = StartRows.all(GROUPS, None)
    assert sample is not None
    model = problem(GROUPS).model
    labels = np.array([np.arange(len(GROUPS)) % 3, np.arange(len(GROUPS)) % 2 * 2])
    trials = starting.trials(model, sample, labels)
    assert trials.log_likelihoods.tolist() == [0.0, -np.inf]
    starting.advance(model, sample, trials, [0], 3, np.inf)
    assert trials.at_rest[0]
    means = trials.means[0].copy()
    starting.advance(model, sample, trials, [0], 3, 0.0)
    np.testing.assert_array_equal(trials.means[0], means)


def test_a_move_takes_a_component_to_where_there_are_two_groups() -> None:
    centres = np.repeat([[0.0, 0.0], [9.0, 0.0], [0.0, 9.0]], 60, axis=0)
    rows = np.random.default_rng(2).normal(size=(180, 2)) + centres
    sample = StartRows.all(rows, None)
    assert sample is not None
    # two components share the group at the origin, and one has the other two
    first = np.flatnonzero(np.abs(sample.rows).max(axis=1) < 4.5)
    labels = np.full(180, 2)
    labels[first] = np.arange(len(first)) % 2
    begun, _ = CompiledStarting().rough_m_step(problem(rows).model, sample, np.eye(3)[labels])
    truth = (sample.rows[:, 0] > 4.5) + 2 * (sample.rows[:, 1] > 4.5)
    assert max(adjusted_rand_score(truth, partition) for partition in moved(begun, sample)) > 0.97


def test_two_neighbours_are_divided_otherwise_and_the_others_left_alone() -> None:
    centres = np.repeat([[0.0, 0.0], [2.0, 0.0], [0.0, 50.0]], 60, axis=0)
    rows = np.random.default_rng(2).normal(size=(180, 2)) + centres
    sample = StartRows.all(rows, None)
    assert sample is not None
    labels = np.where(sample.rows[:, 1] > 25.0, 2, (sample.rows[:, 0] > 1.0).astype(int))
    begun, _ = CompiledStarting().rough_m_step(problem(rows).model, sample, np.eye(3)[labels])
    held = begun.responsibilities(sample.rows).argmax(axis=1)
    partitions = divided_otherwise(begun, sample, 200, np.random.default_rng(0))
    again = divided_otherwise(begun, sample, 200, np.random.default_rng(0))
    assert partitions.tobytes() == again.tobytes()
    assert len(np.unique(partitions, axis=0)) > 100
    pairs = []
    for partition in partitions:
        moved_rows = partition != held
        pair = set(held[moved_rows]) | set(partition[moved_rows])
        assert len(pair) <= 2
        assert set(partition) == {0, 1, 2}
        pairs.append(frozenset(pair))
    neighbours = np.mean([pair == frozenset({0, 1}) for pair in pairs])
    assert neighbours > 0.5  # most draws begin with one of the two that overlap


def test_components_that_hold_hardly_a_row_are_not_divided() -> None:
    rows = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    sample = StartRows.all(rows, None)
    assert sample is not None
    mixture = Mixture(np.full(2, 0.5), rows[:2], np.repeat(np.eye(2)[None], 2, axis=0))
    assert not len(divided_otherwise(mixture, sample, 5, np.random.default_rng(0)))


def test_of_runs_that_end_alike_a_longer_one_is_kept_where_the_first_had_hardly_anything_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sample = StartRows.all(GROUPS, None)
    assert sample is not None
    given = problem(GROUPS, n_components=2)
    truth = (sample.rows.sum(axis=1) > 3.0).astype(int)
    labels = np.array([truth, (sample.rows[:, 0] > 0.0).astype(int), truth], dtype=np.int64)
    trials = given.starting.trials(given.model, sample, labels)
    contest = short_runs.Contest(trials, labels, sample.cost, 1e-2)
    given.starting.advance(given.model, sample, trials, contest.left, 2_000, 1e-9)
    assert np.ptp(trials.log_likelihoods) < 1e-2
    assert trials.n_iterations[1] > trials.n_iterations[0]
    monkeypatch.setattr(short_runs, "HARDLY_ANY", int(trials.n_iterations[0]))
    contest.choose(2)
    assert contest.left == [0]
    monkeypatch.setattr(short_runs, "HARDLY_ANY", int(trials.n_iterations[0]) + 1)
    contest = short_runs.Contest(trials, labels, sample.cost, 1e-2)
    contest.choose(1)
    assert contest.left == [1]
    winner = contest.winner(sample)
    assert winner is not None
    assert winner.times_found == 3
    assert winner.n_iterations == trials.n_iterations[1]


def test_a_run_on_its_way_to_the_winners_optimum_counts_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Groups that overlap, where EM is slow: after 20 iterations two runs are still apart; the third goes elsewhere."""
    rng = np.random.default_rng(4)
    rows = np.concatenate([rng.normal(size=(150, 2)), rng.normal(size=(150, 2)) + np.array([3.0, 0.0])])
    sample = StartRows.all(rows, None)
    assert sample is not None
    given = problem(rows, n_components=2)
    place = sample.rows[:, 0].argsort().argsort()
    labels = np.array([place > 150, place > 100, (np.arange(300) * 7) % 300 < 100], dtype=np.int64)
    trials = given.starting.trials(given.model, sample, labels)
    contest = short_runs.Contest(trials, labels, sample.cost, 1e-3)
    given.starting.advance(given.model, sample, trials, contest.left, 20, 0.0)
    contest.choose(1)
    given.starting.advance(given.model, sample, trials, contest.left, 400, 1e-9)
    counts = []
    for fewest in (20, 21):  # the dropped ones have taken 20
        monkeypatch.setattr(short_runs, "FEWEST_ITERATIONS", fewest)
        winner = contest.winner(sample)
        assert winner is not None
        counts.append(winner.times_found)
    assert counts == [2, 1]


@pytest.mark.parametrize("starting", [NumPyStarting(), CompiledStarting()], ids=["numpy", "compiled"])
def test_rows_far_from_all_others_break_nothing(starting: Starting) -> None:
    rows = np.random.default_rng(5).standard_t(2.0, size=(300, 8))
    rows /= rows.std(axis=0)
    given = replace(problem(rows, "spherical", n_components=6), starting=starting)
    for seed in range(2):
        assert np.isfinite(started(given, seed=seed).log_density(rows)).all()


def test_one_restart_finds_the_best_of_well_known_data_nearly_always() -> None:
    blobs = make_blobs(600, centers=4, cluster_std=1.0, random_state=3)[0]
    faithful = load_sample("faithful").table[["eruptions", "waiting"]].to_numpy(dtype=np.float64)
    for rows, k in ((blobs, 4), (faithful, 3), (np.asarray(load_iris().data), 3)):
        scores = [
            fit(rows, FitSpecification(n_components=k, n_init=1, seed=seed), engine="compiled").best.score
            for seed in range(10)
        ]
        assert sum(score > max(scores) - 1e-3 * len(rows) for score in scores) >= 9


def test_points_are_drawn_by_weight_and_never_twice() -> None:
    weights, rng = np.array([1.0, 2.0, 3.0, 4.0]), np.random.default_rng(0)
    points = np.array([short_runs.drawn(weights, 2, rng) for _ in range(5_000)])
    assert (points[:, 0] < points[:, 1]).all()
    # the share of draws that begin with i and go on with j is w_i w_j / (10 (10 − w_i))
    expected = [sum(i * j / 10 * (1 / (10 - i) + 1 / (10 - j)) for j in weights if i != j) for i in weights]
    np.testing.assert_allclose(np.bincount(points.ravel()) / 5_000, expected, atol=0.03)


def test_points_are_drawn_from_what_is_left_where_one_row_outweighs_all_others() -> None:
    points = short_runs.drawn(np.array([1e300, 1.0, 1.0, 1.0]), 4, np.random.default_rng(0))
    assert points.tolist() == [0, 1, 2, 3]
