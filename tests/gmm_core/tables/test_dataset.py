"""A data set knows its columns, and its digest tells every content apart."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from gmm_core.errors import DataError
from gmm_core.tables.cells.preselection import LACKS_VALUES, LESS_ASSOCIATED, MAX_PRESELECTED, preselect
from gmm_core.tables.cells.roles import Roles
from gmm_core.tables.dataset import Dataset, column_summary

NAN = float("nan")
SIZES = [3.5, 1.5, 4.5, 1.25, 5.5, 9.5]


def dataset_of(columns: dict[str, object], label_column: str | None = None) -> Dataset:
    return Dataset.of("test", pd.DataFrame(columns), "Made here.", label_column)


KINDS: dict[str, tuple[object, str, bool]] = {
    "fractions": ([0.5, 1.5, NAN], "number", True),
    "whole numbers": ([3, 5, 7], "whole number", True),
    "whole numbers with a gap": (pd.array([3, None, 7], dtype="Int64"), "whole number", True),
    "whole numbers beyond 64 bits": ([2**70, 1, 2], "whole number", True),
    "numbers as objects": (np.array([1.5, None, 2], dtype=object), "number", True),
    "finite but one": ([1.0, np.inf, 2.0], "whole number", True),
    "constant": ([4.0, 4.0, 4.0], "constant", False),
    "constant but for a gap": ([4.0, NAN, 4.0], "constant", False),
    "one finite value": ([np.inf, 4.0, NAN], "constant", False),
    "only infinite": ([np.inf, -np.inf, NAN], "empty", False),
    "only missing": ([NAN, NAN, NAN], "empty", False),
    "true or false": ([True, False, True], "true or false", False),
    "true or false with a gap": ([True, None, False], "true or false", False),
    "nullable true or false": (pd.array([True, None, False], dtype="boolean"), "true or false", False),
    "text": (["a", "b", None], "text", False),
    "categories": (pd.Categorical(["a", "b", "a"]), "text", False),
    "categories of numbers": (pd.Categorical([1, 2, 1]), "text", False),
    "dates": (pd.array(["2020-01-01", "2020-01-02", None], dtype="datetime64[ns]"), "date", False),
    "durations": (pd.to_timedelta([1, 2, 3], unit="h"), "other", False),
    "complex": ([1j, 2j, 3j], "other", False),
    "lists": ([[1], [2], [3]], "other", False),
}


@pytest.mark.parametrize("case", KINDS)
def test_a_column_is_of_its_kind(case: str) -> None:
    values, kind, numeric = KINDS[case]
    dataset = dataset_of({"column": values})
    assert dataset.kinds["column"] == kind
    assert dataset.numeric_columns == (("column",) if numeric else ())
    assert column_summary(dataset)["kind"].tolist() == [kind]


def test_the_true_labels_are_never_fitted_even_if_they_are_numbers() -> None:
    dataset = dataset_of({"size": SIZES, "group": [0, 1, 0, 1, 0, 2]}, label_column="group")
    assert dataset.numeric_columns == ("size",)
    assert dataset.categorical_columns == ("group",)


LEFT_OUT: dict[str, tuple[dict[str, object], tuple[str, ...]]] = {
    "counting from 0": ({"n": range(6), "size": SIZES}, ("size",)),
    "counting from 1": ({"n": range(1, 7), "size": SIZES}, ("size",)),
    "counting from 2": ({"n": range(2, 8), "size": SIZES}, ("size",)),
    "counting from 100000": ({"Kunden-Nr": range(100_000, 100_006), "size": SIZES}, ("size",)),
    "counting with gaps": ({"n": [3 * k // 2 + 500 for k in range(30)], "size": SIZES * 5}, ("size",)),
    "counting in another order": (
        {"n": [7 * k % 29 for k in range(29)], "size": SIZES * 4 + SIZES[:5]},
        ("size",),
    ),
    "rising by much is a measure": ({"n": [k * k for k in range(30)], "size": SIZES * 5}, ("n", "size")),
    "rising by ten is a measure": ({"n": range(0, 300, 10), "size": SIZES * 5}, ("n", "size")),
    "coordinates": ({"size": SIZES, "Lat": SIZES, "Lon": SIZES[::-1]}, ("Lon", "Lat", "size")),
    "coordinates of two places": (
        {"from_lat": SIZES, "from_lon": SIZES, "to_lat": SIZES, "to_lon": SIZES},
        ("from_lat", "from_lon", "to_lat", "to_lon"),
    ),
    "a mass and a length": ({"weight": SIZES, "long": SIZES}, ("weight", "long")),
    "sampling weights": ({"sampling_weight": SIZES, "size": SIZES}, ("size",)),
    "weights about 1": ({"Gewicht": [0.9, 1.2, 0.8, 1.05, 1.1, 0.95], "size": SIZES}, ("size",)),
    "nothing but weights": ({"pweight": SIZES}, ("pweight",)),
    "answers": (
        {**{f"Q{k}": [1, 2, 3, 4, 5] * 6 for k in range(3)}, "region": [1, 2, 3] * 10},
        ("Q0", "Q1", "Q2"),
    ),
    "answers with codes": (
        {**{f"Q{k}": [1, 2, 3, 4, 5, 9] * 6 for k in range(3)}, "Q9": [1, 2, 3] * 12, "sex": [1, 2] * 18},
        ("Q0", "Q1", "Q2", "Q9"),
    ),
    "answers of other names": (
        {
            "price": [1, 2, 3, 4, 5] * 6,
            "service": [1, 2, 3, 4, 5] * 6,
            "taste": [5, 4, 3, 2, 1] * 6,
            "group": [1, 2, 3, 4, 5] * 6,
        },
        ("price", "service", "taste"),
    ),
    "two columns of few numbers are codes": (
        {"a": [1, 2, 3] * 10, "b": [1, 2, 3] * 10, "size": SIZES * 5},
        ("size",),
    ),
    "counting down is a measure": ({"n": range(6, 0, -1), "size": SIZES}, ("n", "size")),
    "counting in fractions is a measure": ({"n": np.arange(6) / 2, "size": SIZES}, ("n", "size")),
    "named an index": ({"Unnamed: 0": [9, 3, 5, 7, 1, 2], "size": SIZES}, ("size",)),
    "named an index in capitals": ({" ID ": [9, 3, 5, 7, 1, 2], "size": SIZES}, ("size",)),
    "named an index that recurs": ({"CustomerID": [9, 3, 5, 7, 9, 2], "size": SIZES}, ("size",)),
    "named almost like an index": ({"MADRID": [9, 3, 5, 7, 9, 2], "size": SIZES}, ("MADRID", "size")),
    "named a postcode": ({"ZIP": [90210, 10115, 94105, 90210, 60601, 2000], "size": SIZES}, ("size",)),
    "nothing but an identifier": ({"ZIP": [90210, 10115, 94105, 90210, 60601, 2000]}, ("ZIP",)),
    "a year": ({"year": [2001, 2007, 2003, 2001, 2008, 2002], "size": SIZES}, ("size",)),
    "a fraction of a day": ({"time": SIZES, "size": SIZES[::-1]}, ("time", "size")),
    "a code": ({"sex": [1, 2] * 15, "size": SIZES * 5}, ("size",)),
    "few rows are no code": ({"rooms": [1, 2, 3, 2, 1, 1], "size": SIZES}, ("rooms", "size")),
    "nothing but codes": ({"a": [1, 2] * 15, "b": [1, 2, 3] * 10}, ("a", "b")),
    "codes and a counter": ({"id": range(30), "b": [1, 2, 3] * 10}, ("b",)),
    "nothing but a year and a counter": ({"id": range(6), "year": [2001, 2002] * 3}, ("year",)),
    "nothing but a counter": ({"id": range(6)}, ("id",)),
    "mostly missing": ({"a": [1.5, 2.5, NAN, NAN, NAN, NAN], "size": SIZES}, ("size",)),
    "nothing but mostly missing": ({"a": [1.5, 2.5] + [NAN] * 4, "b": [NAN] * 4 + [3.5, 4.5]}, ("a",)),
    "half missing, each its own": ({"a": [1.5, 2.5, 3.5, NAN, NAN, NAN], "b": [NAN] * 3 + SIZES[:3]}, ("a",)),
    "beyond all ranges": ({"a": [1e308, -1e308, 3.0, float("inf"), 5.0, NAN], "size": SIZES}, ("a", "size")),
    "no numbers": ({"name": list("abcdef")}, ()),
}


@pytest.mark.parametrize("case", LEFT_OUT)
def test_the_columns_to_begin_with_are_the_measures(case: str) -> None:
    columns, expected = LEFT_OUT[case]
    dataset = dataset_of(columns)
    assert dataset.default_columns() == expected
    assert set(dataset.columns_left_out()) == set(dataset.numeric_columns) - set(expected)


def test_the_reason_for_leaving_a_column_out_is_told() -> None:
    columns = {f"size {number}": np.array(SIZES) for number in range(MAX_PRESELECTED + 1)}
    preselection = preselect({"gaps": np.array([1.5, 2.5, NAN, NAN, NAN, NAN]), **columns})
    assert preselection.left_out == {"gaps": LACKS_VALUES, f"size {MAX_PRESELECTED}": LESS_ASSOCIATED}
    assert len(preselection.chosen) == MAX_PRESELECTED


def test_up_to_fifteen_columns_are_all_chosen_where_there_are_rows_for_them() -> None:
    random = np.random.default_rng(1)
    for rows, columns, chosen in ((178, 13, 13), (150, 15, 15), (120, 13, 8), (60, 8, 8), (5_000, 16, 8)):
        preselection = preselect({f"x{n}": random.normal(size=rows) for n in range(columns)})
        assert len(preselection.chosen) == chosen
        assert len(preselection.left_out_by_reason) == (columns > chosen)


def test_of_many_columns_those_that_carry_groups_are_chosen_wherever_they_stand() -> None:
    random = np.random.default_rng(7)
    groups = random.integers(0, 3, 400)
    values = random.normal(size=(400, 60))
    carrying = sorted(random.choice(60, 10, replace=False).tolist())
    values[:, carrying] += random.normal(size=(3, 10))[groups] * 3
    values[:, 0] *= 1e6
    columns = {f"gene {n}": values[:, n] for n in range(60)}
    assert set(preselect(columns).chosen) <= {f"gene {n}" for n in carrying}


def test_columns_that_say_the_same_are_not_chosen_twice() -> None:
    random = np.random.default_rng(2)
    columns = {f"x{n}": random.normal(size=300) for n in range(20)}
    columns |= {f"copy {n}": -3.0 * columns["x4"] for n in range(6)}
    assert sum(name == "x4" or name.startswith("copy") for name in preselect(columns).chosen) == 1


def test_roles_are_told() -> None:
    rows = np.arange(40)
    roles = dataset_of(
        {
            **{f"Q{k}": 1 + (rows + k) % 5 for k in range(4)},
            "weight": 1.3 + np.sin(rows) / 3,
            "pickup_latitude": 47 + np.cos(rows),
            "pickup_longitude": 8 + np.sin(rows),
        }
    ).roles
    assert roles == Roles(
        "weight", ("pickup_longitude", "pickup_latitude"), frozenset({"Q0", "Q1", "Q2", "Q3"})
    )
    assert dataset_of({"weight": [70.5, 81.25, 65.0], "latitude": [100.0, 3.0, 4.0]}).roles == Roles()


def test_the_preselected_columns_leave_half_of_the_rows_at_least() -> None:
    random = np.random.default_rng(3)
    values = np.where(random.random((200, 30)) < 0.2, NAN, random.normal(size=(200, 30)))
    dataset = dataset_of({f"feature {number}": values[:, number] for number in range(30)})
    complete = dataset.table[list(dataset.default_columns())].notna().all(axis=1)
    assert complete.sum() >= 100


def test_the_summary_counts_what_is_missing_and_measures_what_is_there() -> None:
    summary = column_summary(
        dataset_of({"size": [1.0, 2.0, 6.0, NAN, np.inf], "name": ["a", "a", "b", None, None]})
    )
    assert list(summary.columns) == [
        "column",
        "kind",
        "missing",
        "distinct",
        "mean",
        "standard deviation",
        "minimum",
        "median",
        "maximum",
    ]
    size, name = summary.to_dict("records")
    assert list(size.values()) == ["size", "whole number", 2, 3, 3.0, np.sqrt(14 / 3), 1.0, 2.0, 6.0]
    assert [name[key] for key in ("kind", "missing", "distinct")] == ["text", 2, 2]
    assert np.isnan(
        [name[key] for key in ("mean", "standard deviation", "minimum", "median", "maximum")]
    ).all()


@pytest.mark.parametrize("scale", [1e300, 1e-300, 5e-324, 1.0])
def test_the_summary_holds_for_huge_and_tiny_numbers(scale: float) -> None:
    values = np.array([1.0, 3.0, 5.0, 7.0]) * scale
    row = column_summary(dataset_of({"a": values})).iloc[0]
    assert row["mean"] == pytest.approx(4.0 * scale, rel=1e-12)
    assert row["standard deviation"] == pytest.approx(
        np.sqrt(5.0) * scale, rel=0.2 if scale < 1e-320 else 1e-12
    )
    assert row["median"] == pytest.approx(4.0 * scale, rel=1e-12)


def test_a_large_offset_does_not_swallow_the_spread() -> None:
    row = column_summary(dataset_of({"a": np.array([1.0, 3.0, 5.0, 7.0]) + 1e9})).iloc[0]
    assert row["standard deviation"] == pytest.approx(np.sqrt(5.0), rel=1e-12)


TABLE: dict[str, object] = {"a": [1, 2, 3], "b": [0.5, NAN, 2.5], "c": ["x", NAN, "y"]}

CHANGES: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "a value": lambda table: table.assign(a=[1, 2, 4]),
    "a missing value": lambda table: table.assign(b=[NAN, 0.5, 2.5]),
    "a text": lambda table: table.assign(c=["x", NAN, "z"]),
    "a missing text": lambda table: table.assign(c=[NAN, "x", "y"]),
    "a dtype": lambda table: table.astype({"a": "float64"}),
    "numbers as text": lambda table: table.assign(a=["1", "2", "3"]),
    "a name": lambda table: table.rename(columns={"a": "A"}),
    "the order of columns": lambda table: table[["b", "a", "c"]],
    "the order of rows": lambda table: table[::-1],
    "a row fewer": lambda table: table[:2],
    "a column fewer": lambda table: table[["a", "b"]],
    "text moved over a border": lambda table: table.assign(c=["xy", NAN, ""]),
}


@pytest.mark.parametrize("case", CHANGES)
def test_every_change_of_content_changes_the_digest(case: str) -> None:
    table = pd.DataFrame(TABLE)
    assert Dataset.of("a", table, "").digest != Dataset.of("a", CHANGES[case](table), "").digest


def test_the_digest_knows_one_cell_among_a_million() -> None:
    values = np.arange(1_000_000.0)
    first = dataset_of({"a": values.copy()}).digest
    values[765_432] += 1e-6
    assert dataset_of({"a": values}).digest != first


def test_the_digest_knows_types_that_print_alike() -> None:
    digests = {
        dataset_of({"a": np.array([value, "x"], dtype=object)}).digest for value in (1, 1.0, "1", True)
    }
    assert len(digests) == 4


def test_the_digest_is_of_the_content_not_of_name_source_or_row_numbers() -> None:
    table = pd.DataFrame(TABLE)
    one = Dataset.of("one", table, "Here.", notes=["Read."])
    other = Dataset.of("other", table.set_axis([7, 8, 9], axis="index"), "There.")
    assert one.digest == other.digest
    assert one.digest != Dataset.of("one", table, "Here.", label_column="c").digest


def test_a_later_change_of_the_given_table_does_not_reach_the_data_set() -> None:
    table = pd.DataFrame(TABLE)
    dataset = Dataset.of("a", table, "")
    table.loc[0, "a"] = 99
    table["d"] = 1
    assert dataset.table["a"].tolist() == [1, 2, 3]
    assert list(dataset.table.columns) == ["a", "b", "c"]


def test_columns_need_names_of_their_own_and_a_label_column_that_is_there() -> None:
    with pytest.raises(DataError, match=r"Two columns share the name “a”: give each column its own name\."):
        Dataset.of("x", pd.DataFrame([[1, 2]], columns=["a", "a"]), "")
    with pytest.raises(DataError, match="Two columns share the name “1”"):
        Dataset.of("x", pd.DataFrame([[1, 2]], columns=[1, "1"]), "")
    with pytest.raises(DataError, match="There is no column “species” to take the true labels from"):
        Dataset.of("x", pd.DataFrame({"a": [1]}), "", label_column="species")
