"""Missing values: rows without them, or medians in their place with what that does to the covariances."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gmm_core.errors import DataError, ParameterError
from gmm_core.tables.cells.missing import TREATMENTS
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.preparation import UNLABELLED, Preparation, prepare

NAN = float("nan")
TABLE = pd.DataFrame(
    {
        "x": [1.0, 2.0, NAN, 4.0, 9.0, NAN],
        "y": [10.0, NAN, 30.0, 50.0, float("inf"), NAN],
        "kind": ["a", "b", "a", None, "b", "b"],
        "code": [1, 1, 1, 1, 1, 2],
    }
)
DATASET = Dataset.of("gaps", TABLE, "Made up.")


def test_rows_with_gaps_are_left_out_by_default() -> None:
    prepared = prepare(DATASET, Preparation(("x", "y"), "none"))
    np.testing.assert_array_equal(prepared.X, [[1, 10], [4, 50]])
    assert prepared.rows.tolist() == [0, 3]
    assert prepared.notes == ("4 of 6 rows were left out because a chosen column has no finite value there.",)
    assert not prepared.warnings


def test_gaps_are_filled_by_the_median_of_the_column_with_a_warning_and_empty_rows_are_left_out() -> None:
    prepared = prepare(DATASET, Preparation(("x", "y"), "none", missing="median"))
    np.testing.assert_array_equal(prepared.X, [[1, 10], [2, 30], [3, 30], [4, 50], [9, 30]])
    assert prepared.rows.tolist() == [0, 1, 2, 3, 4]
    assert prepared.notes == ("1 of 6 rows was left out because no chosen column has a finite value there.",)
    share = 100 * np.var([10, 30, 30, 50, 30]) / np.var([10, 30, 50])
    assert prepared.warnings == (
        "3 missing values in 2 columns were filled by the median. That leaves “y” "
        f"{share:.3g} % of the variance that its known values have, pulls its covariances towards 0, and the "
        "filled rows can pass for a cluster of their own.",
    )


def test_what_is_not_missing_is_left_as_it_is() -> None:
    complete = Dataset.of("complete", TABLE.iloc[[0, 3]], "Made up.")
    by_treatment = [prepare(complete, Preparation(("x", "y"), missing=missing)) for missing in TREATMENTS]
    assert by_treatment[0].X.tobytes() == by_treatment[1].X.tobytes()
    assert not by_treatment[1].warnings
    assert len({prepared.digest for prepared in by_treatment}) == 2


def test_filling_never_overflows_and_never_changes_the_table() -> None:
    table = pd.DataFrame({"x": [1e308, -1e308, 1e308, NAN], "y": [1.0, 2.0, 3.0, 4.0]})
    dataset = Dataset.of("large", table, "Made up.")
    prepared = prepare(dataset, Preparation(("x", "y"), missing="median"))
    assert prepared.original[3, 0] == 1e308
    assert np.isnan(dataset.table["x"][3])


def test_a_column_of_categories_or_codes_gives_the_labels_and_leaves_the_matrix_alone() -> None:
    plain = prepare(DATASET, Preparation(("x",)))
    labelled = prepare(DATASET, Preparation(("x",), label_column="kind"))
    assert plain.labels is None
    assert labelled.labels is not None
    assert labelled.labels.tolist() == ["a", "b", UNLABELLED, "b"]
    assert plain.digest == labelled.digest
    assert DATASET.label_columns == ("kind",)


def test_columns_of_codes_can_be_labels_and_those_of_many_texts_cannot() -> None:
    table = pd.DataFrame(
        {
            "x": np.arange(60) + 0.5,
            "grade": [1, 2, 3] * 20,
            "flag": [True, False] * 30,
            "comment": [f"row {row}" for row in range(60)],
            "same": ["a"] * 60,
        }
    )
    assert Dataset.of("codes", table, "Made up.").label_columns == ("grade", "flag")


@pytest.mark.parametrize(
    ("preparation", "error", "sentence"),
    [
        (
            Preparation(("x",), missing="guess"),
            ParameterError,
            "There is no treatment of missing values “guess”",
        ),
        (Preparation(("x",), label_column="z"), DataError, "There is no column “z” to take labels from"),
    ],
)
def test_what_is_not_there_is_refused(
    preparation: Preparation, error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        prepare(DATASET, preparation)
