"""What keeps a covariance away from zero: its units, and what it carries."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from gmm_core.errors import DataError, ExplorerError, ParameterError
from gmm_core.export.scripts import scikit_learn_script
from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model import covariance
from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.model.covariance.regularization import (
    Regularization,
    Ridge,
    VarianceFloor,
    as_regularization,
    in_numbers,
)
from gmm_core.starts.kinds import STARTS

X = np.random.default_rng(0).normal(size=(200, 2)) * [1.0, 30.0] + [0.0, 1e3]


def test_a_plain_number_is_a_floor() -> None:
    assert as_regularization(1e-3) == VarianceFloor(1e-3)
    assert as_regularization(Ridge(1.0)) == Ridge(1.0)


def test_a_ridge_is_added_in_the_datas_own_units() -> None:
    covariances = np.stack([np.diag([4.0, 9.0])])
    raised, held = Ridge(0.5).applied(covariances)
    np.testing.assert_array_equal(raised[0], np.diag([4.5, 9.5]))
    assert held.tolist() == [False]
    scale = np.array([2.0, 3.0])
    in_units, _ = Ridge(0.5).in_units(scale).applied(covariances / np.outer(scale, scale))
    np.testing.assert_allclose(in_units * np.outer(scale, scale), raised)


@pytest.mark.parametrize("covariance_type", STRUCTURES)
def test_one_component_with_a_ridge_has_the_datas_variance_plus_it(covariance_type: str) -> None:
    specification = FitSpecification(1, covariance_type, n_init=1, regularization=Ridge(5.0))
    expected = np.cov(X.T, bias=True) + 5.0 * np.eye(2)
    if covariance_type == "diag":
        expected = np.diag(np.diag(expected))
    if covariance_type == "spherical":
        expected = np.eye(2) * np.trace(expected) / 2
    np.testing.assert_allclose(fit(X, specification).mixture.covariances[0], expected, rtol=1e-10)


@pytest.mark.parametrize("kind", STARTS)
def test_a_ridge_carries_what_a_floor_refuses(kind: str) -> None:
    rows = np.column_stack([np.repeat([0.0, 1.0], 5), np.full(10, 7.0)])
    result = fit(rows, FitSpecification(4, init=kind, n_init=2, regularization=Ridge(1e-3)))
    assert np.isfinite(result.log_likelihood)
    np.testing.assert_allclose(result.mixture.covariances[:, 1, 1], 1e-3)
    assert any("same value" in warning for warning in result.warnings)
    assert any("different rows" in warning for warning in result.warnings)
    for refusing, sentence in ((0.0, "same value"), (1e-6, "different rows"), (Ridge(0.0), "same value")):
        with pytest.raises(DataError, match=sentence):
            fit(rows, FitSpecification(4, init=kind, regularization=refusing))


@pytest.mark.parametrize("value", [-1.0, np.nan, np.inf])
def test_a_number_that_is_no_variance_is_refused(value: float) -> None:
    with pytest.raises(ParameterError, match="ridge"):
        Ridge(value)
    with pytest.raises(ParameterError, match="floor"):
        VarianceFloor(value)


def test_a_fit_with_a_ridge_converges_though_the_likelihood_may_fall() -> None:
    rows = np.concatenate([np.random.default_rng(1).normal(size=(60, 1)) * 0.05, np.full((3, 1), 4.0)])
    specification = FitSpecification(2, n_init=4, regularization=Ridge(0.5), tolerance=1e-6)
    result = fit(rows, specification)
    assert all(run.converged for run in result.runs)


class Doubled(Ridge):
    """A regularisation of one's own."""

    def floor_and_ridge(self, n_features: int) -> None:  # type: ignore[override]
        return None


class Halved:
    """One that is neither a floor nor a ridge."""


def test_a_floor_and_a_ridge_are_numbers_in_a_file() -> None:
    assert in_numbers(1e-3) == in_numbers(VarianceFloor(1e-3)) == in_numbers(np.float64(1e-3)) == 1e-3
    assert in_numbers(Ridge(0.5)) == {"ridge": 0.5}
    assert in_numbers(Ridge((0.5, 1.0))) == {"ridge": [0.5, 1.0]}
    assert in_numbers(cast(Regularization, Halved())) is None


def test_a_script_for_scikit_learn_refuses_what_is_neither_a_floor_nor_a_ridge() -> None:
    def about(regularization: Regularization) -> Any:
        specification = SimpleNamespace(regularization=regularization)
        return SimpleNamespace(
            fit=SimpleNamespace(specification=specification, mixture=SimpleNamespace(n_features=2))
        )

    assert scikit_learn_script._floor_and_ridge(about(VarianceFloor(1e-3)))[0] == 1e-3
    assert scikit_learn_script._regularization(about(Ridge((0.5, 1.0)))) == "1.0"
    with pytest.raises(ExplorerError, match="use a number or a Ridge"):
        scikit_learn_script._regularization(about(Doubled(1.0)))


def test_outside_of_covariances_nobody_asks_which_regularisation_it_is() -> None:
    core = Path(covariance.__file__).parents[1]
    others = [file for file in core.rglob("*.py") if file.parent != core / "covariance"]
    asked = re.compile(r"isinstance\([^)]*\b(VarianceFloor|Ridge)\b")
    assert not [file.name for file in others if asked.search(file.read_text("utf-8"))]


@pytest.mark.parametrize("engine", ["blocked", "compiled"])
def test_a_ridge_that_the_family_or_the_features_cannot_have_is_refused_with_a_sentence(engine: str) -> None:
    X = np.random.default_rng(0).normal(size=(50, 2))
    uneven = FitSpecification(2, "spherical", regularization=Ridge((0.5, 0.1)))
    with pytest.raises(ParameterError, match="spherical have one variance in all directions"):
        fit(X, uneven, engine=engine)
    with pytest.raises(ParameterError, match="3 numbers, and the data 2 features"):
        fit(X, FitSpecification(2, regularization=Ridge((0.5, 0.1, 0.2))), engine=engine)
    even = fit(X, FitSpecification(2, "spherical", regularization=Ridge((0.5, 0.5))), engine=engine)
    assert np.ptp(even.mixture.covariances[:, [0, 1], [0, 1]], axis=1).max() < 1e-12
