"""The searches for the best optimum: mclust's start does what it says, and what is counted is an optimum."""

import json

import numpy as np
import pytest

from benchmarks.hierarchical import hierarchical_labels, scaled_principal_components
from benchmarks.optima import (
    NEAR,
    RESTARTS,
    SEEDS,
    is_seldom_reached,
    report,
    score,
    share_reached,
    times_as_long,
)
from benchmarks.problems import OPTIMUM_PROBLEMS, OptimumProblem
from benchmarks.results_folder import COMMITTED
from benchmarks.searches import SEARCHES, fitted_from
from gmm_core.model.cost_of_narrowness import CostOfNarrowness
from gmm_core.model.mixture import Mixture
from gmm_core.starts.kinds import GivenLabels

RNG = np.random.default_rng(3)
GROUPS = np.repeat([0, 1, 2], [40, 25, 35])
X = RNG.normal(size=(100, 2)) * [3.0, 0.4] + np.array([[0.0, 0.0], [0.0, 5.0], [20.0, 2.0]])[GROUPS]


def criterion(rows: np.ndarray, labels: np.ndarray) -> float:
    """Σ n log( |W / n| + (tr W + a) / n ), computed again, group by group."""
    n, d = rows.shape
    offset = np.square(rows - rows.mean(axis=0)).sum() / (n * d)
    total = 0.0
    for label in np.unique(labels):
        group = rows[labels == label]
        apart = group - group.mean(axis=0)
        scatter = apart.T @ apart
        determinant = np.linalg.det(scatter / len(group)) if len(group) > d else 0.0
        total += len(group) * np.log(determinant + (np.trace(scatter) + offset) / len(group))
    return float(total)


def merged_one_by_one(rows: np.ndarray, n_components: int) -> np.ndarray:
    """The same clustering, by trying every pair again each time."""
    labels = np.arange(len(rows))
    while len(np.unique(labels)) > n_components:
        numbers = np.unique(labels)
        pairs = [(one, other) for index, one in enumerate(numbers) for other in numbers[:index]]
        trials = [np.where(labels == one, other, labels) for one, other in pairs]
        labels = min(trials, key=lambda trial: criterion(rows, trial))
    return np.unique(labels, return_inverse=True)[1]


@pytest.mark.parametrize("n_features", [1, 2, 3])
def test_hierarchical_clustering_merges_the_pair_that_costs_least(n_features: int) -> None:
    rows = np.random.default_rng(n_features).normal(size=(18, n_features)) * 2.0
    for n_components in (5, 2):
        mine, theirs = hierarchical_labels(rows, n_components), merged_one_by_one(rows, n_components)
        np.testing.assert_array_equal(mine[:, None] == mine, theirs[:, None] == theirs)


def test_hierarchical_clustering_finds_groups_that_stand_apart() -> None:
    labels = hierarchical_labels(scaled_principal_components(X), 3)
    np.testing.assert_array_equal(labels[:, None] == labels, GROUPS[:, None] == GROUPS)


def test_scaled_principal_components_have_singular_values_that_are_square_roots() -> None:
    standardized = (X - X.mean(axis=0)) / X.std(axis=0, ddof=1)
    expected = np.sqrt(np.linalg.svd(standardized, compute_uv=False))
    np.testing.assert_allclose(
        np.linalg.svd(scaled_principal_components(X), compute_uv=False), expected, rtol=1e-12
    )


@pytest.mark.parametrize("name", SEARCHES)
def test_every_search_ends_in_an_optimum_of_the_same_likelihood(name: str) -> None:
    problem = OptimumProblem("groups", "Groups", lambda: X, 3)
    rows = problem.rows()
    cost = CostOfNarrowness.of_rows(rows, None)
    best = max(score(rows, mixture, cost) for mixture in fitted_from(rows, problem, [GivenLabels(GROUPS)]))
    found = score(rows, SEARCHES[name].find(rows, problem, 2, 0), cost)
    assert best - NEAR < found <= best + NEAR


def test_a_collapsed_component_is_no_optimum() -> None:
    cost = CostOfNarrowness.of_rows(X, None)
    sound = Mixture(np.full(2, 0.5), np.zeros((2, 2)), np.stack([np.eye(2), np.eye(2)]))
    collapsed = Mixture(np.full(2, 0.5), X[:2], np.stack([np.cov(X.T), np.eye(2) * 1e-30]))
    assert score(X, sound, cost) == pytest.approx(sound.log_density(X).mean())
    assert score(X, collapsed, cost) < collapsed.log_density(X).mean() - 0.5


def test_what_is_counted_and_what_stands_apart() -> None:
    def side(scores: list[float], seconds: float) -> dict[str, list[float]]:
        return {"scores": scores, "seconds": [seconds] * len(scores)}

    found = {
        str(n_init): {"ours": side([-1.0, -1.0005, -1.002, -2.0], 1.0), "scikit-learn": side([-3.0] * 4, 2.0)}
        for n_init in RESTARTS
    }
    row = {"best_known": -1.0, "found": found}
    assert share_reached(row, 1, "ours") == 0.5
    assert times_as_long(row, 4) == 0.5
    assert not is_seldom_reached(row)
    assert is_seldom_reached({**row, "best_known": -0.9})


def test_the_problems_are_standardised_and_the_same_each_time() -> None:
    assert len(OPTIMUM_PROBLEMS) >= 20
    for problem in OPTIMUM_PROBLEMS.values():
        rows = problem.rows()
        np.testing.assert_array_equal(rows, problem.rows())
        np.testing.assert_allclose(rows.mean(axis=0), 0.0, atol=1e-9)
        np.testing.assert_allclose(rows.std(axis=0), 1.0)
    assert OPTIMUM_PROBLEMS["penguins"].rows().shape == (342, 4)
    assert OPTIMUM_PROBLEMS["thyroid"].rows().shape == (215, 5)
    assert OPTIMUM_PROBLEMS["banknote"].rows().shape == (200, 6)


def test_the_table_is_of_what_was_found() -> None:
    results = json.loads((COMMITTED / "optima.json").read_text(encoding="utf-8"))
    assert list(results) == [key for key in OPTIMUM_PROBLEMS if key in results]
    assert (COMMITTED / "optima.md").read_text(encoding="utf-8") == report(results)
    for row in results.values():
        scores = [
            value for sides in row["found"].values() for side in sides.values() for value in side["scores"]
        ]
        assert len(scores) == len(RESTARTS) * len(SEARCHES) * len(SEEDS)
        assert max(scores) <= row["best_known"]
