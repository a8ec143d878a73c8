"""GaussianMixture among scikit-learn's other tools: frames, pipelines, searches, routed weights."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn import config_context
from sklearn.mixture import GaussianMixture as Peer
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from gmm_core import GaussianMixture
from gmm_core.errors import DataError, DataWarning

NAMES = ["length", "width", "weight"]
RNG = np.random.default_rng(11)
X = np.concatenate(
    [
        RNG.normal(size=(80, 3)),
        RNG.normal(size=(60, 3)) * [2.0, 0.5, 1.0] + 6.0,
        RNG.normal(size=(40, 3)) - 6.0,
    ]
)
X = RNG.permutation(X) * [1.0, 10.0, 0.1]
FRAMES: dict[str, Callable[[], Any]] = {
    "pandas": lambda: pd.DataFrame(X, columns=NAMES),
    "polars": lambda: pl.DataFrame(X, schema=NAMES),
}
EVERY_FRAME = pytest.mark.parametrize("library", FRAMES)
CONSTANT = {
    "pandas": lambda frame: frame.assign(width=1.0),
    "polars": lambda frame: frame.with_columns(width=pl.lit(1.0)),
}


@EVERY_FRAME
def test_a_frame_is_its_values_and_its_names(library: str) -> None:
    frame = FRAMES[library]()
    model = GaussianMixture(3, random_state=0).fit(frame)
    assert model.feature_names_in_.tolist() == NAMES
    assert model.n_features_in_ == 3
    plain = GaussianMixture(3, random_state=0).fit(X)
    assert not hasattr(plain, "feature_names_in_")
    np.testing.assert_array_equal(model.means_, plain.means_)
    for method in ("predict", "predict_proba", "score_samples", "score", "aic", "bic", "icl"):
        np.testing.assert_array_equal(getattr(model, method)(frame), getattr(plain, method)(X))
    np.testing.assert_array_equal(model.predict(frame), model.fit_predict(frame))


@EVERY_FRAME
def test_a_frame_of_other_columns_is_refused_and_a_column_is_named(library: str) -> None:
    frame = FRAMES[library]()
    model = GaussianMixture(2, random_state=0).fit(frame)
    with pytest.raises(ValueError, match="feature names should match"):
        model.predict(frame[["weight", "width", "length"]])
    with pytest.raises(ValueError, match="X has 2 features, but GaussianMixture is expecting 3"):
        GaussianMixture(2, random_state=0).fit(X).predict(X[:, :2])
    with pytest.warns(DataWarning, match="Column “width” has the same value"):
        model.fit(CONSTANT[library](frame))


def test_a_polars_frame_in_a_wider_sense() -> None:
    frame = FRAMES["polars"]().with_columns(length=pl.col("length") > 0)
    with pytest.raises(DataError, match="“length” holds true or false"):
        GaussianMixture(2).fit(frame)


@EVERY_FRAME
def test_it_ends_a_pipeline(library: str) -> None:
    frame = FRAMES[library]()
    pipeline = make_pipeline(StandardScaler(), GaussianMixture(3, random_state=0)).fit(frame)
    scaled = StandardScaler().fit_transform(X)
    alone = GaussianMixture(3, random_state=0).fit(scaled)
    np.testing.assert_array_equal(pipeline.predict(frame), alone.predict(scaled))
    assert pipeline.score(frame) == pytest.approx(alone.score(scaled), rel=1e-12)


@pytest.mark.parametrize("container", ["default", "pandas", "polars"])
def test_it_takes_what_set_output_makes_and_needs_none_itself(container: str) -> None:
    """A mixture transforms nothing, so it has no set_output, in scikit-learn no more than here."""
    assert not hasattr(GaussianMixture(), "set_output")
    assert not hasattr(Peer(), "set_output")
    pipeline = make_pipeline(
        StandardScaler().set_output(transform=container), GaussianMixture(3, random_state=0)
    )
    pipeline.fit(FRAMES["pandas"]())
    assert (getattr(pipeline[-1], "feature_names_in_", None) is None) == (container == "default")
    assert type(pipeline.predict(FRAMES["pandas"]())) is np.ndarray


def lowest_bic(model: Any, rows: Any, y: object = None) -> float:
    """A scorer: higher is better."""
    return -float(model.bic(rows))


@EVERY_FRAME
@pytest.mark.parametrize("scoring", [None, lowest_bic])
def test_a_grid_search_finds_the_groups(library: str, scoring: Callable[..., float] | None) -> None:
    search = GridSearchCV(
        GaussianMixture(random_state=0, n_init=2),
        {"n_components": [1, 2, 3], "covariance_type": ["full", "diag"]},
        scoring=scoring,
        cv=3,
        error_score="raise",
    ).fit(FRAMES[library]())
    assert search.best_params_["n_components"] == 3
    assert search.best_estimator_.n_features_in_ == 3
    scores = search.cv_results_["mean_test_score"]
    assert search.best_score_ == scores.max()
    assert search.score(FRAMES[library]()) == pytest.approx(
        (scoring or GaussianMixture.score)(search.best_estimator_, FRAMES[library]())
    )


def test_weights_find_their_way_through_a_pipeline_and_a_cross_validation() -> None:
    weight = np.random.default_rng(2).integers(1, 4, size=len(X)).astype(float)
    repeated = np.repeat(X, weight.astype(int), axis=0)
    with config_context(enable_metadata_routing=True):
        model = GaussianMixture(3, random_state=0).set_fit_request(sample_weight=True)
        pipeline = make_pipeline(StandardScaler().set_fit_request(sample_weight=True), model)
        routed = pipeline.fit(X, sample_weight=weight)
        scored = cross_val_score(
            model.set_score_request(sample_weight=True), X, cv=3, params={"sample_weight": weight}
        )
    expected = make_pipeline(StandardScaler(), GaussianMixture(3, random_state=0)).fit(repeated)
    np.testing.assert_allclose(routed[-1].means_, expected[-1].means_, rtol=1e-8, atol=1e-8)
    assert np.isfinite(scored).all()
