"""What is fitted comes from the chosen columns, with every row that was left out counted."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import StandardScaler

from gmm_core.errors import DataError, ParameterError
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.fitting_columns import MAX_COLUMNS
from gmm_core.tables.preparation import (
    SCALINGS,
    UNLABELLED,
    Preparation,
    PreparedData,
    prepare,
    require_own_units,
)
from gmm_core.tables.samples import load_sample

NAN = float("nan")
EVERY_SCALING = pytest.mark.parametrize("scaling", SCALINGS)


def dataset_of(columns: dict[str, object], label_column: str | None = None) -> Dataset:
    return Dataset.of("test", pd.DataFrame(columns), "Made here.", label_column)


def prepared(columns: dict[str, object], scaling: str = "standard") -> PreparedData:
    return prepare(dataset_of(columns), Preparation(tuple(columns), scaling))


@EVERY_SCALING
def test_the_way_back_leads_to_the_original_units(scaling: str) -> None:
    data = prepare(load_sample("wine"), Preparation(load_sample("wine").numeric_columns, scaling))
    assert pytest.approx((data.original - data.center) / data.scale) == data.X
    assert data.X * data.scale + data.center == pytest.approx(data.original, rel=1e-12)


@EVERY_SCALING
def test_every_array_is_read_only_and_what_is_fitted_is_contiguous_float64(scaling: str) -> None:
    penguins = load_sample("penguins")
    data = prepare(penguins, Preparation(penguins.default_columns(), scaling))
    arrays = [getattr(data, field.name) for field in fields(data)]
    for array in (value for value in arrays if isinstance(value, np.ndarray)):
        assert not array.flags.writeable
    for matrix in (data.X, data.original):
        assert matrix.shape == (342, 4)
        assert matrix.dtype == np.float64
        assert matrix.flags.c_contiguous


def test_standardising_is_that_of_scikit_learn() -> None:
    iris = load_sample("iris")
    data = prepare(iris, Preparation(iris.default_columns()))
    assert pytest.approx(StandardScaler().fit_transform(data.original), abs=1e-13) == data.X


def test_robust_scaling_agrees_with_standardising_on_a_gaussian_and_ignores_outliers() -> None:
    values = np.random.default_rng(5).normal(10.0, 2.0, 100_000)
    values[:100] = 1e6
    data = prepared({"a": values}, "robust")
    assert data.center[0] == pytest.approx(10.0, abs=0.02)
    assert data.scale[0] == pytest.approx(2.0, rel=0.02)
    assert not data.notes


def test_as_they_are_leaves_every_bit() -> None:
    data = prepared({"a": [1e-300, 0.1, -7e300]}, "none")
    assert data.X.tobytes() == data.original.tobytes()


def test_equal_quartiles_fall_back_to_the_standard_deviation_and_say_so() -> None:
    data = prepared({"a": [0.0] * 9 + [10.0], "b": np.arange(10.0)}, "robust")
    assert data.scale[0] == pytest.approx(3.0)
    assert data.notes == ("The quartiles of “a” are equal, so the standard deviation was taken instead.",)


@pytest.mark.parametrize("scaling", ["standard", "robust"])
@pytest.mark.parametrize("offset", [0.0, 1e8, -1e12])
def test_an_offset_does_not_cancel(scaling: str, offset: float) -> None:
    values = np.arange(1000.0) % 37
    plain, shifted = prepared({"a": values}, scaling), prepared({"a": values + offset}, scaling)
    rounding_of_center = np.spacing(abs(offset)) / plain.scale[0]
    assert shifted.scale == pytest.approx(plain.scale, rel=1e-9)
    assert np.abs(shifted.X - plain.X).max() <= rounding_of_center + 1e-12


@pytest.mark.parametrize("scaling", ["standard", "robust"])
@pytest.mark.parametrize("factor", [2.0**1000, 2.0**-1000])
def test_huge_and_tiny_units_change_nothing(scaling: str, factor: float) -> None:
    values = np.arange(100.0) % 37
    assert np.array_equal(prepared({"a": values * factor}, scaling).X, prepared({"a": values}, scaling).X)


ROWS: dict[str, tuple[dict[str, object], list[int], str]] = {
    "nothing missing": ({"a": [1, 2, 3]}, [0, 1, 2], ""),
    "one missing": (
        {"a": [1.5, NAN, 3, 4]},
        [0, 2, 3],
        "1 of 4 rows was left out because a chosen column has no value there.",
    ),
    "in different columns": (
        {"a": [1.5, NAN, 3, 4], "b": [NAN, 2.5, 3, 4]},
        [2, 3],
        "2 of 4 rows were left out because a chosen column has no value there.",
    ),
    "infinite": (
        {"a": [1.5, np.inf, 3, -np.inf]},
        [0, 2],
        "2 of 4 rows were left out because a chosen column has no finite value there.",
    ),
    "nullable integers": (
        {"a": pd.array([1, None, 3], dtype="Int64")},
        [0, 2],
        "1 of 3 rows was left out because a chosen column has no value there.",
    ),
    "objects": (
        {"a": np.array([1, None, 2.5], dtype=object)},
        [0, 2],
        "1 of 3 rows was left out because a chosen column has no value there.",
    ),
}


@pytest.mark.parametrize("case", ROWS)
def test_incomplete_rows_are_left_out_and_counted(case: str) -> None:
    columns, rows, note = ROWS[case]
    data = prepared(columns)
    assert data.rows.tolist() == rows
    assert data.dropped == len(next(iter(columns.values()))) - len(rows)
    assert data.notes == ((note,) if note else ())
    assert np.isfinite(data.X).all()


def test_a_row_is_kept_where_only_a_column_not_chosen_is_missing() -> None:
    dataset = dataset_of({"a": [1.5, 2.5, 3.5], "b": [NAN, 2, 3]})
    assert prepare(dataset, Preparation(("a",))).dropped == 0


def test_labels_follow_the_rows_and_a_missing_one_is_named() -> None:
    dataset = dataset_of({"a": [1.5, NAN, 3, 4], "group": ["x", "y", None, "z"]}, label_column="group")
    labels = prepare(dataset, Preparation(("a",))).labels
    assert labels is not None
    assert labels.tolist() == ["x", UNLABELLED, "z"]
    numbered = dataset_of({"a": [1.5, 3, 4], "group": [1, 0, 1]}, label_column="group")
    labels = prepare(numbered, Preparation(("a",))).labels
    assert labels is not None
    assert labels.tolist() == ["1", "0", "1"]
    assert prepared({"a": [1.5, 2]}).labels is None


def test_rounded_whole_numbers_are_told() -> None:
    data = prepared({"a": [2**53 + 1, 0, 5], "b": [2**53, 0, 5], "c": [2**70, 0, 5]})
    assert data.original[0].tolist() == [2.0**53, 2.0**53, 2.0**70]
    assert data.notes == (
        "Whole numbers beyond 9,007,199,254,740,992 in “a”, “c” were rounded to 16 digits.",
    )


BAD = {
    "size": [1.5, 2.5, 3.5, 4.5],
    "name": list("abcd"),
    "flag": [True, False, True, True],
    "day": pd.to_datetime(["2020-01-01"] * 4),
    "same": [7.25] * 4,
    "gaps": [1.5, NAN, NAN, NAN],
    "empty": [NAN] * 4,
    "first": [1.5, 2.5, NAN, NAN],
    "last": [NAN, NAN, 1.5, 2.5],
    "middle": [NAN, 1.5, 2.5, NAN],
    "varies at the end": [1.5, 1.5, 2.5, 3.5],
    "group": [0, 1, 0, 1],
    "complex": [1j] * 4,
}

REFUSED: dict[str, tuple[tuple[str, ...], str]] = {
    "no column": ((), "No column is chosen: choose at least one of “size”, “first”, “last” and 2 more."),
    "unknown": (
        ("size", "weight"),
        "There is no column “weight” in this data: choose among “size”, “first”, “last” and 2 more.",
    ),
    "chosen twice": (("size", "size"), "“size” is chosen twice: choose each column once."),
    "text": (("size", "name"), "Column “name” is not numeric but holds text: leave it out."),
    "true or false": (("flag",), "Column “flag” is not numeric but holds true or false: leave it out."),
    "dates": (("day",), "Column “day” is not numeric but holds dates: leave it out."),
    "complex": (("complex",), "Column “complex” is not numeric but holds something else: leave it out."),
    "constant": (
        ("size", "same"),
        "Column “same” is 7.25 in every row, so that a Gaussian has no width along it: leave it out.",
    ),
    "one value": (
        ("gaps",),
        "Column “gaps” is 1.5 in every row, so that a Gaussian has no width along it: leave it out.",
    ),
    "empty": (("empty",), "Column “empty” has no finite value: leave it out."),
    "constant where complete": (
        ("first", "varies at the end"),
        "Column “varies at the end” is 1.5 in every complete row, so that a Gaussian has no width along it: "
        "leave it out.",
    ),
    "no complete row": (
        ("size", "first", "last"),
        "No row has a value in all of the 3 chosen columns: leave out columns with many missing "
        "values, such as “first” with 2 values.",
    ),
    "one complete row": (
        ("first", "middle"),
        "Only one row has a value in all of the 2 chosen columns: leave out columns with many missing "
        "values, such as “first” with 2 values.",
    ),
    "the true labels": (
        ("group",),
        "Column “group” holds the true labels, which are not fitted: leave it out.",
    ),
    "too many": (
        tuple(f"c{n}" for n in range(MAX_COLUMNS + 1)),
        "201 columns are chosen: choose 200 at most.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_fitted_is_refused_with_one_sentence(case: str) -> None:
    columns, sentence = REFUSED[case]
    with pytest.raises(DataError) as refusal:
        prepare(dataset_of(BAD, label_column="group"), Preparation(columns))
    assert str(refusal.value) == sentence


def test_data_without_a_single_fitting_column_is_refused() -> None:
    with pytest.raises(DataError, match="No column holds numbers that differ, so there is nothing to fit"):
        prepare(dataset_of({"name": ["a", "b"]}), Preparation(()))


@pytest.mark.parametrize("values", [[1.7e308] * 9 + [-1.7e308], [0.0] * 9 + [5e-324]])
def test_numbers_at_the_end_of_float64_are_refused_not_turned_into_infinity(values: list[float]) -> None:
    with pytest.raises(DataError, match="The numbers of column “a” are too large or too close together"):
        prepared({"a": values})


def test_an_unknown_scaling_is_refused() -> None:
    with pytest.raises(
        ParameterError, match="There is no scaling “log”: choose one of standard, robust, none"
    ):
        prepared({"a": [1, 2, 4]}, "log")


def test_the_digest_is_of_data_columns_and_scaling() -> None:
    dataset = dataset_of({"a": [1.5, 2.5, 4], "b": [3, 5, 9]})
    preparations = [
        Preparation(("a", "b")),
        Preparation(("b", "a")),
        Preparation(("a",)),
        Preparation(("a", "b"), "robust"),
    ]
    digests = [prepare(dataset, preparation).digest for preparation in preparations]
    digests.append(prepare(dataset_of({"a": [1.5, 2.5, 5], "b": [3, 5, 9]}), preparations[0]).digest)
    assert len(set(digests)) == len(digests)
    assert prepare(dataset, preparations[0]).digest == digests[0]


@EVERY_SCALING
@settings(max_examples=100, deadline=None)
@given(values=st.lists(st.one_of(st.floats(), st.integers(), st.none()), min_size=1, max_size=12))
def test_any_column_of_numbers_is_prepared_or_refused(scaling: str, values: list[float | None]) -> None:
    dataset = dataset_of({"a": np.array(values, dtype=object)})
    try:
        data = prepare(dataset, Preparation(("a",), scaling))
    except DataError as refusal:
        assert str(refusal).endswith(".")
    else:
        assert np.isfinite(data.X).all()
        assert len(data.X) + data.dropped == len(values)
        assert data.X.min() < data.X.max()


@pytest.mark.parametrize("unit", [1e308, 1e-308])
def test_units_in_which_no_variance_can_be_told_are_refused_by_the_column_s_name(unit: float) -> None:
    values = [unit * value for value in (0.0, 0.1, 0.4, 0.9)]
    prepared = prepare(dataset_of({"a": [1, 2, 3, 5], "b": values}), Preparation(("a", "b")))
    with pytest.raises(DataError, match="The numbers of column “b” are so large or so close together"):
        require_own_units(prepared)
    require_own_units(prepare(dataset_of({"a": [1, 2, 3, 5]}), Preparation(("a",))))
