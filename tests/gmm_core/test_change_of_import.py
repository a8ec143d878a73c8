"""What someone meets who puts gmm_core's GaussianMixture where scikit-learn's was."""

import pickle
import tracemalloc
import warnings
from typing import Any

import numpy as np
import pytest
from sklearn.mixture import GaussianMixture as Peer

from gmm_core import GaussianMixture
from gmm_core.errors import DataError, FitError, ParameterError
from gmm_core.model.mixture import Mixture

EVERY_TYPE = pytest.mark.parametrize("covariance_type", ["full", "tied", "diag", "spherical"])
RNG = np.random.default_rng(0)
X = np.concatenate([RNG.normal(size=(80, 3)), RNG.normal(size=(60, 3)) + 6.0])


def restored(model: Any) -> Any:
    """What a pickle of it is when it is read again."""
    return pickle.loads(pickle.dumps(model))  # noqa: S301 - it was made here


@pytest.mark.parametrize(
    ("name", "values"),
    {
        "n_components": (0, 1.5, "a", None, True),
        "tol": ("a", -1.0, None, np.nan, np.inf, True),
        "reg_covar": (None, -1.0, "absolute", [1.0], np.nan),
        "max_iter": (-1, 1.5, "a", None),
        "n_init": (0, 1.5, None),
        "init_params": (["kmeans"], "lucky", None, 3),
        "covariance_type": ("round", None, ["full"]),
        "random_state": ("a", -1, 1.5),
        "warm_start": ("x", None, 1),
        "keep_history": ("x", None, 1),
        "verbose": (-1, "x", 1.5),
        "verbose_interval": (0, 1.5, None),
        "weights_init": ("a", [np.nan, 1.0], ["a", "b"], [[0.5], [0.5]]),
        "means_init": ("a", [[np.inf] * 3] * 2, [["a"] * 3] * 2, [1.0]),
        "precisions_init": ("a", [np.eye(3) * np.nan] * 2, [1.0]),
    }.items(),
)
def test_a_refused_parameter_is_named_in_a_value_error_that_is_a_type_error(name: str, values: Any) -> None:
    for value in values:
        model = GaussianMixture(**{"n_components": 2, "random_state": 0, name: value})
        with pytest.raises(ParameterError) as refusal:
            model.fit(X)
        assert isinstance(refusal.value, ValueError)
        assert isinstance(refusal.value, TypeError)
        assert name in str(refusal.value) or (
            name == "covariance_type" and "choose one of full" in str(refusal.value)
        )


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_starting_weights_may_come_in_few_digits(dtype: type) -> None:
    given = np.array([0.25, 0.25, 0.5]) if dtype is np.float16 else np.array([0.3, 0.3, 0.4])
    model = GaussianMixture(3, weights_init=given.astype(dtype), max_iter=0).fit(X)
    np.testing.assert_allclose(model.weights_, given, rtol=1e-6)


def test_single_precision_does_not_excuse_weights_that_do_not_add_up() -> None:
    for given in (np.float32([0.3, 0.3, 0.401]), np.array([0.3, 0.3, 0.4 + 1e-6])):
        with pytest.raises(ParameterError, match="should be normalized"):
            GaussianMixture(3, weights_init=given).fit(X)


def test_a_sample_takes_little_more_than_itself() -> None:
    rng = np.random.default_rng(1)
    factors = rng.normal(size=(2, 30, 30))
    model = GaussianMixture(2, random_state=0)
    model.weights_, model.means_ = np.array([0.4, 0.6]), rng.normal(size=(2, 30))
    model.covariances_ = factors @ factors.transpose(0, 2, 1) + np.eye(30)
    for drawing in (
        lambda: model.sample(60_000),
        lambda: model.mixture_.sample(60_000, np.random.default_rng(0)),
    ):
        tracemalloc.start()
        points, _ = drawing()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < 2 * points.nbytes


def test_a_whole_number_in_any_type_is_a_number_of_samples() -> None:
    model = GaussianMixture(2, random_state=0).fit(X)
    for n in (5, 5.0, np.int64(5), np.float32(5)):
        np.testing.assert_array_equal(model.sample(n)[0], model.sample(5)[0])
    for wrong in (0, 5.5, "5", None, np.nan):
        with pytest.raises(ParameterError, match="n_samples"):
            model.sample(wrong)


@EVERY_TYPE
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_model_restored_from_three_attributes_answers(covariance_type: str, dtype: type) -> None:
    peer = Peer(3, covariance_type=covariance_type, random_state=0).fit(X)
    ours = GaussianMixture(3, covariance_type=covariance_type, random_state=0)
    for name in ("weights_", "means_", "precisions_cholesky_"):
        setattr(ours, name, getattr(peer, name).astype(dtype))
    tolerance = 1e-8 if dtype is np.float64 else 1e-2
    np.testing.assert_array_equal(ours.predict(X), peer.predict(X))
    np.testing.assert_allclose(ours.predict_proba(X), peer.predict_proba(X), atol=tolerance)
    np.testing.assert_allclose(ours.score_samples(X), peer.score_samples(X), rtol=tolerance)
    assert ours.bic(X) == pytest.approx(peer.bic(X), rel=tolerance)


@EVERY_TYPE
def test_of_covariances_and_precisions_the_last_one_set_counts(covariance_type: str) -> None:
    model = GaussianMixture(2, covariance_type=covariance_type, random_state=0).fit(X)
    before, wide = model.score_samples(X), model.covariances_ * 4.0
    model.precisions_cholesky_ = model.precisions_cholesky_ / 2.0
    by_factors = model.score_samples(X)
    assert not np.allclose(by_factors, before)
    model.covariances_ = wide
    np.testing.assert_allclose(model.score_samples(X), by_factors)
    model.precisions_cholesky_ = model.precisions_cholesky_ * 2.0
    np.testing.assert_allclose(model.score_samples(X), before)
    np.testing.assert_allclose(restored(model).score_samples(X), before)


def test_a_pickle_is_about_as_small_as_scikit_learns() -> None:
    rng = np.random.default_rng(2)
    rows = rng.normal(size=(1_000, 20)) + 4 * rng.integers(0, 3, size=(1_000, 1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = Peer(10, random_state=0).fit(rows)
        model = GaussianMixture(10, random_state=0).fit(rows)
    assert len(pickle.dumps(model)) < 1.5 * len(pickle.dumps(peer))
    again = restored(model)
    np.testing.assert_array_equal(again.predict_proba(rows), model.predict_proba(rows))
    assert not hasattr(again, "history_")
    assert not hasattr(again, "runs_")
    assert len(model.history_) == model.n_iter_ + 1
    model.set_params(keep_history=True)
    kept = restored(model)
    np.testing.assert_array_equal(kept.history_[0].means, model.history_[0].means)
    assert len(kept.runs_) == 1


@pytest.mark.parametrize("change", [{"n_components": 3}, {"covariance_type": "diag"}])
def test_a_warm_start_after_a_change_says_that_it_is_cold(change: dict[str, Any]) -> None:
    for columns in (2, 3):  # with two, K (D) of one type may have the shape of another
        rows = X[:, :columns]
        model = GaussianMixture(2, covariance_type="tied", warm_start=True, random_state=0).fit(rows)
        model.set_params(**change)
        with pytest.warns(UserWarning, match="warm_start has nothing to go on from"):
            model.fit(rows)
        cold = GaussianMixture(**{**model.get_params(), "warm_start": False}).fit(rows)
        np.testing.assert_array_equal(model.means_, cold.means_)


def test_the_sentence_on_covariances_stands_only_where_one_was_the_cause() -> None:
    flat = np.repeat([[0.0, 0.0], [1.0, 1.0]], 5, axis=0)
    with pytest.raises((DataError, FitError), match="ill-defined empirical covariance"):
        GaussianMixture(2, reg_covar=0).fit(flat)
    with pytest.raises(DataError) as refusal:
        GaussianMixture(2).fit(X, sample_weight=np.full(len(X), -1.0))
    assert "ill-defined" not in str(refusal.value)


@EVERY_TYPE
@pytest.mark.parametrize("far", [1e160, 1e300, -1e160])
def test_a_row_far_beyond_everything_goes_to_the_nearer_component(covariance_type: str, far: float) -> None:
    model = GaussianMixture(2, covariance_type=covariance_type)
    model.weights_, model.means_ = np.array([0.5, 0.5]), np.array([[0.0], [5.0]])
    model.covariances_ = {
        "full": np.array([[[1.0]], [[4.0]]]),
        "tied": np.eye(1),
        "diag": np.array([[1.0], [4.0]]),
        "spherical": np.array([1.0, 4.0]),
    }[covariance_type]
    shares = model.predict_proba([[far]])
    assert shares.sum() == 1.0
    assert model.score_samples([[far]])[0] == -np.inf
    if covariance_type != "tied":
        assert shares.tolist() == [[0.0, 1.0]]
        assert model.predict([[far], [0.0]]).tolist() == [1, 0]


def test_an_overflow_of_correlated_directions_is_no_nan() -> None:
    mixture = Mixture(
        [0.5, 0.5], np.zeros((2, 2)), np.array([[[1.0, 0.9], [0.9, 1.0]], [[1.0, -0.9], [-0.9, 1.0]]])
    )
    rows = np.array([[1e308, 1e308], [1e308, -1e308], [0.0, 0.0]])
    assert mixture.labels(rows).tolist()[:2] == [0, 1]
    np.testing.assert_allclose(mixture.responsibilities(rows), [[1, 0], [0, 1], [0.5, 0.5]])
    assert np.isneginf(mixture.log_density(rows)[:2]).all()


def test_kmeans_is_k_means_on_the_rows_as_they_are() -> None:
    """Columns of very unlike widths: raw k-means parts the wide one, whitened k-means the one with the groups."""
    rng = np.random.default_rng(3)
    rows = np.column_stack(
        [rng.uniform(-100, 100, 300), np.repeat([0.0, 1.0], 150) + rng.normal(0, 0.02, 300)]
    )
    raw = GaussianMixture(2, init_params="kmeans", max_iter=0, random_state=0).fit(rows)
    peer = Peer(2, random_state=0, max_iter=0).fit(rows)
    whitened = GaussianMixture(2, init_params="whitened_kmeans", max_iter=0, random_state=0).fit(rows)
    assert np.ptp(raw.means_[:, 0]) > 80
    assert np.ptp(peer.means_[:, 0]) > 50
    assert whitened.runs_[0].kind == "k-means"
    assert raw.runs_[0].kind == "k-means on raw rows"
