"""Rows of single precision: computed with in double, answered in single where scikit-learn does."""

import pickle
import warnings
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.mixture import GaussianMixture as Peer

from gmm_core import GaussianMixture
from gmm_core.model.covariance.regularization import VarianceFloor

EVERY_TYPE = pytest.mark.parametrize("covariance_type", ["full", "tied", "diag", "spherical"])
RNG = np.random.default_rng(0)
X = np.concatenate([RNG.normal(size=(50, 3)), RNG.normal(size=(50, 3)) + 5.0])
SINGLE = X.astype(np.float32)
ATTRIBUTES = (
    *("weights_", "means_", "covariances_", "precisions_", "precisions_cholesky_"),
    *("converged_", "n_iter_", "lower_bound_", "lower_bounds_"),
)
METHODS = ("predict", "predict_proba", "score_samples", "score", "aic", "bic")


def described(value: Any) -> Any:
    """Its type, and of numbers in NumPy's types that too."""
    if isinstance(value, list | tuple):
        return type(value), {described(each) for each in value}
    return type(value), getattr(value, "dtype", None)


def answers(model: Any, *asked: Any) -> dict[Any, Any]:
    """The types of everything that a fitted model has and says about rows, those of each matrix in turn."""
    found: dict[Any, Any] = {name: described(getattr(model, name)) for name in ATTRIBUTES}
    found |= {
        (name, position): described(getattr(model, name)(rows))
        for name, (position, rows) in product(METHODS, enumerate(asked))
    }
    return found | {"sample": described(model.sample(3))}


def both(given: Any, *asked: Any, **parameters: Any) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """What ours and scikit-learn's answer with, fitted to `given` and asked about the others."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        models = (each(2, random_state=0, **parameters).fit(given) for each in (GaussianMixture, Peer))
        ours, peers = (answers(model, *asked) for model in models)
    return ours, peers


@EVERY_TYPE
@pytest.mark.parametrize("of_fit", ["float16", "float32", "float64", "int32"])
def test_every_answer_has_scikit_learns_type(covariance_type: str, of_fit: str) -> None:
    asked = [X.astype(name) for name in ("float32", "float64", "int64")]
    ours, peers = both(X.astype(of_fit), *asked, covariance_type=covariance_type)
    assert ours == peers


@EVERY_TYPE
@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("name", ["weights_init", "means_init", "precisions_init"])
def test_a_given_start_decides_as_there(covariance_type: str, single: bool, name: str) -> None:
    starts = {
        "weights_init": np.array([0.5, 0.5]),
        "means_init": X[[0, 70]],
        "precisions_init": {
            "full": np.stack([np.eye(3)] * 2),
            "tied": np.eye(3),
            "diag": np.ones((2, 3)),
            "spherical": np.ones(2),
        }[covariance_type],
    }
    given = starts[name].astype(np.float32 if single else np.float64)
    ours, peers = both(SINGLE, SINGLE, covariance_type=covariance_type, **{name: given})
    assert ours == peers


FRAME = pd.DataFrame(SINGLE, columns=list("abc"))


@pytest.mark.parametrize(
    "given",
    [
        FRAME,
        FRAME.astype({"a": "float64"}),
        FRAME.astype({"a": "int16"}),
        FRAME.astype({"a": "int32"}),
        FRAME.astype({"a": "Float32"}),
        FRAME.astype("Float32"),
        pl.DataFrame({name: SINGLE[:, position] for position, name in enumerate("abc")}),
        [list(row) for row in SINGLE],
        SINGLE.astype(object),
        SINGLE.astype(">f4"),
        np.asfortranarray(SINGLE),
        SINGLE[::2],
    ],
    ids=lambda given: f"{type(given).__name__} {getattr(given, 'dtype', '')}",
)
def test_every_dress_of_single_precision_counts_as_there(given: Any) -> None:
    ours, peers = both(given, given if hasattr(given, "shape") else SINGLE.astype(np.float64))
    assert ours == peers


@pytest.mark.parametrize("first", [X, SINGLE])
@pytest.mark.parametrize("then", [X, SINGLE])
def test_a_warm_start_decides_as_there(first: Any, then: Any) -> None:
    for covariance_type in ("full", "diag"):
        parameters = {"covariance_type": covariance_type, "random_state": 0, "warm_start": True}
        ours, peer = (each(2, **parameters).fit(first).fit(then) for each in (GaussianMixture, Peer))
        assert answers(ours, then) == answers(peer, then)


def test_labels_are_whole_numbers() -> None:
    for each in (GaussianMixture, Peer):
        assert each(2, random_state=0).fit_predict(SINGLE).dtype == np.int64


@EVERY_TYPE
def test_the_numbers_are_those_of_double_precision_rounded(covariance_type: str) -> None:
    parameters = {"covariance_type": covariance_type, "random_state": 0}
    one, other = (GaussianMixture(2, **parameters).fit(rows) for rows in (SINGLE, SINGLE.astype(np.float64)))
    for name in ("weights_", "means_", "covariances_", "precisions_", "precisions_cholesky_"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name).astype(np.float32))
    expected = other.predict_proba(SINGLE)
    np.testing.assert_array_equal(one.predict_proba(SINGLE), expected.astype(np.float32))
    assert one.score(SINGLE) == other.score(SINGLE)
    assert one.bic(SINGLE) == other.bic(SINGLE)
    again = pickle.loads(pickle.dumps(one))  # noqa: S301 - it was made here
    assert again.score(SINGLE) == other.score(SINGLE)


def test_columns_that_single_precision_cannot_tell_apart_are_told_apart() -> None:
    """Their covariance is positive definite in double precision only."""
    rng = np.random.default_rng(4)
    along, across = rng.normal(size=(2, 200))
    rows = np.column_stack([along, along + 3e-5 * across]).astype(np.float32)
    model, other = (GaussianMixture(1, reg_covar=VarianceFloor(1e-15)) for _ in range(2))
    model.fit(rows)
    other.fit(rows.astype(np.float64))
    assert np.linalg.eigvalsh(model.covariances_[0].astype(np.float64))[0] < 0
    assert model.score(rows) == other.score(rows)


def test_an_attribute_that_is_changed_counts_as_it_stands() -> None:
    model = GaussianMixture(2, random_state=0).fit(SINGLE)
    before = model.score_samples(SINGLE)
    model.means_[0] += 1.0
    moved = model.score_samples(SINGLE)
    assert not np.allclose(moved, before, atol=0.01)
    model.means_[0] -= 1.0
    np.testing.assert_allclose(model.score_samples(SINGLE), before, rtol=1e-5)
    model.covariances_ = model.covariances_ * np.float32(4.0)
    assert not np.allclose(model.score_samples(SINGLE), before, atol=0.01)


@pytest.mark.parametrize("unit", [1e-25, 1e25])
def test_what_single_precision_does_not_hold_stays_in_double(unit: float) -> None:
    rows = (X * unit).astype(np.float32)
    model = GaussianMixture(2, random_state=0).fit(rows)
    assert model.covariances_.dtype == model.precisions_.dtype == np.float64
    assert np.isfinite(model.covariances_).all()
    assert np.isfinite(model.score_samples(rows)).all()
    np.testing.assert_array_equal(model.predict(rows), GaussianMixture(2, random_state=0).fit(X).predict(X))
