"""One row more in the catalogue is a whole new family: it is fitted, written, opened, told, drawn and offered."""

import contextlib
import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from sklearn.datasets import load_iris
from streamlit.testing.v1 import AppTest

from gmm_core import GaussianMixture
from gmm_core.arrays import FloatArray
from gmm_core.engines.choice import ENGINES
from gmm_core.errors import DataError, ParameterError
from gmm_core.export.model_file.model import Model
from gmm_core.export.model_file.model_file import load_model, model_file
from gmm_core.export.model_file.schema import schema
from gmm_core.export.scripts.gmm_core_script import gmm_core_script
from gmm_core.export.scripts.reproduction import Reproduction
from gmm_core.export.scripts.scikit_learn_script import scikit_learn_refusal, scikit_learn_script
from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.model.covariance.compact import CompactShape
from gmm_core.model.covariance.family import CovarianceStructure, Invariance
from gmm_core.model.covariance.formula import W_K, fraction, row, sum_over, word
from gmm_core.model.statistics import Moments
from gmm_core.starts.kinds import ALL_STARTS, MIXED, SPLITS, GivenLabels
from gmm_core.tables.generators import generate, generator_named
from gmm_core.tables.origin import Generated
from gmm_core.tables.preparation import Preparation, prepare
from gmm_core.tables.samples import load_sample
from tests.ui.chart.messages import unpack
from ui.views.em_steps import film

REPOSITORY = Path(__file__).parents[1]
REFERENCE = REPOSITORY / "tests/reference"


def common_diagonal(
    within_scatter: FloatArray, counts: FloatArray, current: FloatArray | None = None
) -> FloatArray:
    """Σ = diag(Σ_k W_k) / N (Celeux and Govaert 1995, model [λB])."""
    pooled = np.diagonal(within_scatter.sum(axis=0)) / counts.sum()
    return np.broadcast_to(np.diag(pooled), within_scatter.shape)


EEI = CovarianceStructure(
    name="EEI",
    alias="EEI",
    summary="all components share one ellipse, along the axes",
    update=common_diagonal,
    covariance_parameters=lambda k, d: d,
    invariance=Invariance.PER_FEATURE,
    compact=CompactShape(
        shape=lambda k, d: (d,),
        compacted=lambda matrices: np.diagonal(matrices[0]).copy(),
        expanded=lambda compact, k, d: np.repeat(np.diag(compact)[None], k, axis=0),
        is_diagonal=True,
    ),
    formula=row("Σ", "=", fraction(row(word("diag"), sum_over("k"), W_K), "N")),
    moments=Moments.DIAGONAL,
)


@pytest.fixture(autouse=True)
def _in_the_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(STRUCTURES, EEI.name, EEI)


@cache
def rows_of(dataset: str) -> FloatArray:
    if dataset == "iris":
        return np.asarray(load_iris().data)
    return load_sample("faithful").table[["eruptions", "waiting"]].to_numpy(dtype=np.float64)


def reference_fits() -> list[Any]:
    return [
        pytest.param(dataset, entry, id=f"{dataset}-{entry['K']}")
        for dataset in ("faithful", "iris")
        for entry in json.loads((REFERENCE / f"mclust_{dataset}.json").read_text())["fits"]
        if entry["model"] == "EEI"
    ]


@pytest.mark.parametrize(("dataset", "expected"), reference_fits())
def test_it_comes_to_the_numbers_of_mclust(dataset: str, expected: dict[str, Any]) -> None:
    asked = FitSpecification(
        expected["K"],
        "EEI",
        tolerance=0.0,
        max_iterations=expected["iterations"] - 1,
        regularization=1e-9,
    )
    for engine in ENGINES:
        starts = [GivenLabels(np.array(expected["start_labels"]))]
        found = fit(rows_of(dataset), asked, starts=starts, engine=engine)
        assert found.log_likelihood == pytest.approx(expected["loglik"], rel=1e-8)
        assert found.criteria.parameter_count == expected["n_parameters"]
        assert found.criteria.bic == pytest.approx(-expected["bic"], rel=1e-8)
        covariances = found.mixture.reordered(np.argsort(found.best.order)).covariances
        np.testing.assert_allclose(covariances, expected["covariances"], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("init", [*ALL_STARTS, MIXED, SPLITS])
def test_every_kind_of_start_leads_into_the_family(init: str) -> None:
    found = fit(rows_of("iris"), FitSpecification(3, "EEI", init=init, n_init=2))
    for run in found.runs:
        assert run.valid
        assert EEI.holds(run.mixture.covariances)
        assert (np.diff(run.log_likelihoods) >= -1e-9 * abs(run.log_likelihood)).all()


def test_an_estimator_has_its_covariances_without_repetition() -> None:
    X = rows_of("iris")
    model = GaussianMixture(3, covariance_type="EEI", random_state=1).fit(X)
    assert model.covariances_.shape == model.precisions_.shape == (4,)
    again = GaussianMixture(
        3,
        covariance_type="EEI",
        weights_init=model.weights_,
        means_init=model.means_,
        precisions_init=model.precisions_,
        max_iter=0,
    ).fit(X)
    np.testing.assert_allclose(again.score_samples(X), model.score_samples(X), rtol=1e-10)
    model.precisions_cholesky_ = model.precisions_cholesky_.copy()
    np.testing.assert_allclose(again.score_samples(X), model.score_samples(X), rtol=1e-10)


@cache
def reproduction() -> Reproduction:
    parameters = {each.name: each.default for each in generator_named("blobs").parameters}
    origin, dataset = Generated("blobs", tuple(parameters.items())), generate("blobs", **parameters)
    preparation = Preparation(dataset.default_columns())
    prepared = prepare(dataset, preparation)
    found = fit(prepared.X, FitSpecification(3, "EEI"), columns=prepared.columns)
    return Reproduction(dataset, origin, preparation, prepared, found)


def test_its_model_file_opens_again_and_holds_no_other_family() -> None:
    about = reproduction()
    model = Model.of(about.fit, about.prepared, about.preparation, about.dataset.name)
    content = model_file(model)
    opened = load_model(content)
    assert opened.specification.covariance_type == "EEI"
    np.testing.assert_array_equal(opened.mixture.covariances, model.mixture.covariances)
    document = json.loads(content)
    jsonschema.Draft202012Validator(schema()).validate(document)
    for part in (document, document["fitted"]):
        part["covariances"][0][0][0] *= 1.5
    with pytest.raises(DataError, match="not of the type “EEI”"):
        load_model(json.dumps(document).encode())


def test_its_script_arrives_at_the_same_fit_and_scikit_learn_is_said_to_have_none() -> None:
    about = reproduction()
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(gmm_core_script(about), "script", "exec"), {"__name__": "script"})
    assert f"{about.fit.log_likelihood:.6f}, on screen {about.fit.log_likelihood:.6f}" in printed.getvalue()
    refusal = "scikit-learn has no covariances of the type EEI, but full, tied, diag and spherical alone"
    assert str(scikit_learn_refusal(about)).startswith(refusal)
    with pytest.raises(ParameterError, match="no covariances of the type EEI"):
        scikit_learn_script(about)


@pytest.fixture
def films(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The messages that reach the film on the screen."""
    messages: list[dict[str, Any]] = []
    monkeypatch.setattr(film, "_mount", lambda **mounted: messages.append(unpack(mounted["data"])))
    return messages


def test_pages_offer_draw_and_explain_it(films: list[dict[str, Any]]) -> None:
    app = AppTest.from_file(REPOSITORY / "app.py", default_timeout=120)
    for name, value in {"blobs_n_samples": "92", "k": "3", "n_init": "2", "covariance": "EEI"}.items():
        app.query_params[name] = value
    app.run()
    for page in ("learn/covariance_shapes", "learn/em_steps", "take_away/export"):
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception, page
        assert app.segmented_control(key="covariance").value == "EEI"
        told = " ".join(element.value for element in [*app.markdown, *app.caption])
        if page == "learn/covariance_shapes":
            assert list(app.dataframe[0].value["covariance type"]) == list(STRUCTURES)
            assert len(app.get("bidi_component")) == len(STRUCTURES) + 1
            assert (
                "Ellipses are all of one size, are all equally long and narrow and lie along the axes."
                in told
            )
            assert "spherical 3 and EEI 2." in told
            assert app.button(key="take-EEI").disabled
        if page == "learn/em_steps":
            assert films[-1]["numbers"]["covariance_formula"] == json.loads(json.dumps(EEI.formula))
        if page == "take_away/export":
            assert "covariance_type='EEI'" in app.code[0].value
            app.session_state["script"] = "scikit-learn"
            app.run()
            assert not app.exception
            assert any("has no covariances of the type EEI" in element.value for element in app.markdown)
