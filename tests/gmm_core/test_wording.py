"""What sentences call a column."""

import pytest

from gmm_core.tables.files.reader import read_file
from gmm_core.wording import capital, column_named, name_for_none


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("income", "column “income”"),
        ("column", "column “column”"),
        ("column width", "column “column width”"),
        ("", "column “”"),
        (0, "column “0”"),
        (name_for_none(3), "column 3"),
        ("x" * 60, f"column “{'x' * 39}…”"),
    ],
)
def test_a_column_is_called_by_its_name_or_by_its_place(name: object, called: str) -> None:
    assert column_named(name) == called


def test_a_sentence_begins_with_a_capital_letter() -> None:
    assert capital(column_named("income")) == "Column “income”"
    assert capital("") == ""


def test_a_file_without_names_is_told_of_by_the_places_of_its_columns() -> None:
    opened = read_file(b"1.5,007\n3.5,008\n2.5,011\n", "codes.csv")
    assert any(note.startswith("Column 2 stays text because its numbers") for note in opened.dataset.notes)
