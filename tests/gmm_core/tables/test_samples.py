"""The samples are the data their sources describe."""

from __future__ import annotations

import pytest
from sklearn.datasets import load_iris, load_wine

from gmm_core.errors import ParameterError
from gmm_core.tables.samples import SAMPLES, load_sample

EXPECTED: dict[str, tuple[int, tuple[str, ...], dict[str, int]]] = {
    "faithful": (272, ("eruptions", "waiting"), {}),
    "penguins": (
        344,
        ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"),
        {"Adelie": 152, "Chinstrap": 68, "Gentoo": 124},
    ),
    "iris": (
        150,
        ("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"),
        {"setosa": 50, "versicolor": 50, "virginica": 50},
    ),
    "wine": (
        178,
        (
            "alcohol",
            "malic acid",
            "ash",
            "alcalinity of ash",
            "magnesium",
            "total phenols",
            "flavanoids",
            "nonflavanoid phenols",
            "proanthocyanins",
            "color intensity",
            "hue",
            "od280/od315 of diluted wines",
            "proline",
        ),
        {"Barolo": 59, "Grignolino": 71, "Barbera": 48},
    ),
}


def test_every_sample_is_expected_here() -> None:
    assert set(SAMPLES) == set(EXPECTED)


@pytest.mark.parametrize("key", SAMPLES)
def test_a_sample_has_its_rows_columns_labels_and_source(key: str) -> None:
    rows, columns, labels = EXPECTED[key]
    dataset = load_sample(key)
    assert len(dataset.table) == rows
    assert dataset.default_columns() == columns
    assert dataset.name == SAMPLES[key].title
    assert dataset.source.endswith(".")
    if labels:
        assert dataset.table[dataset.label_column].value_counts().to_dict() == labels
        assert dataset.label_column not in dataset.numeric_columns
    else:
        assert dataset.label_column is None


@pytest.mark.parametrize("key", SAMPLES)
def test_a_sample_is_the_same_every_time(key: str) -> None:
    assert load_sample(key).digest == load_sample(key).digest


def test_the_year_of_a_penguin_can_be_fitted_but_is_not_preselected() -> None:
    penguins = load_sample("penguins")
    assert "year" in penguins.numeric_columns
    assert penguins.columns_left_out() == {"year": "says when a row was recorded"}
    assert penguins.categorical_columns == ("species", "island", "sex")


def test_iris_and_wine_hold_the_values_of_scikit_learn() -> None:
    for key, loaded in (("iris", load_iris()), ("wine", load_wine())):
        dataset = load_sample(key)
        assert (dataset.table[list(dataset.numeric_columns)].to_numpy() == loaded.data).all()


def test_old_faithful_has_the_moments_known_from_r() -> None:
    table = load_sample("faithful").table
    assert table["eruptions"].mean() == pytest.approx(3.487783, abs=1e-6)
    assert table["waiting"].mean() == pytest.approx(70.89706, abs=1e-5)
    assert table["eruptions"].var() == pytest.approx(1.302728, abs=1e-6)


def test_an_unknown_sample_is_refused_with_those_there_are() -> None:
    with pytest.raises(
        ParameterError, match="no sample “titanic”: choose one of faithful, penguins, iris, wine"
    ):
        load_sample("titanic")
