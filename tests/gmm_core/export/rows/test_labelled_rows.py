"""The table as it was, in its order, with what the fit says of each row; rows left out of the fit stay, empty."""

import io

import numpy as np
import pandas as pd
import pytest

from gmm_core.errors import DataError
from gmm_core.export.model_file.model import Model
from gmm_core.export.rows.labelled_rows import labelled_rows, result_names
from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.files.parquet import parquet_file
from gmm_core.tables.files.spreadsheet_safety import csv
from gmm_core.tables.preparation import Preparation, prepare
from gmm_core.tables.samples import load_sample


def fitted(dataset: Dataset, k: int = 3, missing: str = "drop", scaling: str = "standard") -> Model:
    preparation = Preparation(dataset.default_columns(), scaling, missing)
    prepared = prepare(dataset, preparation)
    found = fit(prepared.X, FitSpecification(k, n_init=2))
    return Model.of(found, prepared, preparation, dataset.name)


@pytest.mark.parametrize("missing", ["drop", "median"])
@pytest.mark.parametrize("scaling", ["standard", "robust", "none"])
def test_every_row_has_what_the_fit_says_of_it(missing: str, scaling: str) -> None:
    penguins = load_sample("penguins")
    preparation = Preparation(penguins.default_columns(), scaling, missing)
    prepared = prepare(penguins, preparation)
    found = fit(prepared.X, FitSpecification(3, n_init=2))
    table = labelled_rows(penguins.table, Model.of(found, prepared, preparation, penguins.name))
    pd.testing.assert_frame_equal(table[penguins.table.columns], penguins.table)
    of_fit = table.iloc[prepared.rows]
    responsibilities = found.mixture.responsibilities(prepared.X)
    probabilities = of_fit[[f"probability of component {k}" for k in (1, 2, 3)]].to_numpy()
    np.testing.assert_array_equal(probabilities, responsibilities)
    assert of_fit["component"].tolist() == (responsibilities.argmax(axis=1) + 1).tolist()
    np.testing.assert_allclose(of_fit["uncertainty"], 1 - responsibilities.max(axis=1), atol=1e-12)
    in_original_units = found.mixture.log_density(prepared.X) - np.log(prepared.scale).sum()
    np.testing.assert_allclose(of_fit["log-density"], in_original_units, rtol=1e-12)
    others = table.loc[~table.index.isin(prepared.rows)]
    assert len(others) == 2
    assert others[result_names(penguins.table, 3)].isna().all(axis=None)


def test_columns_that_are_called_as_the_results_keep_their_names_and_values() -> None:
    table = load_sample("faithful").table.assign(component=7, **{"log-density": "mine"})
    model = fitted(load_sample("faithful"), k=2)
    labelled = labelled_rows(table, model)
    assert labelled.columns.is_unique
    assert set(labelled["component"]) == {7} and set(labelled["log-density"]) == {"mine"}
    assert set(labelled["component (2)"]) == {1, 2}
    assert [name for name in labelled.columns if name not in table.columns] == result_names(table, 2)


def test_the_files_hold_the_same_table() -> None:
    table = load_sample("penguins").table.assign(note="=1+1")
    labelled = labelled_rows(table, fitted(load_sample("penguins")))
    from_parquet = pd.read_parquet(io.BytesIO(parquet_file(labelled)))
    pd.testing.assert_frame_equal(from_parquet, labelled, check_dtype=False)
    assert from_parquet["component"].dtype == "Int64"
    from_csv = pd.read_csv(io.BytesIO(csv(labelled)))
    assert set(from_csv.pop("note")) == {"'=1+1"}
    pd.testing.assert_frame_equal(from_csv, labelled.drop(columns="note"), check_dtype=False)


def test_a_column_of_mixed_types_is_text_in_parquet() -> None:
    mixed = pd.DataFrame({"a": [1, "b", None], "n": [1.5, None, 2.0]})
    back = pd.read_parquet(io.BytesIO(parquet_file(mixed)))
    assert back["a"].tolist()[:2] == ["1", "b"] and back["a"].isna().tolist() == [False, False, True]
    assert back["n"].isna().tolist() == [False, True, False]


def test_columns_are_found_by_name_in_any_order_and_as_plain_rows() -> None:
    model = fitted(load_sample("faithful"), k=2)
    table = load_sample("faithful").table
    shuffled = table.assign(more="text")[["waiting", "more", "eruptions"]]
    np.testing.assert_array_equal(model.predict_proba(shuffled), model.predict_proba(table))
    np.testing.assert_array_equal(model.predict_proba(table.to_numpy()), model.predict_proba(table))


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (pd.DataFrame({"Eruptions ": [1.0]}), "lacks the model's columns “eruptions”, “waiting”: rename “Eruptions”"),
        (pd.DataFrame({"waiting": [1.0], "waiting_": [1.0]}), "“eruptions”: it has “waiting”, “waiting_”."),
        (pd.DataFrame({"eruptions": [1.0], "x": [1.0]}), "lacks the model's column “waiting”: it has “eruptions”"),
        (pd.DataFrame({"eruptions": ["much"], "waiting": [1.0]}), "“eruptions” holds something other than numbers"),
        (pd.DataFrame([[1.0, 2.0, 3.0]], columns=["eruptions", "waiting", "waiting"]), "share the name “waiting”"),
        ([[1.0, 2.0, 3.0]], "rows of 2 numbers each"),
        ([["a", "b"]], "rows of 2 numbers each"),
    ],
)  # fmt: skip
def test_rows_without_the_models_columns_are_refused_in_a_sentence(table: object, sentence: str) -> None:
    with pytest.raises(DataError) as refusal:
        fitted(load_sample("faithful"), k=2).predict_proba(table)
    assert sentence in str(refusal.value)


def test_a_row_without_a_value_or_beyond_all_measure_has_no_answer() -> None:
    model = fitted(load_sample("faithful"), k=2)
    rows = [[2.0, 54.0], [np.nan, 54.0], [np.inf, 54.0], [1e300, 54.0], [1e9, -1e9]]
    answered = np.isfinite(model.log_density(rows))
    assert answered.tolist() == [True, False, False, False, True]
    assert np.isnan(model.predict_proba(rows)).all(axis=1).tolist() == [False, True, True, True, False]
    assert len(model.predict_proba(np.full((3, 2), np.nan))) == 3
    filling = fitted(load_sample("penguins"), missing="median")
    gaps = [[np.nan, 18.0, 181.0, 3750.0], [np.nan] * 4]
    assert np.isfinite(filling.log_density(gaps)).tolist() == [True, False]
