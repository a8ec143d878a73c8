"""GaussianMixture: scikit-learn's face, scikit-learn's path, and what goes beyond it."""

import copy
import subprocess
import sys
import warnings
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.mixture import GaussianMixture as Peer
from sklearn.utils.estimator_checks import check_estimator

from gmm_core import GaussianMixture, Mixture
from gmm_core.errors import DataError, FitError, ParameterError
from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.regularization import VarianceFloor

COVARIANCE_TYPES = ["full", "tied", "diag", "spherical"]
EVERY_TYPE = pytest.mark.parametrize("covariance_type", COVARIANCE_TYPES)
RNG = np.random.default_rng(11)
X = np.concatenate(
    [
        RNG.normal(size=(80, 3)),
        RNG.normal(size=(60, 3)) * [2.0, 0.5, 1.0] + 3.0,
        RNG.normal(size=(40, 3)) - 3.0,
    ]
) * [1.0, 10.0, 0.1]
OVERLAPPING = X * [0.5, 1.0, 0.5] + RNG.normal(size=X.shape) * [1.0, 10.0, 0.1]


def start(covariance_type: str) -> dict[str, Any]:
    """Weights, means and precisions that are nobody's optimum, in components that no canonical order has."""
    variances = np.array([[1.0, 100.0, 0.01], [2.0, 90.0, 0.02], [1.5, 50.0, 0.03]])
    precisions = {
        "full": np.stack([np.diag(1 / row) for row in variances]),
        "tied": np.diag(1 / variances[0]),
        "diag": 1 / variances,
        "spherical": np.array([0.02, 0.01, 0.03]),
    }
    return {
        "weights_init": np.array([0.5, 0.2, 0.3]),
        "means_init": X[[100, 10, 150]],
        "precisions_init": precisions[covariance_type],
    }


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("reg_covar", [0.0, 1e-6, 1e-2])
@EVERY_TYPE
def test_the_path_is_scikit_learns_iteration_by_iteration(covariance_type: str, reg_covar: float) -> None:
    given = {
        "n_components": 3,
        "covariance_type": covariance_type,
        "reg_covar": reg_covar,
        "tol": 0.0,
        **start(covariance_type),
    }
    ours = GaussianMixture(max_iter=25, **given).fit(OVERLAPPING)
    assert ours.n_iter_ >= 15
    for n in range(1, ours.n_iter_ + 1):
        peer = Peer(max_iter=n, **given).fit(OVERLAPPING)
        mine = GaussianMixture(max_iter=n, **given).fit(OVERLAPPING)
        for name in ("weights_", "means_", "covariances_", "precisions_", "precisions_cholesky_"):
            expected = getattr(peer, name)
            assert getattr(mine, name).shape == expected.shape
            np.testing.assert_allclose(getattr(mine, name), expected, rtol=1e-8, atol=1e-8)
        np.testing.assert_allclose(ours.history_[n].means, peer.means_, rtol=1e-8, atol=1e-8)
        assert ours.lower_bounds_[n - 1] == pytest.approx(peer.score(OVERLAPPING), rel=1e-8)
        assert mine.lower_bound_ == pytest.approx(peer.score(OVERLAPPING), rel=1e-8)
        assert mine.n_iter_ == n


@EVERY_TYPE
def test_every_method_answers_as_scikit_learns(covariance_type: str) -> None:
    given = {"n_components": 3, "covariance_type": covariance_type, "reg_covar": 1e-6, "max_iter": 2000}
    peer = Peer(tol=1e-10, **given, **start(covariance_type)).fit(X)
    ours = GaussianMixture(tol=1e-10, **given, **start(covariance_type)).fit(X)
    ours.weights_, ours.means_, ours.covariances_ = peer.weights_, peer.means_, peer.covariances_
    np.testing.assert_array_equal(ours.predict(X), peer.predict(X))
    np.testing.assert_allclose(ours.predict_proba(X), peer.predict_proba(X), atol=1e-9)
    np.testing.assert_allclose(ours.score_samples(X), peer.score_samples(X), rtol=1e-9)
    assert ours.score(X) == pytest.approx(peer.score(X), rel=1e-10)
    assert ours.aic(X) == pytest.approx(peer.aic(X), rel=1e-10)
    assert ours.bic(X) == pytest.approx(peer.bic(X), rel=1e-10)
    surest = np.log(ours.predict_proba(X).max(axis=1)).sum()
    assert ours.icl(X) == pytest.approx(peer.bic(X) - 2 * surest, rel=1e-9)


def test_its_parameters_are_scikit_learns_parameters() -> None:
    assert set(GaussianMixture().get_params()) == {*Peer().get_params(), "keep_history"}
    fitted, peer = GaussianMixture().fit(X), Peer().fit(X)
    public = {name for name in vars(peer) if name.endswith("_")}
    assert {name for name in public if not hasattr(fitted, name)} == set()


def test_it_is_an_estimator_with_nothing_skipped_that_scikit_learns_own_passes() -> None:
    def outcomes(estimator: Any) -> list[tuple[str, str]]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = check_estimator(estimator, on_skip=None)
        return [(check["check_name"], check["status"]) for check in found]

    ours, peers = outcomes(GaussianMixture()), outcomes(Peer())
    assert {status for _, status in ours} <= {"passed", "skipped"}
    skipped = {name for name, status in ours if status == "skipped"}
    assert skipped <= {name for name, status in peers if status == "skipped"}
    assert {name for name, _ in peers} <= {name for name, _ in ours}


@EVERY_TYPE
def test_it_is_an_estimator_with_several_components_too(covariance_type: str) -> None:
    """Here weighted rows must equal repeated ones that stand in another order, and that from k-means too."""
    model = GaussianMixture(3, covariance_type=covariance_type, n_init=2, reg_covar=1e-6)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = {check["check_name"]: check["status"] for check in check_estimator(model, on_skip=None)}
    assert found["check_sample_weight_equivalence_on_dense_data"] == "passed"
    assert {name for name, status in found.items() if status != "passed"} <= {"check_array_api_input"}


def test_it_gives_what_fit_gives() -> None:
    result = fit(X, FitSpecification(n_components=3, n_init=4, seed=3))
    ours = GaussianMixture(3, n_init=4, random_state=3).fit(X)
    assert ours.mixture_.means.tobytes() == result.mixture.means.tobytes()
    assert [run.kind for run in ours.runs_] == [run.kind for run in result.runs]
    assert ours.warnings_ == result.warnings
    assert ours.lower_bound_ == pytest.approx(result.log_likelihood / len(X), rel=1e-12)
    assert ours.lower_bounds_[-1] == ours.lower_bound_ == pytest.approx(ours.score(X), rel=1e-12)
    assert len(ours.lower_bounds_) == ours.n_iter_ == len(ours.history_) - 1
    assert isinstance(ours.history_[0], Mixture)
    np.testing.assert_allclose(ours.history_[-1].means, ours.means_)
    again = GaussianMixture(3, n_init=4, random_state=3, reg_covar=VarianceFloor(1e-6)).fit(X)
    assert again.means_.tobytes() == ours.means_.tobytes()


@EVERY_TYPE
def test_weighted_rows_are_repeated_rows(covariance_type: str) -> None:
    weight = np.random.default_rng(2).integers(0, 4, size=len(X))
    repeated = np.repeat(X, weight, axis=0)
    model = GaussianMixture(3, covariance_type=covariance_type, n_init=4, random_state=0)
    one, other = clone(model).fit(X, sample_weight=weight), clone(model).fit(repeated)
    np.testing.assert_allclose(one.means_, other.means_, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(one.covariances_, other.covariances_, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(one.lower_bounds_, other.lower_bounds_, rtol=1e-10)
    assert one.score(X, sample_weight=weight) == pytest.approx(other.score(repeated), rel=1e-10)
    for criterion in ("aic", "bic", "icl"):
        expected = getattr(other, criterion)(repeated)
        assert getattr(one, criterion)(X, sample_weight=weight) == pytest.approx(expected, rel=1e-10)


@EVERY_TYPE
def test_a_given_order_stays_and_the_rest_is_filled_in(covariance_type: str) -> None:
    given = start(covariance_type)
    means = given["means_init"]
    model = GaussianMixture(3, covariance_type=covariance_type, means_init=means, max_iter=0, random_state=0)
    np.testing.assert_allclose(model.fit(X).means_, means)
    assert model.n_iter_ == 0
    assert model.lower_bounds_ == []
    model.set_params(max_iter=1000).fit(X)
    distances = np.linalg.norm((model.means_[:, None] - means) / X.std(axis=0), axis=2)
    assert distances.argmin(axis=1).tolist() == [0, 1, 2]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_warm_start_goes_on_where_the_last_fit_ended() -> None:
    once = GaussianMixture(3, max_iter=6, tol=0, random_state=0).fit(X)
    warm = GaussianMixture(3, max_iter=3, tol=0, random_state=0, warm_start=True).fit(X).fit(X)
    np.testing.assert_allclose(warm.means_, once.means_, rtol=1e-8, atol=1e-8)
    assert len(warm.runs_) == 1


def test_too_few_iterations_are_warned_about() -> None:
    with pytest.warns(ConvergenceWarning, match="did not converge"):
        GaussianMixture(3, max_iter=1, tol=0).fit(X)


def test_what_is_sampled_has_the_components_moments() -> None:
    model = GaussianMixture(3, random_state=0).fit(X)
    points, labels = model.sample(60_000)
    assert (np.diff(labels) >= 0).all()
    for k in range(3):
        scale = np.sqrt(np.diag(model.covariances_[k]))
        np.testing.assert_allclose(
            points[labels == k].mean(axis=0) / scale, model.means_[k] / scale, atol=0.05
        )
        difference = np.cov(points[labels == k].T) - model.covariances_[k]
        np.testing.assert_allclose(difference / np.outer(scale, scale), 0.0, atol=0.05)


def test_a_copy_answers_alike() -> None:
    model = GaussianMixture(2, random_state=0).fit(X)
    np.testing.assert_array_equal(copy.deepcopy(model).predict_proba(X), model.predict_proba(X))


def test_verbose_writes_and_silence_does_not(capsys: pytest.CaptureFixture[str]) -> None:
    GaussianMixture(2, random_state=0).fit(X)
    assert capsys.readouterr().out == ""
    GaussianMixture(2, n_init=2, random_state=0, verbose=1, verbose_interval=1000).fit(X)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(",")[0] for line in lines] == ["restart 1 of 2", "restart 2 of 2"]


def test_before_a_fit_there_is_nothing_to_ask() -> None:
    model = GaussianMixture()
    for method in (model.predict, model.predict_proba, model.score, model.score_samples, model.bic):
        with pytest.raises(NotFittedError):
            method(X)
    assert not hasattr(model, "history_")
    assert not hasattr(model, "mixture_")


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"n_components": 0}, "n_components"),
        ({"tol": -1.0}, "'tol'"),
        ({"max_iter": -1}, "'max_iter'"),
        ({"covariance_type": "round"}, "choose one of full"),
        ({"init_params": "lucky"}, "must be one of mixed, kmeans"),
        ({"reg_covar": "absolute"}, "'reg_covar' parameter of GaussianMixture must be a number"),
        ({"reg_covar": -1.0}, "'reg_covar'"),
        ({"n_components": 2, "weights_init": [0.5, 0.6]}, "should be normalized"),
        ({"n_components": 2, "weights_init": [-0.5, 1.5]}, "in the range"),
        ({"n_components": 2, "weights_init": [1.0]}, "should have the shape"),
        ({"n_components": 2, "means_init": np.full((2, 3), np.nan)}, "not a finite number"),
        ({"precisions_init": -np.ones((1, 3)), "covariance_type": "diag"}, "should be positive"),
        ({"precisions_init": -np.eye(3)[None]}, "positive-definite"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused(parameters: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ParameterError, match=sentence):
        GaussianMixture(**parameters).fit(X)


def test_what_cannot_be_fitted_says_so() -> None:
    with pytest.raises(DataError, match="n_samples = 1"):
        GaussianMixture().fit(X[:1])
    with pytest.raises(DataError, match="n_components = 9"):
        GaussianMixture(9).fit(X[:5])
    with pytest.raises((DataError, FitError), match="ill-defined empirical covariance"):
        GaussianMixture(4, reg_covar=0).fit(np.repeat([[0.0, 0.0], [1.0, 1.0]], 5, axis=0))
    with pytest.raises(TypeError, match="argument must be"):
        GaussianMixture().fit(np.array([[1.0, {"a": 1}], [2.0, 3.0]], dtype=object))


def test_the_package_is_cheap_to_import_and_names_what_it_offers() -> None:
    program = (
        "import sys, gmm_core\n"
        "print(sorted({'numpy', 'numba', 'sklearn'} & set(sys.modules)))\n"
        "from gmm_core import FitSpecification, GaussianMixture, Mixture\n"
        "print('numba' in sys.modules, GaussianMixture.__name__, set(gmm_core.__all__) <= set(dir(gmm_core)))\n"
        "print(hasattr(gmm_core, 'nothing'))"
    )
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert finished.stdout.splitlines() == ["[]", "False GaussianMixture True", "False"]
