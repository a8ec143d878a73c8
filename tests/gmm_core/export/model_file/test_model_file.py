"""A model file opens again to the same predictions; anything else is refused in one sentence."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmm_core import load_model
from gmm_core.errors import ExplorerError
from gmm_core.export.model_file.model import Model
from gmm_core.export.model_file.model_file import model_file
from gmm_core.export.model_file.schema import schema
from gmm_core.fitting.fit import Fit, fit
from gmm_core.fitting.narrow_components import sentences
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.regularization import Ridge
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.preparation import Preparation, prepare
from gmm_core.tables.samples import load_sample

VALIDATOR = jsonschema.Draft202012Validator(schema())


def far_and_thin() -> Dataset:
    """A thousand million from the origin, and a ten-thousandth as wide across as along."""
    rng = np.random.default_rng(3)
    along = rng.normal(size=(200, 1)) + np.repeat([[0.0], [9.0]], 100, axis=0)
    table = pd.DataFrame(1e9 + along + 1e-4 * rng.normal(size=(200, 2)), columns=["a", "b\n“=1”"])
    return Dataset.of("far and thin", table, "Made here.")


DATA = {"penguins": load_sample("penguins"), "far and thin": far_and_thin()}


def fitted(
    dataset: Dataset, covariance_type: str = "full", scaling: str = "standard", missing: str = "drop"
) -> Model:
    preparation = Preparation(dataset.default_columns(), scaling, missing)
    prepared = prepare(dataset, preparation)
    found = fit(prepared.X, FitSpecification(2, covariance_type, n_init=2))
    return Model.of(found, prepared, preparation, dataset.name)


@pytest.mark.parametrize("name", DATA)
@pytest.mark.parametrize("covariance_type", ["full", "tied", "diag", "spherical"])
@pytest.mark.parametrize(
    ("scaling", "missing"), [("standard", "drop"), ("robust", "median"), ("none", "drop")]
)
def test_a_model_opens_again_and_predicts_the_same(
    name: str, covariance_type: str, scaling: str, missing: str
) -> None:
    model = fitted(DATA[name], covariance_type, scaling, missing)
    content = model_file(model)
    VALIDATOR.validate(json.loads(content))
    opened = load_model(content)
    table = DATA[name].table
    np.testing.assert_allclose(opened.predict_proba(table), model.predict_proba(table), rtol=0, atol=1e-12)
    np.testing.assert_allclose(opened.log_density(table), model.log_density(table), rtol=1e-12)
    np.testing.assert_array_equal(opened.original.covariances, model.original.covariances)
    assert opened.specification == model.specification
    assert opened.record == model.record
    assert opened.columns == model.columns
    assert model_file(opened) == content


def test_it_predicts_as_the_fit_did() -> None:
    penguins = load_sample("penguins")
    preparation = Preparation(penguins.default_columns())
    prepared = prepare(penguins, preparation)
    found = fit(prepared.X, FitSpecification(3, n_init=2))
    opened = load_model(model_file(Model.of(found, prepared, preparation, "penguins")))
    np.testing.assert_allclose(
        opened.predict_proba(prepared.original),
        found.mixture.responsibilities(prepared.X),
        rtol=0,
        atol=1e-12,
    )


def test_a_path_a_byte_order_mark_and_a_model_of_plain_rows_are_fine(tmp_path: Path) -> None:
    X = np.random.default_rng(0).normal(size=(50, 2))
    found = fit(X, FitSpecification(np.int64(1), regularization=Ridge((1e-3, 1e-3))))
    model = Model.of_rows(found, ("a", "b"))
    (tmp_path / "model.json").write_bytes(b"\xef\xbb\xbf" + model_file(model))
    opened = load_model(tmp_path / "model.json")
    np.testing.assert_array_equal(opened.log_density(X), found.mixture.log_density(X))
    assert opened.specification == found.specification


def test_the_example_in_the_docs_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (Path(__file__).parents[4] / "docs/model-file.md").read_text(encoding="utf-8")
    example = text.split("```python\n")[1].split("```")[0]
    monkeypatch.chdir(tmp_path)
    Path("model.json").write_bytes(model_file(fitted(DATA["penguins"])))
    names: dict[str, Any] = {"table": DATA["penguins"].table}
    exec(example, names)
    assert names["probabilities"].shape == (344, 2) and names["log_density"].shape == (344,)


VALID = json.loads(model_file(fitted(load_sample("faithful"))))


def changed(*path: object, to: object) -> bytes:
    document = copy.deepcopy(VALID)
    place: Any = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return json.dumps(document).encode()


def without(name: str) -> bytes:
    return json.dumps({key: value for key, value in VALID.items() if key != name}).encode()


SPIKE = np.concatenate([np.zeros(40), np.random.default_rng(0).normal(5.0, 1.0, 100)])
ONE_FAR = np.concatenate([np.random.default_rng(1).normal(size=100), [1e4]])
LOPSIDED = {"atom": SPIKE, "isolated": ONE_FAR, "spurious": np.random.default_rng(2).normal(size=9)}


def lopsided(kind: str) -> tuple[Fit, Model]:
    rows = LOPSIDED[kind][:, None]
    found = fit(rows, FitSpecification(8 if kind == "spurious" else 2, n_init=2))
    return found, Model.of_rows(found, ("a",))


@pytest.mark.parametrize("kind", LOPSIDED)
def test_an_opened_model_says_of_narrow_components_what_the_fit_said(kind: str) -> None:
    found, model = lopsided(kind)
    content = model_file(model)
    VALIDATOR.validate(json.loads(content))
    assert {each["kind"] for each in json.loads(content)["fit"]["narrow"]} == {kind}
    opened = load_model(content)
    assert opened.record.narrow == found.narrow
    assert opened.warnings == (*sentences(found.narrow), found.criteria.refusal)
    assert (opened.record.bic, opened.criteria_refusal) == (None, found.criteria.refusal)


def test_a_file_of_before_opens_without_them_and_an_ordinary_one_has_none() -> None:
    assert "narrow" not in VALID["fit"]
    assert load_model(json.dumps(VALID).encode()).warnings == ()
    found, model = lopsided("atom")
    before = json.loads(model_file(model))
    del before["fit"]["narrow"]
    opened = load_model(json.dumps(before).encode())
    assert opened.record.narrow == ()
    assert opened.warnings == (found.criteria.refusal,)


WITH_ATOM = json.loads(model_file(lopsided("atom")[1]))


def with_narrow(*found: dict[str, Any]) -> bytes:
    document = copy.deepcopy(WITH_ATOM)
    (atom,) = document["fit"]["narrow"]
    document["fit"]["narrow"] = [{**atom, **each} for each in found]
    return json.dumps(document).encode()


HOSTILE = {
    "narrow, another kind": (with_narrow({"kind": "<b>"}), "“fit.narrow, number 1.kind” must be one of"),
    "narrow, another component": (with_narrow({"component": 3}), "must be a whole number from 1 to 2"),
    "narrow, one twice": (with_narrow({}, {}), "name each component once"),
    "narrow, too many": (with_narrow({}, {}, {}), "at most 2 objects"),
    "narrow, fewer than no rows": (with_narrow({"rows": -1}), "less than 0 rows"),
    "narrow, more": (with_narrow({"more": 1}), "no part of a model file"),
    "narrow, no object": (changed("fit", "narrow", to=["atom"]), "must be an object, but is text"),
    "empty": (b"", "no JSON"),
    "a CSV": (b"a,b\n1,2\n", "no JSON"),
    "cut": (json.dumps(VALID).encode()[:400], "breaks off"),
    "not UTF-8": (b'{"format": "\xff"}', "not UTF-8"),
    "UTF-16": (json.dumps(VALID).encode("utf-16"), "not UTF-8"),
    "a list": (b"[]", "no model file of GMM Explorer"),
    "another JSON": (b'{"name": "x"}', "no model file of GMM Explorer, whose “format” is"),
    "another format": (changed("format", to="pmml"), "no model file"),
    "a newer version": (changed("version", to=2), "version 2"),
    "a version of text": (changed("version", to="1"), "“version” must be a number"),
    "nested": (b"[" * 100_000, "nested"),
    "nested objects": (b'{"a":' * 100_000, "nested"),
    "many values": (b"[" + b"[]," * 2_000_000 + b"[]]", "2,000,000 values"),
    "large": (b" " * 50_000_001, "50 MB"),
    "twice": (b'{"format": 1, "format": 2}', "“format” stands twice"),
    "NaN": (changed("means", 0, 1, to=float("nan")), "“means, number 1, 2” is not a finite number"),
    "infinite": (changed("weights", 0, to=float("inf")), "“weights, number 1” is not a finite number"),
    "1e400": (json.dumps(VALID).replace('"seed": 42', '"seed": 1e400').encode(), "not a finite number"),
    "many digits": (
        json.dumps(VALID).replace('"seed": 42', '"seed": ' + "9" * 100_000).encode(),
        "not a finite number",
    ),
    "true as number": (changed("weights", 0, to=True), "must be a number, but is true or false"),
    "text as number": (changed("means", 0, 0, to="1"), "must be a number, but is text"),
    "ragged": (changed("means", 0, to=[1.0]), "must be a list of 2"),
    "too few components": (changed("means", to=VALID["means"][:1]), "must be a list of 2"),
    "no components": (changed("weights", to=[]), "0 components"),
    "very many components": (changed("weights", to=[0.0] * 300_000), "300,000 components"),
    "weights beyond 1": (changed("weights", to=[0.7, 0.7]), "add up to 1"),
    "a negative weight": (changed("weights", to=[1.5, -0.5]), "add up to 1"),
    "not symmetric": (changed("fitted", "covariances", 0, 0, 1, to=0.05), "not symmetric"),
    "not positive definite": (
        changed("fitted", "covariances", 0, to=[[1.0, 2.0], [2.0, 1.0]]),
        "not positive definite",
    ),
    "a negative variance": (changed("fitted", "covariances", 1, 1, 1, to=-1.0), "variances above 0"),
    "enormous": (changed("fitted", "covariances", 0, to=[[1e308, 0.0], [0.0, 1e-300]]), "original units"),
    "of another type": (changed("covariance_type", to="diag"), "not of the type"),
    "of two types": (changed("specification", "covariance_type", to="tied"), "differ"),
    "edited in one unit only": (changed("means", 0, 0, to=2.5), "differ from those under “fitted”"),
    "a scale of 0": (changed("preparation", "scale", 0, to=0), "not above 0"),
    "medians without use": (changed("preparation", "medians", to=[1, 2]), "medians"),
    "no medians": (changed("preparation", "missing", to="median"), "medians"),
    "a column twice": (changed("columns", to=["a", "a"]), "“columns” names “a” twice"),
    "half a character": (changed("columns", 0, to="\ud800"), "half of a character"),
    "a long name": (changed("columns", 0, to="x" * 2_000), "longer than 1,000"),
    "an unknown start": (changed("specification", "init", to="magic"), "one of “mixed”"),
    "half a restart": (changed("specification", "n_init", to=1.5), "whole number"),
    "a part too many": (changed("more", to=1), "“more” is no part"),
    "a part too few": (without("fit"), "“fit” is missing"),
    "many libraries": (changed("versions", to={str(i): "1" for i in range(99)}), "at most 20"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_bad_file_is_refused_in_one_sentence(name: str) -> None:
    content, words = HOSTILE[name]
    with pytest.raises(ExplorerError) as refusal:
        load_model(content)
    sentence = str(refusal.value)
    assert words in sentence
    assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 400


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_model_or_a_sentence(content: bytes) -> None:
    with pytest.raises(ExplorerError):
        load_model(content)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def places(value: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for step, part in steps for place in places(part, (*path, step)))]


@given(st.data())
def test_what_is_opened_keeps_the_published_schema_and_predicts_numbers(data: st.DataObject) -> None:
    document = copy.deepcopy(VALID)
    for path in data.draw(st.lists(st.sampled_from(places(VALID)[1:]), min_size=1, max_size=2)):
        place: Any = document
        try:
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = data.draw(JSON | st.sampled_from([0, 1, 0.5, 1e-300, 1e300, -1]))
        except (TypeError, KeyError, IndexError):
            pass  # the first change took the place of the second away
    try:
        model = load_model(json.dumps(document).encode())
    except ExplorerError as refusal:
        assert str(refusal).endswith(".")
        return
    VALIDATOR.validate(document)
    probabilities = model.predict_proba(load_sample("faithful").table.to_numpy())
    assert np.isfinite(probabilities[~np.isnan(probabilities)]).all()
    assert np.isfinite(model.original.means).all()


def test_the_schema_is_one_and_knows_the_names_that_the_code_knows() -> None:
    from gmm_core.em.squarem import ACCELERATIONS
    from gmm_core.export.model_file.model_file import FORMAT, VERSION
    from gmm_core.export.model_file.schema import SCHEMA, published_schema
    from gmm_core.model.covariance.catalogue import STRUCTURES
    from gmm_core.starts.kinds import ALL_STARTS, MIXED, SPLITS
    from gmm_core.tables.cells.missing import TREATMENTS
    from gmm_core.tables.scaling import SCALINGS

    jsonschema.Draft202012Validator.check_schema(schema())
    parts = schema()["properties"]
    specification = parts["specification"]["properties"]
    assert parts["format"]["const"] == FORMAT and parts["version"]["const"] == VERSION
    assert set(specification["init"]["enum"]) == {MIXED, SPLITS, *ALL_STARTS}
    assert set(specification["acceleration"]["enum"]) == set(ACCELERATIONS)
    assert schema()["$defs"]["covariance_type"]["enum"] == list(STRUCTURES)
    assert (
        SCHEMA.read_text(encoding="utf-8") == published_schema()
    )  # python -m gmm_core.export.model_file.schema
    assert set(parts["preparation"]["properties"]["scaling"]["enum"]) == set(SCALINGS)
    assert set(parts["preparation"]["properties"]["missing"]["enum"]) == set(TREATMENTS)
