"""What a spreadsheet would run is marked as text; numbers come back as they were."""

import ast
import io
from csv import reader
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmm_core.tables.files.options import ReadOptions
from gmm_core.tables.files.reader import read_file
from gmm_core.tables.files.spreadsheet_safety import SEPARATORS, SIGNS, csv, neutralized, unmarked
from gmm_core.tables.files.workbook_parts import SheetParts

NASTY = [
    "=1+1",
    '=HYPERLINK("http://x.y","click")',
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "=cmd|' /C calc'!A0",
    " =1",
    '"=1"',
    "\xa0=1",
    "\u200b+1",
    "\ufeff@x",
    "\x00-1",
]


def test_numbers_stay_numbers_and_gaps_stay_gaps() -> None:
    table = pd.DataFrame(
        {"a": [-1.5, np.nan], "b": [-3, 4], "c": [True, False], "d": pd.to_datetime(["2020-01-02", None])}
    )
    pd.testing.assert_frame_equal(neutralized(table), table)


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize("dtype", [object, "string", "category"])
def test_a_text_that_is_a_formula_gets_an_apostrophe(text: str, dtype: str) -> None:
    table = pd.DataFrame({"a": pd.Series([text, "harmless", None, text], dtype=dtype)})
    found = neutralized(table)["a"]
    marked = f"'{text[0]}'{text[1:]}" if text[0] in SEPARATORS else f"'{text}"
    assert found.iloc[0] == found.iloc[3] == marked
    assert found.iloc[1] == "harmless"
    assert pd.isna(found.iloc[2])
    assert table["a"].iloc[0] == text


def test_what_only_holds_such_a_sign_is_left_alone() -> None:
    table = pd.DataFrame({"a": ["1-2", "a=b", "x@y.org", "", "'=1", "a; b", "a,b"]})
    pd.testing.assert_frame_equal(neutralized(table), table)


def test_names_of_columns_and_of_the_index_are_marked_also_where_they_repeat() -> None:
    table = pd.DataFrame([[1, 2, "=x"]], columns=["=a", "=a", "b"], index=pd.Index(["@row"], name="-name"))
    found = neutralized(table)
    assert list(found.columns) == ["'=a", "'=a", "b"]
    assert found.index[0] == "'@row"
    assert found.index.name == "'-name"
    assert found.iloc[0].tolist() == [1, 2, "'=x"]


def test_a_column_of_numbers_and_texts_keeps_its_numbers() -> None:
    found = neutralized(pd.DataFrame({"a": pd.Series([-1, "-1", -2.5], dtype=object)}))["a"]
    assert found.tolist() == [-1, "'-1", -2.5]


def test_tables_without_rows_or_columns_pass() -> None:
    assert neutralized(pd.DataFrame()).shape == (0, 0)
    assert list(neutralized(pd.DataFrame({"=a": []})).columns) == ["'=a"]
    assert neutralized(pd.DataFrame(index=[0, 1])).shape == (2, 0)


def test_the_file_reads_back_in_any_script() -> None:
    table = pd.DataFrame({"Größe": [-1.25, 1e-17], "名前": ['=Ω, "x"', "two\nlines"]})
    content = csv(table)
    assert content.startswith(b"\xef\xbb\xbf")
    found = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig")
    np.testing.assert_array_equal(found["Größe"], table["Größe"])
    assert found["名前"].tolist() == ['\'=Ω, "x"', "two\nlines"]


def test_with_decimal_commas_semicolons_part_the_values() -> None:
    table = pd.DataFrame({"x": [1.5, -2.25], "text": ["a;b", "c,d"]})
    content = csv(table, decimal_comma=True).decode("utf-8-sig")
    assert content == 'x;text\r\n1,5;"a;b"\r\n-2,25;"c,d"\r\n'


@given(st.lists(st.one_of(st.text(max_size=6), st.floats(allow_nan=False), st.none()), max_size=8))
def test_no_text_begins_as_a_formula_and_the_rest_is_untouched(values: list[object]) -> None:
    found = neutralized(pd.DataFrame({"a": pd.Series(values, dtype=object)}))["a"].tolist()
    for before, after in zip(values, found, strict=True):
        if isinstance(before, str):
            assert not after.startswith(tuple(SIGNS + "\t\r\n"))
            assert not any(separator + sign in after for separator in SEPARATORS for sign in SIGNS)
            assert after.replace("'", "") == before.replace("'", "")
        else:
            assert after is before or after == before


@pytest.mark.parametrize("decimal_comma", [False, True])
@pytest.mark.parametrize("written", SEPARATORS)
@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("opened", ",;|\t")
def test_opened_with_another_separator_no_cell_is_a_formula(
    decimal_comma: bool, written: str, sign: str, opened: str
) -> None:
    table = pd.DataFrame({"n": [1], f"a{written}{sign}1": [f"x{written}{sign}1+1{written}"], "m": [2]})
    content = csv(table, decimal_comma=decimal_comma).decode("utf-8-sig")
    for row in reader(io.StringIO(content, newline=""), delimiter=opened):
        assert not any(cell.strip().startswith(tuple(SIGNS)) for cell in row), row


@pytest.mark.parametrize("separator", [*SEPARATORS, '"'])
def test_what_holds_any_separator_is_quoted(separator: str) -> None:
    content = csv(pd.DataFrame({"a": [f"x{separator}y"], "b": [1.5]})).decode("utf-8-sig")
    inside = separator * (2 if separator == '"' else 1)
    assert content == f'a,b\r\n"x{inside}y",1.5\r\n'


@given(
    st.lists(
        st.tuples(st.text(max_size=5), st.floats(allow_nan=False, allow_infinity=False)),
        min_size=1,
        max_size=6,
    ),
    st.booleans(),
)
def test_numbers_and_marked_texts_come_back_as_written(
    rows: list[tuple[str, float]], decimal_comma: bool
) -> None:
    table = pd.DataFrame({"text": [f"t{text}" for text, _ in rows], "n": [number for _, number in rows]})
    content = csv(table, decimal_comma=decimal_comma).decode("utf-8-sig")
    found = list(reader(io.StringIO(content, newline=""), delimiter=";" if decimal_comma else ","))[1:]
    assert [text for text, _ in found] == neutralized(table)["text"].tolist()
    assert [float(number.replace(",", ".")) for _, number in found] == table["n"].tolist()


def test_nothing_else_in_the_product_writes_csv() -> None:
    root = Path(__file__).parents[4]
    files = [
        root / "app.py",
        root / "server.py",
        *(f for d in ("gmm_core", "ui", "pages") for f in (root / d).rglob("*.py")),
    ]
    writers = {
        file.relative_to(root).as_posix()
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("to_csv", "DictWriter", "write_csv")
    }
    assert writers == {"gmm_core/tables/files/spreadsheet_safety.py"}


def test_text_of_separators_alone_is_marked_in_time_linear_in_its_length() -> None:
    """Time that is quadratic would take hours over a million tabs."""
    text = "\t" * 1_000_000 + "x"
    marked = neutralized(pd.DataFrame({"a": [text]}))["a"].iloc[0]
    assert marked == "'" + text


def holds_no_mark_of_its_own(text: str) -> bool:
    """Whether no `'` stands in front of what would be a formula: such a text comes back without it."""
    return unmarked(text) == text


@given(st.text(alphabet="ab'=+-@;,|\t\r\n \"\u200b＝é", max_size=12).filter(holds_no_mark_of_its_own))
def test_a_marked_text_comes_back_as_it_was(text: str) -> None:
    marked = neutralized(pd.DataFrame({"a": [text]}))["a"].iloc[0]
    assert unmarked(marked) == text


@pytest.mark.parametrize("text", [*NASTY, "x;=1+1;", "a,-b", "x;\t=1"])
def test_a_mark_is_taken_away_where_a_formula_would_begin_and_nowhere_else(text: str) -> None:
    marked = neutralized(pd.DataFrame({"a": [text]}))["a"].iloc[0]
    assert marked != text and unmarked(marked) == text
    for other in ("don't", "'tis", "a;'b", "", "'", "5'-cap", "O'=x"):
        assert unmarked(other) == other


@pytest.mark.parametrize("decimal_comma", [False, True])
def test_a_file_that_was_taken_away_is_read_with_its_names_and_labels(decimal_comma: bool) -> None:
    labels = ["=1+1", "-group", "+49 30 1", "@home", "don't", "x;=1+1;", "a,b", "＝1"]
    numbers = [-1.5, 2.25, -3.0, 4.0, 5.5, 6.0, 7.0, -8.0]
    table = pd.DataFrame({"=name": numbers, "-x": numbers[::-1], "@label": labels, "plain": labels[::-1]})
    back = read_file(csv(table, decimal_comma=decimal_comma), "back.csv").dataset.table
    assert list(back.columns) == list(table.columns)
    for name in table.columns:
        assert back[name].tolist() == table[name].tolist()


def test_what_was_opened_and_saved_as_a_workbook_is_read_so_too() -> None:
    cells = "".join(
        f"<row><c t='inlineStr'><is><t>{text}</t></is></c><c><v>{number}</v></c></row>"
        for number, text in enumerate(["'=name", "'-group", "'=1+1", "plain"])
    )
    sheet = f"<worksheet><sheetData>{cells}</sheetData></worksheet>".encode()
    read = read_file(
        SheetParts(sheet, b"", b"", False).archive().getvalue(), "back.xlsx", ReadOptions(header=True)
    )
    assert read.dataset.table["=name"].tolist() == ["-group", "=1+1", "plain"]


WHOLE: dict[str, tuple[list[float | None], str]] = {
    "with a gap": ([3750, None, 3800], "3750||3800"),
    "negative, and nothing": ([-2.0, 0.0, -0.0], "-2|0|0"),
    "fractions": ([3750, None, 3800.5], "3750.0||3800.5"),
    "infinite": ([3750, float("inf"), None], "3750.0|inf|"),
    "beyond exact whole numbers": ([1e17, 1.0, None], "1e+17|1.0|"),
    "missing only": ([None, None, None], "||"),
}


@pytest.mark.parametrize("case", WHOLE)
@pytest.mark.parametrize("decimal_comma", [True, False])
def test_whole_numbers_beside_gaps_are_written_as_whole_numbers(case: str, decimal_comma: bool) -> None:
    values, expected = WHOLE[case]
    table = pd.DataFrame({"x": pd.Series(values, dtype="float64"), "y": [1, 2, 3]})
    written = csv(table, decimal_comma=decimal_comma).decode("utf-8-sig").splitlines()
    cells = [line.split(";" if decimal_comma else ",")[0] for line in written[1:]]
    assert "|".join(cells) == (expected.replace(".", ",") if decimal_comma else expected)


def test_the_choice_between_whole_numbers_and_floats_holds_for_the_whole_column() -> None:
    table = pd.DataFrame({"x": [*map(float, range(20_001)), 0.5]})
    assert csv(table).decode("utf-8-sig").splitlines()[1] == "0.0"


@pytest.mark.parametrize(
    ("cells", "header"),
    [
        (["$43.42", "$5.10", "$7.00"], "cost ($)"),
        (["7.9 %", "12 %", "3.1 %"], "cost (%)"),
        (["3 kg", "4.5 kg", "NA"], "cost (kg)"),
        (["1.5", "2", "3"], "cost"),
    ],
)
def test_a_unit_in_the_cells_is_kept_in_the_exported_name(cells: list[str], header: str) -> None:
    dataset = read_file(
        "\n".join(["cost;n", *(f"{cell};{n}" for n, cell in enumerate(cells))]).encode(), "f"
    ).dataset
    written = csv(dataset.table, units=dataset.units)
    assert written.decode("utf-8-sig").splitlines()[0] == f"{header},n"
    again = read_file(written, "f").dataset
    assert list(again.table.columns) == [header, "n"]
    assert csv(again.table, units={header: dataset.units.get("cost", "")}) == written
