"""A column with one value only, and numbers at the edge of float64: a fit that warns, or a sentence that is true."""

import re
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.mixture import GaussianMixture as Peer
from sklearn.model_selection import cross_val_score

from gmm_core import GaussianMixture
from gmm_core.errors import DataError, DataWarning, DegenerateDataError
from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.mixture import Mixture

EVERY_TYPE = pytest.mark.parametrize("covariance_type", ["full", "tied", "diag", "spherical"])
RNG = np.random.default_rng(0)
VARYING = np.concatenate([RNG.normal(size=(60, 2)), RNG.normal(size=(50, 2)) + 6.0])
LABELS = np.repeat([0, 1], [60, 50])


def with_constant(value: float) -> np.ndarray:
    return np.column_stack([VARYING[:, 0], np.full(len(VARYING), value), VARYING[:, 1]])


def fitted(X: Any, *, sample_weight: Any = None, **parameters: Any) -> GaussianMixture:
    model = GaussianMixture(2, random_state=0, n_init=2, **parameters)
    with pytest.warns(DataWarning, match=re.escape("olumn 2 (X[:, 1]) has the same value")):
        return model.fit(X, sample_weight=sample_weight)


@EVERY_TYPE
@pytest.mark.parametrize("value", [0.0, 5.0, -3e7, 1e160, 2e-310])
def test_a_constant_column_is_a_warning_and_a_fit(covariance_type: str, value: float) -> None:
    X = with_constant(value)
    for weights in (None, RNG.integers(1, 4, size=len(X))):
        model = fitted(X, sample_weight=weights, covariance_type=covariance_type)
        np.testing.assert_array_equal(model.predict(X), LABELS)
        assert (model.means_[:, 1] == value).all()
        if covariance_type != "spherical":
            variances = model.mixture_.covariances[:, 1]
            np.testing.assert_allclose(variances, [[0.0, 1e-6, 0.0]] * 2)
        score = model.score(X, sample_weight=weights)
        assert np.isfinite(score)
        assert score == pytest.approx(model.lower_bound_, rel=1e-12)
        assert model.warnings_[0].startswith("Column 2 (X[:, 1]) has the same value")
        assert np.isfinite(model.sample(50)[0]).all()


@EVERY_TYPE
def test_scores_are_scikit_learns(covariance_type: str) -> None:
    X = with_constant(5.0)
    ours, peer = (
        fitted(X, covariance_type=covariance_type),
        Peer(2, covariance_type=covariance_type, tol=1e-6),
    )
    peer.set_params(means_init=ours.means_, max_iter=500).fit(X)
    rows = X + np.random.default_rng(1).normal(size=X.shape) * [0.1, 1e-3, 0.1]
    np.testing.assert_allclose(ours.score_samples(rows), peer.score_samples(rows), atol=2e-3)


@EVERY_TYPE
def test_a_given_ridge_is_the_variance(covariance_type: str) -> None:
    model = fitted(with_constant(5.0), covariance_type=covariance_type, reg_covar=0.25)
    if covariance_type != "spherical":
        np.testing.assert_allclose(model.mixture_.covariances[:, 1, 1], 0.25)
    with pytest.raises(DataError, match="has the same value"):
        GaussianMixture(2, covariance_type="full", reg_covar=0.0).fit(with_constant(5.0))


@EVERY_TYPE
@pytest.mark.parametrize("distance", [1.0, -1e3, 1e9, 1e100, -1e160, 1e300])
def test_new_rows_of_another_value_keep_their_component(covariance_type: str, distance: float) -> None:
    """In a spherical model the distance counts in every direction, and the wider component wins in the end."""
    X = with_constant(5.0)
    model = fitted(X, covariance_type=covariance_type)
    moved = X + np.array([0.0, distance, 0.0])
    shares = model.predict_proba(moved)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)
    assert not np.isnan(model.score_samples(moved)).any()
    if covariance_type != "spherical":
        np.testing.assert_array_equal(model.predict(moved), LABELS)
        np.testing.assert_allclose(shares, model.predict_proba(X), atol=1e-12)


@pytest.mark.parametrize("engine", ["blocked", "compiled"])
@EVERY_TYPE
def test_the_likelihood_never_falls_and_the_varying_columns_are_fitted_as_alone(
    engine: str, covariance_type: str
) -> None:
    """But in a spherical model, where all columns have one variance."""
    asked = FitSpecification(2, covariance_type, n_init=4)
    found = fit(with_constant(5.0), asked, engine=engine)
    for run in found.runs:
        assert (np.diff(run.log_likelihoods) > -1e-8).all()
    assert found.data_warnings == found.warnings[:1]
    if covariance_type != "spherical":
        alone = fit(VARYING, asked, engine=engine)
        np.testing.assert_allclose(found.mixture.means[:, [0, 2]], alone.mixture.means, atol=1e-4)
        of_constant = 0.5 * np.log(2 * np.pi * 1e-6) * len(VARYING)
        assert found.log_likelihood + of_constant == pytest.approx(alone.log_likelihood, abs=1e-3)


@EVERY_TYPE
def test_a_single_column_of_one_value_is_fitted_by_one_component(covariance_type: str) -> None:
    for n_features in (1, 2):
        rows = np.full((10, n_features), 3.0)
        model = GaussianMixture(1, covariance_type=covariance_type)
        with pytest.warns(DataWarning, match="has the same value"):
            model.fit(rows)
        np.testing.assert_allclose(model.mixture_.covariances[0], 1e-6 * np.eye(n_features))
        with pytest.raises(DegenerateDataError, match="at least 2 different rows"):
            GaussianMixture(2, covariance_type=covariance_type).fit(rows)


def test_rows_of_weight_zero_do_not_make_a_column_vary() -> None:
    X = with_constant(1.0)
    X[-1, 1] = 2.0
    fitted(X, sample_weight=np.arange(len(X)) < len(X) - 1)


def test_a_fold_of_a_cross_validation_may_have_one() -> None:
    X = with_constant(0.0)
    X[-1, 1] = 1.0
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        scores = cross_val_score(GaussianMixture(2, random_state=0), X, cv=5)
    assert np.isfinite(scores).all()
    assert any(issubclass(warning.category, DataWarning) for warning in caught)


def test_a_start_with_another_value_there_is_brought_to_it() -> None:
    means = np.array([[0.0, 4.0, 0.0], [6.0, 9.0, 6.0]])
    model = fitted(with_constant(5.0), means_init=means)
    np.testing.assert_allclose(model.means_[:, 1], 5.0, rtol=1e-15)


BIG = 2**53
EDGES: dict[str, tuple[Any, str]] = {
    "one column far": (
        [[1e160], [1.0], [2.0]],
        "Column 1 (X[:, 0]) goes from 1 to 1e+160, where sums of squares",
    ),
    "far below": (
        [[-1e308], [1.0], [1e308]],
        "goes from -1e+308 to 1e+308, where sums of squares are too large",
    ),
    "all far": (VARYING * 1e160, "where sums of squares are too large for float64: divide the column"),
    "second column": (VARYING * [1.0, 1e170], "Column 2 (X[:, 1]) goes from"),
    "named": (pd.DataFrame(VARYING * 1e200, columns=["a", "b"]), "Column “a” goes from"),
    "too close": (VARYING * 1e-310, "e-309, where variances are too small for float64: multiply"),
    "close": (VARYING * 1e-200, "where variances are too small for float64: multiply the column"),
}


@pytest.mark.parametrize("case", EDGES)
def test_what_has_no_variance_in_float64_is_told(case: str) -> None:
    rows, sentence = EDGES[case]
    with pytest.raises(DataError, match=re.escape(sentence)) as refusal:
        GaussianMixture(1).fit(rows)
    assert "ill-defined" not in str(refusal.value)


@pytest.mark.parametrize("unit", [1e-140, 1e-100, 1e100, 1e150])
def test_up_to_there_units_do_not_matter(unit: float) -> None:
    one, other = (GaussianMixture(2, random_state=0).fit(rows) for rows in (VARYING, VARYING * unit))
    np.testing.assert_allclose(other.means_ / unit, one.means_, rtol=1e-9)
    assert other.lower_bound_ + 2 * np.log(unit) == pytest.approx(one.lower_bound_, rel=1e-9)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([[BIG], [BIG + 1]], "in every row (float64 rounds whole numbers beyond 9,007,199,254,740,992)"),
        (np.array([[2**63], [2**63 + 1]], dtype=np.uint64), "(float64 rounds whole numbers beyond"),
        (
            pd.DataFrame({"id": [BIG + 4, BIG + 5]}),
            "Column “id” has the same value (9.0072e+15) in every row (float64",
        ),
        (
            pd.DataFrame({"id": [10**30, 10**30 + 1]}, dtype=object),
            "has the same value (1e+30) in every row (float64",
        ),
        (
            [[BIG], [BIG + 2], [BIG + 4]],
            "differs by 4 at most from row to row, which for values of 9.0072e+15 is",
        ),
        ([[1e15], [1e15 + 1]], "subtract 1000000000000000.0 from it first if that difference matters"),
        ([[0.3], [0.1 * 3]], "differs by 5.55e-17 at most from row to row"),
    ],
)
def test_values_that_float64_can_hardly_tell_apart_are_warned_about(rows: Any, sentence: str) -> None:
    model = GaussianMixture(1)
    with pytest.warns(DataWarning, match=re.escape(sentence)):
        model.fit(rows)
    assert np.isfinite(model.score(rows))
    assert model.score(rows) == pytest.approx(model.lower_bound_, abs=1e-5)


def test_different_rows_are_counted_as_float64_holds_them() -> None:
    rows = [[BIG, 0.0], [BIG + 1, 0.0], [BIG, 1.0], [BIG + 1, 1.0]]
    with pytest.raises(
        DegenerateDataError, match=r"but the data has 2 \(float64 rounds whole numbers beyond"
    ):
        GaussianMixture(3).fit(rows)


def test_whole_numbers_that_differ_by_more_than_rounding_are_fitted() -> None:
    rows = [[BIG + 1], [BIG + 3], [5], [7]]
    assert np.isfinite(GaussianMixture(1).fit(rows).lower_bound_)


def test_features_that_tell_components_apart_alone_decide() -> None:
    """Also where nothing was fitted: the same mean and variance in all components, and no covariance."""
    mixture = Mixture([0.5, 0.5], np.array([[0.0, 1.0], [4.0, 1.0]]), np.array([np.diag([1.0, 1e-20])] * 2))
    rows = np.array([[0.0, 2.0], [4.0, -1e8], [1.0, 1e200]])
    np.testing.assert_array_equal(mixture.labels(rows), [0, 1, 0])
    marginal = mixture.marginal([0]).responsibilities(rows[:, :1])
    np.testing.assert_array_equal(mixture.responsibilities(rows), marginal)
