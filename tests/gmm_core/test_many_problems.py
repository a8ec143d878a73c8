"""Small problems without end, half of them degenerate: an answer of finite numbers, or a sentence that says why not."""

import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from gmm_core import GaussianMixture
from gmm_core.engines.choice import ENGINES
from gmm_core.errors import ComponentWarning, DataWarning, ExplorerError
from tests.gmm_core.conftest import ShortenSearch


def problem(seed: int) -> tuple[GaussianMixture, np.ndarray, np.ndarray | None]:
    """Few rows of any size and offset, some with constant, collinear or repeated values, some weighted."""
    rng = np.random.default_rng(seed)
    n_rows, n_features, n_components = (int(rng.integers(1, most)) for most in (25, 5, 7))
    X = np.round(rng.normal(size=(n_rows, n_features)) * 10.0 ** rng.integers(-6, 7), int(rng.integers(0, 4)))
    X += rng.choice([0, 1e3, 1e8])
    if rng.random() < 0.2:
        X[:, 0] = X[0, 0]
    if rng.random() < 0.2:
        X[:, -1] = 2 * X[:, 0]
    if rng.random() < 0.3:
        X = X[rng.integers(0, max(1, n_rows // 3), size=n_rows)]
    weight = rng.integers(0, 4, size=n_rows) * rng.choice([1, 1e-6, 1e6, 0.3])
    model = GaussianMixture(
        n_components,
        covariance_type=str(rng.choice(["full", "tied", "diag", "spherical"])),
        reg_covar=[0.0, 1e-6, 1e-2, 10.0, "relative"][rng.integers(5)],
        n_init=int(rng.integers(1, 5)),
        init_params=str(rng.choice(["mixed", "kmeans", "k-means++", "random", "random_from_data"])),
        random_state=seed,
        max_iter=60,
    )
    return model, X, weight if rng.random() < 0.5 else None


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("first", range(0, 1000, 250))
def test_a_problem_has_a_finite_answer_or_a_sentence(
    first: int, engine: str, monkeypatch: pytest.MonkeyPatch, short_search_by_numpy: ShortenSearch
) -> None:
    short_search_by_numpy(engine)
    monkeypatch.setattr("gmm_core.fitting.assembly.engine_name", lambda *shape: engine)
    answered = 0
    for seed in range(first, first + 250):
        model, X, weight = problem(seed)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)
                warnings.simplefilter("ignore", DataWarning)
                warnings.simplefilter("ignore", ComponentWarning)
                model.fit(X, sample_weight=weight)
        except ExplorerError as refusal:
            assert str(refusal)
            continue
        answered += 1
        for name in (
            "weights_",
            "means_",
            "covariances_",
            "precisions_",
            "precisions_cholesky_",
            "lower_bounds_",
        ):
            assert np.isfinite(getattr(model, name)).all(), (seed, name)
        assert np.isfinite(model.score_samples(X)).all(), seed
        np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1.0, rtol=1e-9, err_msg=str(seed))
    assert answered > 100
