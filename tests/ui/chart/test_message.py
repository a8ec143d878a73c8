"""What a figure becomes on its way to the browser."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from tests.ui.chart.messages import unpack
from ui.chart.message import figure_tree, pack, table_tree


@pytest.mark.parametrize(
    "dtype", ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", ">f4", ">i8"]
)
def test_numbers_of_every_type_arrive(dtype: str) -> None:
    assert unpack(pack({"x": np.array([1, 2, 3], dtype)})) == {"x": [1, 2, 3]}


def test_arrays_of_many_lengths_each_start_where_a_typed_array_may() -> None:
    tree = {str(n): np.arange(n, dtype=np.int8) for n in range(1, 20)}
    assert unpack(pack(tree)) == {str(n): list(range(n)) for n in range(1, 20)}


def test_a_matrix_keeps_its_shape_whatever_its_order_in_memory() -> None:
    matrix = np.arange(6.0).reshape(2, 3)
    assert unpack(pack({"z": matrix, "t": matrix.T})) == {"z": matrix.tolist(), "t": matrix.T.tolist()}


def test_gaps_in_arrays_and_in_lists_arrive() -> None:
    arrived = unpack(pack({"x": np.array([1.0, np.nan]), "y": [1.0, float("nan")]}))
    assert arrived["x"][0] == 1 and np.isnan(arrived["x"][1])
    assert arrived["y"] == [1, None]


def test_text_dates_truth_values_and_nothing_arrive_as_json() -> None:
    tree = {
        "text": np.array(["a", "b"]),
        "mixed": np.array(["a", 1, None], dtype=object),
        "dates": np.array(["2020-01-01"], dtype="datetime64[D]"),
        "true": np.array([True, False]),
        "empty": np.array([]),
        "scalar": np.float64(2),
    }
    assert unpack(pack(tree)) == {
        "text": ["a", "b"],
        "mixed": ["a", 1, None],
        "dates": ["2020-01-01"],
        "true": [1, 0],
        "empty": [],
        "scalar": 2,
    }


def test_what_plotly_wants_as_a_plain_list_is_one() -> None:
    message = pack({"layout": {"xaxis": {"range": np.array([0.0, 1.0])}}})
    assert unpack(message) == {"layout": {"xaxis": {"range": [0, 1]}}}
    assert b"array" not in message


def test_a_figure_keeps_everything_but_its_template() -> None:
    figure = go.Figure(
        go.Scatter(x=np.arange(3), marker={"color": np.arange(3)}),
        layout={"template": "plotly_dark", "title": {"text": "t"}},
    )
    tree = unpack(pack(figure_tree(figure)))
    assert tree["data"] == [{"type": "scatter", "x": [0, 1, 2], "marker": {"color": [0, 1, 2]}}]
    assert tree["layout"] == {"title": {"text": "t"}, "uirevision": "keep"}
    assert figure.layout.template.layout.paper_bgcolor is not None


def test_a_figure_may_set_its_own_revision_and_frames() -> None:
    figure = go.Figure(
        go.Scatter(y=[1]), layout={"uirevision": "a against b"}, frames=[{"data": [{"y": [2]}], "name": "1"}]
    )
    tree = unpack(pack(figure_tree(figure)))
    assert tree["layout"]["uirevision"] == "a against b"
    assert [frame["name"] for frame in tree["frames"]] == ["1"]


def test_a_table_sends_its_first_rows_and_says_how_many_there_are() -> None:
    table = pd.DataFrame(
        {"number": np.arange(600.0), "text": ["a"] * 600, 3: pd.Categorical([None, "b"] * 300)}
    )
    tree = unpack(pack(table_tree(table)))
    assert tree["names"] == ["number", "text", "3"]
    assert tree["rows"] == 600
    assert [len(column) for column in tree["columns"]] == [500, 500, 500]
    assert tree["columns"][2][:2] == [None, "b"]


def test_a_table_s_own_index_becomes_columns() -> None:
    table = pd.DataFrame({"weight": [0.25, 0.75]}, index=pd.Index(["first", "second"], name="component"))
    assert unpack(pack(table_tree(table))) == {
        "names": ["component", "weight"],
        "columns": [["first", "second"], [0.25, 0.75]],
        "rows": 2,
    }


def test_columns_of_the_same_name_an_index_named_like_a_column_and_no_rows_are_no_trouble() -> None:
    twice = pd.DataFrame([[1, 2]], columns=["a", "a"])
    assert unpack(pack(table_tree(twice)))["columns"] == [[1], [2]]
    named_alike = pd.DataFrame({"a": [1.5]}, index=pd.Index(["x"], name="a"))
    assert unpack(pack(table_tree(named_alike)))["columns"] == [["x"], [1.5]]
    assert unpack(pack(table_tree(pd.DataFrame({"a": []}))))["rows"] == 0


def test_nullable_numbers_keep_their_gaps() -> None:
    table = pd.DataFrame({"n": pd.array([1, None], dtype="Int64"), "f": [0.5, np.nan]})
    columns = unpack(pack(table_tree(table)))["columns"]
    np.testing.assert_array_equal(columns, [[1, np.nan], [0.5, np.nan]])
