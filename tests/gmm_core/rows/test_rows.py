"""Rows own the data: passes come to the same whatever the blocks are, and no other module keeps or reads an array."""

from __future__ import annotations

import ast
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.model.criteria import classification_penalty
from gmm_core.model.mixture import Mixture
from gmm_core.model.standardization import Standardization, mean_squares
from gmm_core.model.statistics import SufficientStatistics
from gmm_core.rows import blocks, rows
from gmm_core.rows.rows import Rows
from gmm_core.starts.problem import FitProblem

CORE = Path(rows.__file__).parents[1]
RNG = np.random.default_rng(4)
X = RNG.normal(size=(1_000, 3)) * [1.0, 5.0, 0.1] + [0.0, 1e6, -3.0]
WEIGHTS = RNG.integers(1, 4, size=len(X)) * 0.5
MIXTURE = Mixture([0.3, 0.7], X[:2], np.stack([np.diag([1.0, 25.0, 0.01])] * 2))
BOTH = pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["plain", "weighted"])


@BOTH
def test_a_pass_comes_to_the_same_however_many_blocks_it_takes(
    weights: np.ndarray | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def passes(given: Rows) -> list[np.ndarray]:
        standard = Standardization.of(given, STRUCTURES["full"])
        moments = given.moments(lambda values, _: MIXTURE.responsibilities(values))
        return [
            *(given.mean, *given.range, standard.center, standard.scale, mean_squares(given, given.first)),
            *(moments.counts, moments.sums, moments.within_scatter()),
        ]

    whole = passes(Rows(X, weights))
    monkeypatch.setattr(rows, "BLOCK_VALUES", 3 * 64)
    for one, other in zip(passes(Rows(X, weights)), whole, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-9)


@BOTH
def test_passes_are_what_they_are_called(weights: np.ndarray | None) -> None:
    given, each = Rows(X, weights), np.ones(len(X)) if weights is None else weights
    mean = np.average(X, axis=0, weights=each)
    assert (given.shape, given.n_features, len(given)) == (X.shape, 3, len(X))
    assert given.total_weight == each.sum()
    assert given.least_weight == each.min()
    np.testing.assert_allclose(given.mean, mean, rtol=1e-12)
    np.testing.assert_allclose(mean_squares(given, mean), np.average((X - mean) ** 2, axis=0, weights=each))
    np.testing.assert_array_equal(given.range, [X.min(axis=0), X.max(axis=0)])
    np.testing.assert_array_equal(given.medians, np.median(X, axis=0))
    surest = MIXTURE.responsibilities(X).max(axis=1)
    assert classification_penalty(given, MIXTURE) == pytest.approx(-2 * np.log(surest) @ each, abs=1e-9)
    assert given.average(X[:, 0]) == pytest.approx(mean[0])
    np.testing.assert_array_equal(given.of_each(MIXTURE.labels), MIXTURE.labels(X))


def test_labels_stand_beside_their_rows_in_every_block(monkeypatch: pytest.MonkeyPatch) -> None:
    labels = np.arange(len(X)) % 3
    monkeypatch.setattr(rows, "BLOCK_VALUES", 3 * 64)
    found = Rows(X, WEIGHTS).moments(lambda _, place: np.eye(3)[labels[place]])
    expected = SufficientStatistics.from_responsibilities(X, np.eye(3)[labels], WEIGHTS)
    np.testing.assert_allclose(found.means(), expected.means(), rtol=1e-9)
    np.testing.assert_allclose(found.within_scatter(), expected.within_scatter(), rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("shared", [False, True])
def test_blocks_are_put_together_in_their_order(shared: bool) -> None:
    size = len(X) // (2 * blocks.BLOCKS_TO_SHARE)
    found = Rows(X).reduce(lambda values, _: [values], block_rows=size, shared=shared)
    assert len(found) >= 2 * blocks.BLOCKS_TO_SHARE
    np.testing.assert_array_equal(np.concatenate(found), X)


@BOTH
def test_other_rows_keep_their_weights(weights: np.ndarray | None) -> None:
    given, chosen = Rows(X, weights), X[:, 0] > 0
    kept = given.where(chosen)
    assert kept.total_weight == (chosen.sum() if weights is None else weights[chosen].sum())
    assert given.changed(lambda values: 2 * values).total_weight == given.total_weight
    np.testing.assert_allclose(given.changed(lambda values: 2 * values).mean, 2 * given.mean)
    assert given.some(len(X), 0, 1) is given
    some = given.some(100, 0, 1)
    assert len(some) == 100
    assert some.mean.tobytes() == given.some(100, 0, 1).mean.tobytes() != given.some(100, 0, 2).mean.tobytes()
    positions = np.flatnonzero(np.isin(X[:, 0], some.of_each(lambda values: values[:, 0])))
    assert some.total_weight == (100 if weights is None else weights[positions].sum())


def test_different_rows_are_counted_no_further_than_asked() -> None:
    given = Rows(np.array([[0.0], [-0.0], [1.0], [1.0], [2.0]]))
    assert (given.n_different(), given.n_different(2), given.n_different(9)) == (3, 2, 3)
    assert given.where(np.zeros(5, dtype=np.bool_)).n_different() == 0


def test_a_start_looks_at_all_different_rows_or_at_a_sample() -> None:
    given = Rows(np.repeat(X, 2, axis=0))
    sample = given.sample(3, np.random.default_rng(0))
    assert sample is given.sample(3, np.random.default_rng(1))
    assert (len(sample.rows), sample.weights.sum()) == (len(X), 2 * len(X))
    even = Rows(np.random.default_rng(0).uniform(size=(1_000, 2)))
    drawn = even.drawn(3, np.random.default_rng(0), 50)
    assert drawn.weights.sum() == 50
    assert Rows.of_sample(drawn).total_weight == 50


def private_arrays_read(code: str) -> list[str]:
    """Where code reads the arrays of other objects' rows."""
    return [
        ast.unparse(node)
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Attribute)
        and node.attr in ("_values", "_weights")
        and ast.unparse(node.value) != "self"
    ]


def test_nobody_but_rows_reads_their_arrays() -> None:
    others = [file for file in CORE.rglob("*.py") if file != Path(rows.__file__)]
    assert not {
        file.name: found for file in others if (found := private_arrays_read(file.read_text("utf-8")))
    }
    assert private_arrays_read("problem.rows._values[0]") == ["problem.rows._values"]


def test_a_problem_holds_rows_and_no_array() -> None:
    kinds = {field.name: str(field.type) for field in fields(FitProblem)}
    assert kinds["rows"] == "Rows"
    assert not [name for name, kind in kinds.items() if "Array" in kind]


STEPS = [
    *("em/loop", "fitting/assembly", "fitting/narrow_components", "fitting/restart", "fitting/scheduler"),
    *("fitting/subsample", "fitting/validation", "model/criteria", "model/standardization"),
    *("starts/assignments", "starts/groups_apart", "starts/kinds", "starts/problem", "starts/short_runs"),
    "starts/splits",
]
"""Modules of the steps of a fit."""


@pytest.mark.parametrize("module", STEPS)
def test_no_step_of_a_fit_is_given_an_array_of_rows(module: str) -> None:
    tree = ast.parse((CORE / f"{module}.py").read_text("utf-8"))
    given = [
        f"{function.name}({ast.unparse(argument)})"
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and function.name not in ("of_block", "applied")
        for argument in (*function.args.args, *function.args.kwonlyargs)
        if argument.arg in ("rows", "X") and "Array" in ast.unparse(argument.annotation or ast.Constant(""))
    ]
    assert given == []
