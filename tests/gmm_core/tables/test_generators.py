"""Every generator gives the data it promises, and takes whatever a link carries."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import make_blobs

from gmm_core.errors import ParameterError
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.generated_points import OUTLIER
from gmm_core.tables.generators import GENERATORS, LABEL_COLUMN, clamped, generate
from gmm_core.tables.parameter import Parameter

PARAMETERS = [(key, parameter) for key, generator in GENERATORS.items() for parameter in generator.parameters]
EVERY_PARAMETER = pytest.mark.parametrize(
    ("key", "parameter"), PARAMETERS, ids=[f"{key}-{parameter.name}" for key, parameter in PARAMETERS]
)
EVERY_GENERATOR = pytest.mark.parametrize("key", GENERATORS)


def values_of(dataset: Dataset) -> np.ndarray:
    return dataset.table[list(dataset.numeric_columns)].to_numpy()


def test_blobs_are_those_of_scikit_learn() -> None:
    X, y = make_blobs(n_samples=300, centers=3, n_features=2, cluster_std=1.2, random_state=42)
    dataset = generate("blobs")
    assert np.array_equal(values_of(dataset), X)
    assert [ord(label) - ord("A") for label in dataset.table[LABEL_COLUMN]] == y.tolist()


@EVERY_GENERATOR
def test_the_defaults_give_numbered_features_and_named_groups(key: str) -> None:
    dataset = generate(key)
    features = list(dataset.default_columns())
    assert features == ["feature 1", "feature 2"]
    assert len(dataset.table) == 300
    assert np.isfinite(values_of(dataset)).all()
    assert list(dataset.table.columns) == features + ([dataset.label_column] if dataset.label_column else [])
    assert dataset.label_column == (None if key == "uniform" else LABEL_COLUMN)


@EVERY_GENERATOR
def test_the_seed_decides_the_data(key: str) -> None:
    assert generate(key, random_state=7).digest == generate(key, random_state=7).digest
    assert generate(key, random_state=7).digest != generate(key, random_state=8).digest


@EVERY_PARAMETER
@pytest.mark.parametrize("end", ["minimum", "maximum"])
def test_a_parameter_works_at_both_its_bounds(key: str, parameter: Parameter, end: str) -> None:
    dataset = generate(key, **{"n_samples": 40, parameter.name: getattr(parameter, end)})
    assert np.isfinite(values_of(dataset)).all()


@EVERY_PARAMETER
def test_a_value_outside_its_bounds_is_refused_with_the_bounds(key: str, parameter: Parameter) -> None:
    kind = "a whole number" if parameter.whole else "a number"
    sentence = f"{parameter.label} must be {kind} from {parameter.minimum:,} to {parameter.maximum:,}."
    wrong: list[Any] = [parameter.minimum - 1, parameter.maximum + 1, float("nan"), float("inf"), "3", None]
    wrong += [10**400, True] + ([parameter.default + 0.5] if parameter.whole else [])
    for value in wrong:
        with pytest.raises(ParameterError) as refusal:
            generate(key, **{parameter.name: value})
        assert str(refusal.value) == sentence


@EVERY_PARAMETER
def test_the_table_of_parameters_is_consistent(key: str, parameter: Parameter) -> None:
    assert parameter.minimum <= parameter.default <= parameter.maximum
    assert 0 < parameter.step <= parameter.maximum - parameter.minimum
    assert parameter.help.endswith(".")
    numbers = (parameter.default, parameter.minimum, parameter.maximum, parameter.step)
    assert {type(number) for number in numbers} == {int if parameter.whole else float}


def test_an_unknown_generator_or_parameter_is_refused_with_those_there_are() -> None:
    with pytest.raises(ParameterError, match="There is no generator “spiral”: choose one of blobs, "):
        generate("spiral")
    with pytest.raises(ParameterError, match="There is no generator “spiral”"):
        clamped("spiral", {})
    with pytest.raises(
        ParameterError, match="Two moons has no parameter “centers”: it takes n_samples, noise"
    ):
        generate("moons", centers=3)


CLAMPED: list[tuple[object, float]] = [
    ("500", 500),
    (" 500 ", 500),
    ("500.4", 500),
    (500.0, 500),
    (np.int64(500), 500),
    ("1e9", 100_000),
    (-3, 20),
    (10**400, 300),
    ("nan", 300),
    ("inf", 300),
    ("", 300),
    ("drop table", 300),
    (None, 300),
    (["500"], 300),
    ({}, 300),
    ("9" * 5000, 300),
    (1j, 300),
]


@pytest.mark.parametrize(("carried", "expected"), CLAMPED)
def test_whatever_a_link_carries_becomes_valid(carried: object, expected: float) -> None:
    result = clamped("blobs", {"n_samples": carried, "nonsense": 1})["n_samples"]
    assert result == expected
    assert isinstance(result, int)


LINK_VALUES = st.one_of(st.text(), st.floats(), st.integers(), st.none(), st.binary(), st.lists(st.text()))


@EVERY_GENERATOR
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_clamped_parameters_are_always_accepted(key: str, data: st.DataObject) -> None:
    names = [parameter.name for parameter in GENERATORS[key].parameters]
    values = clamped(key, data.draw(st.dictionaries(st.sampled_from(names), LINK_VALUES)))
    assert list(values) == names
    for parameter in GENERATORS[key].parameters:
        assert parameter.accepts(values[parameter.name])


def test_stretched_blobs_are_as_many_times_longer_as_they_say() -> None:
    dataset = generate("anisotropic", n_samples=50_000, centers=1, stretch=9.0)
    long, short = np.linalg.eigvalsh(np.cov(values_of(dataset).T))[::-1]
    assert np.sqrt(long / short) == pytest.approx(9.0, rel=0.02)


def test_unequal_sizes_keep_their_ratios() -> None:
    table = generate("unequal", n_samples=42_000, size_ratio=16.0, spread_ratio=4.0).table
    groups = table.groupby(LABEL_COLUMN)
    assert groups.size().tolist() == [32_000, 8_000, 2_000]
    assert groups["feature 1"].std().tolist() == pytest.approx([2.0, 1.0, 0.5], rel=0.05)


def test_overlapping_groups_are_as_far_apart_as_they_say() -> None:
    for centers in (2, 3, 5):
        table = generate("overlapping", n_samples=100_000, centers=centers, separation=4.0).table
        means = table.groupby(LABEL_COLUMN).mean().to_numpy()
        assert np.linalg.norm(means[0] - means[1]) == pytest.approx(4.0, abs=0.1)


def test_outliers_are_named_and_as_many_as_asked_for() -> None:
    labels = generate("outliers", n_samples=1000, outlier_share=0.25).table[LABEL_COLUMN]
    assert (labels == OUTLIER).sum() == 250
    assert set(labels) == {"A", "B", "C", OUTLIER}


def test_no_outliers_leave_blobs() -> None:
    without = generate("outliers", outlier_share=0.0)
    assert np.array_equal(values_of(without), values_of(generate("blobs")))
